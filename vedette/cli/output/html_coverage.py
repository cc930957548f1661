"""The coverage part of the HTML report: what was reached, what was tested, what not and why."""

from __future__ import annotations

from collections import Counter

from vedette.cli.collector import Collector
from vedette.cli.output.markup import Node, join, tag
from vedette.contract.events import EndpointFound, PointTested

MAX_ROWS = 1500
MISSING = ("skipped", "blocked", "error")
"""How an outcome begins where a check was not run on an input, or not to its end."""


def coverage_section(scan: Collector) -> Node:
    """Economy, reasons for skipping, inputs, endpoints, technologies, trouble."""
    return join(
        tag("h2", "Coverage"),
        _economy(scan),
        _skipped(list(scan.points.values())),
        _technologies(scan),
        _trouble(scan),
        _inputs(list(scan.points.values())),
        _endpoints(list(scan.endpoints.values())),
        _left_behind(scan),
    )


def _economy(scan: Collector) -> Node:
    facts = scan.economy
    if not facts:
        return tag("p", "The scan did not come to its end.")
    point, dull = facts["requests_per_point"], facts["requests_per_dull_point"]
    return tag(
        "p",
        f"{facts['points']} inputs on {facts['endpoints']} endpoints. Requests per input: median "
        f"{point['median']:g}, at most {point['most']}; of the {facts['dull_points']} that showed no reaction: median "
        f"{dull['median']:g}, at most {dull['most']} (shared baselines apart: {facts['baseline_requests']}).",
    )


def _table(title: str, headings: tuple[str, ...], rows: list[Node], count: int) -> Node | None:
    if not rows:
        return None
    head = tag("tr", *(tag("th", heading) for heading in headings))
    more = tag("p", f"{count - len(rows)} more in the JSON report.", class_="dim") if count > len(rows) else None
    body = tag("div", tag("table", head, *rows), class_="scroll")
    return tag("details", tag("summary", f"{title} ({count})"), tag("div", body, more, class_="body"), class_="finding")


def _skipped(points: list[PointTested]) -> Node | None:
    reasons = Counter(
        (check, how) for point in points for check, how in point.outcomes.items() if how.startswith(MISSING)
    )
    rows = [
        tag("tr", tag("td", check), tag("td", how), tag("td", number))
        for (check, how), number in sorted(reasons.items())
    ]
    return _table("What was not tested, and why", ("check", "why", "inputs"), rows[:MAX_ROWS], len(rows))


def _inputs(points: list[PointTested]) -> Node | None:
    rows = [
        tag(
            "tr",
            tag("td", f"{point.method} {point.url}", class_="url"),
            tag("td", point.point_kind),
            tag("td", point.parameter, class_="url"),
            tag("td", point.requests),
            tag("td", "" if point.dull else "reacted"),
            tag("td", _not_tested(point)),
        )
        for point in points[:MAX_ROWS]
    ]
    return _table("Inputs", ("endpoint", "kind", "name", "requests", "", "not tested"), rows, len(points))


def _not_tested(point: PointTested) -> Node | None:
    why: dict[str, list[str]] = {}
    for check, how in sorted(point.outcomes.items()):
        if how.startswith(MISSING):
            why.setdefault(how, []).append(check)
    if not why:
        return None
    lines = [tag("li", f"{how}: {', '.join(checks)}") for how, checks in why.items()]
    count = sum(len(checks) for checks in why.values())
    return tag("details", tag("summary", f"{count} checks"), tag("ul", *lines))


def _endpoints(endpoints: list[EndpointFound]) -> Node | None:
    rows = [
        tag(
            "tr",
            tag("td", point.method),
            tag("td", point.url, class_="url"),
            tag("td", point.status),
            tag("td", point.source),
            tag("td", point.skipped or (f"like {point.duplicate_of}" if point.duplicate_of else ""), class_="url"),
        )
        for point in endpoints[:MAX_ROWS]
    ]
    return _table("Endpoints", ("method", "URL", "status", "found in", "remark"), rows, len(endpoints))


def _technologies(scan: Collector) -> Node | None:
    found = sorted(scan.technologies.values(), key=lambda item: (item.host, item.name))
    rows = [tag("tr", tag("td", item.host), tag("td", item.name), tag("td", item.technology_version)) for item in found]
    return _table("Technologies", ("host", "name", "version"), rows, len(rows))


def _trouble(scan: Collector) -> Node | None:
    rows = [
        tag("tr", tag("td", item.kind.replace("_", " ")), tag("td", getattr(item, "reason", "")))
        for item in scan.trouble
    ]
    rows += [tag("tr", tag("td", f"check {item.check}"), tag("td", item.reason)) for item in scan.failures]
    return _table("Trouble on the way", ("what", "why"), rows[:MAX_ROWS], len(rows))


def _left_behind(scan: Collector) -> Node | None:
    rows = [
        tag("tr", tag("td", item.method), tag("td", item.url, class_="url"), tag("td", f"{item.marker}…"))
        for item in scan.written[:MAX_ROWS]
    ]
    title = "Where test values may have been stored"
    return _table(title, ("method", "URL", "values begin with"), rows, len(scan.written))
