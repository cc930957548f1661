from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from vedette.engine.attack.html_context import context_of, pieces

TAGS = ["<p>", "<a href=x y='z'>", "</p", "<p id=q", "<script type=module>", "</script>", "<title>", "</title>"]
PARTS = st.sampled_from([*TAGS, "<template>", "</template>", "<!--", "-->", "word", "<", ">", "'", '"', "="])


def context(document: str) -> tuple[str, str]:
    offset = document.index("@")
    piece = [piece for piece in pieces(document) if piece.start <= offset][-1]
    return context_of(piece, document, offset)


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ("@", ("text", "")),
        ("<p>a @ b</p>", ("text", "")),
        ("<p>a < @", ("text", "")),
        ('<p class="@">', ("attribute-double", "p class double")),
        ("<p class='x @'>", ("attribute-single", "p class single")),
        ("<p class=@>", ("attribute-unquoted", "p class unquoted")),
        ('<p class = "a>b @">', ("attribute-double", "p class double")),
        ('<input/value="@"/>', ("attribute-double", "input value double")),
        ("<A HREF='@'>", ("url-attribute", "a href single")),
        ("<a href=' @'>", ("url-attribute", "a href single")),
        ("<a href='/x?q=@'>", ("attribute-single", "a href single")),
        ("<iframe src=@></iframe>", ("url-attribute", "iframe src unquoted")),
        ("<p onclick=\"f('@')\">", ("event-attribute", "p onclick double")),
        ("<p style='color:@'>", ("style-attribute", "p style single")),
        ("<p @>", ("attribute-name", "p")),
        ("<p a=1 x@=2>", ("attribute-name", "p")),
        ("<@ a=1>", ("text", "")),
        ("<x@ a=1>", ("tag-name", "x@")),
        ("</p@>", ("tag-name", "p@")),
        ("<!-- a @ -->", ("comment", "")),
        ("<!-- a > @ -->", ("comment", "")),
        ("<!-- a --!> @", ("text", "")),
        ("<!-- a @", ("comment", "")),
        ("<!doctype @>", ("comment", "")),
        ("<?php @ ?>", ("comment", "")),
        ("<script>var a = '@'</script>", ("script-string-single", "script")),
        ("<script type=module>@</script>", ("script-code", "module")),
        ("<script type='text/JavaScript'>// @</script>", ("script-comment", "text/JavaScript")),
        ('<script type=\'application/json\'>{"a": "@"}</script>', ("inert", "application/json")),
        ("<script>'</script>@", ("text", "")),
        ("<script>a</scripts>@</script>", ("script-code", "script")),
        ("<style>p { color: @ }</style>", ("style", "style")),
        ("<title>a <b> @</title>", ("title", "title")),
        ("<textarea>a <!-- @</textarea>", ("title", "textarea")),
        ("<noscript><p>@</noscript>", ("noscript", "noscript")),
        ("<xmp>@</xmp>", ("noscript", "xmp")),
        ("<template><p>@</p></template>", ("inert", "")),
        ("<template></template><p>@</p>", ("text", "")),
        ("<title>open @", ("title", "title")),
        ("<p class='open @", ("attribute-single", "p class single")),
    ],
)
def test_contexts(document: str, expected: tuple[str, str]) -> None:
    assert context(document) == expected


@given(text=st.text(alphabet="<>/!-='\" abp", max_size=60))
@settings(max_examples=300, deadline=None)
def test_pieces_are_in_order_and_within_the_document(text: str) -> None:
    last = 0
    for piece in pieces(text):
        assert last <= piece.start <= piece.end <= len(text)
        last = piece.start


@given(text=st.text(alphabet="<>/='\" abp", max_size=40))
@settings(max_examples=300, deadline=None)
def test_attribute_values_are_those_that_a_browser_sees(text: str) -> None:
    """Compared with a real parser, wherever that keeps the tag (one that is never closed is dropped)."""
    document = f"<p {text}"
    parser = LexborHTMLParser(document)
    node = parser.css_first("p")
    if node is None or any(char in text for char in "<"):
        return
    values = {}
    for piece in pieces(document):
        if piece.tag == "p" and piece.kind in ("attribute-name", "value"):
            value = document[piece.start : piece.end] if piece.kind == "value" else ""
            if piece.kind == "value" and values.get(piece.attribute) == "":
                values[piece.attribute] = value
            else:
                values.setdefault(piece.attribute, value)
        elif piece.kind == "text":
            break
    real = {name: value or "" for name, value in node.attributes.items()}
    assert set(real) <= set(values)


@given(document=st.lists(PARTS, max_size=25).map("".join), share=st.integers(2, 9))
@settings(max_examples=200, deadline=None)
def test_wanted_places_get_the_same_pieces(document: str, share: int) -> None:
    places = [at for at in range(0, len(document), share) if document[at].isalnum()]
    everything = list(pieces(document))
    chosen = list(pieces(document, places)) if places else []
    for place in places:
        own = [piece for piece in everything if piece.start <= place][-1]
        assert [piece for piece in chosen if piece.start <= place][-1] == own
    assert len(chosen) <= len(everything)
