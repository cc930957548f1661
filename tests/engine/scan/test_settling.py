"""What a full scan says of the findings that it was told."""

import dataclasses
import random
from urllib.parse import parse_qsl

import pytest

from tests.engine.scan.knowing import as_member, found_on, known_of, on, outcomes, scan_job
from tests.engine.scan.scanning import SECRET, altered, catalogue, ran, sayer
from tests.sites.mending import FLAWS, SESSION, mending
from tests.sites.shop import Answer, berth, page
from vedette.contract import events as kinds
from vedette.contract.exchange import Request
from vedette.contract.finding import Location, identify
from vedette.contract.job import Known, Profile
from vedette.engine import catalog
from vedette.engine.scan import Control


@pytest.fixture
async def site():
    async with mending(berth()) as running:
        yield running


def reasons(result):
    return {event.finding: event.reason for event in result.of(kinds.Rechecked)}


async def test_a_scan_that_knows_nothing_says_nothing(site):
    result = await ran(scan_job(site))
    assert not result.of(kinds.Rechecked)
    assert "recheck" not in {event.phase for event in result.of(kinds.PhaseStarted)}


async def test_what_is_there_is_seen_and_the_findings_are_the_same(site):
    first = await ran(scan_job(site))
    known = known_of(first)
    result = await ran(scan_job(site, *known))
    assert outcomes(result) == dict.fromkeys((one.id for one in known), "seen")
    assert result.proven() == first.proven()
    assert result.finished.verdict == "findings"
    kinds_told = [event.kind for event in result.events]
    assert kinds_told.index("rechecked") > kinds_told.index("finding")
    assert kinds_told[-1] == "scan_finished"


async def test_what_is_mended_is_gone(site):
    known = await found_on(site)
    site.mended = {*FLAWS, "notes"}
    result = await ran(scan_job(site, *known))
    assert set(outcomes(result).values()) == {"gone"}, reasons(result)
    assert result.finished.verdict == "clean", "what is gone leaves no gap"


async def test_what_vanished_is_unreachable_and_no_gap(site):
    known = await found_on(site)
    site.removed = {"/search", "/book", "/files/", "/price"}
    result = await ran(scan_job(site, *known))
    told = outcomes(result)
    for check, path in (("xss-reflected", "/search"), ("xss-stored", ""), ("disclosure-directory-listing", "")):
        assert told[on(known, check, path).id] == "unreachable"
    assert told[on(known, "disclosure-stack-trace").id] == "unreachable"
    assert told[on(known, "sqli-error").id] == "seen"
    assert result.finished.verdict == "findings"


async def test_kin_that_prove_the_flaw_first_do_not_hide_it(site):
    """Another check confirms the same flaw on the same input: the one that found it before is run all the same."""
    known = await found_on(site, checks=("sqli-error",))
    result = await ran(scan_job(site, *known, checks=("sqli",)))
    assert outcomes(result) == {one.id: "seen" for one in known}


async def test_a_check_left_out_is_untested(site):
    known = await found_on(site)
    site.mended = {*FLAWS, "notes"}
    result = await ran(scan_job(site, *known, checks=("-xss", "-cookies", "-headers", "-disclosure")))
    told = outcomes(result)
    assert told[on(known, "xss-stored").id] == "untested"
    assert told[on(known, "headers-nosniff-missing").id] == "untested"
    assert told[on(known, "sqli-error").id] == "gone"


async def test_a_check_that_is_no_more_is_untested(site):
    one = dataclasses.replace(on(await found_on(site), "sqli-error"), id="0" * 16, check="sqli-retired")
    result = await ran(scan_job(site, one))
    assert outcomes(result) == {one.id: "untested"}


@pytest.mark.parametrize("part", ["detect", "verify"])
async def test_a_check_that_crashes_is_no_repair(site, monkeypatch, part):
    one = on(await found_on(site), "xss-reflected", "/search")

    async def broken(*_):
        raise LookupError("lost")

    catalogue(monkeypatch, altered("xss-reflected", **{part: broken}))
    result = await ran(scan_job(site, one))
    assert outcomes(result) == {one.id: "untested"}
    assert "crashed" in reasons(result)[one.id]


async def test_a_verifier_that_fails_is_a_repair(site, monkeypatch):
    one = on(await found_on(site), "xss-reflected", "/search")

    async def refutes(probe, candidate):
        return None

    catalogue(monkeypatch, altered("xss-reflected", verify=refutes))
    assert outcomes(await ran(scan_job(site, one))) == {one.id: "gone"}


async def test_a_verifier_that_is_cut_off_is_none(site, monkeypatch):
    one = on(await found_on(site), "xss-reflected", "/search")

    async def tries(probe, candidate):
        site.broken = {"/search"}
        await probe.send(candidate.point, "x", fresh=True)

    catalogue(monkeypatch, altered("xss-reflected", verify=tries))
    assert outcomes(await ran(scan_job(site, one))) == {one.id: "untested"}


async def test_a_known_input_is_tested_to_the_bottom_where_others_look_dull(site):
    """A dull point gets few requests; one with a history gets them all."""
    one = on(await found_on(site), "sqli-error")
    site.mended = {"item"}
    result = await ran(scan_job(site, one, checks=("sqli-error",)))
    assert outcomes(result) == {one.id: "gone"}
    depth = {(point.point_kind, point.parameter): point.outcomes.get("sqli-error") for point in result.points()}
    assert depth["query", "id"] == "tested"
    assert depth["name", "id"] == "light"


async def test_another_request_of_the_same_names_does_not_stand_for_it(site):
    """A front door to several pages: whichever the crawl takes as the one for all, that of the flaw is tested too."""

    async def front(asked):
        fields = dict(parse_qsl(asked.target.partition("?")[2], keep_blank_values=True))
        if asked.path == "/":
            links = "".join(f'<a href="/door?page={name}&amp;q=tea">{name}</a>' for name in names)
            return Answer(page("Home", links))
        if asked.path == "/door":
            value = fields["q"] if fields.get("page") == flawed else "nothing"
            return Answer(page("Door", f"<p>You asked for {value}, in all our rooms.</p>"))
        return Answer(page("None", "<p>Nothing here.</p>"), 404)

    names = ("about", "search", "team")
    site.server._before = front
    info = catalog.load().by_id["xss-reflected"].info
    for flawed in names:
        url = site.url + f"door?page={flawed}&q=tea"
        place = Location(url=url, path="/door", kind="query", parameter="q")
        one = Known(id=identify(info, place).id, check=info.id, location=place, request=Request("GET", url))
        assert outcomes(await ran(scan_job(site, one, checks=("xss-reflected",)))) == {one.id: "seen"}
        names = tuple(name for name in ("about", "search", "team") if name != flawed)
        assert outcomes(await ran(scan_job(site, one, checks=("xss-reflected",)))) == {one.id: "unreachable"}
        names = ("about", "search", "team")


async def test_a_value_of_another_kind_does_not_stand_for_that_of_the_flaw(site):
    """What a check tries depends on the value that stands there: the one of the finding is put in its place."""
    seen = []

    async def shop(asked):
        seen.append(asked.target)
        if asked.path == "/":
            return Answer(page("Home", '<a href="/view?file=1">View</a>'))
        return Answer(page("View", "<p>A file as any other.</p>")) if asked.path == "/view" else Answer("", 404)

    site.server._before = shop
    info = catalog.load().by_id["file-path-traversal"].info
    url = site.url + "view?file=readme.txt"
    place = Location(url=url, path="/view", kind="query", parameter="file")
    one = Known(id=identify(info, place).id, check=info.id, location=place, request=Request("GET", url))
    assert outcomes(await ran(scan_job(site, one, checks=(info.id,)))) == {one.id: "gone"}
    assert "/view?file=readme.txt" in seen


@pytest.mark.parametrize("profile", [Profile.LIGHTNING, Profile.SAFE])
async def test_smaller_profiles_mend_nothing(site, profile):
    known = await found_on(site)
    site.mended = {*FLAWS, "notes"}
    told = outcomes(await ran(scan_job(site, *known, profile=profile)))
    assert told[on(known, "xss-stored").id] == "untested"
    active = told[on(known, "xss-reflected", "/search").id]
    assert active == ("untested" if profile is Profile.LIGHTNING else "gone")


async def test_a_log_in_that_is_new_or_lost_mends_nothing(site):
    nobody = await found_on(site)
    site.mended = {*FLAWS, "notes"}
    job = scan_job(site, *nobody, **as_member(site))
    told = outcomes(await ran(job, secrets={"session": SESSION}))
    assert told[on(nobody, "xss-reflected", "/search").id] == "untested"
    site.expired = True
    told = outcomes(await ran(job, secrets={"session": SESSION}))
    assert "gone" not in {told[one.id] for one in nobody if one.location.kind}


async def test_a_site_that_is_down_mends_nothing(site):
    known = await found_on(site)
    site.down = True
    result = await ran(scan_job(site, *known))
    assert set(outcomes(result).values()) == {"untested"}
    assert result.finished.verdict == "failed"


@pytest.mark.parametrize("most", [1, 30, 90, 150, 200])
async def test_limits_mend_nothing_that_was_not_tested(site, most):
    known = await found_on(site)
    site.mended = {*FLAWS, "notes"}
    result = await ran(scan_job(site, *known, limits={"max_requests": most}))
    assert set(outcomes(result).values()) <= {"gone", "untested"}
    done = {key.split("|")[1].split(".")[0] for key in result.state.get("units", {}) if key.startswith("done:")}
    gone = {one.check for one in known if outcomes(result)[one.id] == "gone"}
    assert {check for check in gone if not check.startswith("disclosure")} <= done


async def test_pages_that_were_not_fetched_are_not_called_unreachable(site):
    known = await found_on(site)
    told = outcomes(await ran(scan_job(site, *known, limits={"max_pages": 1})))
    assert told[on(known, "xss-reflected", "/search").id] == "untested"


@pytest.mark.parametrize("seed", [1, 2])
async def test_kills_and_pauses_change_no_outcome(site, seed):
    known = await found_on(site)
    site.mended = {"search", "book", "item", "flags", "env", "price"}
    site.removed = {"/go"}
    job = scan_job(site, *known)
    whole = outcomes(await ran(job, state=SECRET))
    assert set(whole.values()) == {"seen", "gone", "unreachable"}
    rng, result, epoch = random.Random(seed), None, 0
    while not (result and result.of(kinds.ScanFinished)):
        epoch += 1
        control = Control()
        say = sayer(control, "yield", rng.randrange(3, 25))
        kill = rng.randrange(3, 25) if epoch % 2 else 0
        result = await ran(
            job, state=SECRET, control=control, epoch=epoch, before=result, kill_after=kill, on_batch=say
        )
        assert epoch < 100
    assert epoch >= 4
    assert outcomes(result) == whole
