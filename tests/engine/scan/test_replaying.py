"""A proof sent again: in order, to its own origin only, with what was masked filled in, and compared."""

import dataclasses

import pytest

from tests.engine.scan.scanning import job_for, ran
from tests.sites.shop import Answer, page, shop
from vedette.contract import wire
from vedette.contract.events import ScanFinished, ScanStarted, SliceEnded, StepReplayed
from vedette.contract.exchange import Exchange, Request, Response, Step
from vedette.contract.finding import Location
from vedette.contract.job import JobKind, Known, Login, Scope, Setting
from vedette.contract.verdict import Verdict
from vedette.engine.scan import Control, JobRefused, run
from vedette.engine.scan.filling import MaskedError
from vedette.engine.scan.replaying import Again, ReplayError, astray, compare, deciding, judge, requests_of

KEYS = {"member": "c00kie-of-a-member", "key": "k3y-of-a-member"}
MEMBER = {
    "login": Login(kind="static"),
    "headers": (Setting(name="X-Key", secret="key"),),
    "cookies": (Setting(name="sid", secret="member"),),
}


def step(url, *marks, method="GET", body="", status=200, control=False, headers=(), user="", sent=b"", **more):
    response = Response(status, (), body.encode(), **more)
    return Step("step", Exchange(Request(method, url, headers, sent, user), response), marks, control=control)


def search(site, word, *marks, **more):
    body = page("Search", f"<p>Nothing was found for {word} in the whole shop.</p>")
    return step(f"{site.url}search?q={word}", *marks, body=body, **more)


def replaying(url, *steps, **changes):
    return job_for(url, kind=JobKind.REPLAY, replay=steps, **changes)


def sound(result):
    """The events of the steps, once it is sure that the batch is whole."""
    (made,) = result.batches
    kinds = [type(event) for event in made.events]
    assert (kinds[0], kinds[-1]) == (ScanStarted, ScanFinished)
    assert set(kinds[1:-1]) <= {StepReplayed}
    assert [event.index for event in made.events[1:-1]] == list(range(len(made.events) - 2))
    return made.events[1:-1]


async def test_a_proof_that_holds():
    async with shop() as site:
        steps = (search(site, "<b>", "<b>"), search(site, "tea", control=True))
        result = await ran(replaying(site.url, *steps))
        assert site.lines() == ["GET /search?q=<b> ", "GET /search?q=tea "]
        assert "x-vedette-scan" in site.log[0].headers
    first, second = sound(result)
    assert (first.same, first.verdict) == (True, "The answer is as before.")
    assert first.exchange.status == 200
    assert "<b> in the whole shop" in first.exchange.response.text
    assert second.same
    assert (result.finished.verdict, result.finished.reasons) == ("findings", ())
    assert result.finished.requests == 2
    assert all(wire.load_event(wire.dump(event)) == event for event in result.events)


async def test_a_proof_that_holds_no_more():
    async with shop() as site:
        gone = step(f"{site.url}safe?q=<b>", "for <b>", body="Nothing was found for <b> in the shop.")
        result = await ran(replaying(site.url, gone))
    (event,) = sound(result)
    assert (event.same, event.verdict) == (False, "The answer came without for <b>.")
    assert result.finished.verdict == "clean"
    assert result.finished.reasons == ("The proof could not be repeated as it stands.",)


async def test_each_step_goes_on_a_connection_of_its_own():
    connections = []
    async with shop() as site:
        serve = site.serve

        def counted(reader, writer):
            connections.append(writer)
            return serve(reader, writer)

        site.serve = counted
        result = await ran(replaying(site.url, *[search(site, "tea")] * 3))
    assert len(connections) == len(sound(result)) == 3


async def test_a_body_goes_as_it_was():
    async with shop() as site:
        posted = step(f"{site.url}book", method="POST", status=303, sent=b"text=\xff<i>")
        shown = step(f"{site.url}book", "<i>", body="<i>")
        result = await ran(replaying(site.url, posted, shown))
        assert site.lines() == ["POST /book text=\xff<i>", "GET /book "]
    assert [event.same for event in sound(result)] == [True, True]
    assert result.finished.verdict == "findings"


# What must not be sent


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"url": "http://127.0.0.1:1/"}, "another host than http://127.0.0.1:"),
        ({"url": "http://outside.invalid/"}, "another host"),
        ({"url": "https://127.0.0.1:{port}/"}, "another host"),
        ({"url": "http://127.0.0.1:{port}@outside.invalid/"}, "cannot be read"),
        ({"url": "http://‹secret:key›/"}, "cannot be read"),
        ({"user": "C"}, "user that is not known"),
        ({"url": "http://127.0.0.1:{port}/?a=‹secret:unknown›"}, "masked value, unknown"),
        ({"body": "a=‹secret:unknown›".encode()}, "masked value, unknown"),
        ({"url": "http://127.0.0.1:{port}/private/a"}, "must not be requested: excluded."),
    ],
)
async def test_one_step_astray_and_nothing_is_sent(change, says):
    async with shop() as site:
        good = search(site, "tea", "tea")
        change = change | ({"url": change["url"].replace("{port}", str(site.port))} if "url" in change else {})
        request = dataclasses.replace(good.exchange.request, **change)
        bad = dataclasses.replace(good, exchange=dataclasses.replace(good.exchange, request=request))
        result = await ran(replaying(site.url, good, bad, scope=Scope(exclude=("/private/*",))))
        assert site.log == []
    assert sound(result) == []
    assert result.finished.verdict == "failed"
    assert says in result.finished.reasons[0]


async def test_an_address_that_is_not_allowed_is_not_asked():
    async with shop() as site:
        result = await ran(dataclasses.replace(replaying(site.url, search(site, "tea")), allow_private=()))
        assert site.log == []
    assert "must not be requested" in result.finished.reasons[0]


async def test_a_reason_shows_no_secret():
    async with shop() as site:
        hidden = step(f"{site.url}private/‹secret:member›")
        job = replaying(site.url, hidden, scope=Scope(exclude=("/private/*",)), **MEMBER)
        result = await ran(job, secrets=KEYS)
    (reason,) = result.finished.reasons
    assert "/private/‹secret:member› must not be requested" in reason


@pytest.mark.parametrize("changes", [{"replay": ()}, {"start_urls": ()}])
def test_a_job_without_steps_or_start_is_refused(changes):
    job = replaying("http://127.0.0.1:9/", step("http://127.0.0.1:9/"))
    with pytest.raises(JobRefused, match="what to send again"):
        run(dataclasses.replace(job, **changes))


# The log-in


async def test_what_was_masked_comes_from_the_job():
    async with shop() as site:
        site.secrets = {"cookie": KEYS["member"], "header": KEYS["key"]}
        headers = (("X-Key", "‹secret:key›"), ("Cookie", "lang=en; sid=‹secret:member›"), ("X-Vedette-Scan", "old"))
        mark = "member with ‹secret:member› and ‹secret:key›"
        inside = step(f"{site.url}members", mark, body=mark, headers=headers, user="A")
        outside = step(f"{site.url}members", "members only", body="members only", status=401)
        job = replaying(site.url, inside, outside, **MEMBER)
        result = await ran(job, secrets=KEYS)
        asked = [(one.headers.get("x-key", ""), one.headers.get("cookie", "")) for one in site.log]
        assert asked == [(KEYS["key"], f"lang=en; sid={KEYS['member']}"), ("", "")]
        assert site.log[0].headers["x-vedette-scan"] == "t"
    assert [event.same for event in sound(result)] == [True, True]
    assert result.finished.verdict == "findings"
    shown = str(wire.dump(result.events))
    assert KEYS["member"] not in shown
    assert KEYS["key"] not in shown
    assert "‹secret:member›" in shown


async def test_masks_in_addresses_and_bodies_are_filled():
    async with shop() as site:
        masked = step(f"{site.url}book?k=‹secret:key›", method="POST", status=303, sent="text=‹secret:sid›".encode())
        result = await ran(replaying(site.url, masked, **MEMBER), secrets=KEYS)
        assert site.lines() == [f"POST /book?k={KEYS['key']} text={KEYS['member']}"]
    (event,) = sound(result)
    assert event.exchange.request.url.endswith("?k=‹secret:key›")
    assert event.exchange.request.body == "text=‹secret:member›".encode()


async def test_the_input_of_the_known_finding_goes_as_it_was():
    async with shop() as site:
        spot = Location(url=site.url, kind="header", parameter="X-Key")
        attack = search(site, "tea", headers=(("X-Key", "' or 1"),), user="A")
        job = replaying(site.url, attack, known=(Known(id="f", check="c", location=spot),), **MEMBER)
        await ran(job, secrets=KEYS)
        assert site.log[0].headers["x-key"] == "' or 1"


async def test_a_plain_mark_is_found_though_its_text_is_masked_now():
    async with shop() as site:
        plain = search(site, "green-tea", "for green-tea in")
        job = replaying(site.url, plain, headers=(Setting(name="X-Key", secret="key"),))
        result = await ran(job, secrets={"key": "green-tea"})
    assert result.finished.verdict == "findings"


# What is not answered


async def test_a_site_that_is_gone_proves_nothing():
    async with shop() as site:
        steps = (search(site, "a"), search(site, "b"))
    result = await ran(replaying(site.url, *steps))
    assert [event.same for event in sound(result)] == [False, False]
    assert result.finished.verdict == "failed"
    assert result.finished.reasons[0].startswith("Nothing answers at ")


async def test_one_step_without_an_answer_breaks_the_proof():
    async def before(asked):
        if asked.target.endswith("=b"):
            raise ConnectionResetError

    async with shop(before=before) as site:
        steps = (search(site, "a", "for a in"), search(site, "b", control=True))
        result = await ran(replaying(site.url, *steps))
    first, second = sound(result)
    assert first.same
    assert (second.same, second.exchange.response) == (False, None)
    assert "127.0.0.1" in second.verdict
    assert result.finished.verdict == "clean"


async def test_a_spent_budget_says_nothing_of_the_site():
    async with shop() as site:
        steps = (search(site, "a", "for a in"), search(site, "b", control=True))
        result = await ran(replaying(site.url, *steps, limits={"max_requests": 1}))
        assert len(site.log) == 1
    assert result.finished.verdict == "failed"
    assert "spent" in result.finished.reasons[0]


@pytest.mark.parametrize("word", ["cancel", "stop"])
async def test_nothing_is_sent_after_the_word(word):
    control = Control()

    async def before(asked):
        control.say(word)
        return Answer("late")

    async with shop(before=before) as site:
        result = await ran(replaying(site.url, *[search(site, "a")] * 3), control=control)
        assert len(site.log) == 1
    if word == "stop":
        assert [type(event) for event in result.events] == [ScanStarted, SliceEnded]
    else:
        assert (result.finished.verdict, result.finished.cancelled) == ("failed", True)


# The comparison


def again(before, now, *marks, control=False):
    """A step compared with this answer."""
    recorded = Step("s", Exchange(Request("GET", "http://a/"), before), marks, control=control)
    came = Exchange(Request("GET", "http://a/"), now, error="" if now else "connect")
    return compare(recorded, came, came)


def answer(body="", status=200, **more):
    return Response(status, (("X-A", "b"),), body.encode(), **more)


@pytest.mark.parametrize(
    ("before", "now", "marks", "differences"),
    [
        (answer("<b>"), answer("<b>" + "x" * 999), ("<b>",), ()),
        (answer("<b>"), answer("&lt;b&gt;"), ("<b>",), ("without <b>",)),
        (answer(), answer(), ("X-A: b",), ()),
        (answer(), Response(200), ("X-A: b",), ("without X-A: b",)),
        (answer("y" * 99), answer(), ("y" * 99,), ("without " + "y" * 80 + "…",)),
        # What was not in the answer before is named as missing, and is no mark to look for.
        (answer("a"), answer("a"), ("X-Missing",), ()),
        (answer("a"), answer("a", 404), (), ("with status 404 instead of 200",)),
        (answer("a", ttfb_s=0.6), answer("a", ttfb_s=0.4), (), ("faster than before",)),
        (answer("a", ttfb_s=0.6), answer("a", ttfb_s=0.5), (), ()),
        (answer("a" * 1000), answer("a" * 1100), (), ()),
        (answer("a" * 1000), answer("a" * 1101), (), ("with 1101 bytes instead of 1000",)),
        (answer("a"), answer("a" * 65), (), ()),
        (answer("a" * 1000, truncated=True), answer("a" * 5000), (), ()),
        (answer("a" * 1000, truncated=True), answer("a" * 100), (), ("with 100 bytes instead of 1000",)),
        (None, answer("a" * 1000), (), ("with status 200 instead of 0",)),
    ],
)
def test_differences(before, now, marks, differences):
    one = again(before, now, *marks)
    assert one.differences == differences
    assert one.same == (not differences)


def test_of_a_control_no_mark_is_looked_for():
    assert again(answer("<b>"), answer("<i>"), "<b>", control=True).same
    assert not again(answer("<b>"), answer("<i>" * 99), "<b>", control=True).same


def test_of_two_forms_of_a_body_the_nearer_counts():
    recorded = Step("s", Exchange(Request("GET", "http://a/"), answer("a" * 1000)))
    near, far = (Exchange(Request("GET", "http://a/"), answer("a" * size)) for size in (1000, 2000))
    assert compare(recorded, near, far).same
    assert compare(recorded, far, near).same
    assert compare(recorded, far, near).exchange is near


def test_without_an_answer_nothing_is_the_same():
    one = again(answer("a"), None)
    assert (one.same, one.differences) == (False, ())


MARKED, SLOW, BARE = (
    again(answer("<b>"), answer("<b>"), "<b>"),
    again(answer(ttfb_s=1.0), answer(ttfb_s=1.0)),
    again(answer(), answer()),
)
CONTROL = again(answer("<b>"), answer(), "<b>", control=True)
BROKEN = Again(BARE.step, BARE.exchange, ("with status 404 instead of 200",))
LOST = again(answer(), None)


@pytest.mark.parametrize(
    ("rows", "decides"),
    [
        ([MARKED, BARE, CONTROL], (True, False, False)),
        ([SLOW, BARE], (True, False)),
        ([BARE, CONTROL], (True, True)),
        ([CONTROL], (True,)),
    ],
)
def test_what_carries_no_mark_decides_only_where_nothing_better_tells(rows, decides):
    assert deciding([one.step for one in rows]) == decides


@pytest.mark.parametrize(
    ("rows", "verdict"),
    [
        ([MARKED, CONTROL], Verdict.FINDINGS),
        ([MARKED, BROKEN], Verdict.FINDINGS),
        ([BARE, BROKEN], Verdict.CLEAN),
        ([MARKED, LOST], Verdict.CLEAN),
        ([LOST, LOST], Verdict.FAILED),
        ([MARKED, Again(BARE.step, Exchange(Request("GET", "http://a/"), error="refused"))], Verdict.FAILED),
    ],
)
def test_the_verdict(rows, verdict):
    assert judge(rows)[0] == verdict


async def test_a_step_that_differs_and_does_not_decide_says_so():
    async with shop() as site:
        steps = (search(site, "<b>", "<b>"), step(f"{site.url}nowhere"))
        result = await ran(replaying(site.url, *steps))
    assert sound(result)[1].verdict.startswith("The answer came with status 404 instead of 200")
    assert sound(result)[1].verdict.endswith("Other steps decide.")
    assert result.finished.verdict == "findings"


def test_requests_can_be_looked_at_before_they_are_sent():
    job = replaying("http://127.0.0.1:9/", step("http://127.0.0.1:9/?a=‹secret:key›"), **MEMBER)
    assert [request.url for request in requests_of(job, KEYS)] == [f"http://127.0.0.1:9/?a={KEYS['key']}"]
    with pytest.raises(MaskedError):
        requests_of(dataclasses.replace(job, headers=(), cookies=()), {})
    with pytest.raises(ReplayError):
        requests_of(dataclasses.replace(job, start_urls=("http://127.0.0.1:8/",)), KEYS)
    assert astray("ftp://a/", job.replay) == "The proof holds a request to another host than ftp://a/."
    assert astray("http://127.0.0.1:9/x", job.replay) == ""
