from __future__ import annotations

import pytest
from rest_framework.exceptions import ValidationError

from tests.server import factories
from vedette.server.api.probely.schemas.finding import (
    DefinitionSchema,
    FindingReference,
    FindingSchema,
    LogSchema,
    SimpleDefinitionSchema,
)
from vedette.server.api.probely.shapes import definition
from vedette.server.api.probely.shapes import finding as shape
from vedette.server.definitions import queries as definitions
from vedette.server.findings.models import Finding, FindingLog


def test_answers_are_declared_whole(home):
    factories.run_scan(factories.target(home), factories.flaw("q"))
    shown = shape.full(Finding.objects.get(), scans=[], steps=[])
    assert set(shown) == set(FindingSchema().fields)
    assert set(shown["definition"]) == set(SimpleDefinitionSchema().fields)
    assert set(shape.log(FindingLog(type="note"))) == set(LogSchema().fields)
    assert set(definition.full(definitions.all_definitions()[0])) == set(DefinitionSchema().fields)


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ({"target_id": "x", "finding_id": "1"}, ("x", 1)),
        ({"target_id": "x", "finding_id": 1}, ("x", 1)),
        ("x-1", ("x", 1)),
        (7, ("", 7)),
        ("7", ("", 7)),
    ],
)
def test_a_finding_is_told_by_target_and_number(given, read):
    assert FindingReference().run_validation(given) == read


@pytest.mark.parametrize(
    "given", ["", "x", "x-", {}, {"target_id": "x"}, True, -1, 1.5, "²", "9" * 20, {"target_id": 7, "finding_id": 1}]
)
def test_nothing_else_tells_one(given):
    with pytest.raises(ValidationError):
        FindingReference().run_validation(given)
