"""The table is true: whole, in step with what is routed, and with what the document says."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from django.urls import URLPattern

from tests.contract.probely import mutations, table
from tests.contract.probely.table import KINDS, LISTED, ROUTED, Row, listed, older, routed
from vedette.server.api.probely.urls import urlpatterns
from vedette.server.tenancy import rules

CAPTURED = re.compile(r"<[^>]+>")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def in_service() -> set[str]:
    """The keys of all operations that are routed."""
    return {
        table.key_of(method, "/" + CAPTURED.sub("{x}", str(pattern.pattern)))
        for pattern in urlpatterns
        for method in METHODS
        if has(pattern, method)
    }


def has(pattern: URLPattern, method: str) -> bool:
    return hasattr(pattern.callback.view_class, method.lower())  # type: ignore[attr-defined]


def rows() -> list[object]:
    return [pytest.param(row, id=row.key) for row in routed()]


def test_the_vendors_operations_are_all_there_and_none_twice(capsys):
    keys = [row.key for row in (*listed(), *older())]
    assert len(listed()) == LISTED
    assert [key for key, times in Counter(keys).items() if times > 1] == []
    with capsys.disabled():
        print(f"\n{table.told()}")


def test_what_is_later_is_not_routed_and_all_else_is():
    known = {row.key for row in routed()}
    assert in_service() - known == set(), "routed, but not in the table: add its line and its exercise"
    assert known - in_service() == set(), "in the table, but not routed"


def test_older_addresses_stand_in_a_table_of_their_own():
    assert all(row.kind in ROUTED for row in older()), "what is not routed has no line there"
    assert "GET /account/" in {row.key for row in older()}


def test_every_row_is_well_formed():
    for row in (*listed(), *older()):
        assert row.method in METHODS and row.kind in KINDS, row
        if row.kind == "later":
            assert (row.shape, row.permission, row.service) == ("-", "-", "-"), row
        else:
            assert row.permission in {*rules.PERMISSIONS, "any", "secret"}, row
            assert (row.service != "-") == (row.kind == "effect"), row


@pytest.mark.parametrize("row", rows())
def test_success_is_documented_with_its_shape(row: Row):
    documented = table.documented()[row.key]["responses"]
    assert str(row.code) in documented
    assert table.shape_of(documented[str(row.code)]) == row.shape


def test_services_that_effects_rest_on_exist():
    for row in routed():
        if row.kind == "effect":
            module, name = mutations.found(row.service)
            assert callable(getattr(module, name)), row
