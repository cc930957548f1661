from __future__ import annotations

import pytest
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from vedette.server.api.probely import paging
from vedette.server.kernel.errors import Invalid
from vedette.server.tenancy.models import Team


def asked(**given):
    return Request(APIRequestFactory().get("/", given))


def test_ten_rows_from_the_first_unless_told():
    assert paging.asked(asked()) == paging.Page(1, 10)
    assert paging.asked(asked(page="3", length="50")) == paging.Page(3, 50)
    assert paging.asked(asked(length="999999")).length == paging.MAX_LENGTH
    assert paging.Page(3, 50).start == 100


@pytest.mark.parametrize("given", [{"page": "0"}, {"page": "-1"}, {"length": "x"}, {"length": "²"}, {"page": "9" * 99}])
def test_other_numbers_are_refused(given):
    with pytest.raises(Invalid) as refused:
        paging.asked(asked(**given))
    assert list(refused.value.fields) == list(given)


def test_a_number_too_small_is_told_as_such():
    with pytest.raises(Invalid) as refused:
        paging.asked(asked(page="0"))
    assert refused.value.fields == {"page": ["Ensure this value is greater than or equal to 1."]}


def test_the_envelope():
    assert paging.envelope(paging.Page(2, 2), 3, iter("c")).data == {
        "count": 3,
        "page_total": 2,
        "page": 2,
        "length": 2,
        "results": ["c"],
    }
    assert paging.envelope(paging.Page(1, 2), 0, ()).data["page_total"] == 1
    with pytest.raises(NotFound):
        paging.envelope(paging.Page(2, 2), 2, ())


def test_what_is_at_hand():
    answer = paging.listed(asked(page=2, length=2), range(5), str).data
    assert (answer["count"], answer["page_total"], answer["results"]) == (5, 3, ["2", "3"])


def test_rows(home):
    for name in "abc":
        Team.objects.create(organisation=home, name=name)
    answer = paging.respond(asked(page=2, length=2), Team.objects.order_by("name"), str).data
    assert (answer["count"], answer["results"]) == (3, ["c"])
