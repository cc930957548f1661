r"""A value decides to which site the browser is sent.

What it looks for
Values that end up as the target of a redirection: in a `Location` or `Refresh` header, in a `meta` refresh, or in a
script that assigns `location`. An address on a host that cannot exist is sent, also in the forms that slip through
filters: `//host`, `/\host`, a user name that looks like this site, a host name that begins with it.

Why it matters
A link to a trusted site then leads to any other: to a copied log-in page, or, where log-in flows rely on such
addresses, away with a code or token.

How it is confirmed
The address that a browser would open, read by the browser's own rules, must have our host. It must do so twice with
different hosts on fresh connections. The host in the query of a path of this site is the control: it must not leave.
A script's assignment is read, not run, so findings that rest on one are firm.

How to fix it
Redirect to addresses from a fixed list, or take only a path: it must begin with one slash, not followed by another
slash or a backslash, and hold no control characters. Else show a page that names the foreign site and asks.

When it may be wrong
When leaving the site is the page's purpose and harmless, as for a counted link with a signature of its own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from vedette.contract.checkinfo import CheckInfo, Kind, Phase, ProofLevel, Severity
from vedette.contract.exchange import Exchange, Request, Response, Step
from vedette.engine.attack.compare import blocked, everything
from vedette.engine.attack.example import Example, Handler
from vedette.engine.attack.point import Point, PointKind, Target
from vedette.engine.attack.probe import Candidate, Probe, Proof
from vedette.engine.parse.document import attribute, elements, parse
from vedette.engine.parse.page import HTML_TYPES
from vedette.engine.parse.urls import resolve

INFO = CheckInfo(
    id="redirect-open",
    title="Open redirection",
    kind=Kind.ACTIVE,
    phase=Phase.DETECT,
    severity=Severity.MEDIUM,
    proof=ProofLevel.CONFIRMED,
    cwe=(601,),
    cvss31="CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N",
    cvss40="CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:A/VC:N/VI:N/VA:N/SC:L/SI:L/SA:N",
    owasp="A01:2021",
    references=(
        "https://cheatsheetseries.owasp.org/cheatsheets/Unvalidated_Redirects_and_Forwards_Cheat_Sheet.html",
        "https://cwe.mitre.org/data/definitions/601.html",
    ),
    tags=("redirect",),
    cost=1,
    wants=("reflected-location",),
    points=("query", "path", "form", "json", "multipart", "cookie"),
    profiles=("safe", "normal", "full"),
)

FORMS = (
    "https://{host}/",
    "//{host}/",
    "/\\{host}/",
    "\\/\\/{host}/",
    "https:{host}",
    "///{host}/",
    "/\t/{host}/",
    "{scheme}://{site}@{host}/",
    "{scheme}://{host}\\@{site}/",
    "{scheme}://{host}#{site}/",
    "{scheme}://{host}?{site}/",
    "{scheme}://{host}/{site}/",
    "{scheme}://{name}.{host}/",
    "@{host}/",
    ".{host}/",
    "{host}",
)
"""Addresses that a browser reads as those of `{host}`; the last ones where the site puts something in front."""

CONTROL = "/?{host}"
_TARGET = re.compile(
    r"""(?:^|[^\w$.])(?:(?:window|document|self|top|parent|globalThis)\s*\.\s*)?location\s*(?:
        (?:\.\s*href\s*)?=(?!=)\s* | \.\s*(?:assign|replace)\s*\(\s*
    )(?P<quote>["'])(?P<url>(?:\\.|(?!(?P=quote))[^\\\n])*)(?P=quote)""",
    re.VERBOSE,
)
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_REFRESH = re.compile(r"\s*[\d.]*\s*[;,\s]\s*(?:url\s*=\s*)?[\"']?([^\"']*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Move:
    """Where an answer sends the browser, and how: `location`, `refresh`, `meta` or `script`."""

    means: str
    url: str


def moves(exchange: Exchange) -> Iterator[Move]:
    """Every place to which the answer sends the browser by itself, as it stands there."""
    response = exchange.response
    if response is None:
        return
    if 300 <= response.status < 400 and (location := response.header("location")):
        yield Move("location", location)
    if refresh := _refresh(response.header("refresh")):
        yield Move("refresh", refresh)
    if response.content_type in HTML_TYPES and not 300 <= response.status < 400:
        yield from _document_moves(response.text)


def _document_moves(text: str) -> Iterator[Move]:
    for tag, attributes, node in elements(parse(text)):
        if tag == "meta" and attribute(attributes, "http-equiv").strip().lower() == "refresh":
            if url := _refresh(attribute(attributes, "content")):
                yield Move("meta", url)
        elif tag == "script" and "src" not in attributes:
            for found in _TARGET.finditer(node.text()):
                yield Move("script", _ESCAPE.sub(_unescaped, found["url"]))


def _refresh(value: str) -> str:
    found = _REFRESH.match(value)
    return found.group(1).strip() if found else ""


def _unescaped(found: re.Match[str]) -> str:
    code = found.group(1) or found.group(2)
    return chr(int(code, 16)) if code else {"n": "\n", "t": "\t", "r": "\r"}.get(found.group(3), found.group(3))


def leaving(exchange: Exchange, host: str) -> Move | None:
    """The first move that takes a browser to this host or one below it."""
    # The document is only read as a browser would where the host's own word stands in the answer at all.
    if host.partition(".")[0] not in everything(exchange).lower():
        return None
    for move in moves(exchange):
        target = resolve(exchange.request.url, move.url)
        name = urlsplit(target).hostname or "" if target else ""
        if name == host or name.endswith(f".{host}"):
            return move
    return None


async def detect(probe: Probe, point: Point) -> list[Candidate]:
    """One candidate for the first form that leaves the site; nothing for values that have to do with no address."""
    if not probe.full and "url-like" not in probe.reaction.signs:
        return []
    for index in range(len(FORMS) if probe.full else INFO.cost):
        host = _host(probe, f"detect {index}")
        exchange = await probe.send(point, _address(FORMS[index], host, point))
        if blocked(exchange):
            return []
        if leaving(exchange, host):
            return [Candidate(check=INFO.id, point=point, data={"form": index})]
    return []


async def verify(probe: Probe, candidate: Candidate) -> Proof | None:
    """Two different hosts on fresh connections, and one in the query of a path as control."""
    point, form = candidate.point, FORMS[candidate.data["form"]]
    if point is None:
        return None
    shown: list[Step] = []
    means = ""
    for turn in ("first", "second"):
        host = _host(probe, f"verify {turn}")
        sent = _address(form, host, point)
        exchange = await probe.send(point, sent, fresh=True)
        move = None if blocked(exchange) else leaving(exchange, host)
        if move is None or not exchange.usable:
            return None
        means = move.means
        note = f"A browser goes to {resolve(exchange.request.url, move.url)}."
        shown.append(Step("Foreign host", exchange, (move.url, host), note, request_marks=(sent,)))
    host = _host(probe, "control")
    exchange = await probe.send(point, CONTROL.format(host=host), fresh=True)
    if leaving(exchange, host):
        return None
    shown.append(Step("Host in a query", exchange, (), "A browser stays on the site.", control=True))
    level = ProofLevel.FIRM if means == "script" else ProofLevel.CONFIRMED
    words = {"location": "the Location header", "refresh": "a Refresh header", "meta": "a meta element"}
    detail = f"The value of {point.name} sends the browser to any host, by {words.get(means, 'a script')}."
    return Proof(level=level, detail=detail, steps=tuple(shown))


def _host(probe: Probe, purpose: str) -> str:
    return f"{probe.rng.token(purpose)}.example"


def _address(form: str, host: str, point: Point) -> str:
    parts = urlsplit(point.target.request.url)
    return form.format(host=host, site=parts.netloc, name=parts.hostname, scheme=parts.scheme)


_NAME = "shop.example"
_POINT = Point(
    Target(Request("GET", f"http://{_NAME}/go?next=%2Fhome"), "/go"),
    PointKind.QUERY,
    "next",
    "/home",
)
_COOKIE = Point(
    Target(Request("GET", f"http://{_NAME}/go", (("Cookie", "next=/home"),)), "/go"), PointKind.COOKIE, "next", "/home"
)


def _page(body: str, *headers: tuple[str, str], status: int = 200) -> Response:
    page = f"<!doctype html><html><head>{body}</head></html>".encode()
    return Response(status, (("Content-Type", "text/html"), *headers), page)


def _going(answer: Callable[[str], Response]) -> Handler:
    """A site that answers the value of `next`, from the query or from a cookie."""

    def handle(request: Request) -> Response:
        values = dict(parse_qsl(urlsplit(request.url).query, keep_blank_values=True))
        cookies = [unquote(value.partition("=")[2]) for name, value in request.headers if name == "Cookie"]
        return answer(values.get("next", cookies[0] if cookies else ""))

    return handle


def _to(url: str) -> Response:
    """A redirection, its target kept on one line and in ASCII as a server must."""
    return _page("", ("Location", quote(url, safe="/:?#@!$&'()*+,;=%\\\t")), status=302)


def _begins_here(value: str) -> Response:
    return _to(value if value.startswith((f"http://{_NAME}", "/")) and not value.startswith("//") else "/")


def _filtered(value: str) -> Response:
    return _to("/" if "://" in value or value.startswith("//") else value)


def _path_only(value: str) -> Response:
    return _to(value if re.match(r"/(?![/\\])[\x21-\x7e]*$", value) else "/")


def _in_script(value: str) -> Response:
    return _page(f"<script>setTimeout(function () {{ window.location.href = {json.dumps(value)}; }}, 100)</script>")


def _shown_in_script(value: str) -> Response:
    return _page(f"<script>var previous = {json.dumps(value)}; var allocation = previous;</script>")


def _example(
    name: str, answer: Callable[[str], Response], *, vulnerable: bool = True, point: Point = _POINT
) -> Example:
    return Example(name=name, vulnerable=vulnerable, handler=_going(answer), point=point)


EXAMPLES = (
    _example("location header", _to),
    _example("cookie", _to, point=_COOKIE),
    _example("only the beginning is compared", _begins_here),
    _example("schemes and double slashes refused", _filtered),
    _example("put behind the site's address", lambda value: _to(f"http://{_NAME}{value}")),
    _example("meta refresh", lambda value: _page(f'<meta http-equiv="refresh" content="2; URL={escape(value)}">')),
    _example("refresh header", lambda value: _page("", ("Refresh", f"1; url={quote(value, safe='/:')}"))),
    _example("script", _in_script),
    _example("part of a log-in address", lambda value: _to("/login?" + urlencode({"next": value})), vulnerable=False),
    _example("paths only", _path_only, vulnerable=False),
    _example("put behind a slash", lambda value: _to("/out/" + quote(value)), vulnerable=False),
    _example("a page that asks", lambda value: _page(f'<a href="{escape(value)}">Leave</a>'), vulnerable=False),
    _example("text of a script", _shown_in_script, vulnerable=False),
)
