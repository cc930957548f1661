"""Completed is not clean."""

import pytest

from vedette.contract.verdict import Health, Verdict, decide


def test_clean_and_findings():
    assert decide(Health(endpoints=3, requests=50))[0] == Verdict.CLEAN
    assert decide(Health(findings=1, endpoints=3, requests=50))[0] == Verdict.FINDINGS


@pytest.mark.parametrize(
    ("health", "reason"),
    [
        (Health(login_requested=True, login_failed="wrong password."), "wrong password"),
        (Health(login_requested=True, logged_in_share=0.94), "94%"),
        (Health(requests=100, troubled_requests=6), "6%"),
        (Health(limits_reached=("max-time",)), "max-time"),
        (Health(checks_crashed=("sqli-error",)), "sqli-error"),
        (Health(barren_start_urls=("http://a/",)), "http://a/"),
        (Health(units_left=2), "2 tests"),
        (Health(units_left=1), "1 test could"),
        (Health(sequences_failed=("Walk: Step 2 failed.",)), "could not be replayed. Walk: Step 2 failed."),
        (Health(unsettled=1, findings=3), "1 known finding could not be tested again"),
        (Health(gaps=("The source crt-sh failed.",)), "The source crt-sh failed."),
        (Health(cancelled=True), "stopped"),
    ],
)
def test_each_gap_makes_it_incomplete_and_is_named(health, reason):
    verdict, reasons = decide(health)
    assert verdict == Verdict.INCOMPLETE
    assert any(reason in text for text in reasons)


def test_findings_do_not_hide_a_gap():
    assert decide(Health(findings=9, limits_reached=("max-requests",)))[0] == Verdict.INCOMPLETE


@pytest.mark.parametrize(
    "health",
    [
        Health(login_requested=True, logged_in_share=0.95),
        Health(logged_in_share=0.1),
        Health(requests=100, troubled_requests=5),
    ],
)
def test_the_thresholds_themselves_are_fine(health):
    assert decide(health)[0] == Verdict.CLEAN


def test_a_fatal_reason_fails_whatever_else():
    verdict, reasons = decide(Health(fatal="The site cannot be reached.", findings=2, cancelled=True))
    assert verdict == Verdict.FAILED
    assert reasons[0] == "The site cannot be reached."


def test_remarks_stay_when_clean():
    assert decide(Health(notes=("No browser.",))) == (Verdict.CLEAN, ("No browser.",))
