from __future__ import annotations

from datetime import UTC, datetime

import pytest

from vedette.server.kernel.models import InstanceValue, RateWindow
from vedette.server.kernel.rows import Rows, rewrite

pytestmark = pytest.mark.django_db
COLUMNS = ("key", "window_start", "count")
KEY = ("key", "window_start")


def stored() -> list[tuple[str, int, int]]:
    return list(RateWindow.objects.order_by("key").values_list("key", "window_start", "count"))


def test_rows_are_inserted():
    Rows(RateWindow, COLUMNS).put([("a", 1, 2), ("b", 1, 3)])
    assert stored() == [("a", 1, 2), ("b", 1, 3)]


def test_no_rows_need_no_statement(django_assert_num_queries):
    with django_assert_num_queries(0):
        Rows(RateWindow, COLUMNS).put([])


def test_many_rows_are_all_there():
    Rows(RateWindow, COLUMNS).put((f"{number:04}", 1, number) for number in range(1001))
    assert [count for _, _, count in stored()] == list(range(1001))


def test_the_same_key_gets_the_new_value():
    rows = Rows(RateWindow, COLUMNS, key=KEY)
    rows.put([("a", 1, 2)])
    rows.put([("a", 1, 5), ("b", 1, 1)])
    assert stored() == [("a", 1, 5), ("b", 1, 1)]


def test_counts_may_be_added_to():
    rows = Rows(RateWindow, COLUMNS, key=KEY, added=("count",))
    rows.put([("a", 1, 2)])
    rows.put([("a", 1, 5), ("b", 1, 1)])
    rows.put([("a", 1, -1)])
    assert stored() == [("a", 1, 6), ("b", 1, 1)]


def test_a_row_may_stay_as_it_is():
    rows = Rows(RateWindow, COLUMNS, key=KEY, kept=True)
    rows.put([("a", 1, 2)])
    rows.put([("a", 1, 5), ("b", 1, 1)])
    assert stored() == [("a", 1, 2), ("b", 1, 1)]


def test_values_are_stored_as_the_orm_stores_them():
    at = datetime(2026, 3, 2, 12, 0, 0, 7, tzinfo=UTC)
    Rows(InstanceValue, ("name", "value", "changed_at"), key=("name",)).put([("a", {"x": [1, "é"]}, at)])
    row = InstanceValue.objects.get()
    assert (row.value, row.changed_at) == ({"x": [1, "é"]}, at)
    assert InstanceValue.objects.filter(value__x__0=1, changed_at=at).exists()


def test_a_column_that_was_forgotten_is_told():
    with pytest.raises(ValueError, match="count"):
        Rows(RateWindow, KEY).put([("a", 1)])


def test_rows_get_new_values_by_their_key():
    Rows(RateWindow, COLUMNS).put((f"{number:04}", 1, number) for number in range(501))
    keys = list(RateWindow.objects.order_by("key").values_list("pk", flat=True))
    rewrite(RateWindow, ("window_start", "count"), [(pk, 2, -place) for place, pk in enumerate(keys) if place % 2])
    assert stored()[:3] == [("0000", 1, 0), ("0001", 2, -1), ("0002", 1, 2)]
    assert stored()[499] == ("0499", 2, -499)


def test_no_rows_change_nothing_and_what_is_gone_is_passed_over():
    Rows(RateWindow, COLUMNS).put([("a", 1, 2)])
    rewrite(RateWindow, ("count",), [])
    rewrite(RateWindow, ("count",), [(0, 9)])
    assert stored() == [("a", 1, 2)]
