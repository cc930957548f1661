"""SARIF 2.1.0 for code-scanning services: one run, stable rules, fingerprints from our identity."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlsplit

from cvss import CVSS3

from vedette import __version__
from vedette.cli.collector import Collector
from vedette.cli.text import escaped, where
from vedette.contract.checkinfo import ProofLevel, Severity
from vedette.contract.exchange import Exchange, Headers
from vedette.contract.finding import Finding
from vedette.engine import catalog
from vedette.engine.form import Doc

MAX_RESULTS = 5000
"""What the largest service shows of one run; the worst come first and the rest is mentioned."""
MAX_BODY = 4096
MAX_DESCRIPTION = 1000
"""Characters that services keep of a rule's description."""

_LEVEL = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "note",
}
_SCORE = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "3.0",
    Severity.INFO: "0.0",
}
_CREDENTIALS = ("cookie", "authorization", "proxy-authorization")
"""Headers of requests whose values never go to a service, masked or not."""


def render(scan: Collector) -> str:
    """The SARIF log as indented JSON."""
    return escaped(json.dumps(document(scan), ensure_ascii=False, indent=2)) + "\n"


def document(scan: Collector) -> dict[str, Any]:
    """The SARIF log as plain data."""
    findings = scan.findings()
    rules = {finding.check: _rule(finding) for finding in sorted(findings, key=lambda one: one.check)}
    ids = list(rules)
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "Vedette",
                        "semanticVersion": scan.summary.version or __version__,
                        "rules": list(rules.values()),
                    }
                },
                "automationDetails": {"id": f"vedette/{scan.job.profile.value}/"},
                "invocations": [_invocation(scan, len(findings))],
                "properties": {"authorized": scan.job.authorized, "verdict": scan.summary.verdict},
                "results": [_result(finding, ids.index(finding.check)) for finding in findings[:MAX_RESULTS]],
            }
        ],
    }


def _rule(finding: Finding) -> dict[str, Any]:
    """The rule of a finding's check; an older scan's check may be gone, then the finding itself says what is known."""
    check = catalog.load().by_id.get(finding.check)
    if check is None:
        return {"id": finding.check, "name": _name(finding.check), "shortDescription": {"text": finding.title}}
    info = check.info
    return {
        "id": info.id,
        "name": _name(info.id),
        "shortDescription": {"text": _cut(info.title)},
        "fullDescription": {"text": _cut(_flat(check.doc.looks_for))},
        "help": {"text": check.doc.fix, "markdown": _markdown(check.doc)},
        "helpUri": f"https://cwe.mitre.org/data/definitions/{info.cwe[0]}.html",
        "defaultConfiguration": {"level": _LEVEL[info.severity]},
        "properties": {
            "tags": ["security", *(f"external/cwe/cwe-{number}" for number in info.cwe), *info.tags],
            "security-severity": _score(info.cvss31, info.severity),
            "precision": "very-high" if info.proof == ProofLevel.CONFIRMED else "high",
        },
    }


def _name(check_id: str) -> str:
    return "".join(word.title() for word in check_id.split("-"))


def _flat(text: str) -> str:
    return " ".join(text.split())


def _cut(text: str) -> str:
    return text if len(text) <= MAX_DESCRIPTION else text[: MAX_DESCRIPTION - 1] + "…"


def _markdown(doc: Doc) -> str:
    return f"{doc.looks_for}\n\n**Why it matters**\n\n{doc.why}\n\n**How to fix it**\n\n{doc.fix}"


def _score(vector: str, severity: Severity) -> str:
    return str(CVSS3(vector).base_score) if vector else _SCORE[severity]


def _invocation(scan: Collector, count: int) -> dict[str, Any]:
    reliable = scan.summary.verdict in ("clean", "findings")
    notes = (
        [] if reliable else [{"level": "error", "message": {"text": _message(text)}} for text in scan.summary.reasons]
    )
    if count > MAX_RESULTS:
        text = f"{count} findings; the {MAX_RESULTS} worst are listed."
        notes.append({"level": "warning", "message": {"text": text}})
    return {"executionSuccessful": reliable, "toolExecutionNotifications": notes}


def _result(finding: Finding, rule: int) -> dict[str, Any]:
    place = finding.location
    spot = where(place)
    result: dict[str, Any] = {
        "ruleId": finding.check,
        "ruleIndex": rule,
        "level": _LEVEL[finding.severity],
        "message": {"text": _message(f"{finding.title}: {finding.detail or spot}")},
        "occurrenceCount": max(1, finding.occurrence_count),
        "partialFingerprints": {f"vedetteIdentity/v{finding.identity.version}": finding.id},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": pseudo_path(finding)},
                    "region": {"startLine": 1},
                },
                "logicalLocations": [{"fullyQualifiedName": spot, "kind": place.kind or "url"}],
            }
        ],
        "properties": {"proof": finding.proof.value, "url": place.url},
    }
    evidence = [step.exchange for step in finding.steps if not step.control] or [s.exchange for s in finding.steps]
    if evidence:
        result |= _web(evidence[-1])
    return result


def _message(text: str) -> str:
    # Viewers make links of `[words](address)`; words from a site must not become one.
    return text.replace("](", "] (")


def pseudo_path(finding: Finding) -> str:
    """A stable relative path drawn from the route, since services want a file: `shop.example/item/id`."""
    parts = urlsplit(finding.location.url)
    path = (finding.location.path or parts.path).replace("{}", "id")
    clean = re.sub(r"[^A-Za-z0-9._/-]", "_", path).strip("/") or "index"
    host = re.sub(r"[^A-Za-z0-9.-]", "_", parts.hostname or "host")
    return re.sub(r"/{2,}", "/", f"{host}/{clean}").replace("..", "_")


def _web(exchange: Exchange) -> dict[str, Any]:
    request, response = exchange.request, exchange.response
    out: dict[str, Any] = {
        "webRequest": {
            "protocol": "HTTP",
            "method": request.method,
            "target": request.url,
            "headers": _headers(request.headers),
            "body": {"text": request.body.decode("utf-8", "replace")[:MAX_BODY]},
        }
    }
    if response is not None:
        out["webResponse"] = {
            "protocol": "HTTP",
            "version": response.http_version,
            "statusCode": response.status,
            "headers": _headers(response.headers),
            "body": {"text": response.text[:MAX_BODY]},
        }
    return out


def _headers(headers: Headers) -> dict[str, str]:
    out: dict[str, str] = {}
    for name, given in headers:
        value = "‹left out›" if name.lower() in _CREDENTIALS else given
        out[name] = f"{out[name]}, {value}" if name in out else value
    return out
