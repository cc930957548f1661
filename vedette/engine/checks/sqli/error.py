"""A value becomes part of an SQL query: a stray quote makes the database complain.

What it looks for
Messages of a database's parser that appear when a quote, a bracket, a backslash or an operator stands alone in the
value, and that do not appear when it is doubled or completed, as a value of that kind must be in a correct query.

Why it matters
The message shows that the value is read as part of the query's text. Whoever controls that text reads and changes
data, and passes log-ins. The message itself tells names of tables and columns.

How it is confirmed
The pair of broken and completed value is repeated with fresh words. Then one of three things must succeed twice with
different random numbers: the database computes a product and shows it in its own message; or a series of true and
false conditions is followed; or the parser names a random word as the place where it stopped, and does not when the
quote before it is doubled. If none does, the finding is firm and not confirmed.

How to fix it
Use prepared statements and hand values over as parameters. Choose names of columns and sort directions from a fixed
list. Show users a plain error page and keep the database's message in the log.

When it may be wrong
A firm finding may be another component that words its complaints like a database. Messages about values (a wrong
number, a search expression, a pattern) are not counted: those also come from correct queries.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from vedette.contract.checkinfo import CheckInfo, Kind, Phase, ProofLevel, Severity
from vedette.contract.exchange import Exchange, Request, Response, Step
from vedette.engine.attack import errors
from vedette.engine.attack.compare import Model, appears, blocked, decoded
from vedette.engine.attack.example import Example
from vedette.engine.attack.point import Point, PointKind
from vedette.engine.attack.probe import Candidate, Probe, Proof
from vedette.engine.attack.series import Series, steps
from vedette.engine.attack.sql import ANY, DOUBLE, NUMBER, SINGLE, SORTING, Boundary, assertion, dialects, reads_only
from vedette.engine.checks.sqli.example_shop import Page, doubled, field, leading_integer, shop_example, shop_point

INFO = CheckInfo(
    id="sqli-error",
    title="SQL injection (by error message)",
    kind=Kind.ACTIVE,
    phase=Phase.DETECT,
    severity=Severity.CRITICAL,
    proof=ProofLevel.CONFIRMED,
    cwe=(89, 209),
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
    wants=("odd", "failed", "error", "error:sql"),
    points=("query", "path", "form", "json", "xml", "multipart", "name", "cookie", "header"),
    profiles=("safe", "normal", "full"),
)

ANYWHERE = ("{v}'\")", "{v}\\")
"""Broken as a number, in single and in double quotes at once; and where quotes are escaped but backslashes are not."""

MESSAGE = 200
"""Characters from a signature on that belong to the same message."""

_ABOUT_VALUES = re.compile(
    r"fts[345]|tsquery|match expression|regular expression|regexp|invalid input syntax for|conversion failed"
    r"|converting (?:data type|the n?varchar)|data ?type mismatch|json path|malformed json|unterminated string\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Pair:
    """A broken value and its completed twin; what breaks out at this place: `loud` for an expression `{e}`, `named`
    for a word `{t}` with its harmless twin `quiet`, and boundaries for conditions."""

    name: str
    broken: str
    completed: str
    loud: tuple[str, ...] = ()
    named: str = ""
    quiet: str = ""
    boundaries: tuple[Boundary, ...] = ()


PAIRS = (
    Pair(
        "single",
        "{v}'{x}",
        "{v}''{x}",
        ("{x}' OR {e}={n} OR '{x}'='{x}{x}", "{x}'||{e}||'"),
        "{v}' {t} '",
        "{v}'' {t} ''",
        SINGLE,
    ),
    Pair("number", "{number}-", "{number}-0", ("{number}-{e}",), "{number} {t} {n}", "", (*NUMBER, *SORTING)),
    Pair(
        "double",
        '{v}"{x}',
        '{v}""{x}',
        ('{x}" OR {e}={n} OR "{x}"="{x}{x}',),
        '{v}" {t} "',
        '{v}"" {t} ""',
        DOUBLE,
    ),
    Pair("parenthesis", "{v})", "({v})", ("{v},{e}",), "{v} {t} {t}", "", SORTING),
    Pair("backslash", "{v}\\", "{v}\\\\"),
)


@dataclass(slots=True)
class _Site:
    """The point under test: sends templates with fresh words and keeps what was exchanged as evidence."""

    probe: Probe
    point: Point
    model: Model
    fresh: bool = False

    async def send(self, template: str, **more: str) -> tuple[str, Exchange]:
        rng, value = self.probe.rng, self.point.value
        payload = template.format(v=value, number=value or "1", x=rng.word(4), n=rng.integer(10_000, 40_000), **more)
        return payload, await self.probe.send(self.point, payload, fresh=self.fresh)

    def complaint(self, sent: str, exchange: Exchange) -> str:
        """What a database's parser said in this answer; empty when it said nothing."""
        if blocked(exchange) or not exchange.usable:
            return ""
        name, text = errors.new_errors(exchange, self.model, sent).get("sql", ("", ""))
        if not name:
            return ""
        body = decoded(exchange.response.text if exchange.response else "")
        place = max(body.find(text), 0)
        return "" if _ABOUT_VALUES.search(body[place : place + MESSAGE]) else (text or name)


async def detect(probe: Probe, point: Point) -> list[Candidate]:
    """One candidate for the first pair whose broken value alone is complained about."""
    site = _Site(probe, point, await probe.baseline(point))
    if "error:sql" not in probe.reaction.signs:
        # Without any reaction to the light pass's odd value, which held both quotes, only the backslash is news.
        for template in ANYWHERE if probe.full else ANYWHERE[1:]:
            sent, exchange = await site.send(template)
            if blocked(exchange):
                return []
            if site.complaint(sent, exchange):
                break
        else:
            return []
        if not probe.full:
            return [Candidate(check=INFO.id, point=point, data={"pair": ""})]
    found = await _first_pair(site)
    return [Candidate(check=INFO.id, point=point, data={"pair": found.name})] if found else []


async def verify(probe: Probe, candidate: Candidate) -> Proof | None:
    """The pair twice more, then a computed message, a series of conditions, or a named word."""
    point = candidate.point
    if point is None:
        return None
    site = _Site(probe, point, await probe.baseline(point), fresh=True)
    pair = next((item for item in PAIRS if item.name == candidate.data["pair"]), None) or await _first_pair(site)
    if pair is None:
        return None
    shown: list[Step] = []
    for _ in range(2):
        two = await _pair_steps(site, pair)
        if not two:
            return None
        shown += two
    text = shown[0].marks[0]
    for attempt in (_computed, _followed, _named):
        more = await attempt(site, pair, text)
        if more:
            detail, proving = more
            return Proof(level=ProofLevel.CONFIRMED, detail=detail, steps=(*shown, *proving))
    detail = "The database complained about a broken value twice, and not about the completed one."
    return Proof(level=ProofLevel.FIRM, detail=detail, steps=tuple(shown))


async def _first_pair(site: _Site) -> Pair | None:
    for pair in PAIRS:
        if await _pair_steps(site, pair):
            return pair
    return None


async def _pair_steps(site: _Site, pair: Pair) -> list[Step]:
    """The broken value with its complaint and the completed one without; empty when it is otherwise."""
    sent, exchange = await site.send(pair.broken)
    text = site.complaint(sent, exchange)
    if not text:
        return []
    twin, control = await site.send(pair.completed)
    if blocked(control) or not control.usable or errors.new_errors(control, site.model, twin).get("sql"):
        return []
    return [
        Step("Broken value", exchange, (text,), "The database complains.", request_marks=(sent,)),
        Step("Completed value", control, (), "The same, completed: no complaint.", True, (twin,)),
    ]


async def _computed(site: _Site, pair: Pair, text: str) -> tuple[str, list[Step]] | None:
    for dialect in dialects(text, *sorted(site.probe.technologies)):
        for template in pair.loud:
            shown: list[Step] = []
            while len(shown) < 2 and (step := await _product(site, template, dialect.loud)):
                shown.append(step)
            if len(shown) == 2:
                return f"{dialect.name} computed {shown[0].marks[0]} and showed it in its error message.", shown
    return None


async def _product(site: _Site, template: str, loud: str) -> Step | None:
    a, b = site.probe.rng.integer(20_000, 40_000), site.probe.rng.integer(20_000, 40_000)
    sent, exchange = await site.send(template, e=loud.format(a=a, b=b))
    if blocked(exchange) or not appears(exchange, str(a * b), sent):
        return None
    note = f"The message holds the product of {a} and {b}, which was not sent."
    return Step("Computed message", exchange, (str(a * b),), note, request_marks=(sent,))


async def _followed(site: _Site, pair: Pair, text: str) -> tuple[str, list[Step]] | None:
    probe, point, model = site.probe, site.point, site.model
    for boundary in (*pair.boundaries, *(ANY if reads_only(point) else ())) if model.stable else ():

        def ask(truth: bool | None, boundary: Boundary = boundary) -> str:
            return boundary.payload(point.value, assertion(probe.rng, truth), probe.rng)

        series = Series(probe, point, model, ask, keeps=boundary.keeps, fresh=True)
        if await series.suspect() and await series.confirm():
            detail = f"The answer followed {len(series.trials) - 1} true and false SQL conditions in random order."
            return detail, list(steps(series.trials))
        if series.blocked:
            return None
    return None


async def _named(site: _Site, pair: Pair, text: str) -> tuple[str, list[Step]] | None:
    """The parser says near which word it stopped: ours, twice another one, and not when it stands inside quotes."""
    shown: list[Step] = []
    for _ in range(2 if pair.named else 0):
        token = site.probe.rng.word(9)
        _, exchange = await site.send(pair.named, t=token)
        found = re.search(rf"near\W{{1,12}}{token}", decoded(exchange.response.text if exchange.response else ""))
        if blocked(exchange) or found is None:
            return None
        shown.append(Step("Word named by the parser", exchange, (found.group(),), "It stopped at our word."))
        if pair.quiet:
            twin, control = await site.send(pair.quiet, t=token)
            if site.complaint(twin, control):
                return None
            shown.append(Step("The same within quotes", control, (), "No complaint.", True, (twin,)))
    detail = "The database's parser named our random word as the place of a syntax error, twice with different words."
    return (detail, shown) if shown else None


def _query(value: str) -> Point:
    return shop_point(PointKind.QUERY, "v", value)


def _search_words(request: Request) -> Response:
    """A bound search expression in which phrases stand in double quotes: the complaint is about the value."""
    value = field(request, "v")
    headers = (("Content-Type", "text/html"),)
    if value.count('"') % 2:
        return Response(500, headers, b"<p>sqlite3.OperationalError: unterminated string</p>")
    if "'" in value:
        return Response(500, headers, b"<p>sqlite3.OperationalError: fts5: syntax error near &quot;'&quot;</p>")
    return Response(200, headers, b"<ul><li>copper kettle</li></ul>")


_BY_ID = "select * from item where id={}"
_BY_NAME = "select * from item where name like '%{}%'"

EXAMPLES = (
    shop_example("number", Page(sql=_BY_ID, errors="shown"), _query("2")),
    shop_example("text in quotes", Page(sql=_BY_NAME, errors="shown"), _query("kettle")),
    shop_example("double quotes", Page(sql='select * from item where shelf="{}"', errors="shown"), _query("kitchen")),
    shop_example("sort column", Page(sql="select * from item order by {}", errors="shown"), _query("price")),
    shop_example(
        "written to a table, nothing shown",
        Page(sql="insert into visit values ('{}')", errors="shown", show="nothing"),
        shop_point(PointKind.HEADER, "User-Agent", "Mozilla/5.0"),
    ),
    shop_example(
        "cookie",
        Page(sql="select 1 from account where login='{}'", errors="shown"),
        shop_point(PointKind.COOKIE, "u", "mira"),
    ),
    shop_example(
        "bound parameter", Page(sql="select * from item where id=?", errors="shown"), _query("2"), vulnerable=False
    ),
    shop_example(
        "quotes are escaped", Page(sql=_BY_NAME, read=doubled, errors="shown"), _query("kettle"), vulnerable=False
    ),
    shop_example(
        "only the leading number is read",
        Page(sql=_BY_ID, read=leading_integer, errors="shown"),
        _query("2"),
        vulnerable=False,
    ),
    Example(
        name="search words with their own grammar",
        vulnerable=False,
        handler=_search_words,
        point=_query("kettle"),
    ),
)
