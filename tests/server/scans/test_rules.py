"""Pure rules of scans."""

import pytest

from vedette.contract.job import Profile
from vedette.server.scans import rules


def test_every_action_is_possible_in_some_status_and_none_when_it_is_over():
    for action, statuses in rules.ALLOWED.items():
        assert set(statuses) <= set(rules.ACTIVE)
        assert not any(rules.allows(action, status) for status in rules.FINAL), action


@pytest.mark.parametrize(
    ("verdict", "cancelled", "fail_fast", "reviews", "status"),
    [
        ("clean", False, True, 0, "completed"),
        ("findings", False, True, 0, "completed"),
        ("findings", False, True, 2, "under_review"),
        ("incomplete", False, True, 0, "failed"),
        ("incomplete", False, False, 0, "completed"),
        ("failed", False, False, 0, "failed"),
        ("incomplete", True, True, 0, "canceled"),
    ],
)
def test_completed_is_not_clean(verdict, cancelled, fail_fast, reviews, status):
    given = {"verdict": verdict, "cancelled": cancelled, "fail_fast": fail_fast, "pending_reviews": reviews}
    assert rules.final_status(**given) == status


@pytest.mark.parametrize(
    ("options", "max_rate", "loopback", "rate", "concurrency"),
    [
        ({}, None, False, 50.0, 10),
        ({"speed": 10}, None, False, 25.0, 5),
        ({"speed": 30}, None, False, 50.0, 20),
        ({}, 5, False, 5.0, 10),
        ({}, 500, False, 50.0, 10),
        ({"delay": 500}, None, False, 2.0, 1),
        ({}, None, True, 0.0, 10),
        ({}, 7, True, 7.0, 10),
    ],
)
def test_limits(options, max_rate, loopback, rate, concurrency):
    limits = rules.limits_of(options, max_rate=max_rate, slice_s=600, loopback=loopback)
    assert (limits.rate, limits.concurrency, limits.slice_s) == (rate, concurrency, 600)


def test_a_profile_bounds_time_and_pages():
    limits = rules.limits_of({"max_run_time": 60, "max_urls": 7}, max_rate=None, slice_s=1)
    assert (limits.max_time_s, limits.max_pages) == (60.0, 7)


@pytest.mark.parametrize(
    ("options", "profile"),
    [
        ({"base": "lightning", "payloads": 30}, Profile.LIGHTNING),
        ({"base": "normal"}, Profile.NORMAL),
        ({"base": "normal", "payloads": 30}, Profile.FULL),
        ({"base": "full", "methods": "safe"}, Profile.SAFE),
        ({"base": "safe", "payloads": 30, "methods": "safe"}, Profile.SAFE),
    ],
)
def test_the_engines_profile(options, profile):
    assert rules.engine_profile(options) == profile


@pytest.mark.parametrize(
    ("profile", "kind", "fits"),
    [("web", "single", True), ("web", "api", True), ("api", "api", True), ("api", "single", False)],
)
def test_a_profile_for_apis_fits_apis_alone(profile, kind, fits):
    assert rules.fits(profile, kind) is fits


def test_risk_is_the_worst_open_severity():
    assert rules.risk_of({10: 3, 30: 1, 40: 0, 0: 9}) == 30
    assert rules.risk_of({0: 9}) == 0
