"""The phases that test insertion points: the light anomaly pass, detection, stored input, timing."""

from __future__ import annotations

import dataclasses
import functools
import re
from urllib.parse import urlsplit

from vedette.contract import wire
from vedette.contract.batch import StateChange
from vedette.contract.checkinfo import Kind, Phase
from vedette.contract.events import Event
from vedette.contract.exchange import Exchange, Request
from vedette.contract.job import Profile
from vedette.engine.attack import light, reflection
from vedette.engine.attack.point import Point
from vedette.engine.attack.probe import Candidate, Sink
from vedette.engine.catalog import Check
from vedette.engine.crawl.frontier import key_of
from vedette.engine.parse.page import Page
from vedette.engine.scan.context import KNOWN_BUDGET, Scan
from vedette.engine.scan.coverage import SURVEY, unit_key
from vedette.engine.scan.doubting import doubt
from vedette.engine.scan.passive import inspect
from vedette.engine.scan.prober import UnitProbe
from vedette.engine.scan.rows import row
from vedette.engine.scan.survey import survey, usual
from vedette.engine.scan.units import Result, Unit, run_units
from vedette.engine.scan.watching import WatchedProbe

LIGHT_BUDGET = 2
DOUBT_BUDGET = 8
SEED = "seed"
Pair = tuple[Check, Point]


def testable(scan: Scan) -> list[Point]:
    """The insertion points that the profile lets us send payloads to."""
    odd = scan.rechecks is not None and scan.rechecks.odd
    active = odd or any(check.info.kind == Kind.ACTIVE for check in scan.checks)
    if scan.job.profile == Profile.LIGHTNING or not active:
        return []
    points = [scan.live(point) for point in scan.facts.points()]
    if scan.rechecks is not None and scan.rechecks.only:
        points = [point for point in points if scan.rechecks.concerns(point)]
    if scan.job.profile == Profile.SAFE:
        return [point for point in points if not point.target.writes]
    return points


async def light_pass(scan: Scan) -> None:
    """Two requests per point: what does the site do with a harmless other value, and with odd characters?"""
    rechecks = scan.rechecks
    if testable(scan) and not (rechecks is not None and rechecks.only):
        targets = [scan.facts.targets[key] for key in sorted(scan.facts.targets)]
        await survey(scan, [target for target in targets if not target.writes])
    if scan.over:
        return
    if rechecks is not None:
        has_cookie = frozenset(scan.network.session(scan.user).placed)
        await scan.commit(state=rechecks.extras(scan.facts, has_cookie, usual))
    units = [_light_unit(scan, point) for point in testable(scan)]
    await run_units(scan, units, len(units))


def light_unit(point: Point) -> str:
    """The key of a point's unit in the light pass."""
    return unit_key("light", SURVEY, 1, point.key)


def _light_unit(scan: Scan, point: Point) -> Unit:
    url = point.target.request.url
    make = functools.partial(scan.probe, f"light|{point.key}", url, full=False, budget=LIGHT_BUDGET)
    if scan.rechecks is not None and scan.rechecks.concerns(point):
        make = functools.partial(make, budget=LIGHT_BUDGET + DOUBT_BUDGET, watched=True)
    return Unit(light_unit(point), SURVEY, point.key, make, functools.partial(_light, scan, point))


async def _light(scan: Scan, point: Point, probe: UnitProbe) -> Result:
    point = scan.live(point)
    model = await probe.baseline(point)
    harmless, odd = light.light_values(point, probe.rng)
    first = await probe.send(point, harmless)
    second = await probe.send(point, odd)
    gone = first.response is not None and scan.soft404.is_missing(Page(first))
    reaction = light.react(point, model, first, second, harmless, odd, gone=gone)
    events, rows = _look(scan, point, [first, second])
    outcome = ""
    if isinstance(probe, WatchedProbe):
        decides = scan.rechecks is not None and scan.rechecks.was_odd(point)
        reason = await doubt(scan, probe, point) if decides else probe.trouble or probe.wall
        outcome = f"blocked: {reason}" if reason else ""
    return Result(events, [*rows, *scan.facts.learn_reaction(point, reaction)], outcome=outcome)


def _look(scan: Scan, point: Point, exchanges: list[Exchange]) -> tuple[list[Event], list[StateChange]]:
    """Error pages and the like often appear only in answers to odd input: checks tagged `anomaly` see those too."""
    events: list[Event] = []
    rows: list[StateChange] = []
    for exchange in exchanges:
        if exchange.response is not None:
            asked = point.target.request
            more_events, more_rows = inspect(scan, Page(exchange), asked, point=point, tag="anomaly")
            events += more_events
            rows += more_rows
    return events, rows


async def detection(scan: Scan) -> None:
    """Every check of the phase on every point that it applies to; deep where the reaction calls for it."""
    await _run_checks(scan, _pairs(scan, Phase.DETECT, testable(scan)))


async def timing(scan: Scan) -> None:
    """The screening of timing checks: alone on the host, one at a time."""
    hosts: dict[str, list[Pair]] = {}
    for check, point in _pairs(scan, Phase.TIMING, testable(scan)):
        hosts.setdefault(urlsplit(point.target.request.url).netloc, []).append((check, point))
    for host in sorted(hosts):
        async with scan.network.exclusive(host):
            await _run_checks(scan, hosts[host], width=1)


async def _run_checks(scan: Scan, pairs: list[Pair], width: int = 0) -> None:
    await run_units(scan, (_check_unit(scan, check, point) for check, point in pairs), len(pairs), width)


def _pairs(scan: Scan, phase: Phase, points: list[Point]) -> list[Pair]:
    """Which check runs on which point; why others do not is noted."""
    pairs: list[Pair] = []
    for point in points:
        for check in scan.catalogue.active(phase):
            if scan.rechecks is not None and scan.rechecks.only and not scan.rechecks.wants(check.info, point):
                continue
            reason = _skip(scan, check, point)
            if reason:
                scan.coverage.note(point.key, check.info.id, f"skipped: {reason}")
            else:
                pairs.append((check, point))
    return pairs


def _skip(scan: Scan, check: Check, point: Point) -> str:
    info = check.info
    if info.id not in scan.chosen:
        return "not in the profile"
    if info.points and point.kind not in info.points:
        return f"does not apply to {point.kind} inputs"
    return kin_of(scan, check, point)


def kin_of(scan: Scan, check: Check, point: Point) -> str:
    """Why the check leaves the point alone: a kindred one has proven the flaw. Where it once found the flaw itself it
    does not."""
    if scan.rechecks is not None and scan.rechecks.wants(check.info, point):
        return ""
    kin = scan.findings.proven(check.info.flaw, point.key)
    return f"already proven by {kin}" if kin else ""


def check_unit(check: Check, point: Point) -> str:
    """The key of the unit of a check on a point."""
    info = check.info
    return unit_key(info.phase, info.id, info.version, point.key)


def _check_unit(scan: Scan, check: Check, point: Point) -> Unit:
    info = check.info
    reaction = scan.facts.reaction_of(point)
    technologies = scan.facts.technologies_of(urlsplit(point.target.request.url).netloc)
    full = scan.job.profile == Profile.FULL or light.calls_for(info, reaction, technologies)
    key = check_unit(check, point)
    make = functools.partial(scan.probe, key, point.target.request.url, full=full, reaction=reaction)
    if scan.rechecks is not None and scan.rechecks.wants(info, point):
        make = functools.partial(make, full=True, budget=KNOWN_BUDGET, watched=True)
    elif not full:
        make = functools.partial(make, budget=info.cost)
    return Unit(key, info.id, point.key, make, functools.partial(_detect, scan, check, point))


async def _detect(scan: Scan, check: Check, point: Point, probe: UnitProbe) -> Result:
    point = scan.live(point)
    candidates = await check.detect(probe, point)
    outcome = ""
    if isinstance(probe, WatchedProbe):
        # A suspicion has its own control when it is verified.
        found = probe.trouble or probe.wall if candidates else await doubt(scan, probe, point, _shown_on(scan, check))
        outcome = f"blocked: {found}" if found else ""
    return Result(state=suspicions(scan, check, point.key, candidates), candidates=len(candidates), outcome=outcome)


def _shown_on(scan: Scan, check: Check) -> tuple[Request, ...]:
    """The pages on which the check has found stored input before."""
    rechecks = scan.rechecks
    if rechecks is None:
        return ()
    sinks = [rechecks.sink(known) for known in rechecks.stored() if known.check == check.info.id]
    return tuple({key_of(request): request for request in sinks}.values())


def suspicions(scan: Scan, check: Check, place: str, candidates: list[Candidate]) -> list[StateChange]:
    """The rows that wait for the verifier, one per candidate."""
    rows = []
    for index, candidate in enumerate(candidates):
        kept = dataclasses.replace(candidate, steps=scan.masked(candidate.steps))
        raw = scan.guarded(wire.dump(kept))
        key = f"{place}|{check.info.id}|{index}"
        scan.suspicions[key] = raw
        rows.append(row("verify", key, raw))
    return rows


async def stored(scan: Scan) -> None:
    """Seed every point that writes, look at all pages once more, test the points whose tokens came back."""
    checks = [check for check in scan.catalogue.active(Phase.STORED) if check.info.id in scan.chosen]
    before = [point for point in testable(scan) if _stored_before(scan, checks, point)]
    points = [point for point in testable(scan) if _may_store(point)]
    if scan.rechecks is not None and scan.rechecks.only:
        points = [point for point in points if point in before]
    if not checks or not points:
        return
    await run_units(scan, (_seed_unit(scan, point) for point in points), len(points))
    if not scan.over:
        await _sweep(scan, points)
    if not scan.over:
        shown = [point for point in points if scan.facts.sinks_of(point.key) or point in before]
        await _run_checks(scan, _pairs(scan, Phase.STORED, shown))


def _stored_before(scan: Scan, checks: list[Check], point: Point) -> bool:
    return scan.rechecks is not None and any(scan.rechecks.wants(check.info, point) for check in checks)


def _may_store(point: Point) -> bool:
    return point.target.writes or point.kind in ("header", "cookie") or _kept(point)


def _kept(point: Point) -> bool:
    # Search boxes and the like are kept by many sites: recent searches, logs shown to staff.
    return point.kind == "query"


def seed_unit(point: Point) -> str:
    """The key of the unit that sends a point something to store."""
    return unit_key("stored", SEED, 1, point.key)


def sweep_unit(request: Request) -> str:
    """The key of the unit that looks at a page for what was stored."""
    return unit_key("stored", "sweep", 1, key_of(request))


def _seed_unit(scan: Scan, point: Point) -> Unit:
    key = seed_unit(point)
    make = functools.partial(scan.probe, f"seed|{point.key}", point.target.request.url, full=False, budget=1)
    return Unit(key, SURVEY, point.key, make, functools.partial(_seed, scan, point))


async def _seed(scan: Scan, point: Point, probe: UnitProbe) -> Result:
    await probe.send(scan.live(point), _seed_value(point, probe.rng.token(SEED)))
    return Result()


def _seed_value(point: Point, token: str) -> str:
    return f"{token}@example.com" if "@" in point.value else token


async def _sweep(scan: Scan, points: list[Point]) -> None:
    """One request per page that was seen; tokens on it name the points they came from."""
    tokens = {scan.rng(f"seed|{point.key}").token(SEED): point.key for point in points}
    pattern = re.compile(re.escape(scan.rng("").mark) + r"[0-9a-f]{8}")
    pages = _readable(scan, points)
    await run_units(scan, (_sweep_unit(scan, request, tokens, pattern) for request in pages), len(pages))


def _sweep_unit(scan: Scan, request: Request, tokens: dict[str, str], pattern: re.Pattern[str]) -> Unit:
    key = sweep_unit(request)
    make = functools.partial(scan.probe, key, request.url, full=False, budget=1)
    return Unit(key, SURVEY, key_of(request), make, functools.partial(_look_for, scan, request, tokens, pattern))


async def _look_for(
    scan: Scan, request: Request, tokens: dict[str, str], pattern: re.Pattern[str], probe: UnitProbe
) -> Result:
    exchange = await probe.fetch(request)
    rows: list[StateChange] = []
    if exchange.response is not None:
        for token in sorted(set(pattern.findall(exchange.response.text)) & tokens.keys()):
            sink = Sink(request, reflection.find(exchange, token, ""))
            rows += scan.facts.learn_sink(tokens[token], key_of(request), sink)
    return Result(state=rows)


def _readable(scan: Scan, points: list[Point]) -> list[Request]:
    """The pages to look at once more: one of each kind, and those that the writing requests were found on."""
    targets = [scan.facts.targets[key].request for key in sorted(scan.facts.targets)]
    pages = [request for request in targets if request.method == "GET"]
    sources = sorted({point.target.source_url for point in points if point.target.writes and point.target.source_url})
    pages += [Request("GET", url, user=scan.user) for url in sources]
    pages += [scan.rechecks.sink(known) for known in scan.rechecks.stored()] if scan.rechecks is not None else []
    return list({key_of(request): request for request in pages}.values())
