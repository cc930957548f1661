"""A settings or credentials file is served.

What it looks for
Files with settings or credentials that end up in web folders: password files of Apache, keys of SSH and TLS, settings
of Spring, .NET and Rails, credentials of package managers, cloud tools and editors, container descriptions, shell
histories, Java's `WEB-INF`, and folder indexes of macOS.

Why it matters
They hold passwords, keys and addresses of other systems, or list files that nobody was to know.

How it is confirmed
Each file has a signature of its own, made of parts that only such a file has together; a made-up sibling in the same
folder with the same endings must not have it. One finding per file, rated by what the file holds.

How to fix it
Keep such files outside the web folder, and refuse their names.
nginx: `location ~ /(\\.|WEB-INF|id_rsa|docker-compose) { deny all; }`.
Apache: `<FilesMatch "^\\.|\\.(yml|properties|key)$"> Require all denied </FilesMatch>`. Spring: keep settings in
`src/main/resources`, not in `static`. Then change every password and key in the file.

When it may be wrong
Sample files with invented values.
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
from vedette.engine.checks.files.exposure import Recognise, exposed, is_page
from vedette.engine.parse import secret

INFO = CheckInfo(
    id="files-config-exposed",
    title="Settings or credentials file served",
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


@dataclass(frozen=True, slots=True)
class File:
    """What the file is, how it is recognised, and how bad it is to see it."""

    what: str
    recognise: Recognise
    severity: Severity = Severity.HIGH


def _text(*patterns: str) -> Recognise:
    """Recognises a text that is no page and holds all patterns; the first one's match is the mark."""
    compiled = [re.compile(pattern, re.MULTILINE) for pattern in patterns]

    def recognise(response: Response) -> str:
        if is_page(response):
            return ""
        matches = [pattern.search(response.text[:100_000]) for pattern in compiled]
        return matches[0].group() if matches[0] and all(matches) else ""

    return recognise


def _starts(magic: bytes, word: str) -> Recognise:
    def recognise(response: Response) -> str:
        return word if response.body.startswith(magic) else ""

    return recognise


def _key(response: Response) -> str:
    match = re.search(r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----", response.text)
    return match.group() if match and secret.private_key(response.text[match.start() :].strip()) else ""


def _pairs(pattern: str) -> Callable[[Response], str]:
    """Recognises a text each of whose lines has one form."""
    line_form = re.compile(pattern)

    def recognise(response: Response) -> str:
        lines = [line for line in response.text.splitlines() if line.strip()]
        return lines[0] if lines and all(line_form.fullmatch(line) for line in lines) else ""

    return recognise


HASHED = r"[\w.@-]{1,64}:(?:\$apr1\$|\$2[aby]\$|\$5\$|\$6\$|\{SHA\})\S+"

FILES = {
    "/.htpasswd": File("Apache's password file", _pairs(HASHED)),
    "/.git-credentials": File("Git's stored passwords", _pairs(r"https?://[^\s:@/]+:[^\s@]+@\S+")),
    "/.netrc": File("a file of passwords", _text(r"^machine\s+\S+", r"\bpassword\s+\S+")),
    "/.npmrc": File("npm's settings with a token", _text(r"^//\S+/:_authToken=\S{16,}")),
    "/.aws/credentials": File("Amazon credentials", _text(r"^aws_access_key_id\s*=\s*\w{16,}", r"^\[[\w-]+\]")),
    "/.ssh/id_rsa": File("a private SSH key", _key),
    "/id_rsa": File("a private SSH key", _key),
    "/server.key": File("a private TLS key", _key),
    "/privkey.pem": File("a private TLS key", _key),
    "/.bash_history": File(
        "a shell history", _text(r"^(?:cd|ls|sudo|vim?|nano|cat) ?", r"^(?:exit|ssh|git|mysql|sudo|cd) ?.*$")
    ),
    "/.vscode/sftp.json": File(
        "an editor's upload settings", _text(r'"host"\s*:', r'"(?:password|privateKeyPath)"\s*:')
    ),
    "/sftp-config.json": File("an editor's upload settings", _text(r'"host"\s*:', r'"(?:password|ssh_key_file)"\s*:')),
    "/docker-compose.yml": File(
        "a container description", _text(r"^services:\s*$", r"^\s+(?:image|build):"), Severity.MEDIUM
    ),
    "/application.properties": File("Spring's settings", _text(r"^spring\.[\w.-]+\s*=", r"^[\w.-]+\s*=.*$")),
    "/application.yml": File(
        "Spring's settings", _text(r"^spring:\s*$", r"^\s+(?:datasource|application|profiles|jpa):")
    ),
    "/appsettings.json": File(".NET settings", _text(r'"(?:ConnectionStrings|Logging)"\s*:\s*\{', r"^\s*\{")),
    "/web.config": File(
        "IIS settings", _text(r"<configuration\b", r"<(?:system\.web|system\.webServer|appSettings)\b")
    ),
    "/config/database.yml": File(
        "Rails' database settings", _text(r"^\s*adapter:\s*\w+", r"^(?:production|default|development):")
    ),
    "/WEB-INF/web.xml": File(
        "Java's deployment file", _text(r"<web-app\b", r"<servlet\b|<filter\b|<welcome-file"), Severity.MEDIUM
    ),
    "/config.json": File("settings with a password", _text(r'(?i)"(?:db_?)?password"\s*:\s*"[^"]{4,}"', r"^\s*\{")),
    "/.DS_Store": File("macOS' list of files", _starts(b"\0\0\0\x01Bud1", "Bud1"), Severity.LOW),
}

_PASSWORDS = "admin:$apr1$Zk3vQ0aT$Gm1k8wq5cJ2yEo7uYv0b41\nshop:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=\n"


def _serves(path: str, text: str, media: str = "text/plain") -> Callable[[Request], Response]:
    def handler(request: Request) -> Response:
        if urlsplit(request.url).path == path:
            return Response(200, (("Content-Type", media),), text.encode())
        return Response(404, (), b"not found")

    return handler


def _everywhere(request: Request) -> Response:
    return Response(200, (("Content-Type", "text/plain"),), _PASSWORDS.encode())


EXAMPLES = (
    Example(name="a password file", vulnerable=True, handler=_serves("/.htpasswd", _PASSWORDS)),
    Example(
        name="IIS settings",
        vulnerable=True,
        handler=_serves("/web.config", "<configuration><system.webServer/></configuration>", "text/xml"),
    ),
    Example(
        name="containers",
        vulnerable=True,
        handler=_serves("/docker-compose.yml", "services:\n  db:\n    image: postgres\n"),
    ),
    Example(
        name="public settings", vulnerable=False, handler=_serves("/config.json", '{"api": "/v1", "theme": "dark"}')
    ),
    Example(
        name="a page about it",
        vulnerable=False,
        handler=_serves("/.htpasswd", f"<html><pre>{_PASSWORDS}</pre>", "text/html"),
    ),
    Example(name="the same for every name", vulnerable=False, handler=_everywhere),
)


async def detect(probe: Probe, site: Site) -> list[Candidate]:
    """Every such file at the root that stands the control."""
    found = []
    for path, file in FILES.items():
        url = site.origin + path
        steps = await exposed(probe, url, file.recognise)
        if steps:
            found.append(Candidate(check=INFO.id, url=url, data={"path": path}, steps=steps))
    return found


async def verify(probe: Probe, candidate: Candidate) -> Proof | None:
    """The file again with another sibling."""
    file = FILES[str(candidate.data["path"])]
    steps = await exposed(probe, candidate.url, file.recognise, fresh=True)
    if not steps:
        return None
    detail = f"The file is served and is {file.what}; a made-up sibling is not."
    return Proof(level=ProofLevel.FIRM, detail=detail, steps=steps, severity=file.severity)
