from __future__ import annotations

import csv

import pytest
from django.test import RequestFactory
from rest_framework.request import Request

from vedette.server.api.probely import tables
from vedette.server.kernel.errors import Invalid


def rows_of(answer):
    return list(csv.reader(b"".join(answer.streaming_content).decode().splitlines()))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx"])
def test_no_cell_is_a_formula(text):
    assert rows_of(tables.respond("t", ["name"], [[text]]))[1] == [f"'{text}"]


def test_numbers_stay_numbers_and_nothing_is_empty():
    answer = tables.respond("t", ["a", "b"], [[-1, None]])
    assert rows_of(answer) == [["a", "b"], ["-1", ""]]
    assert answer["Content-Disposition"] == 'attachment; filename="t.csv"'


def asked(**query):
    return Request(RequestFactory().get("/", query))


def test_a_table_is_made_when_it_is_asked_for():
    assert tables.wanted(asked(format="csv"))
    assert not tables.wanted(asked(format="json"))
    assert not tables.wanted(asked())
    with pytest.raises(Invalid):
        tables.wanted(asked(format="xml"))
