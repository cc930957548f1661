"""Passive checks on one page: run at the border, grouped, masked."""

import pytest

from tests.engine.scan.scanning import altered, catalogue, exchange, job_for, scan_of
from vedette.contract import events as kinds
from vedette.contract.exchange import Request
from vedette.contract.job import Setting
from vedette.engine.parse.page import Observation, Page
from vedette.engine.scan.passive import MAX_OBSERVATIONS, inspect

URL = "http://127.0.0.1:9/x"
ASKED = Request("GET", URL)


def page(body="<p>Hello</p>", headers=()):
    return Page(exchange(URL, body, headers=headers))


def found(events):
    return [event.finding for event in events if isinstance(event, kinds.FindingSeen)]


def scan(**changes):
    return scan_of(job_for("http://127.0.0.1:9/", **changes), secrets={"key": "canary-4711-x"})


async def test_what_a_check_sees_becomes_a_finding_with_its_evidence():
    made = scan(checks=("headers-nosniff-missing",))
    events, rows = inspect(made, page(), ASKED)
    (finding,) = found(events)
    assert finding.check == "headers-nosniff-missing"
    assert finding.steps[0].exchange.response.text == "<p>Hello</p>"
    assert [row.room for row in rows] == ["head"]
    assert inspect(made, page(), ASKED) == ([], []), "the same page adds nothing"


async def test_only_chosen_checks_run():
    made = scan(checks=("cookies",))
    assert inspect(made, page(), ASKED) == ([], [])
    events, _ = inspect(made, page(headers=(("Set-Cookie", "sid=aaaaaaaaaaaaaaaaaaaa"),)), ASKED)
    assert {finding.check.partition("-")[0] for finding in found(events)} == {"cookies"}


async def test_with_a_tag_only_checks_that_carry_it():
    made = scan(checks=())
    assert inspect(made, page(), ASKED, tag="no such tag") == ([], [])
    tagged = {check.info.id for check in made.passive if "anomaly" in check.info.tags}
    assert tagged
    trace = 'Traceback (most recent call last):\n  File "/srv/app/shop.py", line 7, in view\nKeyError: 1'
    events, _ = inspect(made, page(f"<pre>{trace}</pre>"), ASKED, tag="anomaly")
    assert {finding.check for finding in found(events)} <= tagged
    assert found(events)


@pytest.mark.parametrize("lazy", [False, True])
async def test_a_broken_check_is_told_and_the_others_still_speak(monkeypatch, lazy):
    def broken(page):
        raise ValueError("odd page")

    def broken_later(page):
        yield Observation(detail="x")
        raise ValueError("odd page")

    catalogue(monkeypatch, altered("headers-nosniff-missing", inspect=broken_later if lazy else broken))
    made = scan(checks=("headers",))
    events, _ = inspect(made, page(), ASKED)
    (failure,) = [event for event in events if isinstance(event, kinds.CheckFailed)]
    assert (failure.check, failure.unit) == ("headers-nosniff-missing", URL)
    assert failure.reason.startswith("ValueError: odd page (broken")
    assert "headers-csp-missing" in {finding.check for finding in found(events)}
    assert made.tally.crashed == ["headers-nosniff-missing"]


async def test_secrets_are_masked_in_evidence_marks_and_words(monkeypatch):
    def tells(page):
        return [Observation(detail="Saw canary-4711-x.", mark="key=canary-4711-x")]

    catalogue(monkeypatch, altered("headers-nosniff-missing", inspect=tells))
    made = scan(checks=("headers-nosniff-missing",), headers=(Setting(name="X-Key", secret="key"),))
    events, _ = inspect(made, page("key=canary-4711-x"), ASKED)
    (finding,) = found(events)
    assert finding.detail == "Saw ‹secret:key›."
    assert finding.steps[0].marks == ("key=‹secret:key›",)
    assert finding.steps[0].marks[0] in finding.steps[0].exchange.response.text


async def test_a_flood_in_one_answer_is_cut_and_said():
    made = scan(checks=("cookies-no-httponly",))
    flood = tuple(("Set-Cookie", f"c{number}=1") for number in range(MAX_OBSERVATIONS + 3))
    events, _ = inspect(made, page(headers=flood), ASKED)
    assert [finding.location.parameter for finding in found(events)] == [f"c{n}" for n in range(MAX_OBSERVATIONS)]
    assert made.tally.notes == ["cookies-no-httponly saw 23 flaws in one answer; 20 of them are told."]


async def test_a_finding_holds_the_request_as_it_was_crawled_without_secrets():
    made = scan(checks=("headers-nosniff-missing",), headers=(Setting(name="X-Key", secret="key"),))
    asked = Request("GET", URL, (("Referer", "http://127.0.0.1:9/?k=canary-4711-x"),))
    events, _ = inspect(made, page(), asked)
    (finding,) = found(events)
    assert finding.request == Request("GET", URL, (("Referer", "http://127.0.0.1:9/?k=‹secret:key›"),))


async def test_one_check_alone_can_be_asked():
    made = scan(checks=())
    events, _ = inspect(made, page(), ASKED, only="headers-csp-missing")
    assert {finding.check for finding in found(events)} == {"headers-csp-missing"}
