"""Why the silence of a check may say nothing: the page, the session or the way to it was no longer what it was."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urljoin

from vedette.contract.exchange import Exchange, Request
from vedette.engine.attack.compare import blocked
from vedette.engine.attack.point import Point, Target
from vedette.engine.crawl.identity import Judge
from vedette.engine.crawl.login import refused
from vedette.engine.crawl.soft404 import MISSING
from vedette.engine.crawl.templates import template_of
from vedette.engine.parse.page import Page
from vedette.engine.scan.context import Scan
from vedette.engine.scan.watching import WatchedProbe

NOT_THERE = "the address answers as those do that do not exist"
"""The one doubt that means that the endpoint has vanished."""

OTHERWISE = "the page has come to answer in another way"
"""As forms do whose token was used up or belongs to a session that has ended."""

UNFIT = (405, 501)


async def doubt(scan: Scan, probe: WatchedProbe, point: Point, pages: tuple[Request, ...] = ()) -> str:
    """Empty when the unit had the application before it from first to last. Asks for the point's page as it was
    crawled, for `pages` (on which a stored input is to show), and in a session for the page that tells its state."""
    if probe.trouble or probe.wall:
        return probe.trouble or probe.wall
    model = await probe.baseline(point)
    normal, again = model.representative, await probe.fetch(point.target.request)
    reason = turned_away(scan, normal) or turned_away(scan, again)
    if not reason and (_head(normal) != _head(again) or other_page(scan, point.target, (*model.exchanges, again))):
        reason = OTHERWISE
    for request in pages:
        reason = reason or turned_away(scan, await probe.fetch(request))
    if not reason and point.target.request.user and scan.login_page:
        reason = turned_away(scan, await probe.fetch(Request("GET", scan.login_page, user=scan.user)))
    return reason or probe.trouble or probe.wall


def turned_away(scan: Scan, exchange: Exchange) -> str:
    """Why this answer is not that of the page; empty when it is."""
    response = exchange.response
    if response is None:
        return exchange.error or "no answer"
    page = Page(exchange)
    if response.status in (*MISSING, *UNFIT) or scan.soft404.is_missing(page):
        return NOT_THERE
    if blocked(exchange) or response.status >= 400:
        return f"the page answered {response.status}"
    if 300 <= response.status < 400 and refused(page):
        return "the page sent us to a log-in page"
    if exchange.request.user and not scan.login.alive(page):
        return "the log-in did not hold"
    return ""


def other_page(scan: Scan, target: Target, exchanges: Iterable[Exchange]) -> bool:
    """Whether no answer is built like the one that the crawl got."""
    crawled = scan.facts.cluster_of(target.key)
    answers = [Page(exchange) for exchange in exchanges if exchange.response is not None]
    return bool(crawled) and all(Judge().identify(page).cluster != crawled for page in answers)


def _head(exchange: Exchange) -> tuple[int, str]:
    response = exchange.response
    if response is None:
        return 0, ""
    target = response.header("location") if 300 <= response.status < 400 else ""
    return response.status, template_of(urljoin(exchange.request.url, target)) if target else ""
