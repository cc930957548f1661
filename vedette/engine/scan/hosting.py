"""The host phase: checks on each origin as a whole."""

from __future__ import annotations

import functools
from urllib.parse import urlsplit

from vedette.engine.attack.probe import Site
from vedette.engine.catalog import Check
from vedette.engine.scan.context import Scan
from vedette.engine.scan.coverage import unit_key
from vedette.engine.scan.prober import UnitProbe
from vedette.engine.scan.testing import suspicions
from vedette.engine.scan.units import Result, Unit, run_units

HOST_BUDGET = 1500
MAX_FOLDERS = 60
MAX_PAGES = 400


async def host_checks(scan: Scan) -> None:
    """Every host check of the profile on every origin that answered."""
    checks = [check for check in scan.catalogue.host if check.info.id in scan.chosen]
    units = [_unit(scan, check, site) for site in sites(scan) for check in checks]
    await run_units(scan, units, len(units))


def sites(scan: Scan) -> list[Site]:
    """The origins that gave endpoints, each with its folders, shallow ones first."""
    urls: dict[str, list[str]] = {}
    for key in sorted(scan.facts.targets):
        request = scan.facts.targets[key].request
        if request.method == "GET":
            parts = urlsplit(request.url)
            urls.setdefault(f"{parts.scheme}://{parts.netloc}", []).append(request.url)
    return [_site(scan, origin, urls[origin]) for origin in sorted(urls)]


def _site(scan: Scan, origin: str, urls: list[str]) -> Site:
    folders = {"/"}
    for url in urls:
        parts = urlsplit(url).path.split("/")[1:-1]
        folders |= {"/" + "/".join(parts[:depth]) + "/" for depth in range(1, len(parts) + 1)}
    ordered = sorted(folders, key=lambda folder: (folder.count("/"), folder))[:MAX_FOLDERS]
    start = next((url for url in scan.job.start_urls if url.startswith(origin)), origin + "/")
    pages = sorted({url.partition("?")[0] for url in urls}, key=lambda url: (url.count("/"), url))[:MAX_PAGES]
    return Site(origin=origin, folders=tuple(ordered), start_url=start, pages=tuple(pages))


def _unit(scan: Scan, check: Check, site: Site) -> Unit:
    key = unit_key("host", check.info.id, check.info.version, site.origin)
    make = functools.partial(scan.probe, key, site.origin, full=True, budget=HOST_BUDGET)
    return Unit(key, check.info.id, site.origin, make, functools.partial(_detect, scan, check, site))


async def _detect(scan: Scan, check: Check, site: Site, probe: UnitProbe) -> Result:
    candidates = await check.detect(probe, site)
    return Result(state=suspicions(scan, check, site.origin, candidates), candidates=len(candidates))
