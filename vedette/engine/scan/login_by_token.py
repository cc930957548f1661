"""A log-in by API: post what the job says, take the token out of the answer."""

from __future__ import annotations

import json
import re
from typing import Any

from vedette.contract.exchange import Request
from vedette.contract.job import Login, TokenLogin
from vedette.engine.crawl.login_attempt import Attempt
from vedette.engine.crawl.login_signs import complaint, locked
from vedette.engine.crawl.login_trail import Send, follow
from vedette.engine.parse.page import Page
from vedette.engine.scan.login_values import Say

MAX_TOKEN = 16_384
MAX_LOOKED_AT = 500
"""How many values of an answer are looked at for a token that does not stand where it should."""

_LIKE_A_TOKEN = re.compile(r"[\w.~+/=-]{16,}")


async def by_token(send: Send, login: Login, user: str, payload: str, say: Say) -> Attempt:
    """One try. The log-in must say how (`login.token`)."""
    token = login.token
    if token is None:
        return Attempt(ok=False, reason="The log-in does not say where its token stands.")
    headers = (("Content-Type", token.media_type), ("Accept", "application/json, */*;q=0.5"))
    trail = await follow(send, Request("POST", login.url, headers, payload.encode(), user))
    if trail.reason:
        head = "The log-in was sent away. " if trail.pages else "The log-in got no answer. "
        return Attempt(ok=False, reason=head + trail.reason, sent=True, stopped=trail.stopped)
    page = trail.last
    await say("Posted the log-in", page.url)
    if page.response.status >= 400:
        return _refused(page)
    return _taken(page, token)


def _refused(page: Page) -> Attempt:
    status = page.response.status
    refused = status in (400, 401, 403, 422, 423, 429)
    said = locked(page) or complaint(page)
    more = f"; the site says “{said}”" if said else ""
    reason = (
        f"The user name or password was refused with status {status}{more}."
        if refused
        else (f"The log-in was answered with status {status}.")
    )
    return Attempt(ok=False, reason=reason, url=page.url, sent=True, refused=refused)


def _taken(page: Page, token: TokenLogin) -> Attempt:
    try:
        raw: Any = json.loads(page.text)
    except (ValueError, RecursionError):
        reason = "The answer to the log-in is not JSON, so no token can be taken from it."
        return Attempt(ok=False, reason=reason, url=page.url, sent=True)
    found = at_path(raw, token.field)
    if not found or len(found) > MAX_TOKEN or any(letter in found for letter in "\r\n\0"):
        said, place = complaint(page), place_of_token(raw)
        more = f"; the site says “{said}”" if said else f"; what looks like one stands in {place!r}" if place else ""
        reason = f"The answer to the log-in has no token in {token.field!r}{more}."
        return Attempt(ok=False, reason=reason, url=page.url, sent=True, refused=bool(said))
    value = f"{token.prefix} {found}" if token.prefix else found
    pair = ((token.name, value),)
    if token.place == "cookie":
        return Attempt(ok=True, url=page.url, sent=True, cookies=pair)
    return Attempt(ok=True, url=page.url, sent=True, headers=pair)


def at_path(raw: Any, path: str) -> str:
    """The text at a dotted path of JSON (`data.items.0.token`, a leading `$.` or `/`s in place of dots allowed); empty
    when there is none."""
    for part in path.removeprefix("$").replace("/", ".").strip(".").split("."):
        if isinstance(raw, dict):
            raw = raw.get(part)
        elif isinstance(raw, list) and part.isdigit() and int(part) < len(raw):
            raw = raw[int(part)]
        else:
            return ""
    return str(raw) if isinstance(raw, str | int) and not isinstance(raw, bool) else ""


def place_of_token(raw: Any) -> str:
    """The dotted path of the longest text in JSON that may be a token; empty when there is none."""
    found = ("", "")
    waiting, met = [("", raw)], 0
    while waiting and met < MAX_LOOKED_AT:
        path, value = waiting.pop(0)
        met += 1
        if isinstance(value, str) and path and len(value) > len(found[1]) and _LIKE_A_TOKEN.fullmatch(value):
            found = (path, value)
        pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        inner = [(str(name), one) for name, one in pairs if not re.search(r"[./]", str(name))]
        waiting += [(f"{path}.{name}".removeprefix("."), one) for name, one in inner[:MAX_LOOKED_AT]]
    return found[0]
