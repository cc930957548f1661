"""Pools and priorities."""

from vedette.server.agents.rules import pool_of, priority_of


def test_short_jobs_wait_in_a_pool_of_their_own():
    assert pool_of("scan") == "default"
    assert pool_of("retest", "berlin") == "berlin"
    assert pool_of("reach") == "default-short"
    assert pool_of("own", "berlin") == "berlin-short"


def test_discoveries_wait_where_scans_do_and_behind_them():
    assert pool_of("discover") == "default"
    assert priority_of("scan") == priority_of("retest") < priority_of("discover")
