from __future__ import annotations

import pytest
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from vedette.server.api.invicti import query


def asked(text):
    return Request(APIRequestFactory().get(f"/?{text}"))


def test_names_match_whatever_their_case():
    assert query.text(asked("WEBSITEURL=a"), "websiteUrl") == "a"
    assert query.text(asked("x=a"), "websiteUrl") == ""
    assert query.text(asked("a=%00x%00"), "a") == "x"


@pytest.mark.parametrize(
    ("raw", "number"),
    [("3", 3), ("", 7), ("0", 7), ("-1", 7), ("1pageSize=20", 7), ("٣", 7), ("9" * 30, 7), ("1.5", 7)],
)
def test_what_is_no_number_reads_as_the_default(raw, number):
    assert query.number(asked(f"page={raw}"), "page", 7) == number
