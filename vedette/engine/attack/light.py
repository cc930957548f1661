"""The light anomaly pass: two values per insertion point, and what the answers tell of it."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from vedette.contract.checkinfo import CheckInfo
from vedette.contract.exchange import Exchange
from vedette.engine.attack.compare import Model, blocked, failed
from vedette.engine.attack.errors import new_errors
from vedette.engine.attack.point import Point, PointKind
from vedette.engine.attack.probe import Reaction, Reflection
from vedette.engine.attack.reflection import METACHARS, find
from vedette.engine.attack.rng import Rng
from vedette.engine.attack.value_kinds import value_kinds

PROVOCATION = "${{<%[%"
"""Ends the odd value: openings that templates and parsers stumble over."""

_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_RUN = re.compile(r"[A-Za-z0-9]{6,}")
_BREAKING = (PointKind.NAME, PointKind.BODY)
"""Points where any other value breaks the request, so that another page tells nothing."""

_GONE = (404, 410)
_TEXTS = ("text", "title", "noscript", "comment")
"""Contexts in which quotes mean nothing."""

_DATA = ("json", "plain")

_MAIL_DOMAIN = "@mail.test"


def light_values(point: Point, rng: Rng) -> tuple[str, str]:
    """A harmless value of the same type as the one that stood there, and the same followed by odd characters.

    The odd ones stand between two tokens, as `reflection.find` wants them.
    """
    value = point.value
    token = rng.token("light")
    if match := _NUMBER.fullmatch(value):
        # Six digits are few enough not to ask for a huge page, and enough to be told apart from others.
        number = str(rng.integer(100_003, 999_983))
        harmless = f"{number}.5" if match[1] else number
    elif "@" in value and point.kind is not PointKind.NAME:
        return token + _MAIL_DOMAIN, token + METACHARS + token + PROVOCATION + _MAIL_DOMAIN
    elif value.startswith(("http://", "https://")):
        harmless = f"{urlsplit(value).scheme}://{urlsplit(value).netloc}/{token}"
    elif value.startswith("/"):
        harmless = f"/{token}"
    else:
        harmless = token
    return harmless, harmless + odd_characters(point) + _token(point, harmless) + PROVOCATION


def odd_characters(point: Point) -> str:
    """The characters sent to a point. Slashes in a path segment would only be read as other segments."""
    return METACHARS.replace("/", "").replace("\\", "") if point.kind is PointKind.PATH else METACHARS


def react(
    point: Point,
    model: Model,
    harmless_exchange: Exchange,
    odd_exchange: Exchange,
    harmless: str,
    odd: str,
    gone: bool = False,
) -> Reaction:
    """What the two answers tell, compared with the normal ones and with each other.

    `gone` tells that the harmless value got the site's page for addresses that do not exist, whatever its status.
    """
    lost = point.kind is PointKind.PATH and (gone or harmless_exchange.status in _GONE)
    signs = set(value_kinds(point)) | _differences(point, model, harmless_exchange, odd_exchange, harmless, odd, lost)
    reflections = _reflections(point, model, harmless_exchange, odd_exchange, harmless)
    if "missing" in signs:
        # Such pages often name the address that was asked for; only how they write it can matter.
        reflections = tuple(item for item in reflections if _breaks_out(item))
    contexts = [reflection.context for reflection in reflections]
    if any(not context.startswith("header:") for context in contexts):
        signs.add("reflected")
    if any(context.startswith("header:") for context in contexts):
        signs.add("reflected-header")
    if any(context in ("header:location", "header:refresh") for context in contexts):
        signs.add("reflected-location")
    families = new_errors(odd_exchange, model, odd).keys() | new_errors(harmless_exchange, model, harmless).keys()
    signs |= {f"error:{family}" for family in families} | ({"error"} if families else set())
    if (failed(odd_exchange) or failed(harmless_exchange)) and not failed(model.representative):
        signs.add("failed")
    return Reaction(frozenset(signs), reflections)


def _differences(
    point: Point, model: Model, harmless_exchange: Exchange, odd_exchange: Exchange, harmless: str, odd: str, lost: bool
) -> set[str]:
    if blocked(harmless_exchange):
        return set()
    signs = set()
    if lost:
        # The name of a route leads nowhere when it is another; a segment known to vary has selected something else.
        signs.add("changed" if _varies(point) else "missing")
    elif point.kind not in _BREAKING and not model.same(harmless_exchange, harmless):
        signs.add("changed")
    # A path that leads nowhere is often refused in another way when it has odd characters: the server, not the site.
    refused = lost and 400 <= odd_exchange.status < 500
    comparable = not refused and not blocked(odd_exchange)
    if comparable and not model.alike(harmless_exchange, odd_exchange, harmless, odd):
        signs.add("odd")
    return signs


def _varies(point: Point) -> bool:
    segments = point.target.template.split("/")[1:]
    index = int(point.name)
    return index < len(segments) and "{}" in segments[index]


def _breaks_out(item: Reflection) -> bool:
    """Whether more than text came back: a header, an opened tag, or a quote where quotes end something."""
    if item.context.startswith("header:"):
        return True
    wanted = "<" if item.context in _TEXTS else "<'\"`"
    return item.context not in _DATA and any(char in item.survived for char in wanted)


def calls_for(info: CheckInfo, reaction: Reaction, technologies: frozenset[str]) -> bool:
    """Whether a point calls for a check's full depth: by its reaction, or by a technology where it reacts at all."""
    wants = set(info.wants)
    return bool(wants & reaction.signs) or (not reaction.dull and bool(wants & technologies))


def _reflections(
    point: Point, model: Model, harmless_exchange: Exchange, odd_exchange: Exchange, harmless: str
) -> tuple[Reflection, ...]:
    """Where the token came back, with the survivors of the odd value; places that only the harmless one reached have
    none."""
    token = _token(point, harmless)
    if any(token in text for text in model.texts):
        return ()
    found = {(item.context, item.detail): item for item in find(odd_exchange, token, odd_characters(point))}
    for item in find(harmless_exchange, token, ""):
        found.setdefault((item.context, item.detail), item)
    return tuple(found.values())


def _token(point: Point, harmless: str) -> str:
    """The part of the harmless value by which it is known again."""
    runs = [run for run in _RUN.findall(harmless) if run not in point.value]
    return runs[0] if runs else harmless
