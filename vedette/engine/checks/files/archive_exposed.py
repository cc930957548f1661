"""An archive or database dump of the site is served.

What it looks for
Archives and dumps under the names that people give them (`backup.zip`, `www.tar.gz`, `dump.sql`, the host's own name)
at the root and in folders, archives named after each folder seen, and dumps that the crawl came upon.

Why it matters
Such a file holds the whole site at once: source, settings, uploads of others, and with a dump every row of the
database.

How it is confirmed
The first bytes must be those of the format, or statements of a dump; a made-up sibling with the same endings must not
look alike. Only the first 64 KiB are asked for. One finding per file.

How to fix it
Remove the file, keep backups outside the web folder, and refuse their endings.
nginx: `location ~ \\.(sql|zip|tar|gz|tgz|7z|rar|bak)$ { deny all; }` where none is offered on purpose.
Apache: `<FilesMatch "\\.(sql|tar|gz|tgz|7z|bak)$"> Require all denied </FilesMatch>`.
Take the content as known to others: change passwords and keys in it.

When it may be wrong
An archive that is offered for download on purpose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from vedette.contract.checkinfo import CheckInfo, Kind, Phase, ProofLevel, Severity
from vedette.contract.exchange import Request, Response
from vedette.engine.attack.example import Example
from vedette.engine.attack.probe import Candidate, Probe, Proof, Site
from vedette.engine.checks.files.exposure import exposed, is_page

INFO = CheckInfo(
    id="files-archive-exposed",
    title="Archive or database dump served",
    kind=Kind.HOST,
    phase=Phase.HOST,
    severity=Severity.HIGH,
    proof=ProofLevel.FIRM,
    cwe=(530, 538),
    cvss31="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N",
    cvss40="CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N",
    owasp="A05:2021",
    references=("https://cwe.mitre.org/data/definitions/530.html",),
    tags=("files", "backup"),
    identity=("origin", "path"),
    profiles=("safe", "normal", "full"),
)

NAMES = ("backup", "site", "www", "public_html", "htdocs")
DUMPS = ("backup.sql", "dump.sql", "database.sql", "db.sql", "backup.sql.gz", "db.sqlite3", "database.sqlite")
ENDINGS = ("zip", "tar.gz", "tgz")
DUMP_ENDINGS = (".sql", ".sql.gz", ".sqlite", ".sqlite3")
MAX_FOLDERS = 8
MAGIC = ((b"PK\x03\x04", "PK"), (b"\x1f\x8b\x08", "gzip"), (b"SQLite format 3\0", "SQLite format 3"))
_DUMP = re.compile(r"^(?:CREATE TABLE|INSERT INTO|DROP TABLE IF EXISTS|COPY \S+ \(.*\) FROM stdin)\b", re.MULTILINE)

_SQL = b"-- dump of shop\nDROP TABLE IF EXISTS `users`;\nCREATE TABLE `users` (`id` int);\n"


def _dump(request: Request) -> Response:
    path = urlsplit(request.url).path
    return Response(200, (("Content-Type", "text/plain"),), _SQL) if path == "/dump.sql" else Response(404, (), b"no")


def _folder(request: Request) -> Response:
    found = urlsplit(request.url).path == "/admin.zip"
    return Response(206, (), b"PK\x03\x04\x14\0\0\0") if found else Response(404, (), b"no")


def _always(request: Request) -> Response:
    return Response(200, (("Content-Type", "application/zip"),), b"PK\x03\x04\x14\0\0\0")


def _page(request: Request) -> Response:
    return Response(200, (("Content-Type", "text/html"),), b"<html><code>CREATE TABLE x; INSERT INTO x</code>")


EXAMPLES = (
    Example(name="a dump", vulnerable=True, handler=_dump),
    Example(name="a folder's archive", vulnerable=True, handler=_folder, pages=("http://site.example/admin/list",)),
    Example(name="an archive for every name", vulnerable=False, handler=_always),
    Example(name="a page for every name", vulnerable=False, handler=_page),
)


async def detect(probe: Probe, site: Site) -> list[Candidate]:
    """Every archive or dump that stands the control."""
    found = []
    for path in dict.fromkeys(_paths(site)):
        url = site.origin + path
        steps = await exposed(probe, url, _recognise, part=True)
        if steps:
            found.append(Candidate(check=INFO.id, url=url, steps=steps))
    return found


async def verify(probe: Probe, candidate: Candidate) -> Proof | None:
    """The first bytes again, with another sibling."""
    steps = await exposed(probe, candidate.url, _recognise, fresh=True, part=True)
    if not steps:
        return None
    detail = f"The file is served (its content shows {steps[0].marks[0]}); a made-up sibling is not."
    return Proof(level=ProofLevel.FIRM, detail=detail, steps=steps)


def _paths(site: Site) -> Iterator[str]:
    host = urlsplit(site.origin).hostname or ""
    own = [host.removeprefix("www.")] if re.search(r"[a-z]", host) else []
    for name in [*NAMES, *own]:
        yield from (f"/{name}.{ending}" for ending in ENDINGS)
    yield from (f"/{name}" for name in DUMPS)
    for folder in [folder for folder in site.folders if folder != "/"][:MAX_FOLDERS]:
        yield f"{folder.rstrip('/')}.zip"
        yield from (f"{folder}{name}" for name in ("backup.sql", "dump.sql", "backup.zip"))
    # A dump that the crawl came upon is one all the same; archives may be meant for download, dumps are not.
    yield from (path for page in site.pages if (path := urlsplit(page).path).lower().endswith(DUMP_ENDINGS))


def _recognise(response: Response) -> str:
    for magic, word in MAGIC:
        if response.body.startswith(magic):
            return word
    if is_page(response):
        return ""
    statements = list(dict.fromkeys(_DUMP.findall(response.text)))
    return statements[0] if len(statements) >= 2 else ""
