"""The known findings of a job: which inputs, hosts and pages of this scan they stand for, and how to look there."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

from vedette.contract.batch import ResumeState, StateChange
from vedette.contract.checkinfo import CheckInfo, Kind, Phase
from vedette.contract.exchange import Request
from vedette.contract.finding import Location, identify
from vedette.contract.job import Job, JobKind, Known
from vedette.engine.attack.mutations import points_of, value_kinds, with_value
from vedette.engine.attack.point import Point, PointKind, Target
from vedette.engine.catalog import Catalog
from vedette.engine.crawl.frontier import key_of
from vedette.engine.crawl.templates import Templates, template_of
from vedette.engine.parse.urls import split
from vedette.engine.scan.coverage import SURVEY
from vedette.engine.scan.facts import Facts
from vedette.engine.scan.findings import location_of, plain_route, route
from vedette.engine.scan.recalling import PLACEHOLDER, alike, request_of, same_inputs, word_of
from vedette.engine.scan.rows import row, rows_with

Parts = tuple[tuple[str, str], ...]
_KINDS = frozenset(kind.value for kind in PointKind)
EXTRAS = (PointKind.HEADER, PointKind.COOKIE)


def parts_of(info: CheckInfo, location: Location) -> Parts:
    """What of a location makes two findings of the check the same, without the check's own word."""
    return tuple(part for part in identify(info, location).parts if part[0] != "detail")


class Rechecks:
    """What a job knows. With `only`, nothing else is to be tested.

    `answered` are the ids of host findings whose address answered its check, `silent` the keys of requests that
    nobody answered, with the reason.
    """

    def __init__(self, job: Job, catalogue: Catalog, state: ResumeState) -> None:
        self.only = job.kind is JobKind.RETEST
        self.user = "" if job.login.kind == "none" else "A"
        self.known = tuple({known.id: known for known in job.known}.values())
        self.answered = set(rows_with(state, "head", "answered:"))
        self.silent: dict[str, str] = rows_with(state, "head", "silent:")
        self.active: list[tuple[CheckInfo, Known]] = []
        self.odd: list[Known] = []
        self.hosts: list[Known] = []
        self.pages: list[Known] = []
        for known in self.known:
            if known.check in catalogue.by_id:
                self._sort(catalogue.by_id[known.check].info, known)
        self._inputs = {(info.id, parts_of(info, known.location)) for info, known in self.active}
        self._paths = {_path(known.location) for _, known in self.active}
        self._infos = {info.id: info for info, _ in self.active}
        self._odd_places = {_place(known.location) for known in self.odd}

    def _sort(self, info: CheckInfo, known: Known) -> None:
        if info.kind is Kind.ACTIVE and known.location.kind not in _KINDS:
            return  # no input that this engine knows: it will not appear
        if info.kind is Kind.ACTIVE:
            self.active.append((info, known))
        elif info.kind is Kind.HOST:
            self.hosts.append(known)
        elif known.location.kind:
            self.odd.append(known)
        else:
            self.pages.append(known)

    @property
    def ids(self) -> frozenset[str]:
        """The identities."""
        return frozenset(known.id for known in self.known)

    @property
    def checks(self) -> frozenset[str]:
        """The ids of the checks that found them."""
        return frozenset(known.check for known in self.known)

    @property
    def kept(self) -> frozenset[str]:
        """Whose units' outcomes decide: those checks', and what the light pass and the stored pass did before them."""
        return self.checks | {SURVEY}

    def wants(self, info: CheckInfo, point: Point) -> bool:
        """Whether the check has found a flaw in this input before."""
        if info.id not in self._infos:
            return False
        location = location_of(point, "")
        return _path(location) in self._paths and (info.id, parts_of(info, location)) in self._inputs

    def was_odd(self, point: Point) -> bool:
        """Whether an odd value of this input has once brought about a page that a passive check spoke of."""
        return bool(self._odd_places) and place_of(point) in self._odd_places

    def concerns(self, point: Point) -> bool:
        """Whether any known finding stands in this input."""
        if self.was_odd(point):
            return True
        return _path(location_of(point, "")) in self._paths and any(
            self.wants(info, point) for info in self._infos.values()
        )

    def stored(self) -> list[Known]:
        """Those that showed on another page than the one that was sent to."""
        return [known for info, known in self.active if info.phase is Phase.STORED and known.location.sink_url]

    def sink(self, known: Known) -> Request:
        """The request for the page on which a stored input showed."""
        return Request("GET", known.location.sink_url, user=request_of(known, self.user).user)

    def at_host(self, check: str, origin: str) -> list[Known]:
        """The findings of a host check at an origin."""
        return [known for known in self.hosts if (known.check, known.location.origin) == (check, origin)]

    def host_urls(self, origin: str) -> list[str]:
        """The addresses at which host checks found something."""
        return sorted({known.location.url for known in self.hosts if known.location.origin == origin})

    def note_answered(self, known: Known) -> list[StateChange]:
        """The check has asked for the finding's address and got an answer."""
        self.answered.add(known.id)
        return [row("head", f"answered:{known.id}", 1)]

    def note_silent(self, key: str, why: str) -> list[StateChange]:
        """A request of the crawl was given up without an answer."""
        self.silent[key] = why
        return [row("head", f"silent:{key}", why)]

    def of_inputs(self) -> list[Known]:
        """Those that stand in an input."""
        return [*(known for _, known in self.active), *self.odd]

    def technologies(self) -> dict[str, frozenset[str]]:
        """By host, what was there when findings were proven."""
        hosts = {urlsplit(known.location.url).netloc for known in self.known}
        return {
            host: frozenset(
                name
                for known in self.known
                if urlsplit(known.location.url).netloc == host
                for name in known.technologies
            )
            for host in sorted(hosts)
        }

    def as_told(self, found: Iterable[Target], templates: Templates) -> list[Target]:
        """Of targets that hold a known finding's input with a value of another kind, the same with the value in which
        the flaw was found: what a check tries depends on it."""
        made: list[Target] = []
        for known in self.of_inputs():
            told = input_of(known.request, known.location) if known.request is not None else None
            if known.request is None or told is None:
                continue
            met = [
                (target, point)
                for target in found
                if alike(known.request, target.request, told.kind, told.name)
                and (point := input_of(target.request, known.location)) is not None
            ]
            if met and all(_differs(told, point) for _, point in met):
                target, point = met[0]
                request = with_value(point, told.value)
                made.append(dataclasses.replace(target, request=request, template=templates.of(request.url)))
        return made

    def with_known(self, chosen: list[Target], found: Iterable[Target], templates: Templates) -> list[Target]:
        """The chosen targets, and of all that were found the very requests of known findings, which others like them
        must not stand for. In a retest, which sees too little to learn what varies, each gets the template that the
        findings name."""
        keys = {key_of(request_of(known, self.user)) for known in self.of_inputs()}
        kept = {target.key: target for target in chosen}
        for target in found:
            if target.key not in kept and key_of(target.request) in keys:
                kept[target.key] = dataclasses.replace(target, template=templates.of(target.request.url))
        if self.only:
            return [dataclasses.replace(target, template=self._template(target)) for target in kept.values()]
        return list(kept.values())

    def _template(self, target: Target) -> str:
        places = [known.location for _, known in self.active]
        paths = sorted(places, key=lambda place: place.kind == PointKind.PATH)
        options = dict.fromkeys([template_of(target.request.url), *(place.path for place in paths)])

        def fitting(template: str) -> int:
            own = dataclasses.replace(target, template=template)
            return sum(
                _fits(template, target.request.url)
                and request_of(known, self.user).method == target.request.method
                and known.location.path == route(Point(own, PointKind(known.location.kind), known.location.parameter))
                for _, known in self.active
            )

        # The first of the best: what the address itself shows goes before what only a finding says.
        return max(options, key=fitting)

    def extras(
        self, facts: Facts, has_cookie: frozenset[str], usual: Callable[[str, Target], str]
    ) -> list[StateChange]:
        """The headers and cookies that known findings stand in are inputs of their pages, noticed or not; cookies
        only while the site has them. `usual` gives the value of a header to start from."""
        rows: list[StateChange] = []
        for known in self.of_inputs():
            kind, name = known.location.kind, known.location.parameter
            if kind not in EXTRAS or (kind == PointKind.COOKIE and name not in has_cookie):
                continue
            for target in list(facts.targets.values()):
                point = Point(target, PointKind(kind), name)
                if self.concerns(point) and same_inputs(request_of(known, self.user), target.request):
                    rows += facts.learn_extra(
                        target, kind, name, "" if kind == PointKind.COOKIE else usual(name, target)
                    )
        return rows


def input_of(request: Request, location: Location) -> Point | None:
    """The input that the location names, as it stands in a request; None when it is not in there, or hides a secret."""
    inputs = points_of(Target(request, template_of(request.url)))
    found = next((point for point in inputs if (point.kind, point.name) == (location.kind, location.parameter)), None)
    return None if found is None or PLACEHOLDER.search(found.value) else found


def _differs(told: Point, met: Point) -> bool:
    return word_of(told.value) != word_of(met.value) or set(value_kinds(told)) != set(value_kinds(met))


def place_of(point: Point) -> tuple[str, ...]:
    """Where an odd value was put, as `Location`s of passive findings tell it."""
    request = point.target.request
    return (_origin(request.url), request.method, plain_route(point), point.kind.value, point.name)


def _path(location: Location) -> tuple[str, str]:
    return (location.method, location.path)


def _place(location: Location) -> tuple[str, ...]:
    return (location.origin, location.method, location.path, location.kind, location.parameter)


def _origin(url: str) -> str:
    return Location(url=url).origin


def _fits(template: str, url: str) -> bool:
    """Whether the template is one of this address: equal but for the segments that vary."""
    own, path = template.split("/"), split(url)[1].split("/")
    return len(own) == len(path) and all("{}" in one or one == other for one, other in zip(own, path, strict=True))
