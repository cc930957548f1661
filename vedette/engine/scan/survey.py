"""Which headers and cookies a site reads: named by its answers and scripts, or shown by a change or a reflection."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterator

from vedette.contract.batch import StateChange
from vedette.contract.exchange import Exchange, Request, Response, header, with_header
from vedette.engine.attack.compare import Model, blocked
from vedette.engine.attack.point import Target
from vedette.engine.scan.context import Scan
from vedette.engine.scan.coverage import SURVEY, unit_key
from vedette.engine.scan.prober import UnitProbe
from vedette.engine.scan.units import Result, Unit, run_units

HEADERS = ("User-Agent", "Referer", "X-Forwarded-For", "X-Forwarded-Host", "Accept-Language")
BUDGET = 4 + 2 * len(HEADERS)
_OURS = {
    "accept", "accept-encoding", "authorization", "connection", "content-length", "content-type", "cookie", "host",
    "origin", "referer", "user-agent", "x-vedette-scan",
}  # fmt: skip
_SAFE_NAME = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_")


def named_headers(request: Request | None, response: Response | None) -> Iterator[tuple[str, str]]:
    """Headers, with a value to start from, that a page's script sends with the request, or that the answer says it
    reads (`Vary`) or accepts (`Access-Control-Allow-Headers`)."""
    seen: set[str] = set()
    pairs = list(request.headers) if request else []
    for field in ("vary", "access-control-allow-headers"):
        listed = response.header(field).split(",") if response else []
        pairs += [(name.strip(), "1") for name in listed]
    for name, value in pairs:
        lower = name.lower()
        if lower and lower not in _OURS and lower not in seen and set(lower) <= _SAFE_NAME:
            seen.add(lower)
            yield name, value


async def survey(scan: Scan, targets: list[Target]) -> None:
    """One request per target with all usual headers changed, one with all of the site's cookies changed; where the
    page reflects one it is noted, where the page changes each is tried alone."""
    cookies = _cookies(scan)
    units = []
    for target in targets:
        key = unit_key("survey", SURVEY, 1, target.key)
        make = functools.partial(scan.probe, key, target.request.url, full=False, budget=BUDGET + 1 + len(cookies))
        work = functools.partial(_survey, scan, target, cookies)
        units.append(Unit(key, SURVEY, f"survey|{target.key}", make, work))
    await run_units(scan, units, len(units))


def _cookies(scan: Scan) -> dict[str, str]:
    session = scan.network.session(scan.user)
    names = [name for name in sorted(session.placed) if ("cookie", name.lower()) not in scan.facts.never]
    return {name: scan.harmless_value(name) for name in names[:10]}


async def _survey(scan: Scan, target: Target, cookies: dict[str, str], probe: UnitProbe) -> Result:
    model = await probe.model(target)
    rows: list[StateChange] = []
    headers = [name for name in HEADERS if ("header", name.lower()) not in scan.facts.never]
    for name in await _reading(target, model, probe, "header", headers):
        rows += scan.facts.learn_extra(target, "header", name, usual(name, target))
    if cookies:
        for name in await _reading(target, model, probe, "cookie", list(cookies)):
            rows += scan.facts.learn_extra(target, "cookie", name, cookies[name])
    return Result(state=rows)


async def _reading(target: Target, model: Model, probe: UnitProbe, kind: str, names: list[str]) -> list[str]:
    """Those of the names whose value the page shows or is steered by."""
    tokens = {name: probe.rng.token(f"{kind}|{name}") for name in names}
    exchange = await probe.fetch(_changed(target.request, kind, tokens))
    if exchange.response is None or blocked(exchange):
        return []
    text = exchange.response.text + "".join(value for _, value in exchange.response.headers)
    shown = [name for name in names if tokens[name] in text]
    if shown or _same(model, exchange, tokens):
        return shown
    unchanged = await probe.fetch(target.request)
    if unchanged.response is None or not model.same(unchanged):
        return []  # the page changes by itself
    steering = []
    for name in names:
        alone = await probe.fetch(_changed(target.request, kind, {name: tokens[name]}))
        if alone.response is not None and not blocked(alone) and not model.same(alone, tokens[name]):
            steering.append(name)
    return steering


def _same(model: Model, exchange: Exchange, tokens: dict[str, str]) -> bool:
    return model.same(exchange, " ".join(tokens.values()))


def _changed(request: Request, kind: str, tokens: dict[str, str]) -> Request:
    if kind == "cookie":
        value = "; ".join(f"{name}={token}" for name, token in tokens.items())
        return dataclasses.replace(request, headers=with_header(request.headers, "Cookie", value))
    headers = request.headers
    for name, token in tokens.items():
        headers = with_header(headers, name, token)
    return dataclasses.replace(request, headers=headers)


def usual(name: str, target: Target) -> str:
    """The value of a request header to start from."""
    return header(target.request.headers, name) or {"Referer": target.request.url, "X-Forwarded-For": "127.0.0.1"}.get(
        name, "1"
    )
