"""JUnit XML for build servers: a suite per target, a case per check, an error when the scan is not reliable."""

from __future__ import annotations

import xml.etree.ElementTree as ET  # only written here, never read
from urllib.parse import urlsplit

from vedette.cli.collector import Collector
from vedette.cli.text import printable, where
from vedette.contract.checkinfo import Severity
from vedette.contract.finding import Finding

MAX_LINE = 4_000


def render(scan: Collector) -> str:
    """The report as XML text."""
    root = ET.Element("testsuites", name="Vedette")
    findings = scan.findings()
    hosts = sorted({urlsplit(url).netloc for url in scan.job.start_urls} | {_host(finding) for finding in findings})
    for host in hosts:
        _suite(root, host, scan, [finding for finding in findings if _host(finding) == host])
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _host(finding: Finding) -> str:
    return urlsplit(finding.location.url).netloc


def _suite(root: ET.Element, host: str, scan: Collector, findings: list[Finding]) -> None:
    tested = {check for point in scan.points.values() for check, how in point.outcomes.items() if _ran(how)}
    checks = sorted(tested | {finding.check for finding in findings})
    reliable = scan.summary.verdict in ("clean", "findings")
    failures = len({finding.check for finding in findings if _fails(finding)})
    suite = ET.SubElement(
        root,
        "testsuite",
        name=host,
        tests=str(len(checks) + 1),
        failures=str(failures),
        errors=str(int(not reliable)),
        time=str(scan.summary.duration_s),
    )
    properties = ET.SubElement(suite, "properties")
    for name, value in (("profile", scan.job.profile.value), ("authorized", scan.job.authorized)):
        ET.SubElement(properties, "property", name=name, value=_clean(value))
    whole = ET.SubElement(suite, "testcase", classname="vedette", name="the scan is complete")
    if not reliable:
        error = ET.SubElement(whole, "error", message=_clean(scan.summary.verdict or "not finished"))
        error.text = _clean("\n".join(scan.summary.reasons))
    for check in checks:
        case = ET.SubElement(suite, "testcase", classname=f"vedette.{check.partition('-')[0]}", name=check)
        found = [finding for finding in findings if finding.check == check]
        text = _clean("\n".join(_line(finding) for finding in found))
        bad = [finding for finding in found if _fails(finding)]
        if bad:
            message = _clean(f"{bad[0].title} ({len(bad)})")
            ET.SubElement(case, "failure", message=message, type=bad[0].severity.value).text = text
        elif found:
            ET.SubElement(case, "system-out").text = text


def _fails(finding: Finding) -> bool:
    # A build server turns red at any failure; what is only worth knowing must not do that.
    return finding.severity != Severity.INFO


def _ran(outcome: str) -> bool:
    return not outcome.startswith(("skipped", "blocked", "error"))


def _line(finding: Finding) -> str:
    return printable(f"{finding.severity} {finding.proof} {where(finding.location)}: {finding.detail}", MAX_LINE)


def _clean(text: str) -> str:
    # Build servers show this on terminals too: what XML forbids is among what moves a cursor or turns the text round.
    return "".join(char if char.isprintable() or char == "\n" else "�" for char in text)
