from __future__ import annotations

from datetime import UTC, datetime

import pytest
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from vedette.server.api.probely import criteria
from vedette.server.findings.queries import FindingFilter
from vedette.server.kernel.errors import Invalid
from vedette.server.scans.queries import ScanFilter
from vedette.server.targets.queries import TargetFilter

NEWYEAR = datetime(2025, 1, 1, tzinfo=UTC)


def raw(text=""):
    return Request(APIRequestFactory().generic("GET", "/", QUERY_STRING=text))


def test_nothing_asked_is_everything():
    assert criteria.targets(raw()) == TargetFilter()
    assert criteria.scans(raw()) == ScanFilter()
    assert criteria.findings(raw()) == FindingFilter(severities=(10, 20, 30, 40))
    assert criteria.findings(raw()).countable


def test_types():
    assert criteria.targets(raw("type=single")).kind == "single"
    assert criteria.targets(raw("type=single&type=api")).kind == ""


def test_bounds_of_scans():
    found = criteria.scans(raw("started__gt=2025-01-01&completed__lte=2025-01-01"))
    assert (found.started_after, found.completed_to, found.started_from) == (NEWYEAR, NEWYEAR, None)
    older = criteria.scans(raw("started_after=2025-01-01&started_before=2025-01-01"))
    assert (older.started_from, older.started_to) == (NEWYEAR, NEWYEAR)


def test_a_target_of_the_address_outweighs_the_query():
    assert criteria.scans(raw("target=b&id=x"), target="a") == ScanFilter(targets=("a",))
    found = criteria.findings(raw("target=b&team=t&target_label=l&id=1&exclude=2"), target="a")
    assert found == FindingFilter(targets=("a",), not_numbers=(2,), severities=(10, 20, 30, 40))


def test_ids_of_findings():
    assert criteria.finding_ids(raw("id=1&id=2")) == ((), (1, 2))
    assert criteria.finding_ids(raw("id=x-1,y-2")) == ((("x", 1), ("y", 2)), ())
    for text in ("id=x", "id=-1", "id=x-", "id=x-y", "id=1&id=x-1", "id=" + "9" * 30):
        with pytest.raises(Invalid) as refused:
            criteria.finding_ids(raw(text))
        assert list(refused.value.fields) == ["id"]


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("", "-last_found"),
        ("ordering=severity", "severity"),
        ("ordering=-created_at", "-created"),
        ("ordering=id", "number"),
    ],
)
def test_order_of_findings(text, order):
    assert criteria.finding_ordering(raw(text)) == order


def test_types_of_history_lines():
    assert criteria.log_types(raw()) == ()
    assert criteria.log_types(raw("message_type=update&message_type=note")) == ("update", "reopened", "note")


def test_ids_must_exist_only_when_asked():
    assert not criteria.must_exist(raw())
    assert criteria.must_exist(raw("is_id_404_validation=True"))
