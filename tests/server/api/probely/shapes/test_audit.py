from __future__ import annotations

from datetime import UTC, datetime

from vedette.server.api.probely.shapes import audit as shape
from vedette.server.audit.models import DomainEvent

AT = datetime(2026, 3, 1, tzinfo=UTC)


def event(**fields):
    given = {"at": AT, "kind": "team.created", "actor_name": "Ann", "object_name": "Shop", "payload": {"after": {}}}
    return DomainEvent(**(given | fields))


def test_an_entry_reads_as_a_sentence():
    data = shape.entry(event(seq=4))
    assert (data["id"], data["description"], data["details"]) == (4, "Ann created the team Shop", {"after": {}})
    assert shape.entry(event())["id"] is None
    assert shape.entry(event(actor_name=""))["user"]["name"] == "Vedette"


def test_a_line_has_a_cell_for_each_column():
    assert len(shape.line(event())) == len(shape.COLUMNS)
