"""Kinds of runs that other rooms look after."""

from vedette.server.agents import kinds
from vedette.server.agents.rules import DISCOVER


def test_discoveries_are_looked_after_and_scans_and_short_jobs_by_nobody_else():
    assert kinds.keeper_of(DISCOVER) is not None
    assert [kinds.keeper_of(kind) for kind in ("scan", "retest", "reach", "")] == [None] * 4


def test_whoever_keeps_a_kind_is_asked(monkeypatch):
    monkeypatch.setattr(kinds, "_keepers", {})
    keeper = object()
    kinds.keep("odd", keeper)
    assert kinds.keeper_of("odd") is keeper
