"""A value becomes part of an SQL query whose outcome stays hidden; the time of the answer betrays it.

What it looks for
Values that the application writes into the text of a query when the page is the same whatever the query gives. The
value is continued with an expression that makes the database wait: `sleep` as in MySQL and MariaDB, `pg_sleep` of
PostgreSQL, `WAITFOR` of SQL Server. Each is written so that it waits once, not once per row, and so that a condition
made of it is never true.

Why it matters
A query that can be changed can be asked anything, one bit per delay, however little the page tells. Data can often be
changed through it as well.

How it is confirmed
By an experiment: waits of eight different, mostly uneven lengths in random order, on fresh connections and with nothing
else running against the host. The answers must be late by just the time asked for, as good as never by chance. Between
them go the same bytes with the function's name jumbled, which must not be late.

How to fix it
Use prepared statements and hand values over as parameters. Choose names of columns and sort directions from a fixed
list.

When it may be wrong
A page that is slow by itself cannot follow the lengths asked for. Oracle and SQLite have no such function that every
account may call: flaws there are found by the other SQL checks, or not at all when the page tells nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from vedette.contract.checkinfo import CheckInfo, Kind, Phase, ProofLevel, Severity
from vedette.contract.exchange import Request, Response
from vedette.engine.attack import timing
from vedette.engine.attack.example import Example
from vedette.engine.attack.point import Point, PointKind
from vedette.engine.attack.probe import Candidate, Probe, Proof
from vedette.engine.attack.sql import DIALECTS
from vedette.engine.checks.sqli.example_shop import Page, doubled, leading_integer, shop_example, shop_point

INFO = CheckInfo(
    id="sqli-time",
    title="SQL injection (by time)",
    kind=Kind.ACTIVE,
    phase=Phase.TIMING,
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
    tags=("injection", "sql", "blind"),
    flaw="sql-injection",
    cost=4,
    wants=("odd", "failed", "error:sql"),
    points=("query", "path", "form", "json", "xml", "multipart", "name", "cookie", "header"),
    profiles=("normal", "full"),
)


@dataclass(frozen=True, slots=True)
class Form:
    """How a waiting expression is put into a value: `{v}` is the value (`{n}` the same, 1 for an empty one), `{w}` the
    expression. `cheap` forms fit several kinds of place at once and are sent to every point."""

    dialect: str
    template: str
    cheap: bool = False

    def payload(self, point: Point, seconds: float, *, jumbled: bool = False) -> str:
        """The value that waits so many seconds; jumbled, the same bytes with a function that does not exist."""
        plain, confused = NAMES[self.dialect]
        wait = WAITS[self.dialect].replace("{d}", f"{seconds:g}")
        wait = wait.replace(plain, confused) if jumbled else wait
        return self.template.format(v=point.value, n=point.value or "1", w=wait)


MYSQL, POSTGRESQL, SQL_SERVER = "MySQL", "PostgreSQL", "SQL Server"

# A select from a select is worked out once, where a bare call would wait for every row. All of them give 0 or nothing,
# so a condition made of one never holds, not even in a query that deletes.
WAITS = {
    MYSQL: "(select s from(select sleep({d})s)x)",
    POSTGRESQL: "(select 0 from pg_sleep({d}))",
    SQL_SERVER: "WAITFOR DELAY '0:0:{d}'",
}
NAMES = {
    MYSQL: ("sleep", "slepe"),
    POSTGRESQL: ("pg_sleep", "pg_slepe"),
    SQL_SERVER: ("WAITFOR", "WAITFRO"),
}

FORMS = (
    # As a number the rest is a comment; inside quotes the comment is text, and the next quote of that kind ends it.
    Form(MYSQL, "{n}||{w}/*'||{w}||'\"||{w}||\"*/", cheap=True),
    Form(POSTGRESQL, "{n}-{w}/*'||{w}||'*/", cheap=True),
    Form(SQL_SERVER, "{n}/*';{w}--*/;{w}--", cheap=True),
    Form(MYSQL, "{n}-{w}"),
    Form(MYSQL, "{v}'||{w}||'"),
    Form(MYSQL, '{v}"||{w}||"'),
    Form(MYSQL, "{v}' AND {w} AND '1'='1"),
    Form(MYSQL, "{v}') OR {w}-- 1"),
    Form(MYSQL, "{n},{w}"),
    Form(POSTGRESQL, "{n}-{w}"),
    Form(POSTGRESQL, "{v}'||{w}||'"),
    Form(POSTGRESQL, "{n},{w}"),
    Form(POSTGRESQL, "{v}') OR 1={w}-- 1"),
    Form(SQL_SERVER, "{v});{w}--"),
    Form(SQL_SERVER, "{v}');{w}--"),
)


async def detect(probe: Probe, point: Point) -> list[Candidate]:
    """One long wait per database in a text that fits several places; where the point reacts, in every single form.

    A path segment that leads nowhere when it is another chooses the page: conditions would show there without waiting.
    """
    if "missing" in probe.reaction.signs and not probe.full:
        return []
    for index in _suited(probe.technologies):
        form = FORMS[index]
        if form.cheap or probe.full:
            late = await timing.screen(probe, point, _payload_for(form, point))
            if late is not None:
                return [Candidate(check=INFO.id, point=point, data={"form": index})]
    return []


async def verify(probe: Probe, candidate: Candidate) -> Proof | None:
    """The whole experiment of delays and controls."""
    point = candidate.point
    if point is None:
        return None
    form = FORMS[candidate.data["form"]]
    verdict, steps = await timing.experiment(
        probe, point, _payload_for(form, point), _payload_for(form, point, jumbled=True)
    )
    if not verdict.ok:
        return None
    detail = (
        f"The value of {point.name} is part of a query: each second that the database was to wait delayed the answer "
        f"by {verdict.slope:.2f} s (chance {verdict.p_value:.1g}), a jumbled function did not."
    )
    return Proof(level=ProofLevel.CONFIRMED, detail=detail, steps=steps)


def _payload_for(form: Form, point: Point, *, jumbled: bool = False) -> timing.PayloadFor:
    return lambda seconds: form.payload(point, seconds, jumbled=jumbled)


def _suited(technologies: frozenset[str]) -> list[int]:
    """Indexes of the forms for the databases that are known to be there; of all when none is known."""
    text = " ".join(sorted(technologies)).lower()
    known = [dialect.name for dialect in DIALECTS if any(word in text for word in dialect.words)]
    fitting = [index for index, form in enumerate(FORMS) if form.dialect in known]
    return fitting or list(range(len(FORMS)))


def _query(value: str) -> Point:
    return shop_point(PointKind.QUERY, "v", value)


def _slow(request: Request) -> Response:
    """Long requests take long, whatever they say."""
    seconds = min(3.0, 0.02 * len(request.url))
    return Response(200, (("Content-Type", "text/html"),), b"<p>Thank you.</p>", ttfb_s=seconds, total_s=seconds)


_SILENT = "nothing"

EXAMPLES = (
    shop_example("number", Page(sql="select * from item where id={}", show=_SILENT), _query("2")),
    shop_example("text", Page(sql="select * from item where (shelf='{}')", show=_SILENT), _query("kitchen")),
    shop_example("pattern", Page(sql="select * from item where name like '%{}%'", show=_SILENT), _query("kettle")),
    shop_example("double quotes", Page(sql='select * from item where shelf="{}"', show=_SILENT), _query("kitchen")),
    shop_example("sort column", Page(sql="select * from item order by {} desc", show=_SILENT), _query("price")),
    shop_example(
        "header kept in a log",
        Page(sql="insert into visit values ('{}')", show=_SILENT),
        shop_point(PointKind.HEADER, "User-Agent", "Mozilla/5.0"),
    ),
    shop_example(
        "cookie",
        Page(sql="select 1 from account where login='{}'", show=_SILENT),
        shop_point(PointKind.COOKIE, "u", "mira"),
    ),
    shop_example("JSON", Page(sql="delete from item where id={}", show=_SILENT), shop_point(PointKind.JSON, "v", "77")),
    shop_example(
        "bound parameter", Page(sql="select * from item where id=?", show=_SILENT), _query("2"), vulnerable=False
    ),
    shop_example(
        "only the leading number is read",
        Page(sql="select * from item where id={}", read=leading_integer, show=_SILENT),
        _query("2"),
        vulnerable=False,
    ),
    shop_example(
        "quotes are escaped",
        Page(sql="select * from item where shelf='{}'", read=doubled, show=_SILENT),
        _query("kitchen"),
        vulnerable=False,
    ),
    Example(name="slow by itself", vulnerable=False, handler=_slow, point=_query("2")),
)
