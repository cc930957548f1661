"""The verify phase: each suspicion proven on fresh connections, or dropped."""

from __future__ import annotations

import dataclasses
import functools
from typing import Any
from urllib.parse import urlsplit

from vedette.contract import wire
from vedette.contract.batch import StateChange
from vedette.contract.checkinfo import Phase, ProofLevel
from vedette.contract.events import Event
from vedette.contract.exchange import Request
from vedette.contract.finding import identify
from vedette.engine.attack.point import Point
from vedette.engine.attack.probe import Candidate
from vedette.engine.catalog import Check
from vedette.engine.scan.context import KNOWN_BUDGET, Scan
from vedette.engine.scan.coverage import unit_key
from vedette.engine.scan.doubting import doubt
from vedette.engine.scan.findings import from_proof, location_of
from vedette.engine.scan.prober import UnitProbe
from vedette.engine.scan.rechecking import REFUTED
from vedette.engine.scan.rows import row
from vedette.engine.scan.testing import kin_of
from vedette.engine.scan.units import Result, Unit, run_units
from vedette.engine.scan.watching import WatchedProbe

_BEST_FIRST = {ProofLevel.CONFIRMED: "0", ProofLevel.FIRM: "1", ProofLevel.TENTATIVE: "2"}


async def verify(scan: Scan) -> None:
    """Proves what does not measure time. Suspicions of one place run one after another, the surest check first, so
    that a flaw proven by one check is not proven again by its kin."""
    await _verify(scan, timed=False, width=0)


async def verify_timed(scan: Scan) -> None:
    """Proves what measures time, alone on each host."""
    places = {key: raw for key, raw in scan.suspicions.items() if _is_timed(scan, key)}
    for host in sorted({_host(raw) for raw in places.values()}):
        async with scan.network.exclusive(host):
            await _verify(scan, timed=True, width=1, host=host)


def _is_timed(scan: Scan, key: str) -> bool:
    return scan.catalogue.by_id[key.split("|")[1]].info.phase == Phase.TIMING


def _host(raw: dict[str, Any]) -> str:
    url: str = raw["point"]["target"]["request"]["url"] if raw["point"] else raw["url"]
    return urlsplit(url).netloc


async def _verify(scan: Scan, *, timed: bool, width: int, host: str = "") -> None:
    places: dict[str, list[tuple[str, str]]] = {}
    for key, raw in scan.suspicions.items():
        if _is_timed(scan, key) == timed and (not host or _host(raw) == host):
            place, check_id, _ = key.split("|")
            places.setdefault(place, []).append((_BEST_FIRST[scan.catalogue.by_id[check_id].info.proof], key))
    rounds = max((len(keys) for keys in places.values()), default=0)
    ordered = {place: [key for _, key in sorted(places[place])] for place in sorted(places)}
    for index in range(rounds):
        keys = [keys[index] for keys in ordered.values() if index < len(keys)]
        await run_units(scan, (_unit(scan, key) for key in keys), len(keys), width)
        if scan.over:
            return


def _unit(scan: Scan, key: str) -> Unit:
    place, check_id, index = key.split("|")
    check = scan.catalogue.by_id[check_id]
    candidate = wire.load(Candidate, scan.revived(scan.suspicions[key]))
    url = candidate.point.target.request.url if candidate.point else candidate.url
    name = verify_unit(check, place, int(index))
    reaction = scan.facts.reaction_of(candidate.point) if candidate.point else None
    make = functools.partial(scan.probe, name, url, full=True, verifying=True, reaction=reaction)
    if _known(scan, check, candidate, place):
        make = functools.partial(make, budget=KNOWN_BUDGET, watched=True)
    return Unit(name, check_id, place, make, functools.partial(_prove, scan, check, candidate, key))


def _known(scan: Scan, check: Check, candidate: Candidate, place: str) -> bool:
    if scan.rechecks is None:
        return False
    if candidate.point is None:
        return bool(scan.rechecks.at_host(check.info.id, place))
    return scan.rechecks.wants(check.info, candidate.point)


def verify_unit(check: Check, place: str, index: int) -> str:
    """The key of the unit that verifies one suspicion of a check at a point or host."""
    return unit_key("verify", check.info.id, check.info.version, f"{place}|{check.info.id}|{index}")


async def _prove(scan: Scan, check: Check, candidate: Candidate, key: str, probe: UnitProbe) -> Result:
    point = candidate.point.key if candidate.point else ""
    kin = kin_of(scan, check, candidate.point) if candidate.point else ""
    if kin:
        return Result(state=[_settled(scan, key)], candidates=1, outcome=f"skipped: {kin}")
    if scan.findings.confirmed(identify(check.info, location_of(candidate.point, candidate.url), candidate.identity)):
        return Result(state=[_settled(scan, key)], candidates=1, outcome="found: confirmed")
    if candidate.point is not None:
        candidate = dataclasses.replace(candidate, point=scan.live(candidate.point))
    proof = await check.verify(probe, candidate)
    if proof is None:
        outcome = REFUTED
        if isinstance(probe, WatchedProbe) and (reason := await _doubt(scan, probe, candidate.point)):
            outcome = f"blocked: {reason}"
        return Result(state=[_settled(scan, key)], candidates=1, outcome=outcome)
    events: list[Event] = []
    proof = dataclasses.replace(proof, detail=scan.masker.text(proof.detail))
    steps, request = scan.masked(proof.steps), _request_of(scan, candidate)
    finding = from_proof(check.info, candidate, proof, steps, probe.technologies, request)
    seen, rows = scan.findings.add(check.info, finding, point)
    events += seen
    return Result(events, [*rows, _settled(scan, key)], candidates=1, outcome=f"found: {proof.level}")


async def _doubt(scan: Scan, probe: WatchedProbe, point: Point | None) -> str:
    return await doubt(scan, probe, point) if point else probe.trouble or probe.wall


def _request_of(scan: Scan, candidate: Candidate) -> Request | None:
    """The request in which the input stands; of host checks the one for their page, if they looked at one."""
    if candidate.point is not None:
        return scan.masked_request(candidate.point.target.request)
    return scan.masked_request(Request("GET", candidate.url, user=scan.user)) if candidate.steps else None


def _settled(scan: Scan, key: str) -> StateChange:
    return row("verify", key, None)
