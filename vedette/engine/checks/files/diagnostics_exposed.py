"""A page meant for operators is open to everybody.

What it looks for
Diagnostic pages of servers and frameworks: PHP's `phpinfo`, status pages of Apache and nginx, Spring's actuator, Go's
profiler, ASP.NET's error and trace lists, Symfony's and Laravel's tools, metrics for Prometheus.

Why it matters
They show settings, environment variables, addresses of other visitors' requests, and versions. Spring's `env` and
`heapdump` give passwords; a trace list gives sessions of others.

How it is confirmed
Each page has a signature of its own, made of parts that only that page has together; a made-up sibling in the same
folder with the same endings must not have it. One finding per page, rated by what it shows.

How to fix it
Take the page away, or open it to operators only.
Apache: `<Location /server-status> Require local </Location>`. nginx: `location = /nginx_status { allow 127.0.0.1; deny
all; }`. Spring Boot: `management.endpoints.web.exposure.include=health` and a port of its own
(`management.server.port`). Go: do not import `net/http/pprof` into the public server. ASP.NET:
`<trace enabled="false" />`, and `allowRemoteAccess="false"` for elmah. Delete `phpinfo.php`.

When it may be wrong
Metrics may be public on purpose.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from vedette.contract.checkinfo import CheckInfo, Kind, Phase, ProofLevel, Severity
from vedette.contract.exchange import Request, Response
from vedette.engine.attack.example import Example
from vedette.engine.attack.probe import Candidate, Probe, Proof, Site
from vedette.engine.checks.files.exposure import Recognise, exposed

INFO = CheckInfo(
    id="files-diagnostics-exposed",
    title="Diagnostic page open to everybody",
    kind=Kind.HOST,
    phase=Phase.HOST,
    severity=Severity.MEDIUM,
    proof=ProofLevel.FIRM,
    cwe=(497, 200),
    cvss31="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N",
    cvss40="CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N",
    owasp="A05:2021",
    references=("https://cwe.mitre.org/data/definitions/497.html",),
    tags=("files", "disclosure"),
    identity=("origin", "path"),
    profiles=("safe", "normal", "full"),
)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What the page is, how it is recognised, and how bad it is to see it."""

    what: str
    recognise: Recognise
    severity: Severity = Severity.MEDIUM


def _all(*patterns: str) -> Recognise:
    """Recognises an answer that holds all patterns; the first one's match is the mark."""
    compiled = [re.compile(pattern) for pattern in patterns]

    def recognise(response: Response) -> str:
        matches = [pattern.search(response.text[:200_000]) for pattern in compiled]
        return matches[0].group() if matches[0] and all(matches) else ""

    return recognise


_PHPINFO = _all(r"<title>(?:PHP [\d.]+\S* - )?phpinfo\(\)</title>", r"PHP Version", r"(?i)configuration")


PAGES = {
    "/phpinfo.php": Diagnosis("PHP's settings page", _PHPINFO),
    "/info.php": Diagnosis("PHP's settings page", _PHPINFO),
    "/test.php": Diagnosis("PHP's settings page", _PHPINFO),
    "/server-status": Diagnosis(
        "Apache's status page", _all(r"<title>Apache Status</title>", r"Server (?:uptime|Version|Built)")
    ),
    "/server-info": Diagnosis(
        "Apache's settings page", _all(r"<title>Server Information</title>", r"Module Name|Server Settings")
    ),
    "/nginx_status": Diagnosis(
        "nginx' status page", _all(r"Active connections: \d+", r"server accepts handled requests"), Severity.LOW
    ),
    "/actuator": Diagnosis(
        "Spring's list of tools", _all(r'"_links"\s*:\s*\{', r"/actuator/(?:env|beans|heapdump|mappings|loggers)")
    ),
    "/actuator/env": Diagnosis(
        "Spring's environment",
        _all(r'"propertySources"\s*:\s*\[', r"systemProperties|systemEnvironment"),
        Severity.HIGH,
    ),
    "/env": Diagnosis(
        "Spring's environment",
        _all(r'"(?:systemProperties|systemEnvironment)"', r"java\.(?:version|home)"),
        Severity.HIGH,
    ),
    "/debug/pprof/": Diagnosis("Go's profiler", _all(r"<title>/debug/pprof/</title>", r"goroutine")),
    "/debug/vars": Diagnosis("Go's variables", _all(r'"cmdline"\s*:\s*\[', r'"memstats"\s*:\s*\{'), Severity.LOW),
    "/elmah.axd": Diagnosis("ASP.NET's list of errors", _all(r"Error Log for", r"(?i)elmah"), Severity.HIGH),
    "/trace.axd": Diagnosis(
        "ASP.NET's trace list",
        _all(r"Application Trace", r"Requests to this Application|Physical Directory"),
        Severity.HIGH,
    ),
    "/_profiler/": Diagnosis("Symfony's profiler", _all(r"Symfony Profiler", r"_profiler/\w+")),
    "/telescope/requests": Diagnosis(
        "Laravel's request list", _all(r"<title>Telescope", r"window\.Telescope\s*="), Severity.HIGH
    ),
    "/metrics": Diagnosis(
        "Prometheus metrics",
        _all(r"(?m)^# HELP \w+ ", r"(?m)^# TYPE \w+ (?:counter|gauge|histogram|summary)"),
        Severity.LOW,
    ),
}

_INFO_PAGE = "<title>PHP 8.1.2 - phpinfo()</title><h1>PHP Version 8.1.2</h1><h2>Configuration</h2>"


def _serves(path: str, body: str, media: str = "text/html") -> Callable[[Request], Response]:
    def handler(request: Request) -> Response:
        if urlsplit(request.url).path == path:
            return Response(200, (("Content-Type", media),), body.encode())
        return Response(404, (), b"not found")

    return handler


def _everywhere(request: Request) -> Response:
    return Response(200, (("Content-Type", "text/html"),), _INFO_PAGE.encode())


_HELP = "<title>Server help</title><p>The page server-status shows Apache Status.</p>"

EXAMPLES = (
    Example(name="phpinfo", vulnerable=True, handler=_serves("/phpinfo.php", _INFO_PAGE)),
    Example(
        name="Spring's environment",
        vulnerable=True,
        handler=_serves("/actuator/env", '{"propertySources":[{"name":"systemProperties"}]}', "application/json"),
    ),
    Example(
        name="metrics",
        vulnerable=True,
        handler=_serves(
            "/metrics", "# HELP jobs_total All jobs.\n# TYPE jobs_total counter\njobs_total 4\n", "text/plain"
        ),
    ),
    Example(name="a page about it", vulnerable=False, handler=_serves("/server-status", _HELP)),
    Example(
        name="a health page", vulnerable=False, handler=_serves("/actuator", '{"status":"UP"}', "application/json")
    ),
    Example(name="the same for every name", vulnerable=False, handler=_everywhere),
)


async def detect(probe: Probe, site: Site) -> list[Candidate]:
    """Every such page that stands the control."""
    found = []
    for path, page in PAGES.items():
        url = site.origin + path
        steps = await exposed(probe, url, page.recognise)
        if steps:
            found.append(Candidate(check=INFO.id, url=url, data={"path": path}, steps=steps))
    return found


async def verify(probe: Probe, candidate: Candidate) -> Proof | None:
    """The page again with another sibling."""
    page = PAGES[str(candidate.data["path"])]
    steps = await exposed(probe, candidate.url, page.recognise, fresh=True)
    if not steps:
        return None
    detail = f"The page is open and is {page.what}; a made-up sibling is not."
    return Proof(level=ProofLevel.FIRM, detail=detail, steps=steps, severity=page.severity)
