from __future__ import annotations

import html
import json
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vedette.contract.exchange import Exchange, Request, Response
from vedette.engine.attack.reflection import CONTEXTS, MAX_REFLECTIONS, METACHARS, find, looks_like_html

TOKEN = "v1a2b3c4d5e6"
SENT = TOKEN + METACHARS + TOKEN


def answer(body: str, kind: str = "text/html", **headers: str) -> Exchange:
    pairs = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Exchange(
        Request("GET", "http://site.example/"), Response(200, (("Content-Type", kind), *pairs), body.encode())
    )


def seen(exchange: Exchange) -> list[tuple[str, str]]:
    return [(item.context, item.survived) for item in find(exchange, TOKEN, METACHARS)]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f"<p>{SENT}</p>", [("text", METACHARS)]),
        (f"<p>{html.escape(SENT)}</p>", [("text", "`(){};=/\\")]),
        (f"<p>{html.escape(SENT, quote=False)}</p>", [("text", "'\"`(){};=/\\")]),
        (f'<p class="{SENT}">', [("attribute-double", METACHARS)]),
        (f'<a href="{quote(SENT)}">', [("url-attribute", "/")]),
        (f"<script>a = {json.dumps(SENT)}</script>", [("script-string-double", "'<>`(){};=/")]),
        (f"<p>{SENT.replace('<', '').replace('>', '')}</p>", [("text", "'\"`(){};=/\\")]),
        (f"<p>{TOKEN}</p>", [("text", "")]),
        (f"<p>{TOKEN.upper()}'{TOKEN.upper()}</p>", [("text", "'")]),
        (f"<p>{SENT[:16]}</p>", [("text", "")]),
        (f"<p>{TOKEN}</p>" + "-" * 500 + f"<p>{TOKEN}</p>", [("text", "")]),
        ("<p>nothing</p>", []),
    ],
)
def test_what_survives(body: str, expected: list[tuple[str, str]]) -> None:
    assert seen(answer(body)) == expected


def test_a_backslash_takes_a_quote_away() -> None:
    escaped = SENT.replace("\\", "\\\\").replace("'", "\\'").replace('"', '\\"')
    assert seen(answer(f"<script>a = '{escaped}'</script>")) == [("script-string-single", "<>`(){};=/")]


def test_raw_reflections_do_not_disturb_the_contexts_after_them() -> None:
    body = f'<input value="{SENT}"><p>{SENT}</p><!-- {SENT} --><script>x = "{SENT}"</script><title>{SENT}</title>'
    assert [context for context, _ in seen(answer(body))] == [
        "attribute-double",
        "text",
        "comment",
        "script-string-double",
        "title",
    ]


def test_equal_places_count_once_with_the_most_that_survived() -> None:
    assert seen(answer(f"<p>{html.escape(SENT)}</p><p>{SENT}</p><p>{TOKEN}</p>")) == [("text", METACHARS)]


def test_many_places_are_cut() -> None:
    body = "".join(f"<p a{number}={TOKEN}>{'-' * 200}" for number in range(50))
    assert len(seen(answer(body))) == MAX_REFLECTIONS


def test_headers_and_other_types() -> None:
    exchange = answer(json.dumps({"q": SENT}), "application/json", Location=f"/x?{quote(SENT, safe='')}", X_Echo=SENT)
    assert seen(exchange) == [("header:location", ""), ("header:x-echo", METACHARS), ("json", "'<>`(){};=/")]
    assert seen(answer(f"<p>{SENT}", "text/plain")) == [("plain", METACHARS)]
    assert seen(answer(f"<p>{SENT}", "text/xml")) == [("plain", METACHARS)]


def test_no_answer_and_no_token() -> None:
    assert find(Exchange(Request("GET", "http://site.example/"), error="timeout"), TOKEN, METACHARS) == ()
    assert find(answer("text"), "", METACHARS) == ()


@pytest.mark.parametrize(
    ("kind", "body", "expected"),
    [
        ("text/html", "", True),
        ("application/xhtml+xml", "", True),
        ("", "<!DOCTYPE html>", True),
        ("", " <p>", True),
        ("", "plain", False),
        ("text/plain", "<p>", False),
    ],
)
def test_what_browsers_read_as_html(kind: str, body: str, expected: bool) -> None:
    assert looks_like_html(Response(200, (("Content-Type", kind),), body.encode())) is expected


@given(before=st.text(alphabet="<>/='\" abps!-{}`", max_size=30), after=st.text(alphabet="<>'\" abp", max_size=20))
@settings(max_examples=200, deadline=None)
def test_every_reflection_has_a_known_context(before: str, after: str) -> None:
    found = find(answer(f"{before}{SENT}{after}"), TOKEN, METACHARS)
    assert len(found) == 1
    assert found[0].context in CONTEXTS
    assert found[0].survived == METACHARS
