"""A visitor that talks to the shop in this process and can put any value at any planted point."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode
from xml.sax.saxutils import escape

import pytest

from vedette.range.manifest import FLAWS, LOOKALIKES, TRAPS
from vedette.range.planted import Flaw, Kind, LookAlike, Trap
from vedette.range.site import Site
from vedette.range.web import Request, Response

SPOTS: dict[str, Any] = {spot.id: spot for spot in (*FLAWS, *LOOKALIKES, *TRAPS)}
BOUNDARY = "harbourpart"


class Answer:
    def __init__(self, response: Response) -> None:
        self.status = response.status
        self.body = response.body
        self.text = response.body.decode()
        self.headers = response.headers
        self.lines = response.lines

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    @property
    def whole(self) -> tuple[Any, ...]:
        """Everything that leaves the shop but the greeting of a new session."""
        return self.status, self.body, [pair for pair in self.headers if "hg_session" not in pair[1]], self.lines

    @property
    def page(self) -> Document:
        document = Document()
        document.feed(self.text)
        document.close()
        return document


class Document(HTMLParser):
    """Elements with attributes, and the texts of the page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.words += data

    def tags(self) -> list[str]:
        return [tag for tag, _ in self.elements]


class Visitor:
    """Keeps its session cookie, as a browser would."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.session = ""

    def ask(
        self, method: str, target: str, *, body: str = "", media: str = "", headers: dict[str, str] | None = None
    ) -> Answer:
        path, _, query = target.partition("?")
        sent = {"host": "127.0.0.1:80", **({"content-type": media} if media else {}), **(headers or {})}
        cookies = [
            text for text in (f"hg_session={self.session}" if self.session else "", sent.get("cookie", "")) if text
        ]
        if cookies:
            sent["cookie"] = "; ".join(cookies)
        response = self.site.answer(
            Request(method=method, path=path, query_string=query, headers=sent, body=body.encode("utf-8"))
        )
        for name, value in response.headers:
            if name == "Set-Cookie" and value.startswith("hg_session="):
                self.session = value.partition("=")[2].partition(";")[0]
        return Answer(response)

    def get(self, target: str, **headers: str) -> Answer:
        return self.ask("GET", target, headers={name.replace("_", "-"): value for name, value in headers.items()})

    def plant(self, spot_id: str, value: str | None = None) -> Answer:
        """Send the spot's request with a value in its place; without one, the ordinary request."""
        spot = SPOTS[spot_id]
        return self.ask(**_request(spot, _ordinary(spot) if value is None else value))

    def sink(self, spot_id: str) -> Answer:
        """The page on which the spot's stored input comes out."""
        return self.get(SPOTS[spot_id].sink)

    def spring(self, trap: Trap) -> Answer:
        return self.ask(trap.method, trap.url, body=trap.body, media=trap.media if trap.body else "")


def _ordinary(spot: Flaw | LookAlike) -> str:
    path, _, query = spot.url.partition("?")
    if spot.kind is Kind.QUERY:
        return dict(parse_qsl(query, keep_blank_values=True))[spot.parameter]
    if spot.kind is Kind.NAME:
        return spot.parameter
    if spot.kind is Kind.PATH:
        return _unquoted(path.split("/")[1:][int(spot.parameter)])
    if spot.kind in (Kind.FORM, Kind.MULTIPART):
        return dict(parse_qsl(spot.body, keep_blank_values=True))[spot.parameter]
    if spot.kind is Kind.JSON:
        value: Any = json.loads(spot.body)
        for key in spot.parameter.split("/"):
            value = value[key]
        return value if isinstance(value, str) else json.dumps(value)
    if spot.kind is Kind.XML:
        tag = spot.parameter.rpartition("/")[2]
        return spot.body.partition(f"<{tag}>")[2].partition(f"</{tag}>")[0]
    return spot.sample


def _unquoted(text: str) -> str:
    return dict(parse_qsl("x=" + text.replace("+", "%2B")))["x"]


def _request(spot: Flaw | LookAlike, value: str) -> dict[str, Any]:
    target, body, media, headers = spot.url, spot.body, spot.media, {}
    path, _, query = spot.url.partition("?")
    if spot.kind is Kind.QUERY:
        target = path + "?" + urlencode(_with(parse_qsl(query, keep_blank_values=True), spot.parameter, value))
    elif spot.kind is Kind.NAME:
        target = path + "?" + urlencode([(value if n == spot.parameter else n, v) for n, v in parse_qsl(query)])
    elif spot.kind is Kind.PATH:
        pieces = path.split("/")
        pieces[int(spot.parameter) + 1] = quote(value, safe="")
        target = "/".join(pieces)
    elif spot.kind is Kind.FORM:
        body = urlencode(_with(parse_qsl(spot.body, keep_blank_values=True), spot.parameter, value))
    elif spot.kind is Kind.MULTIPART:
        body = multipart(_with(parse_qsl(spot.body, keep_blank_values=True), spot.parameter, value))
        media = f"multipart/form-data; boundary={BOUNDARY}"
    elif spot.kind is Kind.JSON:
        body = _json_with(spot.body, spot.parameter.split("/"), value)
    elif spot.kind is Kind.XML:
        tag = spot.parameter.rpartition("/")[2]
        before, _, rest = spot.body.partition(f"<{tag}>")
        body = f"{before}<{tag}>{escape(value)}</{tag}>{rest.partition(f'</{tag}>')[2]}"
    elif spot.kind is Kind.COOKIE:
        headers = {"cookie": f"{spot.parameter}={quote(value, safe='')}"}
    elif spot.kind is Kind.HEADER:
        headers = {spot.parameter.lower(): value}
    return {"method": spot.method, "target": target, "body": body, "media": media if body else "", "headers": headers}


def _with(pairs: list[tuple[str, str]], name: str, value: str) -> list[tuple[str, str]]:
    return [(key, value if key == name else old) for key, old in pairs]


def _json_with(body: str, keys: list[str], value: str) -> str:
    whole: Any = json.loads(body)
    inner = whole
    for key in keys[:-1]:
        inner = inner[key]
    if value != json.dumps(inner[keys[-1]]):
        inner[keys[-1]] = value
    return json.dumps(whole)


def multipart(pairs: list[tuple[str, str]]) -> str:
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in pairs
    ]
    return "".join(parts) + f"--{BOUNDARY}--\r\n"


@pytest.fixture
def naps() -> list[float]:
    """What the shop would have slept."""
    return []


@pytest.fixture
def site(naps: list[float]) -> Iterator[Site]:
    shop = Site(nap=naps.append)
    yield shop
    shop.close()


@pytest.fixture
def visitor(site: Site) -> Visitor:
    return Visitor(site)
