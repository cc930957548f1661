"""Gathers, at the end of a scan, what speaks for and against each known finding, and names its outcome."""

from __future__ import annotations

from vedette.contract.checkinfo import CheckInfo, Phase
from vedette.contract.events import Rechecked
from vedette.contract.job import Known
from vedette.contract.verdict import MIN_LOGGED_IN_SHARE
from vedette.engine.attack.point import Point
from vedette.engine.catalog import Check
from vedette.engine.crawl.frontier import key_of
from vedette.engine.scan.context import Scan
from vedette.engine.scan.doubting import NOT_THERE
from vedette.engine.scan.findings import location_of, route
from vedette.engine.scan.hosting import closed, host_unit, sites
from vedette.engine.scan.meter import SPANS
from vedette.engine.scan.recalling import request_of, same_inputs
from vedette.engine.scan.rechecking import REFUTED, Evidence, UnitEnd, judge
from vedette.engine.scan.rechecks import EXTRAS, Rechecks, parts_of, place_of
from vedette.engine.scan.revisiting import barred, bodies, current, page_unit
from vedette.engine.scan.testing import check_unit, light_unit, seed_unit, sweep_unit, testable
from vedette.engine.scan.verifying import verify_unit


def rechecked(scan: Scan) -> list[Rechecked]:
    """One event per known finding, in the job's order; none when the job knows none."""
    if scan.rechecks is None:
        return []
    settling = Settling(scan, scan.rechecks)
    events = []
    for known in scan.rechecks.known:
        outcome, reason = judge(settling.evidence(known))
        events.append(Rechecked(finding=known.id, outcome=outcome.value, reason=reason))
    return events


LOST = "Its request holds what belongs to a session that has ended."


class Settling:
    """Looks up what the units of a scan have left behind."""

    def __init__(self, scan: Scan, rechecks: Rechecks) -> None:
        self._scan = scan
        self._rechecks = rechecks
        self._bodies = bodies(scan)
        self._places: dict[tuple[str, str], list[Point]] = {}
        self._odd: dict[tuple[str, ...], list[Point]] = {}
        for point in scan.facts.points():
            self._places.setdefault((point.target.request.method, route(point)), []).append(point)
            if rechecks.was_odd(point):
                self._odd.setdefault(place_of(point), []).append(point)
        self._origins = {site.origin for site in sites(scan)}
        self._testable = {point.key for point in testable(scan)}
        self._crawled, self._lit = (scan.phase > list(SPANS).index(name) for name in ("crawl", "light"))

    def evidence(self, known: Known) -> Evidence:
        """All that decides on one finding."""
        if self._scan.findings.seen(known.id):
            return Evidence(seen=True)
        check = self._scan.catalogue.by_id.get(known.check)
        if check is None:
            return Evidence(obstacle="There is no such check any more.")
        obstacle = self._obstacle(check, known)
        if obstacle:
            return Evidence(obstacle=obstacle)
        if known in self._rechecks.hosts:
            return self._of_host(check, known)
        if known in self._rechecks.pages:
            return self._of_page(check, known)
        return self._of_input(check, known)

    def _obstacle(self, check: Check, known: Known) -> str:
        """Why it could not be tested in the state in which it was found."""
        scan = self._scan
        if check.info.id not in scan.chosen:
            return "The profile or choice of checks leaves its check out."
        if check.info.id in scan.tally.crashed:
            return "Its check crashed."
        if closed(scan, known.location.origin):
            return "Its site's start page could not be reached."
        user = scan.user if known in self._rechecks.hosts else request_of(known, scan.user).user
        # A scan sends all as its own user; only a retest takes up the finding's.
        if user != scan.user and (user or not self._rechecks.only):
            return "It was found in another log-in state."
        if user and scan.tally.login_failed:
            return f"The log-in failed: {scan.tally.login_failed}"
        if user and scan.tally.logged_in_share < MIN_LOGGED_IN_SHARE:
            return "The log-in did not hold."
        return "" if known in self._rechecks.hosts else barred(scan, request_of(known, scan.user))

    def _of_host(self, check: Check, known: Known) -> Evidence:
        origin = known.location.origin
        key = host_unit(check, origin)
        units = [
            UnitEnd(wanted="tested", outcome=self._scan.coverage.outcome(key)),
            *self._verified(check, origin, key),
        ]
        if units[0].outcome and known.id not in self._rechecks.answered:
            units.append(UnitEnd(wanted="tested", outcome="blocked: its address did not answer"))
        return self._evidence(known, origin in self._origins, units)

    def _of_page(self, check: Check, known: Known) -> Evidence:
        if current(self._scan, known, self._bodies) is None:
            return Evidence(obstacle=LOST)
        outcome = self._scan.coverage.outcome(page_unit(check, known))
        cut = "" if "path" in check.info.identity else ", ".join(self._scan.tally.caps)
        if outcome == "tested" and cut:
            return Evidence(crawled=self._crawled, cut=cut)
        return self._evidence(known, True, [UnitEnd(wanted="tested", outcome=outcome)])

    def _of_input(self, check: Check, known: Known) -> Evidence:
        """Every input of that identity counts, and the very one must be among them."""
        points = self._inputs(check.info, known)
        place = known.location
        told = request_of(known, self._scan.user)
        met = any(
            (point.kind, point.name) == (place.kind, place.parameter)
            and same_inputs(told, point.target.request, point.kind, point.name)
            for point in points
        )
        units = [unit for point in points for unit in self._units(check, known, point)]
        return self._evidence(known, met, units)

    def _inputs(self, info: CheckInfo, known: Known) -> list[Point]:
        place = known.location
        if known in self._rechecks.odd:
            return self._odd.get((place.origin, place.method, place.path, place.kind, place.parameter), [])
        parts, there = parts_of(info, place), self._places.get((place.method, place.path), [])
        applies = [point for point in there if not info.points or point.kind in info.points]
        return [point for point in applies if parts_of(info, location_of(point, "")) == parts]

    def _units(self, check: Check, known: Known, point: Point) -> list[UnitEnd]:
        if point.key not in self._testable:
            return [UnitEnd(wanted="tested", outcome="skipped: the profile sends nothing to it")]
        of = self._scan.coverage.outcome
        units = [UnitEnd(wanted="light", outcome=of(light_unit(point)))]
        if known in self._rechecks.odd:
            return units
        key = check_unit(check, point)
        if check.info.phase is Phase.STORED:
            units += self._storing(known, point)
        return [*units, UnitEnd(wanted="tested", outcome=of(key)), *self._verified(check, point.key, key)]

    def _storing(self, known: Known, point: Point) -> list[UnitEnd]:
        """What is sent must have come back where the flaw showed: an input that stores nothing tells nothing."""
        of = self._scan.coverage.outcome
        sink = self._rechecks.sink(known)
        units = [UnitEnd(wanted="light", outcome=of(key)) for key in (seed_unit(point), sweep_unit(sink))]
        if all(unit.clean for unit in units) and not self._scan.facts.shows(point.key, key_of(sink)):
            units.append(UnitEnd(wanted="light", outcome=f"blocked: {NOT_THERE}"))
        return units

    def _verified(self, check: Check, place: str, key: str) -> list[UnitEnd]:
        """The end of every suspicion that the unit of this key has raised."""
        count = self._scan.coverage.candidates(key)
        keys = (verify_unit(check, place, index) for index in range(count))
        return [UnitEnd(wanted=REFUTED, outcome=self._scan.coverage.outcome(key)) for key in keys]

    def _evidence(self, known: Known, found: bool, units: list[UnitEnd]) -> Evidence:
        return Evidence(
            found=found,
            silent=self._silence(known),
            # Headers and cookies join the inputs with the light pass.
            crawled=self._crawled and (known.location.kind not in EXTRAS or self._lit),
            cut=", ".join(self._scan.tally.caps),
            units=tuple(units),
        )

    def _silence(self, known: Known) -> str:
        """Why its request got no answer, if it was sent or should have been."""
        request = current(self._scan, known, self._bodies)
        if request is None:
            return LOST if self._rechecks.only else ""
        error = self._rechecks.silent.get(key_of(request), "")
        return f"Its page did not answer: {error}." if error else ""
