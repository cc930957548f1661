"""A retest: only what is known is tested again, cheaply, and nothing is called gone that may still be there."""

import random

import pytest

from tests.engine.scan.knowing import as_member, found_on, known_of, on, outcomes, retest_job
from tests.engine.scan.scanning import SECRET, ran, sayer
from tests.sites.mending import FLAWS, SESSION, mending
from tests.sites.shop import berth
from vedette.contract import events as kinds
from vedette.contract.checkinfo import Kind, Phase
from vedette.contract.exchange import Request
from vedette.contract.finding import Location, identify
from vedette.contract.job import Job, JobKind, Known, Profile
from vedette.engine import catalog
from vedette.engine.scan import Control, JobRefused, run
from vedette.engine.scan.executing import NOT_WANTED

PAGES = {"/search", "/item", "/visits", "/hello", "/go", "/price", "/files/", "/write", "/book", "/entries", "/notes"}


@pytest.fixture
async def site():
    async with mending(berth()) as running:
        yield running


def reasons(result):
    return {event.finding: event.reason for event in result.of(kinds.Rechecked)}


async def test_what_is_still_there_is_seen_with_evidence_and_nothing_else_is_told(site):
    known = await found_on(site)
    assert {one.check for one in known} >= {check for check, _ in FLAWS.values()}
    site.new_tokens()
    before = len(site.server.log)
    result = await ran(retest_job(site, *known))
    assert outcomes(result) == dict.fromkeys((one.id for one in known), "seen")
    assert {event.finding.id for event in result.of(kinds.FindingSeen)} == {one.id for one in known}
    assert all(event.finding.steps for event in result.of(kinds.FindingSeen))
    assert (result.finished.verdict, result.finished.reasons) == ("findings", (NOT_WANTED,))
    assert result.finished.requests == len(site.server.log) - before < 60 + 10 * len(known)
    assert [event.resumed for event in result.of(kinds.ScanStarted)] == [False]
    points = {(point.point_kind, point.parameter) for point in result.points()}
    assert points == {(one.location.kind, one.location.parameter) for one in known if one.location.kind}
    again = known_of(result)
    assert {one.id: one.request.method for one in again} == {one.id: one.request.method for one in known}
    assert outcomes(await ran(retest_job(site, *again))) == outcomes(result), "a retest can be retested"


ACTIVE = [
    check.info
    for check in catalog.load().checks
    if check.info.kind is Kind.ACTIVE and check.info.phase is not Phase.STORED
]


@pytest.mark.parametrize("info", ACTIVE, ids=lambda info: info.id)
async def test_every_check_comes_to_its_end_on_a_sound_input(site, info):
    """At full depth, timing included: no budget may keep a flaw from ever being called gone."""
    site.mended = {*FLAWS, "notes"}
    for path, kind, name in (("item?id=1", "query", "id"), ("about?file=a.txt", "query", "file")):
        place = Location(url=site.url + path, path="/" + path.partition("?")[0], kind=kind, parameter=name)
        one = Known(id=identify(info, place).id, check=info.id, location=place, request=Request("GET", place.url))
        before = len(site.server.log)
        result = await ran(retest_job(site, one))
        assert outcomes(result) == {one.id: "gone"}, reasons(result)
        assert len(site.server.log) - before <= 60


async def test_one_reflected_script_costs_little(site):
    one = on(await found_on(site), "xss-reflected", "/search")
    for mended in (set(), {"search"}):
        site.mended, before = mended, len(site.server.log)
        result = await ran(retest_job(site, one))
        assert outcomes(result) == {one.id: "gone" if mended else "seen"}
        assert len(site.server.log) - before <= 25
        asked = {line.split()[1].partition("?")[0] for line in site.server.lines(since=before)}
        assert len(asked - {"/", "/search"}) <= 2, "beside its page only names that cannot exist"


@pytest.mark.parametrize("flaw", sorted(FLAWS))
async def test_what_is_mended_is_gone_and_all_else_is_seen(site, flaw):
    known = await found_on(site)
    site.mended = {flaw}
    site.new_tokens()
    result = await ran(retest_job(site, *known))
    gone = {key for key, outcome in outcomes(result).items() if outcome == "gone"}
    check, path = FLAWS[flaw]
    mended = {one.id for one in known if one.check == check and one.location.url.partition("?")[0].endswith(path)}
    if flaw == "nosniff":
        mended = {one.id for one in known if one.check == check}
    if flaw == "item":
        mended |= {on(known, "disclosure-error-message").id}
    assert gone == mended
    assert set(outcomes(result).values()) == {"gone", "seen"}
    assert result.finished.verdict == "findings"


async def test_when_all_is_mended_the_retest_is_clean(site):
    known = await found_on(site)
    site.mended = {*FLAWS, "notes"}
    result = await ran(retest_job(site, *known))
    assert set(outcomes(result).values()) == {"gone"}, reasons(result)
    assert (result.finished.verdict, result.finished.reasons) == ("clean", ())


@pytest.mark.parametrize("soft", [False, True])
async def test_what_vanished_is_not_gone(site, soft):
    known = await found_on(site)
    site.removed, site.soft = PAGES, soft
    told = outcomes(await ran(retest_job(site, *known)))
    stays = {"cookies-no-httponly", "headers-nosniff-missing", "files-env-exposed"}
    for one in known:
        wanted = {"seen"} if one.check in stays else {"unreachable", "untested"}
        assert told[one.id] in wanted, one
    assert told[on(known, "xss-reflected", "/search").id] == "unreachable"
    assert told[on(known, "disclosure-directory-listing").id] == "unreachable"


async def test_a_form_whose_page_is_gone_is_not_tried_with_an_old_token(site):
    one = on(await found_on(site), "xss-stored")
    site.removed, site.mended = {"/write"}, {"book"}
    site.new_tokens()
    result = await ran(retest_job(site, one))
    assert outcomes(result) == {one.id: "untested"}
    assert "session that has ended" in reasons(result)[one.id]
    assert result.finished.verdict == "incomplete"
    assert result.finished.reasons == ("1 known finding could not be tested again.",)


async def test_a_stored_input_whose_page_shows_nothing_any_more_is_not_gone(site):
    one = on(await found_on(site), "xss-stored")
    site.removed = {"/entries"}
    assert outcomes(await ran(retest_job(site, one))) == {one.id: "unreachable"}


async def test_a_firewall_mends_nothing(site):
    known = await found_on(site)
    site.firewall, site.mended = True, {*FLAWS, "notes"} - {"flags", "nosniff", "env"}
    told = outcomes(await ran(retest_job(site, *known)))
    for path in ("/search", "/notes"):
        assert told[on(known, "xss-reflected", path).id] == "untested"
    assert told[on(known, "sqli-error").id] == "untested"
    assert told[on(known, "disclosure-stack-trace").id] == "untested"


async def test_a_site_that_is_down_is_untested_soon(site):
    known = await found_on(site)
    site.down = True
    before = len(site.server.log)
    result = await ran(retest_job(site, *known))
    assert set(outcomes(result).values()) == {"untested"}
    assert result.finished.verdict == "incomplete"
    assert len(site.server.log) - before < 10


async def test_a_page_that_is_down_is_untested(site):
    one = on(await found_on(site), "xss-reflected", "/search")
    site.broken = {"/search"}
    result = await ran(retest_job(site, one))
    assert outcomes(result) == {one.id: "untested"}


@pytest.mark.parametrize("profile", [Profile.LIGHTNING, Profile.SAFE])
async def test_a_smaller_profile_mends_nothing(site, profile):
    known = await found_on(site)
    site.mended = {*FLAWS, "notes"}
    told = outcomes(await ran(retest_job(site, *known, profile=profile)))
    assert told[on(known, "xss-stored").id] == "untested"
    if profile is Profile.LIGHTNING:
        assert told[on(known, "xss-reflected", "/search").id] == "untested"
        assert told[on(known, "disclosure-stack-trace").id] == "untested"
    assert told[on(known, "headers-nosniff-missing").id] == "gone"


async def members(site, **changes):
    """What a logged-in scan finds on the notes."""
    site.members = True
    site.mended = set(FLAWS)
    known = await found_on(site, **as_member(site), **changes)
    return on(known, "xss-reflected", "/notes")


async def as_one(site, *known, **changes):
    return await ran(retest_job(site, *known, **as_member(site), **changes), secrets={"session": SESSION})


async def test_with_the_session_in_force_what_is_mended_is_gone(site):
    one = await members(site)
    assert one.request.user == "A"
    assert SESSION not in str(one)
    assert outcomes(await as_one(site, one)) == {one.id: "seen"}
    site.mended.add("notes")
    result = await as_one(site, one)
    assert outcomes(result) == {one.id: "gone"}
    assert [event.ok for event in result.of(kinds.LoginAttempt)] == [True]


async def test_a_lost_log_in_mends_nothing(site):
    one = await members(site)
    site.mended.add("notes")
    site.expired = True
    result = await as_one(site, one)
    assert outcomes(result) == {one.id: "untested"}
    assert "log-in failed" in reasons(result)[one.id]
    assert [event.ok for event in result.of(kinds.LoginAttempt)] == [False]


async def test_a_session_that_ends_on_the_way_mends_nothing(site):
    one = await members(site)
    site.mended.add("notes")
    told = []
    for good_for in range(1, 40):
        site.expired, site.expires_after, site.refused = False, good_for, 0
        told.append(outcomes(await as_one(site, one))[one.id])
        if told[-1] == "gone":
            # Only the log-in's own question as nobody is turned away.
            assert site.refused == 1, "the session was in force from first to last"
    assert "gone" in told
    assert "untested" in told


async def test_without_the_log_in_nothing_of_it_is_tested(site):
    one = await members(site)
    site.mended.add("notes")
    result = await ran(retest_job(site, one))
    assert outcomes(result) == {one.id: "untested"}
    assert "another log-in state" in reasons(result)[one.id]


async def test_what_was_found_by_nobody_is_tested_as_nobody(site):
    one = on(await found_on(site), "xss-reflected", "/search")
    site.mended = {"search"}
    before = len(site.server.log)
    assert outcomes(await as_one(site, one)) == {one.id: "gone"}
    searched = [asked for asked in site.server.log[before:] if asked.path == "/search"]
    assert searched
    assert all("sid" not in asked.headers.get("cookie", "") for asked in searched)


@pytest.mark.parametrize("word", ["cancel", "pause"])
async def test_what_was_not_done_before_the_end_is_untested(site, word):
    known = await found_on(site)
    site.mended = {*FLAWS, "notes"}
    for after in (1, 3, 6, 12, 20):
        control = Control()
        result = await ran(retest_job(site, *known), control=control, on_batch=sayer(control, word, after))
        if word == "pause":
            assert result.of(kinds.SliceEnded) or result.of(kinds.ScanFinished)
        else:
            assert "seen" not in outcomes(result).values()
    if word == "cancel":
        control = Control()
        control.say("cancel")
        assert set(outcomes(await ran(retest_job(site, *known), control=control)).values()) == {"untested"}


async def test_spent_requests_are_no_repair(site):
    known = await found_on(site)
    site.mended = {*FLAWS, "notes"}
    whole = await ran(retest_job(site, *known))
    gone = []
    for most in (1, 10, 25, 50, 75, 100):
        result = await ran(retest_job(site, *known, limits={"max_requests": most}))
        told = outcomes(result)
        gone.append(sum(outcome == "gone" for outcome in told.values()))
        assert set(told.values()) <= {"gone", "untested"}
        assert result.finished.verdict == "incomplete"
    assert gone[0] == 0
    assert set(outcomes(whole).values()) == {"gone"}


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_kills_and_pauses_change_no_outcome(site, seed):
    known = await found_on(site)
    site.mended = {"search", "book", "item", "flags", "env", "price", "listing"}
    site.removed = {"/go", "/notes"}
    job = retest_job(site, *known)
    whole = outcomes(await ran(job, state=SECRET))
    assert set(whole.values()) == {"seen", "gone", "unreachable"}
    rng, result, epoch = random.Random(seed), None, 0
    while not (result and result.of(kinds.ScanFinished)):
        epoch += 1
        control = Control()
        say = sayer(control, "yield", rng.randrange(2, 9))
        kill = rng.randrange(2, 9) if epoch % 2 else 0
        result = await ran(
            job, state=SECRET, control=control, epoch=epoch, before=result, kill_after=kill, on_batch=say
        )
        assert epoch < 100
    assert epoch >= 4
    assert outcomes(result) == whole


def test_a_retest_of_nothing_is_refused():
    with pytest.raises(JobRefused, match="needs findings"):
        run(Job(id="t", start_urls=("http://127.0.0.1/",), kind=JobKind.RETEST))
