from __future__ import annotations

import pytest

from vedette.server.kernel import unique
from vedette.server.kernel.models import RateWindow

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows():
    RateWindow.objects.bulk_create(RateWindow(key=key, window_start=1, count=2) for key in "ab")
    return RateWindow.objects.order_by("-key")


def test_the_one_that_is_there(rows):
    assert unique.find(rows.filter(key="a")) == rows.get(key="a")


def test_none_without_a_row(rows):
    assert unique.find(rows.filter(key="c")) is None


def test_one_query_that_does_not_sort(rows, django_assert_num_queries):
    with django_assert_num_queries(1) as captured:
        assert unique.find(rows.filter(key="b")) is not None
    assert "ORDER BY" not in captured[0]["sql"]
