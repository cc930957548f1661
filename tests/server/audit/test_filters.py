from __future__ import annotations

from datetime import timedelta

import pytest

from vedette.server.audit import filters, services
from vedette.server.audit.filters import LogFilter
from vedette.server.kernel import clock
from vedette.server.kernel.errors import Invalid, NotAllowed


@pytest.fixture
def reader(someone, shop):
    return someone(organisation=shop, rights=frozenset({"audit.view"}))


@pytest.fixture
def told(moment, someone, shop, rival):
    """Three facts of the shop, an hour apart, and one of its rival."""
    start = clock.now()
    for name, who in (("Ann's", someone()), ("Bob's", someone(id="2" * 12, name="Bob")), ("Nobody's", None)):
        services.record(kind="team.created", actor=who, organisation=shop, object_name=name)
        moment.advance(3600)
    services.record(kind="team.created", actor=None, organisation=rival, object_name="Rival's")
    return start


def names(reader, **wanted):
    return [row.object_name for row in filters.entries(reader, LogFilter(**wanted))]


def test_entries_are_narrowed_and_ordered(reader, told):
    assert names(reader) == ["Nobody's", "Bob's", "Ann's"]
    assert names(reader, ordering="timestamp") == ["Ann's", "Bob's", "Nobody's"]
    hour = timedelta(hours=1)
    assert names(reader, start=told + hour, end=told + hour) == ["Bob's"]
    assert names(reader, users=("2" * 12, "\0")) == ["Bob's"]
    assert names(reader, search="ann") == ["Ann's"] and names(reader, search="\0") == []
    with pytest.raises(Invalid):
        names(reader, ordering="kind")


def test_who_may_not_read_is_told_at_once(someone, shop, told):
    blind = someone(organisation=shop)
    for read in (filters.entries, filters.whole):
        with pytest.raises(NotAllowed):
            read(blind, LogFilter())


@pytest.mark.parametrize("chunk", [1, 2, 3, 500])
def test_the_whole_is_read_in_chunks_without_gaps(reader, told, monkeypatch, chunk):
    monkeypatch.setattr(filters, "CHUNK", chunk)
    assert [row.object_name for row in filters.whole(reader, LogFilter())] == ["Nobody's", "Bob's", "Ann's"]


def test_what_comes_while_reading_does_not_disturb(reader, told, shop, monkeypatch):
    monkeypatch.setattr(filters, "CHUNK", 1)
    found = []
    for row in filters.whole(reader, LogFilter()):
        found.append(row.object_name)
        services.record(kind="team.created", actor=None, organisation=shop, object_name="Late")
    assert found == ["Nobody's", "Bob's", "Ann's"]
