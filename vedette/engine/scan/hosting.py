"""The host phase: checks on each origin as a whole."""

from __future__ import annotations

import functools
from urllib.parse import urlsplit

from vedette.contract.exchange import Request
from vedette.contract.finding import Location
from vedette.engine.attack.probe import Site
from vedette.engine.catalog import Check
from vedette.engine.crawl.frontier import key_of
from vedette.engine.scan.context import Scan
from vedette.engine.scan.coverage import unit_key
from vedette.engine.scan.prober import UnitProbe
from vedette.engine.scan.testing import suspicions
from vedette.engine.scan.units import Result, Unit, run_units
from vedette.engine.scan.watching import WatchedProbe

HOST_BUDGET = 1500
MAX_FOLDERS = 60
MAX_PAGES = 400


async def host_checks(scan: Scan) -> None:
    """Every host check of the profile on every origin that answered; none when only some addresses are looked at."""
    if scan.partial.urls:
        return
    checks = [check for check in scan.catalogue.host if check.info.id in scan.chosen]
    units = [_unit(scan, check, site) for site in sites(scan) for check in checks if _wanted(scan, check, site)]
    await run_units(scan, units, len(units))


def sites(scan: Scan) -> list[Site]:
    """The origins that gave endpoints, each with its folders, shallow ones first."""
    urls: dict[str, list[str]] = {}
    for key in sorted(scan.facts.targets):
        request = scan.facts.targets[key].request
        if request.method == "GET":
            parts = urlsplit(request.url)
            urls.setdefault(f"{parts.scheme}://{parts.netloc}", []).append(request.url)
    if scan.rechecks is not None and scan.rechecks.only:
        for known in scan.rechecks.hosts:
            if not closed(scan, known.location.origin):
                urls.setdefault(known.location.origin, [])
    return [_site(scan, origin, urls[origin]) for origin in sorted(urls)]


def closed(scan: Scan, origin: str) -> bool:
    """Whether the start pages at an origin, if there are any, kept the scan from getting to know it."""
    starts = [url for url in scan.job.start_urls if Location(url=url).origin == origin]
    if scan.rechecks is not None and scan.rechecks.only:
        silent = scan.rechecks.silent
        return bool(starts) and all(key_of(Request("GET", url, user=scan.user)) in silent for url in starts)
    return bool(starts) and not any(url in scan.tally.fruitful for url in starts)


def _wanted(scan: Scan, check: Check, site: Site) -> bool:
    rechecks = scan.rechecks
    return rechecks is None or not rechecks.only or bool(rechecks.at_host(check.info.id, site.origin))


def _site(scan: Scan, origin: str, urls: list[str]) -> Site:
    # Where something was found before is looked at first.
    before = scan.rechecks.host_urls(origin) if scan.rechecks is not None else []
    first = _folders(before)
    folders = {"/"} | first | _folders(urls)
    ordered = sorted(folders, key=lambda folder: (folder not in first, folder.count("/"), folder))[:MAX_FOLDERS]
    start = next((url for url in scan.job.start_urls if url.startswith(origin)), origin + "/")
    pages = {url.partition("?")[0] for url in (*before, *urls)}
    listed = sorted(pages, key=lambda url: (url not in before, url.count("/"), url))[:MAX_PAGES]
    return Site(origin=origin, folders=tuple(ordered), start_url=start, pages=tuple(listed))


def _folders(urls: list[str]) -> set[str]:
    folders: set[str] = set()
    for url in urls:
        parts = urlsplit(url).path.split("/")[1:-1]
        folders |= {"/" + "/".join(parts[:depth]) + "/" for depth in range(1, len(parts) + 1)}
    return folders


def host_unit(check: Check, origin: str) -> str:
    """The key of the unit of a host check."""
    return unit_key("host", check.info.id, check.info.version, origin)


def _unit(scan: Scan, check: Check, site: Site) -> Unit:
    key = host_unit(check, site.origin)
    watched = scan.rechecks is not None and bool(scan.rechecks.at_host(check.info.id, site.origin))
    make = functools.partial(scan.probe, key, site.origin, full=True, budget=HOST_BUDGET, watched=watched)
    return Unit(key, check.info.id, site.origin, make, functools.partial(_detect, scan, check, site))


async def _detect(scan: Scan, check: Check, site: Site, probe: UnitProbe) -> Result:
    candidates = await check.detect(probe, site)
    rows = suspicions(scan, check, site.origin, candidates)
    if scan.rechecks is not None and isinstance(probe, WatchedProbe):
        for known in scan.rechecks.at_host(check.info.id, site.origin):
            if known.location.url in probe.answered or probe.shaken:
                rows += scan.rechecks.note_answered(known)
    return Result(state=rows, candidates=len(candidates))
