from __future__ import annotations

from probely.sdk.schemas._schemas import SimpleVulnerabilityDefinition

from vedette.server.api.probely.shapes import definition as shape
from vedette.server.definitions import queries as definitions
from vedette.server.definitions import technologies


def test_every_definition_can_be_read():
    for one in definitions.all_definitions():
        shown = shape.full(one)
        SimpleVulnerabilityDefinition(**shown)
        assert shown["severity"] in (None, 10, 20, 30, 40)
        assert shown == {**shown, **shape.simple(one)}


def test_what_is_not_known_has_a_name_at_least():
    shown = shape.simple(definitions.for_check("gone-for-good", "Old flaw"))
    assert (shown["name"], shown["cwe_id"], shown["cwe_name"]) == ("Old flaw", None, None)


def test_a_technology():
    one = technologies.all_technologies()[0]
    assert shape.technology(one) == {"id": one.id, "name": one.name, "desc": one.category}
