"""Reads query parameters as this vendor's clients write them: repeated keys, `True` and `1`, dates with a space."""

from __future__ import annotations

from datetime import UTC, date, datetime

from django.utils.dateparse import parse_date, parse_datetime
from rest_framework.request import Request

from vedette.server.kernel.errors import Invalid

_TRUE = ("true", "1", "yes")
_FALSE = ("false", "0", "no")


_MAX_DIGITS = 9
"""More would be no number that a column holds."""


def text(request: Request, name: str) -> str:
    """A text; empty when absent. Raises Invalid for one that no database takes."""
    found = request.query_params.get(name, "")
    if "\0" in found:
        raise Invalid(fields={name: ["Null characters are not allowed."]})
    return found.strip()


def words(request: Request, name: str) -> tuple[str, ...]:
    """All values of a repeatable parameter, commas within one value included. Raises Invalid."""
    found = [word.strip() for value in request.query_params.getlist(name) for word in value.split(",")]
    if any("\0" in word for word in found):
        raise Invalid(fields={name: ["Null characters are not allowed."]})
    return tuple(dict.fromkeys(word for word in found if word))


def is_number(word: str) -> bool:
    """Whether the text is a whole number, in plain digits, that fits a column."""
    return word.isascii() and word.isdigit() and len(word) <= _MAX_DIGITS


def flag(request: Request, name: str) -> bool | None:
    """A boolean in any spelling; None when absent or empty. Raises Invalid."""
    raw = request.query_params.get(name, "").strip().lower()
    if not raw:
        return None
    if raw in _TRUE or raw in _FALSE:
        return raw in _TRUE
    raise Invalid(fields={name: ["Must be a valid boolean."]})


def numbers(request: Request, name: str) -> tuple[int | None, ...]:
    """Numbers, or None for the text `null`. Raises Invalid."""
    out: list[int | None] = []
    for word in words(request, name):
        if word.lower() in ("null", "none"):
            out.append(None)
        elif is_number(word):
            out.append(int(word))
        else:
            raise Invalid(fields={name: [f'"{word}" is not a valid choice.']})
    return tuple(out)


def choices(request: Request, name: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
    """Words out of a list. Raises Invalid."""
    given = words(request, name)
    for word in given:
        if word not in allowed:
            raise Invalid(fields={name: [f"Select a valid choice. {word} is not one of the available choices."]})
    return given


def every(request: Request, name: str) -> bool:
    """Whether a logical operator is `and`; `or` is the default. Raises Invalid."""
    word = text(request, name).lower()
    if word not in ("", "and", "or"):
        raise Invalid(fields={name: [f"Select a valid choice. {word} is not one of the available choices."]})
    return word == "and"


def moment(request: Request, name: str) -> datetime | None:
    """A date or date-time, in UTC when it names no zone. Raises Invalid."""
    raw = request.query_params.get(name, "").strip()
    if not raw:
        return None
    # A plus sign that was not encoded arrives as a space.
    text = raw[:-6] + "+" + raw[-5:] if len(raw) > 6 and raw[-6] == " " and raw[-3] == ":" else raw
    try:
        found = parse_datetime(text)
        day = None if found else parse_date(text)
    except ValueError:
        found, day = None, None
    if found is None and day is None:
        raise Invalid(fields={name: ["Enter a valid date/time."]})
    if found is None and day is not None:
        found = datetime(day.year, day.month, day.day, tzinfo=UTC)
    assert found is not None  # noqa: S101 - one of the two was read
    try:
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except OverflowError:
        raise Invalid(fields={name: ["Enter a valid date/time."]}) from None


def day(request: Request, name: str) -> date | None:
    """A date, or the day of a date-time. Raises Invalid."""
    found = moment(request, name)
    return found.date() if found else None
