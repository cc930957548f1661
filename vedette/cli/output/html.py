"""The HTML report: one self-contained page, no script, everything from the scanned site shown as text."""

from __future__ import annotations

import time
from collections import Counter
from importlib.resources import files

from vedette.cli.collector import Collector
from vedette.cli.display import MARKS
from vedette.cli.output.charts import bars, donut
from vedette.cli.output.html_coverage import coverage_section
from vedette.cli.output.markup import Node, join, marked, prose, style, tag
from vedette.cli.text import took, where
from vedette.contract.checkinfo import Severity
from vedette.contract.exchange import Exchange, Step
from vedette.contract.finding import Finding
from vedette.engine import catalog
from vedette.engine.form import Doc

MAX_BODY = 6000
"""Characters of a body that the page shows around its first mark."""
MAX_FINDINGS = 2000
MAX_WITH_EVIDENCE = 300
"""Findings, the worst first, that are shown with their requests; a page of hundreds of megabytes helps nobody."""

_VERDICTS = {
    "clean": "Clean: nothing was found, and the scan was complete.",
    "findings": "Findings: the scan was complete.",
    "incomplete": "Incomplete: what was not tested is listed below.",
    "failed": "Failed: nothing can be concluded.",
    "": "Not finished.",
}


def render(scan: Collector) -> str:
    """The page."""
    findings = scan.findings()
    title = f"Vedette: {scan.job.start_urls[0]}"
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", http_equiv="Content-Security-Policy", content="default-src 'none'; style-src 'unsafe-inline'"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("title", title),
        style(files("vedette.cli.output").joinpath("report.css").read_text(encoding="utf-8")),
    )
    main = tag("main", _head(scan, findings), _charts(scan, findings), _list(findings), coverage_section(scan))
    return "<!doctype html>\n" + tag("html", head, tag("body", main), lang="en").html + "\n"


def _head(scan: Collector, findings: list[Finding]) -> Node:
    summary = scan.summary
    when = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(summary.started_at)) if summary.started_at else ""
    tiles: list[tuple[str, int | str]] = [
        ("confirmed", sum(1 for finding in findings if finding.proof == "confirmed")),
        ("findings", len(findings)),
        ("endpoints", len(scan.endpoints)),
        ("inputs tested", len(scan.points)),
        ("requests", summary.requests),
        ("duration", took(summary.duration_s)),
    ]
    authorized = f", authorised by {scan.job.authorized}" if scan.job.authorized else ""
    return join(
        tag("h1", "Scan of ", *_targets(scan.job.start_urls)),
        tag("p", f"{when}, profile {scan.job.profile.value}{authorized}, Vedette {summary.version}", class_="dim"),
        tag("p", tag("span", summary.verdict or "not finished", class_=f"verdict v-{summary.verdict}")),
        tag("p", _VERDICTS.get(summary.verdict, "")),
        tag("ul", *(tag("li", reason) for reason in summary.reasons)) if summary.reasons else None,
        tag("div", *(tag("div", tag("b", number), tag("span", name), class_="tile") for name, number in tiles),
            class_="tiles"),
    )  # fmt: skip


def _targets(urls: tuple[str, ...]) -> list[Node | str]:
    if len(urls) == 1:
        return [urls[0]]
    rest = tag("ul", *(tag("li", url, class_="where") for url in urls[1:]))
    return [urls[0], tag("details", tag("summary", f"and {len(urls) - 1} more"), rest, class_="more")]


def _charts(scan: Collector, findings: list[Finding]) -> Node:
    severities = {one.value: sum(1 for finding in findings if finding.severity == one) for one in Severity}
    families = Counter(finding.title for finding in findings if finding.severity.rank < Severity.INFO.rank)
    outcomes = Counter(outcome(how) for point in scan.points.values() for how in point.outcomes.values())
    kinds = {name: outcomes.get(name, 0) for name in ("tested", "light", "skipped", "blocked", "error")}
    return tag(
        "div",
        tag("div", tag("h3", "Findings by severity"), donut(severities, "Findings by severity"), class_="card"),
        tag("div", tag("h3", "What was found most"), bars(families.most_common(6), "Findings by kind"), class_="card"),
        tag(
            "div",
            tag("h3", "Tests by outcome"),
            donut(kinds, "Tests by outcome"),
            tag("p", "light: a first look at the input gave no reason for more.", class_="dim"),
            class_="card",
        ),
        class_="grid",
    )


def outcome(how: str) -> str:
    """The group of an outcome text: tested, light, skipped, blocked or error."""
    word = how.partition(":")[0].partition(" ")[0]
    return word if word in ("light", "skipped", "blocked", "error") else "tested"


def _list(findings: list[Finding]) -> Node:
    if not findings:
        return join(tag("h2", "Findings"), tag("p", "None."))
    more = len(findings) - MAX_FINDINGS
    return join(
        tag("h2", "Findings"),
        *(_finding(finding, index < MAX_WITH_EVIDENCE) for index, finding in enumerate(findings[:MAX_FINDINGS])),
        tag("p", f"{more} more findings stand in the other report formats.") if more > 0 else None,
    )


def _finding(finding: Finding, with_evidence: bool) -> Node:
    severity = finding.severity.value
    summary = tag(
        "summary",
        tag("span", f"{MARKS[severity]} {severity}", class_=f"sev s-{severity}"),
        tag("strong", finding.title),
        tag("span", finding.proof.value, class_=f"chip {finding.proof.value}"),
        tag("span", where(finding.location), class_="where"),
    )
    known = catalog.load().by_id
    doc = known[finding.check].doc if finding.check in known else None
    body = tag("div", *_body(finding, doc), _evidence(finding, with_evidence), _identity(finding), class_="body")
    return tag("details", summary, body, class_="finding", id=f"f-{finding.id}")


def _body(finding: Finding, doc: Doc | None) -> list[Node]:
    chips = [f"CWE-{number}" for number in finding.cwe] + [text for text in (finding.cvss31, finding.cvss40) if text]
    parts = [
        tag("p", finding.detail),
        tag("p", *(tag("span", chip, class_="chip") for chip in [finding.check, *chips]), class_="chips"),
    ]
    if finding.occurrence_count > 1:
        items = [tag("li", url, class_="where") for url in finding.occurrences]
        parts += [tag("h3", f"Seen on {finding.occurrence_count} URLs"), tag("ul", *items)]
    if finding.location.sink_url:
        parts.append(tag("p", "Comes out at ", tag("span", finding.location.sink_url, class_="where")))
    if doc is not None:
        parts += [tag("h3", "Why it matters"), prose(doc.why)]
        parts += [tag("h3", "How it was confirmed"), prose(doc.confirmed)] if finding.proof == "confirmed" else []
        parts += [tag("h3", "How to fix it"), prose(doc.fix)]
    return parts


def _evidence(finding: Finding, shown: bool) -> Node | None:
    if not finding.steps:
        return None
    if not shown:
        return tag("p", "Its requests stand in the JSON report.", class_="dim")
    return join(tag("h3", "Evidence"), *(_step(number, step) for number, step in enumerate(finding.steps, 1)))


def _identity(finding: Finding) -> Node:
    rows = [("id", finding.id), *finding.identity.parts]
    cells = [tag("tr", tag("th", name), tag("td", value, class_="url")) for name, value in rows]
    return tag(
        "details",
        tag("summary", "Why this is the same finding each time"),
        tag("div", tag("table", *cells), class_="scroll"),
        tag("p", "Send its requests again: ", tag("code", f"vedette replay REPORT.json {finding.id}")),
        class_="more",
    )


def _step(number: int, step: Step) -> Node:
    control = " (control)" if step.control else ""
    exchange = step.exchange
    return tag(
        "div",
        tag("p", tag("strong", f"{number}. {step.label}{control}"), f" {step.note}" if step.note else None),
        tag(
            "div",
            tag("pre", marked(_request_text(exchange), step.request_marks or step.marks)),
            tag("pre", marked(_response_text(exchange, step.marks), step.marks)),
            class_="pair",
        ),
        class_="step control" if step.control else "step",
    )


def _request_text(exchange: Exchange) -> str:
    request = exchange.request
    lines = [f"{request.method} {request.url}", *(f"{name}: {value}" for name, value in request.headers)]
    body = request.body.decode("utf-8", "replace")
    return "\n".join(lines) + (f"\n\n{body[:MAX_BODY]}" if body else "")


def _response_text(exchange: Exchange, marks: tuple[str, ...]) -> str:
    response = exchange.response
    if response is None:
        return f"no answer: {exchange.error} {exchange.detail}"
    lines = [f"{response.status}  ({response.ttfb_s:.3f} s)", *(f"{name}: {value}" for name, value in response.headers)]
    return "\n".join(lines) + "\n\n" + _window(response.text, marks)


def _window(body: str, marks: tuple[str, ...]) -> str:
    if len(body) <= MAX_BODY:
        return body
    places = [place for place in (body.find(mark) for mark in marks if mark) if place >= 0]
    start = max(0, min(places, default=0) - MAX_BODY // 4)
    cut = body[start : start + MAX_BODY]
    return ("…" if start else "") + cut + ("…" if start + MAX_BODY < len(body) else "")
