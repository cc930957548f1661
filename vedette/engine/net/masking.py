"""Known secrets and session values replaced by placeholders before an exchange leaves the engine."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote, quote_plus

from vedette.contract import wire
from vedette.contract.events import Event
from vedette.contract.exchange import Exchange, Headers, Response

MIN_LENGTH = 4
MIN_TELLING = 12
"""Characters of a value that is replaced in addresses and names as well: a shorter one may be a word of the site."""

MAX_SESSIONS = 200
_TOKEN_NAMES = re.compile(r"sess|sid\b|token|auth|jwt|remember|csrf|xsrf", re.IGNORECASE)


def looks_secret(name: str, value: str) -> bool:
    """Whether a cookie may stand for a log-in: long, or named so. Short plain ones (`lang=en`) stay readable."""
    return len(value) >= 16 or (len(value) >= 8 and _TOKEN_NAMES.search(name) is not None)


class Masker:
    """Replaces each known value, also percent-encoded, in base64 or escaped for JSON, by `‹secret:NAME›`.

    Values shorter than MIN_LENGTH are replaced only where they are a whole header value: elsewhere they would match
    by chance.
    """

    def __init__(self, secrets: Mapping[str, str]) -> None:
        self._secrets: dict[str, str] = {}
        self._sessions: dict[str, str] = {}
        self._shown: dict[str, str] = {}
        self._short: dict[str, str] = {}
        self._pattern: re.Pattern[str] | None = None
        self._long: re.Pattern[str] | None = None
        self._bytes: dict[bytes, bytes] = {}
        self._stale = False
        for name, value in secrets.items():
            self.learn(name, value)

    def learn(self, name: str, value: str) -> None:
        """Adds a secret to be replaced from now on, under this name."""
        if value and value not in self._secrets:
            self._secrets[value] = name
            self._stale = True

    def learn_session(self, name: str, value: str) -> None:
        """Adds the value of a session cookie. Sites make up new ones without end: the oldest are forgotten."""
        if value in self._sessions or value in self._secrets or not looks_secret(name, value):
            return
        self._sessions[value] = name
        while len(self._sessions) > MAX_SESSIONS:
            self._sessions.pop(next(iter(self._sessions)))
        self._stale = True

    def _prepare(self) -> None:
        self._stale = False
        self._shown, self._short = {}, {}
        for value, name in self._secrets.items():
            if len(value) < MIN_LENGTH:
                self._short[value] = f"‹secret:{name}›"
            for form in _forms(value):
                self._shown.setdefault(form, f"‹secret:{name}›")
        for value, name in self._sessions.items():
            for form in (value, quote(value, safe="")):
                self._shown.setdefault(form, f"‹secret:{name}›")
        # Longest first: a form that contains another must win.
        ordered = sorted(self._shown, key=lambda form: (-len(form), form))
        self._pattern = re.compile("|".join(re.escape(form) for form in ordered)) if ordered else None
        self._bytes = {_raw(form): self._shown[form].encode() for form in ordered}
        telling = [form for form in ordered if len(form) >= MIN_TELLING]
        self._long = re.compile("|".join(re.escape(form) for form in telling)) if telling else None

    def mask(self, exchange: Exchange) -> Exchange:
        """The exchange without known values; the same object when there are none to look for."""
        if self._stale:
            self._prepare()
        if self._pattern is None and not self._short:
            return exchange
        request, response = exchange.request, exchange.response
        masked = replace(
            request,
            url=self.text(request.url),
            headers=self._headers(request.headers),
            body=self.data(request.body),
        )
        answer: Response | None = None
        if response is not None:
            answer = replace(response, headers=self._headers(response.headers), body=self.data(response.body))
        return replace(exchange, request=masked, response=answer, detail=self.text(exchange.detail))

    def text(self, text: str) -> str:
        """A text with every known value replaced."""
        if self._stale:
            self._prepare()
        return self._pattern.sub(lambda match: self._shown[match[0]], text) if self._pattern else text

    def data(self, data: bytes) -> bytes:
        """Bytes with every known value replaced."""
        if self._stale:
            self._prepare()
        for form, shown in self._bytes.items():
            if form in data:
                data = data.replace(form, shown)
        return data

    def event(self, event: Event) -> Event:
        """The event with every known value replaced that is too long to stand there by chance: sites write what they
        are told into their addresses. The same object when there is none."""
        if self._stale:
            self._prepare()
        if self._long is None or not self._long.search(wire.dumps(event)):
            return event
        masked = wire.load_event(self._replaced(wire.dump(event)))
        masked.at = event.at
        return masked

    def _replaced(self, value: Any) -> Any:
        """JSON with the values replaced in every text, names of fields included."""
        if isinstance(value, str):
            return self._long.sub(lambda match: self._shown[match[0]], value) if self._long else value
        if isinstance(value, list):
            return [self._replaced(item) for item in value]
        if isinstance(value, dict):
            return {self._replaced(name): self._replaced(item) for name, item in value.items()}
        return value

    def _headers(self, headers: Headers) -> Headers:
        return tuple((name, self._short.get(value) or self.text(value)) for name, value in headers)


def _raw(form: str) -> bytes:
    return form.encode("utf-8", "surrogateescape")


def _forms(value: str) -> list[str]:
    raw = _raw(value)
    percent = quote(value, safe="")
    forms = [
        value,
        percent,
        re.sub(r"%[0-9A-F]{2}", lambda match: match[0].lower(), percent),
        quote(value),
        quote_plus(value),
        json.dumps(value)[1:-1],
        json.dumps(value, ensure_ascii=False)[1:-1],
        json.dumps(value)[1:-1].replace("/", "\\/"),
    ]
    forms += _base64_cores(raw)
    return [form for form in dict.fromkeys(forms) if len(form) >= MIN_LENGTH]


def _base64_cores(raw: bytes) -> list[str]:
    """The characters of base64 that depend on the value alone, for each of its three possible positions."""
    alone = base64.b64encode(raw).decode().rstrip("=")
    cores = [alone, alone.replace("+", "-").replace("/", "_")] if len(raw) >= MIN_LENGTH else []
    for shift in range(3):
        text = base64.b64encode(b"\0" * shift + raw).decode()
        start = 0 if shift == 0 else shift + 1
        # The last characters also hold bits of what follows the value.
        whole = (shift + len(raw)) * 8 // 6
        core = text[start:whole]
        if len(core) >= 8:
            cores += [core, core.replace("+", "-").replace("/", "_")]
    return cores
