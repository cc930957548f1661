"""All findings of a scan: one per identity, systemic ones with their occurrences counted."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any

from vedette.contract.batch import ResumeState, StateChange
from vedette.contract.checkinfo import CheckInfo, ProofLevel, Severity
from vedette.contract.events import FindingSeen
from vedette.contract.exchange import Exchange, Request, Step
from vedette.contract.finding import Finding, Identity, Location, identify
from vedette.engine.attack.point import Point, PointKind
from vedette.engine.attack.probe import Candidate, Proof
from vedette.engine.crawl.templates import template_of
from vedette.engine.parse.page import Observation, Page
from vedette.engine.scan.rows import read, row, rows_with

MAX_OCCURRENCES = 20
MAX_BODY = 65_536
"""Bytes of a body that a passive finding keeps when what it marks is among them: dozens may show the same page."""


class Findings:
    """Knows every identity seen, in this slice or an earlier one, without keeping evidence in memory. With `only`, no
    other identities than those are taken up."""

    def __init__(self, state: ResumeState, only: frozenset[str] | None = None) -> None:
        self._only = only
        self._known: dict[str, dict[str, Any]] = rows_with(state, "head", "finding:")
        self._uncounted: dict[str, Finding] = {}
        self._proven: dict[tuple[str, str], str] = {}
        for key, known in self._known.items():
            known["count"] = read(state, "head", f"count:{key}", len(known["urls"]))
            self._note_proof(known)

    @property
    def shown(self) -> int:
        """How many findings are shown by default."""
        return sum(1 for known in self._known.values() if known["proof"] != ProofLevel.TENTATIVE)

    def seen(self, key: str) -> bool:
        """Whether a finding of this id was seen in this scan, however sure."""
        return key in self._known

    def confirmed(self, identity: Identity) -> bool:
        """Whether this very flaw stands confirmed."""
        known = self._known.get(identity.id)
        return known is not None and known["proof"] == ProofLevel.CONFIRMED

    def proven(self, flaw: str, point: str) -> str:
        """The check that has confirmed this flaw on this insertion point, or an empty string."""
        return self._proven.get((flaw, point), "")

    def _note_proof(self, known: dict[str, Any]) -> None:
        if known.get("flaw") and known["proof"] == ProofLevel.CONFIRMED:
            self._proven[known["flaw"], known["point"]] = known["check"]

    def add(self, info: CheckInfo, finding: Finding, point: str = "") -> tuple[list[FindingSeen], list[StateChange]]:
        """The event and rows of a finding; only rows when it adds nothing but a count."""
        if self._only is not None and finding.id not in self._only:
            return [], []
        known = self._known.get(finding.id)
        url = finding.location.url
        if known is None:
            known = {"check": info.id, "flaw": info.flaw, "point": point, "proof": finding.proof.value, "urls": [url]}
            self._known[finding.id] = known
            self._note_proof(known)
            changes = [row("head", f"finding:{finding.id}", known)]
            return [FindingSeen(finding=finding)], changes
        return self._again(finding, known, url)

    def _again(self, finding: Finding, known: dict[str, Any], url: str) -> tuple[list[FindingSeen], list[StateChange]]:
        before = ProofLevel(known["proof"]).rank
        surer, other = finding.proof.rank < before, url not in known["urls"]
        if not surer and not other:
            return [], []
        if surer:
            known["proof"] = finding.proof.value
            self._note_proof(known)
        listed = other and len(known["urls"]) < MAX_OCCURRENCES
        if other:
            known["count"] = known.get("count", len(known["urls"])) + 1
        if listed:
            known["urls"].append(url)
        # A count alone is a small row of its own: on a large site it changes with every page.
        count = row("head", f"count:{finding.id}", known.get("count", len(known["urls"])))
        changes = [row("head", f"finding:{finding.id}", known), count] if listed or surer else [count]
        # Each further occurrence is an event only while the list of URLs grows: consumers keep one row per identity,
        # the last that they were told, which must not be a less sure one.
        if surer or (listed and finding.proof.rank == before):
            self._uncounted.pop(finding.id, None)
            return [FindingSeen(finding=_counted(finding, known))], changes
        if finding.proof.rank == before:
            self._uncounted.setdefault(finding.id, finding)
        return [], changes

    def recounted(self) -> list[FindingSeen]:
        """The findings that were seen more often than events have told, with their counts of now; each once."""
        late, self._uncounted = self._uncounted, {}
        return [FindingSeen(finding=_counted(finding, self._known[key])) for key, finding in sorted(late.items())]


def _counted(finding: Finding, known: dict[str, Any]) -> Finding:
    count = known.get("count", len(known["urls"]))
    return dataclasses.replace(finding, occurrences=tuple(known["urls"]), occurrence_count=count)


def from_observation(
    info: CheckInfo, page: Page, seen: Observation, exchange: Exchange, request: Request, point: Point | None = None
) -> Finding:
    """The finding of a passive check. `exchange` is the page's and `request` the one that was crawled, both masked;
    `point` is the input whose odd value brought the page about, if one did."""
    location = Location(
        url=page.url,
        method=page.exchange.request.method,
        path=plain_route(point) if point else template_of(page.url),
        kind=point.kind if point else "",
        parameter=seen.parameter or (point.name if point else ""),
    )
    marks = (seen.mark,) if seen.mark else ()
    return Finding(
        identity=identify(info, location, seen.identity),
        check=info.id,
        title=seen.title or info.title,
        severity=Severity(seen.severity or info.severity),
        proof=info.proof,
        location=location,
        detail=seen.detail,
        cwe=info.cwe,
        cvss31=info.cvss31,
        cvss40=info.cvss40,
        steps=(Step("seen", _shortened(exchange, seen.mark), marks),),
        occurrences=(page.url,),
        request=request,
    )


def _shortened(exchange: Exchange, mark: str) -> Exchange:
    """The exchange with as much of a long body as shows the mark; whole when the mark cannot be found."""
    response = exchange.response
    if response is None or len(response.body) <= MAX_BODY:
        return exchange
    end = MAX_BODY
    if mark and not any(mark in value for _, value in response.headers):
        # Headers first: a long body is not searched for what a header shows.
        wanted = mark.encode("utf-8", "replace")
        at = response.body.find(wanted)
        if at < 0:
            return exchange
        end = max(end, at + len(wanted))
    answer = dataclasses.replace(response, body=response.body[:end], truncated=True)
    return dataclasses.replace(exchange, response=answer)


def from_proof(
    info: CheckInfo,
    candidate: Candidate,
    proof: Proof,
    steps: Iterable[Step],
    technologies: Iterable[str] = (),
    request: Request | None = None,
) -> Finding:
    """The finding of a verified candidate; `steps` and the `request` in which its input stands are the masked ones."""
    location = location_of(candidate.point, candidate.url, proof)
    return Finding(
        identity=identify(info, location, candidate.identity),
        check=info.id,
        title=proof.title or info.title,
        severity=Severity(proof.severity or info.severity),
        proof=proof.level,
        location=location,
        detail=proof.detail,
        cwe=info.cwe,
        cvss31=info.cvss31,
        cvss40=info.cvss40,
        steps=tuple(steps),
        occurrences=(location.url,),
        technologies=tuple(sorted(technologies)),
        request=request,
    )


def location_of(point: Point | None, url: str, proof: Proof | None = None) -> Location:
    """Where a flaw sits: what its proof says, else the candidate's point or URL."""
    own_url, sink, parameter = (proof.url, proof.sink_url, proof.parameter) if proof else ("", "", "")
    if point is None:
        return Location(url=own_url or url, parameter=parameter, sink_url=sink)
    return Location(
        url=own_url or point.target.request.url,
        method=point.target.request.method,
        path=route(point),
        kind=point.kind,
        parameter=parameter or point.name,
        sink_url=sink,
    )


def route(point: Point) -> str:
    """The templated path of a point's target; a path segment that is itself the point counts as variable."""
    if point.kind != PointKind.PATH or not point.name.isdigit():
        return point.target.template
    segments = point.target.template.split("/")
    if int(point.name) + 1 < len(segments):
        segments[int(point.name) + 1] = "{}"
    return "/".join(segments)


def plain_route(point: Point) -> str:
    """The same by the look of the address alone: pages are named so while the crawl has yet to learn what varies."""
    target = dataclasses.replace(point.target, template=template_of(point.target.request.url))
    return route(dataclasses.replace(point, target=target))
