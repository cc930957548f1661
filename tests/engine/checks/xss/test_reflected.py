"""Reflected input in every context: small sites that break, and their nearest sound look-alikes."""

from __future__ import annotations

import asyncio
import html
import json
import re
from collections.abc import Callable
from urllib.parse import parse_qs, parse_qsl, unquote, urlsplit

import pytest

from vedette.contract.checkinfo import ProofLevel
from vedette.contract.exchange import Exchange, Request, Response, Step, header
from vedette.engine import catalog, testkit
from vedette.engine.attack.example import Example, Handler
from vedette.engine.attack.point import Point, PointKind, Target
from vedette.engine.attack.probe import Candidate, Reaction, Reflection

CHECK = catalog.load().by_id["xss-reflected"]
POINT = Point(Target(Request("GET", "http://site.example/find?q=hat"), "/find"), PointKind.QUERY, "q", "hat")
Escape = Callable[[str], str]


def site(template: str, escape: Escape = str, *headers: tuple[str, str], media: str = "text/html") -> Handler:
    def handle(request: Request) -> Response:
        value = parse_qs(urlsplit(request.url).query, keep_blank_values=True).get("q", [""])[0]
        return Response(200, (("Content-Type", media), *headers), template.replace("{}", escape(value)).encode())

    return handle


def proofs(handler: Handler, point: Point = POINT) -> list:
    return testkit.run_example(CHECK, Example(name="site", vulnerable=True, handler=handler, point=point))


def angles(value: str) -> str:
    return value.replace("<", "&lt;").replace(">", "&gt;")


def no_angles(value: str) -> str:
    return value.replace("<", "").replace(">", "")


def js(value: str) -> str:
    """What a sound site does inside script strings."""
    return (
        json.dumps(value)[1:-1]
        .replace("'", "\\u0027")
        .replace("<", "\\u003c")
        .replace(">", "\\u003e")
        .replace("`", "\\u0060")
        .replace("$", "\\u0024")
    )


def slashes(value: str) -> str:
    """What many sites do: quotes are escaped, the backslash before them is not."""
    return value.replace('"', '\\"').replace("'", "\\'")


VULNERABLE: dict[str, tuple[str, Escape]] = {
    "text": ("<p>{}</p>", str),
    "text of a table cell": ("<table><tr><td>{}</td></tr></table>", str),
    "text in capitals": ("<p>{}</p>", str.upper),
    "text cut after sixty characters": ("<p>{}</p>", lambda value: value[:60]),
    "text after percent decoding twice": ("<p>{}</p>", lambda value: unquote(angles(value))),
    "text after entity decoding": ("<p>{}</p>", lambda value: html.unescape(no_angles(value))),
    "text where script tags are removed": ("<p>{}</p>", lambda value: re.sub(r"(?i)</?script[^>]*>", "", value)),
    "text where closed tags are removed": ("<p>{}</p> <b>more</b>", lambda value: re.sub(r"<[^>]*>", "", value)),
    "text where spaces are removed": ("<p>{}</p>", lambda value: value.replace(" ", "")),
    "text where handlers are removed": ("<p>{}</p>", lambda value: re.sub(r"(?i)on\w+=", "", value)),
    "text where unknown elements are removed": (
        "<p>{}</p>",
        lambda value: re.sub(r"</?(?!(?:img|b|i)\b)\w[^>]*>", "", value),
    ),
    "double-quoted attribute": ('<p title="{}">x</p>', str),
    "double-quoted attribute, angles escaped": ('<input name=q value="{}">', angles),
    "single-quoted attribute": ("<p title='{}'>x</p>", no_angles),
    "unquoted attribute": ("<p title={}>x</p>", lambda value: html.escape(value)),
    "attribute of a meta element": ('<meta name=keywords content="{}"><p>x</p>', str),
    "link address": ('<a href="{}">x</a>', html.escape),
    "link address, unquoted": ("<a href={}>x</a>", html.escape),
    "form action": ('<form action="{}"><button>x</button></form>', html.escape),
    "frame address": ('<iframe src="{}"></iframe>', html.escape),
    "script address": ('<script src="{}"></script>', html.escape),
    "image address breaks out": ('<img src="{}">', no_angles),
    "handler, HTML-escaped": ("<b onclick=\"find('{}')\">x</b>", html.escape),
    "handler with double quotes": ("<b onclick='find(\"{}\")'>x</b>", html.escape),
    "handler as code": ('<b onclick="find({})">x</b>', html.escape),
    "style attribute": ('<p style="color: {}">x</p>', str),
    "comment": ("<!-- asked for {} --><p>x</p>", str),
    "title": ("<title>{}</title>", str),
    "textarea": ("<textarea>{}</textarea>", str),
    "noscript": ("<noscript><p>{}</p></noscript>", str),
    "style element": ("<style>p { color: {} }</style>", str),
    "template element": ("<template><p>{}</p></template>", str),
    "data script": ('<script type="application/json">{"q": "{}"}</script>', lambda value: value.replace('"', '\\"')),
    "script as code": ("<script>var n = {};</script>", no_angles),
    "script string, double quotes": ('<script>var q = "{}";</script>', no_angles),
    "script string, single quotes": ("<script>find('{}', 2)</script>", no_angles),
    "script string, backslash forgotten": ("<script>var q = '{}';</script>", lambda value: slashes(no_angles(value))),
    "script string, angles forgotten": (
        "<script>find('{}', 2)</script>",
        lambda value: json.dumps(value)[1:-1].replace("'", "\\'"),
    ),
    "script template": ("<script>find(`{}`)</script>", lambda value: no_angles(value).replace("`", "")),
    "script block comment": ("<script>/* {} */ var a = 1;</script>", no_angles),
    "script line comment": ("<script>// {}\nvar a = 1;</script>", no_angles),
    "tag name": ("<{}>x", no_angles),
    "attribute name": ("<p {}>x</p>", no_angles),
    "two places, the second unsound": ("<p>{}</p>", str),
}

SAFE: dict[str, tuple[str, Escape]] = {
    "text, escaped": ("<p>{}</p>", html.escape),
    "text, angles removed": ("<p>{}</p>", no_angles),
    "attribute, escaped": ('<p title="{}">x</p>', html.escape),
    "attribute, quotes escaped only": ('<p title="{}">x</p>', lambda value: value.replace('"', "&quot;")),
    "link address, scheme checked": ('<a href="{}">x</a>', lambda value: "#" if ":" in value else html.escape(value)),
    "link address behind a slash": ('<a href="/{}">x</a>', html.escape),
    "image address": ('<img src="{}">', html.escape),
    "handler, escaped for scripts": ("<b onclick=\"find('{}')\">x</b>", lambda value: html.escape(js(value))),
    "comment, angles removed": ("<!-- {} -->", no_angles),
    "title, escaped": ("<title>{}</title>", html.escape),
    "textarea that keeps its end": ("<textarea>{}</textarea>", lambda value: value.replace("</", "")),
    "noscript that keeps its end": ("<noscript><p>{}</p></noscript>", lambda value: value.replace("</", "")),
    "template that keeps its end": ("<template><p>{}</p></template>", lambda value: value.replace("</", "")),
    "style element that keeps its end": ("<style>p { color: {} }</style>", lambda value: value.replace("</", "")),
    "data script that keeps its end": ('<script type="application/json">{"q": "{}"}</script>', js),
    "script string, escaped": ('<script>find("{}", 2)</script>', js),
    "script number": ("<script>var n = {};</script>", lambda value: re.sub(r"\D", "", value) or "0"),
    "script name": ("<script>{}</script>", lambda value: re.sub(r"[^\w.]", "", value)),
    "script comment, escaped": ("<script>/* {} */ var a = 1;</script>", lambda value: re.sub(r"[^\w ]", "", value)),
    "markup in a script string": (
        "<script>var t = {};</script>",
        lambda value: json.dumps(value).replace("<", "\\u003c"),
    ),
    "echo inside an iframe's text": ("<iframe>{}</iframe>", lambda value: value.replace("</", "")),
}


@pytest.mark.parametrize(("template", "escape"), VULNERABLE.values(), ids=VULNERABLE.keys())
def test_a_break_out_is_found(template: str, escape: Escape) -> None:
    found = proofs(site(template, escape))
    assert [proof.level for proof in found] == [ProofLevel.FIRM]
    assert any(step.control for step in found[0].steps)


@pytest.mark.parametrize(("template", "escape"), SAFE.values(), ids=SAFE.keys())
def test_a_sound_site_is_left_alone(template: str, escape: Escape) -> None:
    assert proofs(site(template, escape)) == []


@pytest.mark.parametrize(
    ("media", "headers"),
    [
        ("application/json", ()),
        ("text/plain", ()),
        ("text/javascript", ()),
        ("text/csv", ()),
        ("text/html", (("Content-Disposition", "attachment"),)),
        ("", (("X-Content-Type-Options", "nosniff"),)),
    ],
)
def test_what_browsers_do_not_show_as_a_page_is_no_flaw(media: str, headers: tuple[tuple[str, str], ...]) -> None:
    assert proofs(site("<p>{}</p>", str, *headers, media=media)) == []


def test_a_page_without_a_type_is_shown_as_one() -> None:
    assert proofs(site("<!doctype html><p>{}</p>", media=""))


def test_a_redirect_with_a_body_is_not_shown() -> None:
    def handle(request: Request) -> Response:
        body = f"<p>moved from {unquote(request.url)}</p>".encode()
        return Response(302, (("Content-Type", "text/html"), ("Location", "/login")), body)

    assert proofs(handle) == []


def test_an_error_page_counts_as_a_page() -> None:
    def handle(request: Request) -> Response:
        return Response(404, (("Content-Type", "text/html"),), f"<p>No {unquote(request.url)}</p>".encode())

    assert proofs(handle)


def test_a_parameter_name_is_an_input_like_others() -> None:
    def handle(request: Request) -> Response:
        names = "".join(f"<li>{name}</li>" for name, _ in parse_qsl(urlsplit(request.url).query))
        return Response(200, (("Content-Type", "text/html"),), f"<ul>{names}</ul>".encode())

    found = proofs(handle, Point(POINT.target, PointKind.NAME, "q", "q"))
    assert [proof.level for proof in found] == [ProofLevel.FIRM]


def test_a_header_is_rated_low() -> None:
    def handle(request: Request) -> Response:
        body = f"<p>{header(request.headers, 'x-forwarded-host')}</p>".encode()
        return Response(200, (("Content-Type", "text/html"),), body)

    request = Request("GET", "http://site.example/", (("X-Forwarded-Host", "shop"),))
    found = proofs(handle, Point(Target(request, "/"), PointKind.HEADER, "X-Forwarded-Host", "shop"))
    assert [proof.severity for proof in found] == ["low"]


def test_a_policy_that_stops_the_script_lowers_the_rating() -> None:
    strict = ("Content-Security-Policy", "script-src 'self'")
    loose = ("Content-Security-Policy", "script-src 'self' 'unsafe-inline'")
    assert [proof.severity for proof in proofs(site("<p>{}</p>", str, strict))] == ["medium"]
    assert [proof.severity for proof in proofs(site("<p>{}</p>", str, loose))] == [""]


def test_the_shape_of_addresses_is_kept() -> None:
    def handle(request: Request) -> Response:
        value = parse_qs(urlsplit(request.url).query).get("q", [""])[0]
        shown = value if value.endswith("@mail.test") else "not an address"
        return Response(200, (("Content-Type", "text/html"),), f"<p>{shown}</p>".encode())

    request = Request("GET", "http://site.example/find?q=ann@mail.test")
    assert proofs(handle, Point(Target(request, "/find"), PointKind.QUERY, "q", "ann@mail.test"))


def test_a_page_that_already_holds_handlers_proves_nothing() -> None:
    page = "<b onclick=\"go('{}')\">x</b><p>{}</p>"
    assert proofs(site(page, lambda value: re.sub(r"\W", "", value))) == []


def test_a_point_without_reflection_costs_nothing() -> None:
    probe = testkit.TestProbe(site("<p>{}</p>"), "dull", reaction=Reaction(frozenset({"changed"})))
    assert CHECK.detect is not None
    assert asyncio.run(CHECK.detect(probe, POINT)) == []
    assert probe.sent == []


def test_a_sound_reflecting_point_costs_at_most_eighteen() -> None:
    places = tuple(
        Reflection(context, "'\"<>`(){};=/\\", detail)
        for context, detail in (
            ("text", ""),
            ("attribute-double", "p title double"),
            ("script-string-single", "script"),
            ("event-attribute", "b onclick double"),
            ("url-attribute", "a href double"),
            ("comment", ""),
        )
    )
    reaction = Reaction(frozenset({"reflected"}), places)
    probe = testkit.TestProbe(site("<p>{}</p>", html.escape), "busy", reaction=reaction)
    assert CHECK.detect is not None
    assert asyncio.run(CHECK.detect(probe, POINT)) == []
    assert 0 < len(probe.sent) <= 18


class RunsNothing:
    """A browser in which no script ever runs."""

    async def executes(self, request: Request, token: str) -> Step | None:
        return None


class RunsAll:
    """A browser that runs what carries the token, and remembers what it was asked to load."""

    def __init__(self, handler: Handler) -> None:
        self.handler = handler
        self.loaded: list[Request] = []

    async def executes(self, request: Request, token: str) -> Step | None:
        self.loaded.append(request)
        exchange = Exchange(request, self.handler(request))
        return Step("in the browser", exchange) if token in exchange.response.text else None


@pytest.mark.parametrize(("runs", "level"), [(True, ProofLevel.CONFIRMED), (False, ProofLevel.FIRM)])
def test_a_browser_makes_it_confirmed(runs: bool, level: ProofLevel) -> None:
    handler = site("<p>{}</p>")
    probe = testkit.TestProbe(handler, "verify")
    browser = RunsAll(handler)
    probe.browser = browser if runs else RunsNothing()
    data = {"template": "<%TOKEN% onclick=%TOKEN%>", "coding": "plain"}
    assert CHECK.verify is not None
    proof = asyncio.run(CHECK.verify(probe, Candidate(check=CHECK.id, point=POINT, data=data)))
    assert proof is not None
    assert proof.level is level
    assert all("onerror" in unquote(request.url) for request in browser.loaded)


def test_a_site_mended_meanwhile_is_not_reported() -> None:
    probe = testkit.TestProbe(site("<p>{}</p>", html.escape), "verify")
    data = {"template": "<%TOKEN% onclick=%TOKEN%>", "coding": "plain"}
    assert CHECK.verify is not None
    assert asyncio.run(CHECK.verify(probe, Candidate(check=CHECK.id, point=POINT, data=data))) is None
