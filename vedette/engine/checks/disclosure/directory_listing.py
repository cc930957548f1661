"""The server lists the files of a folder.

What it looks for
Index pages that web servers write for folders without an index file: Apache, nginx, lighttpd, IIS, Tomcat, Jetty and
the small servers of programming languages.

Why it matters
Everybody sees which files exist: backups, exports, uploads of other people, old versions. What was only hidden by an
unknown name is no longer hidden.

How it is confirmed
Two signs are needed: the title names the very folder that was asked for, and the page links to files in that folder.
One finding per folder.

How to fix it
nginx: remove `autoindex on;`. Apache: `Options -Indexes`. lighttpd: `dir-listing.activate = "disable"`.
IIS: `<directoryBrowse enabled="false" />`. Tomcat: `listings` false in the default servlet. Jetty:
`dirAllowed` false. Node `serve-index`: remove it. Or put an index file into the folder.

When it may be wrong
Download areas list their files on purpose.
"""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from vedette.contract.checkinfo import CheckInfo, Kind, Phase, ProofLevel, Severity
from vedette.contract.exchange import Exchange, Request, Response
from vedette.engine.attack.example import Example
from vedette.engine.parse.page import Observation, Page

INFO = CheckInfo(
    id="disclosure-directory-listing",
    title="Directory listing",
    kind=Kind.PASSIVE,
    phase=Phase.CRAWL,
    severity=Severity.LOW,
    proof=ProofLevel.FIRM,
    cwe=(548,),
    cvss31="CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:L/I:N/A:N",
    cvss40="CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N",
    owasp="A05:2021",
    references=("https://cwe.mitre.org/data/definitions/548.html",),
    tags=("disclosure", "files"),
    identity=("origin", "path"),
    profiles=("lightning", "safe", "normal", "full"),
)

PATTERNS = {
    "title": r"(?i)<title>\s*(?:index of|directory listing (?:for|of)|listing (?:of )?directory|directory:)\s",
    "iis": r"\[To Parent Directory\]",
}


def _seen(path: str, body: str, status: int = 200) -> Exchange:
    response = Response(status, (("Content-Type", "text/html"),), body.encode())
    return Exchange(Request("GET", f"https://shop.example{path}"), response)


APACHE = (
    "<title>Index of /files</title><h1>Index of /files</h1><a href='/'>Parent Directory</a><a href='a.zip'>a.zip</a>"
)
IIS = "<title>shop.example - /files/</title><pre><A HREF='/'>[To Parent Directory]</A><A HREF='/files/a.zip'>a.zip</A>"

EXAMPLES = (
    Example(name="Apache", vulnerable=True, exchange=_seen("/files/", APACHE)),
    Example(name="IIS", vulnerable=True, exchange=_seen("/files/", IIS)),
    Example(
        name="a small Python server",
        vulnerable=True,
        exchange=_seen("/a%20b/", "<title>Directory listing for /a b/</title><ul><li><a href='x.csv'>x.csv</a></ul>"),
    ),
    Example(
        name="a book's index",
        vulnerable=False,
        exchange=_seen("/book/", "<title>Index of names</title><a href='a.html'>A</a>"),
    ),
    Example(
        name="an article about listings",
        vulnerable=False,
        exchange=_seen("/blog/listing", "<title>Index of /files and why it is bad</title><a href='next'>next</a>"),
    ),
    Example(name="nothing in it", vulnerable=False, exchange=_seen("/files/", "<title>Index of /files/</title>")),
    Example(name="refused", vulnerable=False, exchange=_seen("/files/", APACHE, 403)),
)


def inspect(page: Page) -> list[Observation]:
    """A listing of the folder that was asked for."""
    if not page.matches.get(INFO.id) or not page.is_html or page.response.status != 200:
        return []
    title = page.tree.css_first("title")
    folder = unquote(urlsplit(page.url).path)
    words = title.text().strip() if title else ""
    # A proxy may have cut a prefix off the path, so the title's folder may be longer or shorter.
    named = "/" + words.partition("/")[2].rstrip(" /]")
    asked = folder.rstrip("/") or "/"
    if "/" not in words or not (named.endswith(asked) or (named != "/" and asked.endswith(named))):
        return []
    entries = [href for node in page.tree.css("a[href]") if (href := _entry(node.attributes.get("href") or "", folder))]
    if not entries:
        return []
    shown = ", ".join(entries[:3])
    return [Observation(detail=f"The folder {folder} lists its {len(entries)} entries ({shown}).", mark=words)]


def _entry(href: str, folder: str) -> str:
    """The name of a file or folder directly in `folder`; empty for sort links, parents and foreign pages."""
    path = unquote(urlsplit(href).path).removeprefix(folder)
    name = path.removeprefix("./").rstrip("/")
    return "" if not name or name in ("..", ".") or "/" in name or "?" in href or ":" in href else name
