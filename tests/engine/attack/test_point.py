from __future__ import annotations

import dataclasses

import pytest

from vedette.contract.exchange import Request
from vedette.engine.attack.point import Point, PointKind, Target

REQUEST = Request("GET", "http://site.example/item?id=1")
TARGET = Target(REQUEST, "/item")


@pytest.mark.parametrize(
    "other",
    [
        {"method": "POST"},
        {"url": "http://site.example/item?id=2"},
        {"body": b"x"},
        {"user": "B"},
    ],
)
def test_another_request_is_another_target(other: dict[str, object]) -> None:
    changed = dataclasses.replace(REQUEST, **other)  # type: ignore[arg-type]
    assert Target(changed, "/item").key != TARGET.key


def test_how_it_was_found_does_not_count() -> None:
    assert Target(REQUEST, "/item", source_url="http://site.example/", labels=("Buy",)).key == TARGET.key
    assert len(TARGET.key) == 16


def test_points_differ_by_kind_and_name_but_not_by_value() -> None:
    point = Point(TARGET, PointKind.QUERY, "id", "1")
    assert Point(TARGET, PointKind.QUERY, "id", "2").key == point.key
    assert Point(TARGET, PointKind.COOKIE, "id", "1").key != point.key
    assert Point(TARGET, PointKind.QUERY, "q", "1").key != point.key


@pytest.mark.parametrize(("method", "writes"), [("GET", False), ("HEAD", False), ("POST", True), ("DELETE", True)])
def test_what_writes(method: str, writes: bool) -> None:
    assert Target(Request(method, REQUEST.url), "/item").writes is writes
