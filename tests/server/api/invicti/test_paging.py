from __future__ import annotations

from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from vedette.server.api.invicti import paging
from vedette.server.tenancy.models import Role


def page(text):
    request = Request(APIRequestFactory().get(f"/?{text}"))
    return paging.page(request, Role.objects.order_by("pk"), lambda rows: [row.key for row in rows])


def test_the_envelope_counts_from_one(home):
    data = page("page=2&pageSize=4")
    assert data == {
        "FirstItemOnPage": 5,
        "HasNextPage": False,
        "HasPreviousPage": True,
        "IsFirstPage": False,
        "IsLastPage": True,
        "LastItemOnPage": 6,
        "List": ["auditor", "scanner"],
        "PageCount": 2,
        "PageNumber": 2,
        "PageSize": 4,
        "TotalItemCount": 6,
    }
    first = page("page=1&pageSize=4")
    assert (first["HasNextPage"], first["IsLastPage"], first["IsFirstPage"]) == (True, False, True)


def test_an_empty_list_is_its_own_last_page(db):
    data = page("")
    assert (data["List"], data["PageCount"], data["TotalItemCount"], data["LastItemOnPage"]) == ([], 0, 0, 0)
    assert data["IsLastPage"] and not data["HasNextPage"]


def test_a_page_past_the_end_is_empty_and_sizes_are_bounded(home):
    assert page("page=9&pageSize=4")["List"] == []
    assert page("pageSize=100000")["PageSize"] == 200
    assert page("page=1pageSize=2")["PageSize"] == 200
