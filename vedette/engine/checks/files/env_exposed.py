"""A file with the application's environment is served.

What it looks for
`.env` files, with the endings that frameworks and editors give them, at the root and `.env` in every folder seen.

Why it matters
These files hold what the application needs to run: passwords of databases, keys of services, the secret that signs
sessions.

How it is confirmed
Nearly every line must be a comment or an assignment in the form of such files, the answer must not be a page, and a
made-up sibling with the same endings must not look alike. The finding is high when a name says that its value is
secret and the value is not empty or a placeholder, else medium.

How to fix it
Keep the file outside the web folder (Laravel, Symfony: the web server's root is `public/`), and refuse names that begin
with a dot. nginx: `location ~ /\\.(?!well-known/) { deny all; }`. Apache: `RedirectMatch 404 /\\.env`.
Then change every password and key in it.

When it may be wrong
Values may be left-overs of development that open nothing.
"""

from __future__ import annotations

import re
from urllib.parse import urljoin

from vedette.contract.checkinfo import CheckInfo, Kind, Phase, ProofLevel, Severity
from vedette.contract.exchange import Request, Response
from vedette.engine.attack.example import Example
from vedette.engine.attack.probe import Candidate, Probe, Proof, Site
from vedette.engine.checks.files.exposure import exposed, is_page
from vedette.engine.parse import secret

INFO = CheckInfo(
    id="files-env-exposed",
    title="Environment file served",
    kind=Kind.HOST,
    phase=Phase.HOST,
    severity=Severity.HIGH,
    proof=ProofLevel.FIRM,
    cwe=(538, 200),
    cvss31="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N",
    cvss40="CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N",
    owasp="A05:2021",
    references=("https://cwe.mitre.org/data/definitions/538.html",),
    tags=("files", "secret"),
    identity=("origin", "path"),
    profiles=("safe", "normal", "full"),
)

MAX_FOLDERS = 12
NAMES = (".env", ".env.local", ".env.production", ".env.prod", ".env.dev", ".env.bak", ".env.old", ".env.save")
MIN_SHARE = 0.8
_LINE = re.compile(r"(?:export\s+)?([A-Za-z][A-Za-z0-9_]{1,60})\s*=\s*(.*)")
SECRET_NAME = re.compile(r"PASS|SECRET|TOKEN|KEY|DSN|_URL|CREDENTIAL", re.IGNORECASE)


_ENV = "APP_NAME=Shop\n# the database\nDB_HOST=10.0.0.4\nDB_PASSWORD='9xK2pQ7w'\n"


def _served(request: Request) -> Response:
    path = request.url.removeprefix("http://site.example")
    return Response(200, (), _ENV.encode()) if path == "/.env" else Response(404, (), b"not found")


def _page(request: Request) -> Response:
    return Response(200, (("Content-Type", "text/html"),), f"<html><pre>{_ENV}</pre>".encode())


def _any_dot_file(request: Request) -> Response:
    return Response(200, (("Content-Type", "text/plain"),), _ENV.encode())


def _script(request: Request) -> Response:
    if request.url.endswith("/.env"):
        return Response(200, (("Content-Type", "text/plain"),), b"usage:\n first do this\n then A=1\n and B=2\n")
    return Response(404, (), b"not found")


EXAMPLES = (
    Example(name="served", vulnerable=True, handler=_served),
    Example(name="a page that explains it", vulnerable=False, handler=_page),
    Example(name="the same for every name", vulnerable=False, handler=_any_dot_file),
    Example(name="another text", vulnerable=False, handler=_script),
)


async def detect(probe: Probe, site: Site) -> list[Candidate]:
    """Every environment file that stands the control."""
    folders = [folder for folder in site.folders[:MAX_FOLDERS] if folder != "/"]
    paths = [f"/{name}" for name in NAMES] + [f"{folder}.env" for folder in folders]
    found = []
    for path in paths:
        url = urljoin(site.origin, path)
        steps = await exposed(probe, url, _recognise)
        if steps:
            found.append(Candidate(check=INFO.id, url=url, steps=steps))
    return found


async def verify(probe: Probe, candidate: Candidate) -> Proof | None:
    """The file again with another sibling."""
    steps = await exposed(probe, candidate.url, _recognise, fresh=True)
    response = steps[0].exchange.response if steps else None
    if response is None:
        return None
    names = _secrets(response.text)
    if names:
        detail = f"The file is served and sets {', '.join(names[:5])}; a made-up sibling is not."
        return Proof(level=ProofLevel.FIRM, detail=detail, steps=steps)
    detail = "The file is served, without values that look secret; a made-up sibling is not."
    return Proof(level=ProofLevel.FIRM, detail=detail, steps=steps, severity=Severity.MEDIUM)


def _assignments(text: str) -> list[tuple[str, str]]:
    """Names and values; nothing when too few lines are assignments."""
    lines = [line.strip() for line in text.splitlines()]
    lines = [line for line in lines if line and not line.startswith("#")]
    found = [(match.group(1), match.group(2).strip("\"' ")) for line in lines if (match := _LINE.fullmatch(line))]
    return found if len(found) >= 2 and len(found) >= MIN_SHARE * len(lines) else []


def _recognise(response: Response) -> str:
    found = [] if is_page(response) else _assignments(response.text)
    return next((name for name, _ in found if SECRET_NAME.search(name)), found[0][0]) if found else ""


def _secrets(text: str) -> list[str]:
    return [
        name
        for name, value in _assignments(text)
        if SECRET_NAME.search(name) and len(value) > 3 and not secret.placeholder(value)
    ]
