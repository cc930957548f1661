"""The one rule of what is gone: it is said only when nothing at all speaks against it."""

from hypothesis import given
from hypothesis import strategies as some

from vedette.engine.scan.doubting import NOT_THERE
from vedette.engine.scan.rechecking import REFUTED, Evidence, Outcome, UnitEnd, judge

WORDS = some.sampled_from(["", "The log-in failed."])
ENDS = some.sampled_from(
    [
        "", "tested", "light", REFUTED, "found: firm", "skipped: not in the profile", "blocked: timeout",
        f"blocked: {NOT_THERE}", "error: LookupError", "tested: the unit's requests are spent",
        "light: the unit's requests are spent", "skipped: already proven by sqli-union",
    ]
)  # fmt: skip
UNITS = some.builds(UnitEnd, wanted=some.sampled_from(["tested", "light", REFUTED]), outcome=ENDS)
EVIDENCE = some.builds(
    Evidence,
    seen=some.booleans(),
    obstacle=WORDS,
    found=some.booleans(),
    silent=WORDS,
    crawled=some.booleans(),
    cut=some.sampled_from(["", "max-pages"]),
    units=some.lists(UNITS, max_size=4).map(tuple),
)


def whole(unit):
    """The ends that count as a whole test which showed nothing of the finding."""
    return unit.outcome == unit.wanted or (unit.wanted == REFUTED and unit.outcome == "found: firm")


@given(EVIDENCE)
def test_gone_needs_a_whole_test_of_the_very_input_and_nothing_against_it(evidence):
    outcome, reason = judge(evidence)
    tested = bool(evidence.units) and all(whole(unit) for unit in evidence.units)
    gone = not evidence.seen and not evidence.obstacle and evidence.found and tested
    assert (outcome is Outcome.GONE) == gone
    assert (outcome is Outcome.SEEN) == evidence.seen
    assert bool(reason) == (outcome in (Outcome.UNREACHABLE, Outcome.UNTESTED))
    assert not reason or reason.endswith(".")


@given(EVIDENCE)
def test_unreachable_is_said_only_of_what_was_looked_for_to_the_end(evidence):
    outcome, _ = judge(evidence)
    if outcome is Outcome.UNREACHABLE and not evidence.found:
        assert evidence.crawled
        assert not evidence.silent
        assert not evidence.cut
    elif outcome is Outcome.UNREACHABLE:
        assert any(NOT_THERE in unit.outcome for unit in evidence.units)


@given(EVIDENCE, UNITS)
def test_one_unit_that_did_not_come_to_its_end_spoils_it(evidence, unit):
    if not whole(unit):
        spoilt = Evidence(found=True, crawled=True, units=(*evidence.units, unit))
        assert judge(spoilt)[0] in (Outcome.UNREACHABLE, Outcome.UNTESTED)


def test_the_reasons_name_what_was_missing():
    late = Evidence(found=True, crawled=True, units=(UnitEnd(wanted="tested", outcome=""),))
    assert judge(late) == (Outcome.UNTESTED, "The scan ended before its test.")
    cut = Evidence(found=True, units=(UnitEnd(wanted="tested", outcome="blocked: timeout"),))
    assert judge(cut) == (Outcome.UNTESTED, "The test did not come to its end: blocked: timeout.")
    assert judge(Evidence()) == (Outcome.UNTESTED, "The scan ended before it came there.")
    assert judge(Evidence(crawled=True))[0] is Outcome.UNREACHABLE
