"""Pools."""

from vedette.server.agents.rules import pool_of


def test_short_jobs_wait_in_a_pool_of_their_own():
    assert pool_of("scan") == "default"
    assert pool_of("retest", "berlin") == "berlin"
    assert pool_of("reach") == "default-short"
    assert pool_of("own", "berlin") == "berlin-short"
