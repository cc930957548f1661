"""How every check of this family decides: a file with the right content, beside a made-up sibling without it."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit, urlunsplit

from vedette.contract.exchange import Exchange, Request, Response, Step
from vedette.engine.attack.probe import Probe

Recognise = Callable[[Response], str]
"""The part of a response that shows what file it is, to be marked in the evidence; empty when it is not that file."""

FIRST_BYTES = (("Range", "bytes=0-65535"),)
_NAME = re.compile(r"(\.?)([^.~]*)(.*)", re.DOTALL)


def sibling(url: str, word: str) -> str:
    """A made-up name in the same folder and with the same endings: `a/index.php.bak` gives `a/<word>.php.bak`."""
    parts = urlsplit(url)
    folder, _, name = parts.path.rpartition("/")
    match = _NAME.fullmatch(name)
    dot, endings = (match.group(1), match.group(3)) if match else ("", "")
    return urlunsplit((parts.scheme, parts.netloc, f"{folder}/{dot}{word}{endings}", "", ""))


async def exposed(
    probe: Probe, url: str, recognise: Recognise, *, fresh: bool = False, part: bool = False
) -> tuple[Step, ...]:
    """The file and its control as steps, or nothing when the file is not there or its sibling looks the same.

    `part` asks for the first bytes only. Costs one request, and one more when the file is recognised.
    """
    headers = FIRST_BYTES if part else ()
    exchange = await probe.fetch(Request("GET", url, headers), fresh=fresh)
    mark = _recognised(exchange, recognise)
    if not mark:
        return ()
    control_url = sibling(url, probe.rng.word(9))
    control = await probe.fetch(Request("GET", control_url, headers), fresh=fresh)
    # No answer for the sibling proves nothing about it, so the file is not reported either.
    if control.response is None or _recognised(control, recognise) or _same_body(exchange, control):
        return ()
    return (
        Step("the file", exchange, marks=(mark,)),
        Step("a made-up sibling", control, control=True, note="A name that nobody gave does not answer like the file."),
    )


def is_page(response: Response) -> bool:
    """Whether this is a document for people, as error pages and catch-all answers are."""
    start = response.body[:1024].lstrip().lower()
    return start.startswith((b"<!doctype html", b"<html", b"<head", b"<body")) or (
        response.content_type == "text/html" and b"<" in start
    )


def _recognised(exchange: Exchange, recognise: Recognise) -> str:
    response = exchange.response
    if response is None or not exchange.usable or response.status not in (200, 206) or not response.body:
        return ""
    return recognise(response)


def _same_body(one: Exchange, other: Exchange) -> bool:
    return one.response is not None and other.response is not None and one.response.body == other.response.body
