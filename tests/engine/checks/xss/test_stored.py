"""Stored input: the page shown later decides, not the answer to the request that stored it."""

from __future__ import annotations

import asyncio
import html
from collections.abc import Callable
from urllib.parse import parse_qs, parse_qsl

from vedette.contract.checkinfo import ProofLevel
from vedette.contract.exchange import Exchange, Request, Response, Step
from vedette.engine import catalog, testkit
from vedette.engine.attack.example import Example, Handler
from vedette.engine.attack.point import Point, PointKind, Target
from vedette.engine.attack.probe import Candidate

CHECK = catalog.load().by_id["xss-stored"]
FORM = (("Content-Type", "application/x-www-form-urlencoded"),)
POINT = Point(
    Target(Request("POST", "http://site.example/save", FORM, b"name=Ann"), "/save"), PointKind.FORM, "name", "Ann"
)
PAGES = ("http://site.example/profile", "http://site.example/admin")


def shop(frames: dict[str, str], escapes: dict[str, Callable[[str], str]] | None = None) -> Callable[[], Handler]:
    """A site that keeps the last name and shows it on several pages, each in its own way."""

    def fresh() -> Handler:
        kept = {"name": "Ann"}

        def handle(request: Request) -> Response:
            if request.method == "POST":
                kept.update(parse_qsl(request.body.decode()))
                return Response(200, (("Content-Type", "text/html"),), b"<p>saved</p>")
            path = request.url.removeprefix("http://site.example")
            escape = (escapes or {}).get(path, str)
            body = frames.get(path, "<p>nothing</p>").replace("{}", escape(kept["name"]))
            return Response(200, (("Content-Type", "text/html"),), body.encode())

        return handle

    return fresh


def proofs(site: Callable[[], Handler], pages: tuple[str, ...] = PAGES) -> list:
    return testkit.run_example(CHECK, Example(name="x", vulnerable=True, state=site, point=POINT, pages=pages))


def test_the_page_that_breaks_is_named() -> None:
    site = shop({"/profile": "<h1>{}</h1>", "/admin": "<td>{}</td>"}, {"/profile": html.escape})
    found = proofs(site)
    assert [(proof.level, proof.sink_url) for proof in found] == [(ProofLevel.FIRM, "http://site.example/admin")]


def test_each_page_is_proven_by_itself() -> None:
    found = proofs(shop({"/profile": "<h1>{}</h1>", "/admin": "<b title='{}'>x</b>"}))
    assert [proof.sink_url for proof in found] == list(PAGES)


def test_no_page_no_request() -> None:
    site = shop({})
    probe = testkit.TestProbe(site(), "dull")
    assert CHECK.detect is not None
    assert asyncio.run(CHECK.detect(probe, POINT)) == []
    assert probe.sent == []


def test_what_stood_there_before_is_no_proof() -> None:
    def fresh() -> Handler:
        seen: list[str] = []

        def handle(request: Request) -> Response:
            if request.method == "POST":
                seen.extend(parse_qs(request.body.decode()).get("name", []))
                return Response(303, (("Location", "/profile"),))
            # A filter that learned: from the third entry on everything is escaped.
            shown = "".join(entry if number < 3 else html.escape(entry) for number, entry in enumerate(seen))
            return Response(200, (("Content-Type", "text/html"),), f"<p>{shown}</p>".encode())

        return handle

    assert proofs(fresh, PAGES[:1]) == []


def test_the_sink_survives_the_way_through_storage() -> None:
    found = proofs(shop({"/profile": "<h1>{}</h1>"}), PAGES[:1])
    controls = [step for step in found[0].steps if step.control]
    assert {step.exchange.request.method for step in controls} == {"GET", "POST"}


class RunsWhatIsShown:
    """A browser that runs what a page shows of the token as it was written."""

    def __init__(self, handler: Handler, runs: bool) -> None:
        self.handler, self.runs = handler, runs

    async def executes(self, request: Request, token: str) -> Step | None:
        response = self.handler(request)
        ran = self.runs and f"onerror=console.log(/{token}/)" in response.text
        return Step("in the browser", Exchange(request, response)) if ran else None


def test_a_browser_that_runs_it_confirms_and_the_proof_tells_what_was_stored() -> None:
    for runs, level in ((True, ProofLevel.CONFIRMED), (False, ProofLevel.FIRM)):
        handler = shop({"/admin": "<td>{}</td>"})()
        probe = testkit.TestProbe(handler, "verify")
        probe.browser = RunsWhatIsShown(handler, runs)
        data = {"template": "<%TOKEN% onclick=%TOKEN%>", "coding": "plain", "method": "GET", "url": PAGES[1]}
        data |= {"headers": [], "body": "", "user": ""}
        assert CHECK.verify is not None
        proof = asyncio.run(CHECK.verify(probe, Candidate(check=CHECK.id, point=POINT, data=data)))
        assert proof is not None and proof.level is level
        labels = [step.label for step in proof.steps]
        assert labels[4:] == (["store a call", "in the browser"] if runs else [])
