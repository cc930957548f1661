"""Examples in manuals against what slips out."""

from __future__ import annotations

import pytest

from vedette.contract.exchange import Exchange, Request, Response
from vedette.engine.parse.page import Page
from vedette.engine.parse.quoted import quoted


def page(body: str, status: int = 200, media: str = "text/html") -> Page:
    response = Response(status, (("Content-Type", media),), body.encode())
    return Page(Exchange(Request("GET", "http://site.example/"), response))


@pytest.mark.parametrize(
    "body",
    [
        f"<p>{'Words about errors. ' * 12}</p><pre>Boom at line 3</pre>",
        "<article><p>It said <i>Boom at line 3</i></p></article>",
        "<pre><code>Boom at line 3</code></pre>",
        "<code>Boom at line 3</code> and again <code>Boom at line 3</code>",
        "<textarea>Boom at line 3</textarea>",
    ],
)
def test_shown_as_an_example(body: str) -> None:
    assert quoted(page(body), "Boom at line 3")


@pytest.mark.parametrize(
    "body",
    [
        "<p>Boom at line 3</p>",
        "<code>Boom at line 3</code><p>Boom at line 3</p>",
        "<!-- Boom at line 3 -->",
        "<script>'Boom at line 3'</script>",
        "<p>nothing</p>",
        "<pre>Boom at line 3</pre>",
        f"<p>Sorry</p><pre>Boom at line 3</pre><script>{'var a = 1; ' * 40}</script>",
    ],
)
def test_not_an_example(body: str) -> None:
    assert not quoted(page(body), "Boom at line 3")


def test_entities_are_read_alike() -> None:
    assert quoted(page("<code>near &quot;x&quot; &lt;b&gt;</code>"), "near &quot;x&quot; &lt;b")


def test_errors_and_other_types_never_quote() -> None:
    assert not quoted(page("<pre>Boom</pre>", status=500), "Boom")
    assert not quoted(page("<pre>Boom</pre>", media="text/plain"), "Boom")
