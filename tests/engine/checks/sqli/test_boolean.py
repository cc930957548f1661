"""Boolean detection against a real SQLite in many places, and against sites that only look alike."""

from __future__ import annotations

import hashlib
import itertools

import pytest

from vedette.contract.checkinfo import ProofLevel
from vedette.contract.exchange import Request, Response
from vedette.engine.attack.example import Handler
from vedette.engine.attack.point import Point, PointKind, Target
from vedette.engine.attack.probe import Proof, Reaction
from vedette.engine.checks.sqli import boolean
from vedette.engine.checks.sqli.example_shop import Page, field, shop_point
from vedette.engine.testkit import TestProbe


async def proof(handler: Handler, point: Point, *, full: bool = True) -> Proof | None:
    candidates = await boolean.detect(TestProbe(handler, "detect", full=full), point)
    return await boolean.verify(TestProbe(handler, "verify"), candidates[0]) if candidates else None


def query(value: str) -> Point:
    return shop_point(PointKind.QUERY, "v", value)


PLACES = [
    ("select * from item where id={}", "2"),
    ("select * from item where id in (1,{})", "2"),
    ("select * from item where (id={} and price>1) order by name", "2"),
    ("select * from item limit {}", "2"),
    ("select * from item where id='{}'", "2"),
    ("select * from item where ((shelf='{}'))", "kitchen"),
    ("select * from item where name like '{}%' order by id", "tea"),
    ("select * from item where name like '%{}%'", "towel"),
    ("select * from item where shelf=lower(trim('{}'))", "kitchen"),
    ('select * from item where shelf="{}"', "kitchen"),
    ('select * from item where name like "%{}%"', "towel"),
    ('select * from item where shelf=lower("{}")', "kitchen"),
    ("select * from item where shelf='{}'", "no such shelf"),
    ("select * from item where shelf='{}'", ""),
    ("select * from item where id={}", "4711"),
    ("select * from item where shelf=lower('{}')", "no such shelf"),
]


@pytest.mark.parametrize(("sql", "value"), PLACES, ids=[f"{sql} [{value}]" for sql, value in PLACES])
async def test_every_place_is_confirmed_and_the_version_read(sql: str, value: str) -> None:
    found = await proof(Page(sql=sql).handler("v"), query(value))
    assert found is not None
    assert found.level is ProofLevel.CONFIRMED
    assert "SQLite begins with `3." in found.detail


@pytest.mark.parametrize(
    ("sql", "value"),
    [
        ("select * from item order by {}", "price"),
        ("select * from item order by {} desc", "name"),
        ("select * from item order by name {}", "desc"),
    ],
)
@pytest.mark.parametrize("errors", ["page", "hidden"])
async def test_sorting_is_confirmed(sql: str, value: str, errors: str) -> None:
    assert await proof(Page(sql=sql, errors=errors).handler("v"), query(value)) is not None


@pytest.mark.parametrize("kind", [PointKind.QUERY, PointKind.FORM, PointKind.JSON, PointKind.COOKIE, PointKind.HEADER])
@pytest.mark.parametrize("show", ["rows", "found", "echo"])
async def test_every_kind_of_point_and_of_page(kind: PointKind, show: str) -> None:
    page = Page(sql="select * from item where shelf='{}'", show=show)
    assert await proof(page.handler("Shelf"), shop_point(kind, "Shelf", "kitchen")) is not None


async def test_a_written_value_is_found_by_its_failure_without_or() -> None:
    page = Page(sql="insert into visit values ('{}')", errors="page", show="nothing")
    seen: list[str] = []

    def watched(request: Request) -> Response:
        seen.append(field(request, "v"))
        return page.handler("v")(request)

    assert await proof(watched, shop_point(PointKind.JSON, "v", "hello")) is not None
    assert not [value for value in seen if " OR " in value]


async def test_a_log_in_that_never_succeeds_gives_itself_away_in_the_cheap_form() -> None:
    page = Page(sql="select * from account where login='{}' and secret='x'", show="found")
    point = shop_point(PointKind.FORM, "v", "nobody", [("password", "x")])
    probe = TestProbe(page.handler("v"), "light", full=False, budget=boolean.INFO.cost)
    assert await boolean.detect(probe, point)


async def test_a_candidate_of_a_repaired_site_is_not_confirmed() -> None:
    point = query("kitchen")
    broken = Page(sql="select * from item where shelf='{}'").handler("v")
    candidates = await boolean.detect(TestProbe(broken, "detect"), point)
    repaired = Page(sql="select * from item where shelf=?").handler("v")
    assert await boolean.verify(TestProbe(repaired, "verify"), candidates[0]) is None


def page(body: str, status: int = 200) -> Response:
    return Response(status, (("Content-Type", "text/html"),), f"<html><h1>Shop</h1>{body}</html>".encode())


def literal(request: Request) -> Response:
    return page("<li>kettle</li>" if field(request, "v") == "2" else "<p>Nothing.</p>")


def by_chance(request: Request) -> Response:
    value = field(request, "v")
    bit = value == "2" or hashlib.sha256(value.encode()).digest()[0] % 2
    return page("<li>kettle</li>" if bit else "<p>Nothing.</p>")


def by_length(request: Request) -> Response:
    return page("<li>kettle</li>" if len(field(request, "v")) % 2 else "<p>Nothing.</p>")


def by_digits(request: Request) -> Response:
    """Takes the first two numbers of a value for a range, like a price filter."""
    numbers = [int(part) for part in "".join(c if c.isdigit() else " " for c in field(request, "v")).split()]
    inside = len(numbers) < 3 or numbers[1] <= numbers[2]
    return page("<li>kettle</li>" if inside else "<p>Nothing.</p>")


def dislikes_not(request: Request) -> Response:
    """A filter that turns away one word of our conditions."""
    return page("<p>No.</p>" if "NOT" in field(request, "v") else "<li>kettle</li>")


def strict_filter(request: Request) -> Response:
    """A firewall: everything with a keyword gets its page."""
    if "BETWEEN" in field(request, "v"):
        return page("Your request was blocked by the web application firewall", 403)
    return page("<li>kettle</li>")


def expression(request: Request) -> Response:
    """A calculator: evaluates sums, and calls everything else an error."""
    value = field(request, "v")
    return page(f"<p>{sum(map(int, value.split('+')))}</p>" if value.replace("+", "").isdigit() else "<p>Error</p>")


LOOKALIKES = [literal, by_chance, by_length, by_digits, dislikes_not, strict_filter, expression]


@pytest.mark.parametrize("handler", LOOKALIKES)
@pytest.mark.parametrize("full", [True, False])
@pytest.mark.parametrize("seed", range(5))
async def test_lookalikes_are_not_reported(handler: Handler, full: bool, seed: int) -> None:
    candidates = await boolean.detect(TestProbe(handler, f"detect {seed}", full=full), query("2"))
    for candidate in candidates:
        assert await boolean.verify(TestProbe(handler, f"verify {seed}"), candidate) is None


@pytest.mark.parametrize("seed", range(5))
async def test_a_noisy_page_is_confirmed_when_it_follows_and_silent_when_not(seed: int) -> None:
    counter = itertools.count()

    def noisy(sql: str) -> Handler:
        inner = Page(sql=sql).handler("v")

        def handle(request: Request) -> Response:
            turn = next(counter)
            nonce = hashlib.sha256(str(turn).encode()).hexdigest()
            noise = f"<p>Visit {turn} at 12:{turn % 60:02d}</p><input type=hidden name=csrf value={nonce}>"
            answer = inner(request)
            answer.body += noise.encode()
            return answer

        return handle

    assert await proof(noisy("select * from item where id={}"), query("2")) is not None
    assert await proof(noisy("select * from item where id=?"), query("2")) is None


async def test_an_unstable_page_is_left_alone() -> None:
    counter = itertools.count()

    def unstable(request: Request) -> Response:
        return page("<li>kettle</li>") if next(counter) % 2 else page("<form>Log in</form>", 401)

    probe = TestProbe(unstable, "detect")
    assert await boolean.detect(probe, query("2")) == []
    assert probe.sent == []


async def test_a_firewall_ends_it_at_once() -> None:
    probe = TestProbe(strict_filter, "detect")
    assert await boolean.detect(probe, query("2")) == []
    assert len(probe.sent) == 1


@pytest.mark.parametrize("value", ["2", "kitchen", ""])
async def test_what_a_point_costs(value: str) -> None:
    full = TestProbe(literal, "detect", full=True)
    await boolean.detect(full, query(value))
    assert len(full.sent) <= 40
    light = TestProbe(lambda request: page("<p>Always the same.</p>"), "detect", full=False)
    await boolean.detect(light, query(value))
    assert len(light.sent) == 2


@pytest.mark.parametrize("value", ["2", "kitchen"])
async def test_a_path_that_leads_nowhere_else_costs_three_requests(value: str) -> None:
    point = Point(Target(Request("GET", f"http://a.example/{value}"), f"/{value}"), PointKind.PATH, "0", value)
    probe = TestProbe(
        lambda request: Response(200 if request.url.endswith(f"/{value}") else 404),
        "detect",
        full=False,
        reaction=Reaction(frozenset({"missing"})),
    )
    assert await boolean.detect(probe, point) == []
    assert len(probe.sent) == 3
