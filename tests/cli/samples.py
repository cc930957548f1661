"""A finished scan to write reports of, with hostile text wherever a site could have put it."""

from vedette.cli.collector import Collector
from vedette.contract import events
from vedette.contract.checkinfo import ProofLevel, Severity
from vedette.contract.exchange import Exchange, Request, Response, Step
from vedette.contract.finding import Finding, Identity, Location
from vedette.contract.job import Job

HOSTILE = "<script>alert(1)</script>\"'=cmd|' /C calc'!A0\x00\x1b[31m‮"


def finding(check="crlf-response-header", severity=Severity.HIGH, proof=ProofLevel.CONFIRMED, name="q", **changes):
    """A finding of one step whose request and response carry hostile text."""
    request = Request("GET", f"http://127.0.0.1:1/a?{name}={HOSTILE}", (("X-A", HOSTILE),))
    response = Response(200, (("Content-Type", "text/html"), ("X-B", HOSTILE)), f"before {HOSTILE} after".encode())
    base = {
        "identity": Identity(check, (("origin", "http://127.0.0.1:1"), ("parameter", name))),
        "check": check,
        "title": "Response header injection",
        "severity": severity,
        "proof": proof,
        "location": Location(url=f"http://127.0.0.1:1/a?{name}=1", path="/a", kind="query", parameter=HOSTILE),
        "detail": HOSTILE,
        "cwe": (113,),
        "steps": (Step("proof", Exchange(request, response), marks=(HOSTILE,)),),
        "occurrences": (f"http://127.0.0.1:1/a?{name}=1",),
    }
    return Finding(**(base | changes))


def finished(*findings, verdict="findings", reasons=()):
    """A collector that has seen a whole scan."""
    scan = Collector(Job(id="job", start_urls=("http://127.0.0.1:1/",)))
    told = [
        events.ScanStarted(
            job="job", version="0.1.0", catalogue="c", profile="normal", start_urls=("http://127.0.0.1:1/",), at=1e9
        ),
        events.EndpointFound(method="GET", url=f"http://127.0.0.1:1/{HOSTILE}", status=200, source="a"),
        *(events.FindingSeen(finding=item) for item in findings),
        events.PointTested(
            point="p",
            method="GET",
            url=f"http://127.0.0.1:1/{HOSTILE}",
            point_kind="query",
            parameter=HOSTILE,
            outcomes={"crlf-response-header": "found: confirmed", "sqli-error": "skipped: not in the profile"},
            requests=9,
        ),
        events.ScanFinished(
            verdict=verdict,
            reasons=tuple(reasons),
            requests=77,
            duration_s=3.5,
            coverage={
                "points": 1,
                "dull_points": 0,
                "endpoints": 1,
                "requests_per_point": {"median": 9, "most": 9},
                "requests_per_dull_point": {"median": 0, "most": 0},
                "baseline_requests": 3,
            },
            at=1e9 + 4,
        ),
    ]
    for event in told:
        scan.take(event)
    return scan
