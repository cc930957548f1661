"""A finding's requests sent again: shown first, to its own host only, and compared with what came before."""

import io
import json
import os
import signal
import threading

import pytest

from tests.cli.samples import finding, finished
from vedette.cli.main import main
from vedette.cli.output import json_report
from vedette.contract.exchange import Exchange, Request, Response, Step
from vedette.contract.finding import Location


@pytest.fixture
def report(site, folder):
    """Writes a report of one finding with these steps, given as (target, recorded response, marks, control)."""

    def write(*steps, **changes):
        made = [
            Step("step", Exchange(Request("GET", site.url + target, headers), response), marks, control=control)
            for target, response, marks, control, headers in steps
        ]
        one = finding(steps=tuple(made), **({"location": Location(url=site.url, path="/")} | changes))
        (folder / "r.json").write_text(json_report.render(finished(one)))
        return one.id

    return write


def step(target, body, *marks, status=200, control=False, ttfb=0.0, headers=()):
    return target, Response(status, (), body.encode(), ttfb_s=ttfb), marks, control, headers


def reflected(word):
    return step(f"search?q={word}", f"<title>Search</title><p>You looked for {word}, in vain.", word)


def test_a_proof_that_still_holds(site, report, capsys):
    wanted = report(reflected("<b>"), step("about", "<title>About</title><p>An echo of what you say.", control=True))
    assert main(["replay", "r.json", wanted[:6], "--yes"]) == 0
    out = capsys.readouterr().out
    assert "The proof holds." in out
    assert "GET http://127.0.0.1" in out
    assert site.log == ["GET /search?q=<b>", "GET /about"]


def test_a_mended_site_does_not_repeat_the_proof(site, report, capsys):
    wanted = report(reflected("<b>"))
    site.mended = True
    assert main(["replay", "r.json", wanted, "--yes"]) == 1
    out = capsys.readouterr().out
    assert "without <b>" in out
    assert "could not be repeated" in out


def test_a_real_report_can_be_replayed(site, folder):
    assert main(["scan", site.url, "--json", "r.json", "-q", "--checks", "xss-reflected"]) == 0
    row = json.loads((folder / "r.json").read_text())["findings"][0]
    assert main(["replay", "r.json", row["id"], "--yes"]) == 0
    site.mended = True
    assert main(["replay", "r.json", row["id"], "--yes"]) == 1


def test_without_marks_status_and_size_must_be_as_before(site, report):
    same = step("about", "<title>About</title><p>An echo of what you say.")
    assert main(["replay", "r.json", report(same), "--yes"]) == 0
    assert main(["replay", "r.json", report(step("about", "x" * 5000)), "--yes"]) == 1
    assert main(["replay", "r.json", report(step("nowhere", "", status=200)), "--yes"]) == 1


@pytest.mark.parametrize(("kept", "code"), [("<", 0), ("x" * 5000, 1)])
def test_of_an_answer_that_was_cut_the_kept_part_must_be_there_again(site, report, kept, code):
    cut = ("search?q=" + "y" * 1000, Response(200, (), kept.encode(), truncated=True), (), False, ())
    assert main(["replay", "r.json", report(cut), "--yes"]) == code


def test_a_slow_answer_must_be_slow_again(site, report):
    wanted = report(step("about", "<title>About</title><p>An echo of what you say.", ttfb=0.6))
    assert main(["replay", "r.json", wanted, "--yes"]) == 1
    site.delay = 0.55
    assert main(["replay", "r.json", wanted, "--yes"]) == 0


def test_a_mark_of_something_missing_is_not_looked_for(report):
    text = "<title>About</title><p>An echo of what you say."
    assert main(["replay", "r.json", report(step("about", text, "X-Content-Type-Options")), "--yes"]) == 0


def test_a_site_that_is_gone_proves_nothing(report, site, capsys):
    wanted = report(reflected("a"))
    site.shutdown()
    site.server_close()
    assert main(["replay", "r.json", wanted, "--yes"]) == 2
    assert "Nothing answers at" in capsys.readouterr().err


def test_one_step_without_an_answer_breaks_the_proof(site, report, capsys):
    def hang_up(target):
        if target.endswith("q=b"):
            raise ConnectionAbortedError

    site.on_request = hang_up
    wanted = report(reflected("a"), reflected("b"))
    assert main(["replay", "r.json", wanted, "--yes"]) == 1
    assert "[2] no answer: " in capsys.readouterr().out


@pytest.mark.parametrize(("answer", "sent"), [("y\n", 1), ("n\n", 0), ("\n", 0)])
def test_it_asks_after_it_has_shown(site, report, monkeypatch, capsys, answer, sent):
    monkeypatch.setattr("sys.stdin", io.StringIO(answer))
    assert main(["replay", "r.json", report(reflected("a"))]) == 0
    assert len(site.log) == sent
    out = capsys.readouterr().out
    assert out.index("GET http://") < out.index("Send these 1 requests")


def test_without_anybody_to_ask_nothing_is_sent(site, report, monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert main(["replay", "r.json", report(reflected("a"))]) == 2
    assert "--yes" in capsys.readouterr().err
    assert site.log == []


def test_cookies_given_take_the_place_of_masked_ones(site, report, folder):
    headers = (("Cookie", "sid=‹secret:cookie-1›; theme=dark"),)
    row = step("member?note=hi", "Welcome. hi", "Welcome. hi", headers=headers)
    assert main(["replay", "r.json", report(row), "--yes"]) == 1
    assert "sid" not in site.headers_seen[-1]["cookie"]
    # Nobody's request stays nobody's: a session goes only with requests that were sent in one.
    wanted = report(row)
    change(folder / "r.json", lambda found: request_of(found).update(user="A"))
    assert main(["replay", "r.json", wanted, "--yes", "--cookie", "sid=s3cr3tvalue"]) == 0
    assert site.headers_seen[-1]["cookie"] == "theme=dark; sid=s3cr3tvalue"


def change(path, alter):
    row = json.loads(path.read_text())
    alter(row["findings"][0])
    path.write_text(json.dumps(row))


def request_of(row):
    return row["evidence"][0]["exchange"]["request"]


@pytest.mark.parametrize(
    ("alter", "says"),
    [
        (lambda row: request_of(row).update(url="http://127.0.0.1:1/"), "another host"),
        (lambda row: request_of(row).update(url="http://[::1"), "cannot be read"),
        (lambda row: request_of(row).update(method=3), "cannot be read"),
        (lambda row: request_of(row).update(url=request_of(row)["url"] + "‹secret:x›"), "masked value"),
        (lambda row: row.update(evidence=[]), "no requests"),
        (lambda row: row.update(url="ftp://x/"), "another host"),
        (lambda row: row.update(id="other"), "no finding"),
        (lambda row: row.pop("url"), "not a JSON report"),
    ],
)
def test_a_report_that_was_tampered_with_sends_nothing(site, report, folder, capsys, alter, says):
    wanted = report(reflected("a"))
    change(folder / "r.json", alter)
    assert main(["replay", "r.json", wanted, "--yes"]) == 2
    assert says in capsys.readouterr().err
    assert site.log == []


def test_private_hosts_need_leave_here_too(site, report, folder, capsys):
    wanted = report(reflected("a"))
    text = (folder / "r.json").read_text()
    (folder / "r.json").write_text(text.replace(site.url, "http://10.0.0.1/"))
    assert main(["replay", "r.json", wanted, "--yes"]) == 2
    err = capsys.readouterr().err
    assert "private address" in err
    assert "--allow-private" in err


@pytest.mark.parametrize("content", [None, "", "[]", '{"findings": 3}', '{"findings": [{}]}'])
def test_what_is_no_report_is_refused(folder, content, capsys):
    if content is not None:
        (folder / "r.json").write_text(content)
    assert main(["replay", "r.json", "abc"]) == 2
    assert capsys.readouterr().err.startswith("vedette: ")


def test_what_was_masked_may_be_part_of_the_proof(site, report, capsys):
    row = step("search?q=‹secret:header-1›", "You looked for ‹secret:header-1›,", "for ‹secret:header-1›,")
    assert main(["replay", "r.json", report(row), "--yes", "--header", "X-Key: k3y-of-mine"]) == 0
    assert site.log == ["GET /search?q=k3y-of-mine"]
    assert "k3y-of-mine" not in capsys.readouterr().out


def test_an_interrupt_ends_it(site, report, capsys):
    over = threading.Event()

    def interrupt(target):
        os.kill(os.getpid(), signal.SIGINT)
        over.wait(60)

    site.on_request = interrupt
    try:
        assert main(["replay", "r.json", report(reflected("a"), reflected("b")), "--yes"]) == 130
    finally:
        over.set()
    assert len(site.log) == 1
    assert "Interrupted" in capsys.readouterr().err


def test_what_a_site_said_cannot_steer_the_terminal(report, capsys):
    wanted = report(reflected("a"), title="[red]\x1b[2J[/red] title")
    main(["replay", "r.json", wanted, "--yes"])
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "[red]" in out
