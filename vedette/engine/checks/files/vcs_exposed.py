"""A version control folder is served.

What it looks for
The administrative files of Git, Subversion, Mercurial, Bazaar and CVS in the web folder: `.git/HEAD` in every folder
seen, the others at the root.

Why it matters
From these files the whole source can be rebuilt, with its history: code, settings, and passwords that were removed
long ago.

How it is confirmed
The file must have the form that only this system writes, and a made-up sibling in the same folder must not. For Git the
chain is followed: the branch named in `HEAD`, the commit it points to, and the commit's object, whose SHA-1 must be its
own name. Such a finding is confirmed; without a loose object it is firm.

How to fix it
Deploy without these folders (`git archive`, or copy only what was built), and refuse names that begin with a dot.
nginx: `location ~ /\\.(?!well-known/) { deny all; }`. Apache: `RedirectMatch 404 /\\.(git|svn|hg|bzr)`. IIS: hidden
segments in `requestFiltering`. Then change every password that ever was in the repository.

When it may be wrong
The source of an open project is public anyway.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from urllib.parse import urljoin

from vedette.contract.checkinfo import CheckInfo, Kind, Phase, ProofLevel, Severity
from vedette.contract.exchange import Request, Response, Step
from vedette.engine.attack.example import Example
from vedette.engine.attack.probe import Candidate, Probe, Proof, Site
from vedette.engine.checks.files.exposure import exposed, is_page

INFO = CheckInfo(
    id="files-vcs-exposed",
    title="Version control folder served",
    kind=Kind.HOST,
    phase=Phase.HOST,
    severity=Severity.HIGH,
    proof=ProofLevel.CONFIRMED,
    cwe=(527, 538),
    cvss31="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N",
    cvss40="CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N",
    owasp="A05:2021",
    references=("https://cwe.mitre.org/data/definitions/527.html",),
    tags=("files", "source"),
    identity=("origin", "path"),
    profiles=("safe", "normal", "full"),
)

MAX_FOLDERS = 12
MAX_OBJECT = 1 << 20
SHA1 = re.compile(r"[0-9a-f]{40}")
_REF = re.compile(r"ref: (refs/[\w./-]{1,200})\s*")


def _git(response: Response) -> str:
    text = response.text
    return text.strip() if len(text) < 300 and (_REF.fullmatch(text) or SHA1.fullmatch(text.strip())) else ""


def _git_config(response: Response) -> str:
    settings = re.search(r"^\s*repositoryformatversion\s*=\s*\d", response.text, re.MULTILINE)
    return settings.group().strip() if settings and "[core]" in response.text and not is_page(response) else ""


def _svn(response: Response) -> str:
    return "SQLite format 3" if response.body.startswith(b"SQLite format 3\0") and b"WC_LOCK" in response.body else ""


def _svn_old(response: Response) -> str:
    return "dir" if re.match(r"\d{1,2}\n\n?dir\n\d+\n", response.text) else ""


def _hg(response: Response) -> str:
    lines = response.text.split()
    known = {"revlogv1", "store", "fncache", "dotencode", "generaldelta", "sparserevlog", "share-safe"}
    return lines[0] if len(lines) >= 2 and len(known & set(lines)) >= 2 and not is_page(response) else ""


def _bzr(response: Response) -> str:
    return "Bazaar control directory" if response.body.startswith(b"This is a Bazaar control directory") else ""


def _cvs(response: Response) -> str:
    lines = [line for line in response.text.splitlines() if line]
    entries = [line for line in lines if re.fullmatch(r"D?/[^/]+/[^/]*/[^/]*/[^/]*/[^/]*|D", line)]
    return entries[0] if entries and len(entries) == len(lines) and lines != ["D"] else ""


FILES = {
    ".git/HEAD": ("Git", _git),
    ".git/config": ("Git", _git_config),
    ".svn/wc.db": ("Subversion", _svn),
    ".svn/entries": ("Subversion", _svn_old),
    ".hg/requires": ("Mercurial", _hg),
    ".bzr/README": ("Bazaar", _bzr),
    "CVS/Entries": ("CVS", _cvs),
}

_COMMIT = b"tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n\nfirst\n"
_OBJECT = b"commit %d\0" % len(_COMMIT) + _COMMIT
_NAME = hashlib.sha1(_OBJECT, usedforsecurity=False).hexdigest()
_GIT = {
    "/.git/HEAD": b"ref: refs/heads/main\n",
    "/.git/refs/heads/main": _NAME.encode() + b"\n",
    f"/.git/objects/{_NAME[:2]}/{_NAME[2:]}": zlib.compress(_OBJECT),
}


def _files(request: Request, files: dict[str, bytes]) -> Response:
    path = request.url.removeprefix("http://site.example").partition("?")[0]
    return Response(200, (), files[path]) if path in files else Response(404, (), b"not found")


def _whole(request: Request) -> Response:
    return _files(request, _GIT)


def _packed(request: Request) -> Response:
    return _files(request, {"/shop/.git/HEAD": _GIT["/.git/HEAD"]})


def _catch_all(request: Request) -> Response:
    return Response(200, (("Content-Type", "text/plain"),), b"ref: refs/heads/main\n")


def _soft(request: Request) -> Response:
    return Response(200, (("Content-Type", "text/html"),), f"<h1>No page {request.url}</h1>".encode())


EXAMPLES = (
    Example(name="Git with its objects", vulnerable=True, handler=_whole),
    Example(name="Git in a folder", vulnerable=True, handler=_packed, pages=("http://site.example/shop/cart",)),
    Example(name="the same answer for every name", vulnerable=False, handler=_catch_all),
    Example(name="a page for every name", vulnerable=False, handler=_soft),
)


async def detect(probe: Probe, site: Site) -> list[Candidate]:
    """Every administrative file that stands the control."""
    folders = site.folders[:MAX_FOLDERS] or ("/",)
    wanted = [(folder, ".git/HEAD") for folder in folders] + [("/", name) for name in list(FILES)[1:]]
    found = []
    for folder, name in wanted:
        url = urljoin(site.origin, folder + name)
        steps = await exposed(probe, url, FILES[name][1])
        if steps:
            found.append(Candidate(check=INFO.id, url=url, data={"name": name}, steps=steps))
    return found


async def verify(probe: Probe, candidate: Candidate) -> Proof | None:
    """The file again with another sibling; for Git also the commit that it leads to."""
    name = str(candidate.data["name"])
    system, recognise = FILES[name]
    steps = await exposed(probe, candidate.url, recognise, fresh=True)
    if not steps:
        return None
    chain = await _commit(probe, candidate.url, steps[0]) if name == ".git/HEAD" else ()
    if chain:
        detail = f"The {system} folder is served: its current commit was read, and its SHA-1 is its name."
        return Proof(level=ProofLevel.CONFIRMED, detail=detail, steps=(*steps, *chain))
    detail = f"The {system} file {name} is served; a made-up sibling is not."
    return Proof(level=ProofLevel.FIRM, detail=detail, steps=steps)


async def _commit(probe: Probe, head_url: str, head: Step) -> tuple[Step, ...]:
    """Reference and object of the current commit, when its bytes hash to its name."""
    text = head.exchange.response.text if head.exchange.response else ""
    steps: list[Step] = []
    ref = _REF.fullmatch(text)
    if ref:
        exchange = await probe.fetch(Request("GET", urljoin(head_url, ref.group(1))), fresh=True)
        text = exchange.response.text if exchange.response and exchange.status == 200 else ""
        steps.append(Step("the branch", exchange, marks=(text.strip(),)))
    name = text.strip()
    if not SHA1.fullmatch(name):
        return ()
    exchange = await probe.fetch(Request("GET", urljoin(head_url, f"objects/{name[:2]}/{name[2:]}")), fresh=True)
    body = exchange.response.body if exchange.response and exchange.status == 200 else b""
    if hashlib.sha1(_inflated(body), usedforsecurity=False).hexdigest() != name:
        return ()
    return (*steps, Step("the commit", exchange, note=f"Unpacked, its SHA-1 is {name}."))


def _inflated(body: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(body, MAX_OBJECT)
    except zlib.error:
        return b""
