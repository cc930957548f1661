"""The document of the examples is really queried."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from vedette.contract.exchange import Request
from vedette.engine.checks.xpath.example_document import library, sealed

BY_AUTHOR = "//book[author='{}']"


def body(query: str, value: str, **how: str) -> str:
    return library(query, "q", **how)(Request("GET", f"http://a.example/?q={quote(value)}")).text  # type: ignore[arg-type]


def test_text_becomes_part_of_the_query_and_a_variable_does_not() -> None:
    assert body(BY_AUTHOR, "Holm").count("<li>") == 2
    assert body(BY_AUTHOR, "x' or 'a'='a").count("<li>") == 3
    assert body("//book[author=$value]", "x' or 'a'='a").count("<li>") == 0


@pytest.mark.parametrize("value", ["'", "x' or", "\0"])
def test_failures_are_shown_or_hidden(value: str) -> None:
    assert body(BY_AUTHOR, value) == body(BY_AUTHOR, "nobody")
    assert "XPathEvalError" in body(BY_AUTHOR, value, errors="shown")


def test_a_query_that_gives_no_nodes_lists_nothing() -> None:
    assert "<li>" not in body("count(//book[@id={}])", "2")


def test_sealing_takes_the_quotes() -> None:
    assert sealed("a'b\"c") == "abc"
