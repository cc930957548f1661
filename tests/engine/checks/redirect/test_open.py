"""Where an answer sends the browser, and which filters let a foreign host through."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from vedette.contract.checkinfo import ProofLevel
from vedette.contract.exchange import Exchange, Request, Response
from vedette.engine.attack.example import Handler
from vedette.engine.attack.point import Point, PointKind, Target
from vedette.engine.attack.probe import Proof, Reaction
from vedette.engine.checks.redirect import open as check
from vedette.engine.testkit import TestProbe

HOST = "vabc.example"
POINT = Point(Target(Request("GET", "http://shop.example:8080/go?next=/home"), "/go"), PointKind.QUERY, "next", "/home")


def exchange(status: int = 200, body: str = "", **headers: str) -> Exchange:
    pairs = tuple((name.replace("_", "-"), value) for name, value in {"Content_Type": "text/html", **headers}.items())
    return Exchange(Request("GET", "http://shop.example:8080/go"), Response(status, pairs, body.encode()))


LEAVING = [
    exchange(302, Location=f"https://{HOST}/x"),
    exchange(301, Location=f"//{HOST}"),
    exchange(302, Location=f"/\\{HOST}"),
    exchange(302, Location=f"\\/{HOST}"),
    exchange(302, Location=f"////{HOST}/"),
    exchange(302, Location=f"https:{HOST}"),
    exchange(302, Location=f"/\t/{HOST}"),
    exchange(302, Location=f" //{HOST}"),
    exchange(302, Location=f"http://shop.example@{HOST}/"),
    exchange(302, Location=f"http://{HOST}\\@shop.example/"),
    exchange(302, Location=f"http://{HOST}#shop.example"),
    exchange(302, Location=f"http://shop.example.{HOST}/"),
    exchange(302, Location=f"http://{HOST.upper()}/"),
    exchange(200, Refresh=f"0; url=https://{HOST}/"),
    exchange(200, Refresh=f"3;URL='//{HOST}/'"),
    exchange(200, f'<meta http-equiv="Refresh" content="0;url=//{HOST}/">'),
    exchange(200, f"<META HTTP-EQUIV=refresh CONTENT='5, //{HOST}/'>"),
    exchange(200, f'<script>location = "https://{HOST}/";</script>'),
    exchange(200, f"<script>window.location.href='//{HOST}/'</script>"),
    exchange(200, f'<script>top.location.replace("https:\\/\\/{HOST}\\/")</script>'),
    exchange(200, f"<script>if (a) {{ document.location.assign('\\x2f\\x2f{HOST}') }}</script>"),
]
STAYING = [
    exchange(302, Location=f"/{HOST}/"),
    exchange(302, Location=f"?next=//{HOST}/"),
    exchange(302, Location=f"/login#//{HOST}/"),
    exchange(302, Location=f"http://{HOST}@shop.example/"),
    exchange(302, Location=f"http://{HOST}.shop.example/"),
    exchange(302, Location=f"http://not{HOST}/"),
    exchange(302, Location=f"http:{HOST}"),
    exchange(302, Location=f"javascript://{HOST}/"),
    exchange(200, Location=f"https://{HOST}/"),
    exchange(201, Location=f"https://{HOST}/"),
    exchange(200, f'<a href="https://{HOST}/">out</a>'),
    exchange(200, f'<meta name="refresh" content="0;url=//{HOST}/">'),
    exchange(200, f'<!-- <meta http-equiv="refresh" content="0;url=//{HOST}/"> -->'),
    exchange(200, f'<script>var allocation = "https://{HOST}/"; if (location == "//{HOST}/") a();</script>'),
    exchange(200, f'<script>my.location = "https://{HOST}/"</script>'),
    exchange(200, f'<p>location = "https://{HOST}/"</p>'),
    exchange(200, f'<script>location = "https://{HOST}/"</script>', Content_Type="application/json"),
]


@pytest.mark.parametrize("answer", LEAVING)
def test_answers_that_leave(answer: Exchange) -> None:
    assert check.leaving(answer, HOST) is not None


@pytest.mark.parametrize("answer", STAYING)
def test_answers_that_stay(answer: Exchange) -> None:
    assert check.leaving(answer, HOST) is None


def test_no_answer_leads_nowhere() -> None:
    assert list(check.moves(Exchange(Request("GET", "http://a.example/"), None, "timeout"))) == []


def going(choose: Callable[[str], str]) -> Handler:
    def handle(request: Request) -> Response:
        value = parse_qs(urlsplit(request.url).query, keep_blank_values=True)["next"][0]
        return Response(302, (("Location", choose(value)),))

    return handle


FILTERS: list[Callable[[str], str]] = [
    lambda value: value,
    lambda value: value if value.startswith("/") else "/",
    lambda value: value if value.startswith("/") and not value.startswith("//") else "/",
    lambda value: value if "//" not in value else "/",
    lambda value: value.replace("http://", "").replace("https://", ""),
    lambda value: value if value.startswith("http://shop.example") else "/",
    lambda value: value if "shop.example" in value else "/",
    lambda value: value if not value.startswith(("http://", "https://", "//", "/\\")) else "/",
    lambda value: "http://shop.example" + value,
    lambda value: "//" + value,
    lambda value: "https://" + value,
]
SAFE: list[Callable[[str], str]] = [
    lambda value: "/",
    lambda value: "/out?to=" + quote(value),
    lambda value: "/" + quote(value, safe=""),
    lambda value: "http://shop.example:8080/" + value,
    lambda value: value if urlsplit(value).netloc == "" and value[:1] == "/" and value[1:2] not in "/\\\t" else "/",
]


async def proof(handler: Handler, *, full: bool = True) -> Proof | None:
    reaction = Reaction(frozenset({"url-like"}))
    candidates = await check.detect(TestProbe(handler, "detect", full=full, reaction=reaction), POINT)
    return await check.verify(TestProbe(handler, "verify"), candidates[0]) if candidates else None


@pytest.mark.parametrize("choose", FILTERS)
async def test_weak_filters_are_passed(choose: Callable[[str], str]) -> None:
    found = await proof(going(choose))
    assert found is not None
    assert found.level is ProofLevel.CONFIRMED
    hosts = {step.marks[1] for step in found.steps if not step.control}
    assert len(hosts) == 2
    assert all(host.endswith(".example") for host in hosts)
    assert found.steps[-1].control


@pytest.mark.parametrize("choose", SAFE)
async def test_sound_filters_are_not(choose: Callable[[str], str]) -> None:
    assert await proof(going(choose)) is None


async def test_a_script_is_firm_for_it_was_read_and_not_run() -> None:
    def scripted(request: Request) -> Response:
        value = parse_qs(urlsplit(request.url).query)["next"][0]
        return Response(200, (("Content-Type", "text/html"),), f"<script>location.href='{value}'</script>".encode())

    found = await proof(scripted)
    assert found is not None
    assert found.level is ProofLevel.FIRM


async def test_a_site_that_sends_everybody_away_is_not_led_by_the_value() -> None:
    assert await proof(going(lambda value: "https://partner.example/")) is None


async def test_the_control_must_stay() -> None:
    """A site that goes to whatever host is mentioned anywhere may be a search for hosts: it is not confirmed."""

    def mentioned(value: str) -> str:
        found = re.search(r"[a-z0-9]+\.example(?!:)", value)
        return f"//{found.group()}/" if found else "/"

    assert await proof(going(mentioned)) is None


@pytest.mark.parametrize(("signs", "requests"), [(set(), 0), ({"url-like"}, 1), ({"reflected"}, 0)])
async def test_what_a_point_costs(signs: set[str], requests: int) -> None:
    probe = TestProbe(going(lambda value: "/"), "detect", full=False, reaction=Reaction(frozenset(signs)))
    assert await check.detect(probe, POINT) == []
    assert len(probe.sent) == requests
