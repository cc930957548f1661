"""The last phase of a scan that knows findings: the pages on which passive checks spoke, looked at once more."""

from __future__ import annotations

import dataclasses
import functools
from urllib.parse import urlsplit

from vedette.contract.events import CheckFailed
from vedette.contract.exchange import Exchange, Request, Response
from vedette.contract.job import Known, Profile
from vedette.engine.attack.compare import blocked
from vedette.engine.attack.point import Target
from vedette.engine.catalog import Check
from vedette.engine.crawl.frontier import key_of
from vedette.engine.crawl.harm import allowed, harm
from vedette.engine.crawl.login import refused
from vedette.engine.crawl.soft404 import MISSING
from vedette.engine.parse.page import Page
from vedette.engine.parse.urls import origin, resolve
from vedette.engine.scan.context import Scan
from vedette.engine.scan.coverage import unit_key
from vedette.engine.scan.doubting import NOT_THERE, OTHERWISE, other_page
from vedette.engine.scan.hosting import closed
from vedette.engine.scan.passive import inspect
from vedette.engine.scan.prober import UnitProbe
from vedette.engine.scan.recalling import alike, perishable, request_of
from vedette.engine.scan.units import Result, Unit, run_units

QUIET = ("GET", "HEAD", "OPTIONS")
BUDGET = 6
Answers = dict[str, Exchange]


async def revisit(scan: Scan) -> None:
    """One unit for each finding of a page that was not seen again: its check on a fresh answer to the same request."""
    if scan.rechecks is None:
        return
    answers: Answers = {}
    units, met = [], bodies(scan)
    for known in scan.rechecks.pages:
        request = current(scan, known, met)
        if request is None or known.check not in scan.chosen or scan.findings.seen(known.id):
            continue
        if closed(scan, known.location.origin):
            continue
        if request.user in ("", scan.user) and not barred(scan, request):
            units.append(_unit(scan, known, request, answers))
    await run_units(scan, units, len(units), width=1)


def bodies(scan: Scan) -> list[Request]:
    """The requests with a body that the crawl met, in the order of their targets' keys."""
    targets = (scan.facts.targets[key].request for key in sorted(scan.facts.targets))
    return [request for request in targets if request.body]


def current(scan: Scan, known: Known, met: list[Request]) -> Request | None:
    """The request of a known finding as it is among those that were met, or else as it was told; None when that cannot
    be sent any more."""
    told, place = request_of(known, scan.user), known.location
    if told.body:
        same = next((one for one in met if alike(told, one, place.kind, place.parameter)), None)
        if same is not None or perishable(told, place.kind, place.parameter):
            return same
    return scan.recall(known)


def barred(scan: Scan, request: Request) -> str:
    """Why this scan must not send the request; empty when it may."""
    if reason := scan.network.guard.refusal(request.url):
        return f"It must not be requested: {reason}."
    if not allowed(kind := harm(request), scan.job):
        return f"Its request may do harm: {kind}."
    if scan.job.profile in (Profile.LIGHTNING, Profile.SAFE) and request.method not in QUIET:
        return "The profile sends nothing that may write."
    return ""


def page_unit(check: Check, known: Known) -> str:
    """The key of a finding's unit."""
    return unit_key("recheck", check.info.id, check.info.version, known.id)


def _unit(scan: Scan, known: Known, request: Request, answers: Answers) -> Unit:
    check = scan.catalogue.by_id[known.check]
    key = page_unit(check, known)
    make = functools.partial(scan.probe, key, request.url, full=True, budget=BUDGET)
    work = functools.partial(_look, scan, check, request, answers)
    return Unit(key, check.info.id, known.id, make, work)


async def _look(scan: Scan, check: Check, request: Request, answers: Answers, probe: UnitProbe) -> Result:
    requests = [request]
    if check.info.identity == ("origin",):
        # What is said of a site as a whole can be told from its start page when the page it was first seen on is gone.
        requests.append(Request("GET", _start(scan, request.url), user=request.user))
    result = Result()
    for asked in requests:
        key = key_of(asked)
        exchange = answers.get(key) or await probe.fetch(asked)
        answers[key] = exchange
        result.outcome = _inspected(scan, check, asked, exchange, result)
        if NOT_THERE not in result.outcome:
            break
    return result


def _inspected(scan: Scan, check: Check, request: Request, exchange: Exchange, result: Result) -> str:
    """The outcome; what the check saw goes into the result."""
    if exchange.response is None:
        return f"blocked: {exchange.error}"
    page = Page(exchange, logged_in=bool(request.user))
    events, rows = inspect(scan, page, request, only=check.info.id)
    result.events += events
    result.state += rows
    failure = next((event.reason for event in events if isinstance(event, CheckFailed)), "")
    if failure:
        return f"error: {failure}"
    reason = unusable(scan, check, page, exchange.response)
    if not reason and request.body and other_page(scan, Target(request, ""), [exchange]):
        reason = OTHERWISE
    return f"blocked: {reason}" if reason else "tested"


def unusable(scan: Scan, check: Check, page: Page, response: Response) -> str:
    """Why a passive check's silence on this answer says nothing; empty when it does."""
    status = response.status
    if status in MISSING or scan.soft404.is_missing(page):
        return NOT_THERE
    if blocked(page.exchange) or status in (401, 403, 407):
        return f"the page answered {status}"
    if 300 <= status < 400:
        return _redirected(check, page)
    if status >= 400 and "anomaly" not in check.info.tags:
        return f"the page answered {status}"
    if response.truncated:
        return "the answer was cut at the limit"
    if page.exchange.request.user and not scan.login.alive(page):
        return "the log-in did not hold"
    return ""


def _redirected(check: Check, page: Page) -> str:
    target = resolve(page.url, page.response.header("location")) or ""
    if refused(page):
        return "the page sent us to a log-in page"
    upgraded = page.url.startswith("http:") and urlsplit(target).scheme == "https"
    if (upgraded and check.info.family == "transport") or heeds_redirects(check):
        return ""
    return NOT_THERE


def heeds_redirects(check: Check) -> bool:
    """Whether a check speaks of redirects at all, by its own examples: what it reads then stands in the headers."""
    for example in check.examples:
        response = example.exchange.response if example.exchange is not None else None
        if example.vulnerable and example.exchange is not None and response is not None:
            bare = dataclasses.replace(
                response, status=302, headers=(*response.headers, ("Location", "/elsewhere")), body=b""
            )
            page = Page(dataclasses.replace(example.exchange, response=bare), logged_in=example.logged_in)
            if check.inspect(page):
                return True
    return False


def _start(scan: Scan, url: str) -> str:
    site = origin(url)
    return next((start for start in scan.job.start_urls if origin(start) == site), f"{site}/")
