"""A copy of a page's source is served.

What it looks for
Copies that editors and people leave beside the programs of a site: for each page with a file name that was seen, the
name with `.bak`, `.old`, `.orig`, `.save`, `.txt`, `~`, and the swap file of an editor; copies that the crawl came
upon by itself; and the most usual ones in every folder.

Why it matters
The server runs `index.php`, but it sends `index.php.bak` as it is: the source, with its paths, statements and
passwords.

How it is confirmed
The copy must hold server-side source of the page's language, which the page itself does not show; and a made-up sibling
with the same endings must not look alike. One finding per file.

How to fix it
Remove the copies, and let the editor write them elsewhere (vim: `set backupdir=~/.vim/backup directory=~/.vim/swap`).
nginx: `location ~ (~|\\.(bak|old|orig|save|swp))$ { deny all; }`.
Apache: `<FilesMatch "(~|\\.(bak|old|orig|save|swp))$"> Require all denied </FilesMatch>`.
Deploy from a repository instead of editing on the server. Change passwords that stood in the copies.

When it may be wrong
A site that offers its source for download on purpose.
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
    id="files-backup-exposed",
    title="Copy of a program's source served",
    kind=Kind.HOST,
    phase=Phase.HOST,
    severity=Severity.MEDIUM,
    proof=ProofLevel.FIRM,
    cwe=(530, 540),
    cvss31="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N",
    cvss40="CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N",
    owasp="A05:2021",
    references=("https://cwe.mitre.org/data/definitions/530.html",),
    tags=("files", "source"),
    identity=("origin", "path"),
    profiles=("safe", "normal", "full"),
)

MAX_PAGES = 12
MAX_FOLDERS = 12
COPY = re.compile(r"(?i)\.(?:bak|old|orig|save|swp|copy|tmp)$|~$")
COPIES = (
    "{name}.bak",
    "{name}~",
    "{name}.old",
    "{name}.orig",
    "{name}.save",
    "{name}.txt",
    ".{name}.swp",
    "{stem}.bak",
)
PROGRAMS = ("php", "phtml", "php5", "asp", "aspx", "ashx", "jsp", "jspx", "do", "cgi", "pl", "py", "rb", "cfm", "inc")
USUAL = ("/index.php", "/config.php", "/wp-config.php", "/web.config")
SOURCE = re.compile(
    r"<\?(?:php\s|=)|<%@\s*\w+|<%\s*(?:Dim|Set|Response|import)\b|^#!/(?:usr/)?bin/|^(?:import|from)\s+\w[\w.]*(?:\s|$)"
    r"|^(?:def|class)\s+\w+.*:\s*$|^use\s+(?:strict|warnings);|^require\s+['\"]|<cf(?:query|set|component)\b"
    r"|<configuration>\s*<",
    re.MULTILINE,
)
SWAP_MAGIC = b"b0VIM "

_PHP = b"<?php\n$link = mysqli_connect('localhost', 'shop', '9xK2pQ7w');\n"


def _serves(name: str, body: bytes) -> Example:
    def handler(request: Request) -> Response:
        path = urlsplit(request.url).path
        if path == "/shop/list.php":
            return Response(200, (("Content-Type", "text/html"),), b"<html><h1>List</h1>")
        return Response(200, (), body) if path == f"/shop/{name}" else Response(404, (), b"not found")

    pages = ("http://site.example/shop/list.php?page=2",)
    return Example(name=f"served as {name}", vulnerable=True, handler=handler, pages=pages)


def _any_copy(request: Request) -> Response:
    return Response(200, (("Content-Type", "text/plain"),), _PHP)


def _runs_all(request: Request) -> Response:
    return Response(200, (("Content-Type", "text/html"),), b"<html><h1>List</h1><p>You asked for <?php</p>")


EXAMPLES = (
    _serves("list.php.bak", _PHP),
    _serves("list.php~", _PHP),
    _serves(".list.php.swp", SWAP_MAGIC + b"8.2\0\0\0" + _PHP),
    Example(
        name="the same for every name",
        vulnerable=False,
        handler=_any_copy,
        pages=("http://site.example/shop/list.php",),
    ),
    Example(
        name="the front controller answers all",
        vulnerable=False,
        handler=_runs_all,
        pages=("http://site.example/a.php",),
    ),
)


async def detect(probe: Probe, site: Site) -> list[Candidate]:
    """Every copy that stands the control."""
    found = []
    for url in dict.fromkeys([*_copies(site), *_known_places(site)]):
        steps = await exposed(probe, url, _recognise)
        if steps:
            found.append(Candidate(check=INFO.id, url=url, steps=steps))
    return found


async def verify(probe: Probe, candidate: Candidate) -> Proof | None:
    """The copy again with another sibling."""
    steps = await exposed(probe, candidate.url, _recognise, fresh=True)
    if not steps:
        return None
    detail = "The copy is served with its source; a made-up sibling is not."
    return Proof(level=ProofLevel.FIRM, detail=detail, steps=steps)


def _copies(site: Site) -> Iterator[str]:
    """Addresses of possible copies, each once: first of pages that were seen, then of the usual ones."""
    seen = [urlsplit(page).path for page in site.pages]
    programs = [path for path in seen if path.rpartition(".")[2].lower() in PROGRAMS]
    for path in list(dict.fromkeys([*programs, *(USUAL if programs else USUAL[1:])]))[:MAX_PAGES]:
        folder, _, name = path.rpartition("/")
        for copy in COPIES:
            yield f"{site.origin}{folder}/{copy.format(name=name, stem=name.rpartition('.')[0] or name)}"


def _known_places(site: Site) -> Iterator[str]:
    """Copies that the crawl itself came upon (in a listing, say), and the two most usual ones in every folder."""
    for path in [urlsplit(page).path for page in site.pages]:
        if COPY.search(path):
            yield site.origin + path
    for folder in [folder for folder in site.folders if folder != "/"][:MAX_FOLDERS]:
        yield from (f"{site.origin}{folder}{name}" for name in ("index.php.bak", "config.php.bak"))


def _recognise(response: Response) -> str:
    if response.body.startswith(SWAP_MAGIC):
        return SWAP_MAGIC.decode().strip()
    if is_page(response) and not response.body.lstrip().startswith((b"<?php", b"<%")):
        return ""
    match = SOURCE.search(response.text[:20_000])
    return match.group().strip() if match else ""
