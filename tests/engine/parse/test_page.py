import pytest

from vedette.contract.exchange import Exchange, Request, Response
from vedette.engine.parse.page import Page


def page(body, kind="text/html"):
    return Page(Exchange(Request("GET", "http://site.test/a"), Response(200, (("Content-Type", kind),), body)))


def test_only_html_types_are_documents():
    assert page(b"<p>x</p>", "text/html; charset=utf-8").is_html
    assert page(b"<p>x</p>", "application/xhtml+xml").is_html
    assert not page(b"<p>x</p>", "text/plain").is_html
    assert not page(b"<p>x</p>", "").is_html


def test_the_text_is_decoded_in_the_declared_character_set():
    assert page("größe".encode("latin-1"), "text/html; charset=iso-8859-1").text == "größe"
    assert page(b"\xff\xfe", "text/html; charset=nonsense").text == "��"


def test_what_is_not_html_has_an_empty_tree_and_no_elements():
    other = page(b"<a href=/x>x</a>", "text/plain")
    assert other.tree.css("a") == []
    assert other.elements == []


def test_tree_and_elements_are_worked_out_once():
    one = page(b"<a href=/x>x</a>")
    assert one.tree is one.tree
    assert one.elements is one.elements
    assert [tag for tag, _, _ in one.elements] == ["html", "head", "body", "a"]


def test_a_page_without_a_response_is_refused():
    empty = Page(Exchange(Request("GET", "http://site.test/")))
    with pytest.raises(ValueError, match="needs a response"):
        _ = empty.response
