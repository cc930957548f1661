"""An answer names paths of the server's file system.

What it looks for
Full paths of program files below the usual web folders of Unix and Windows servers, in answers to a person or client.
Scripts and styles are left out, and so is what a page without error shows inside elements made for quoting.

Why it matters
The path tells where the site lies, which user runs it and which stack is used: what an attacker needs for reading files
by path or for guessing others.

How it is confirmed
The whole path with a file name and ending must be there. One finding per host and folder, as a hint.

How to fix it
Find the message or comment that holds the path, and log it instead of showing it. PHP: `display_errors = Off`.
Build tools: remove absolute paths from templates, comments and source maps.

When it may be wrong
Manuals name such paths on purpose.
"""

from __future__ import annotations

import re

from vedette.contract.checkinfo import CheckInfo, Kind, Phase, ProofLevel, Severity
from vedette.contract.exchange import Exchange, Request, Response
from vedette.engine.attack.example import Example
from vedette.engine.parse.page import Observation, Page
from vedette.engine.parse.quoted import TEXT_TYPES, quoted

INFO = CheckInfo(
    id="disclosure-file-path",
    title="Server file path shown",
    kind=Kind.PASSIVE,
    phase=Phase.CRAWL,
    severity=Severity.INFO,
    proof=ProofLevel.FIRM,
    cwe=(497, 200),
    owasp="A05:2021",
    references=("https://owasp.org/www-community/attacks/Full_Path_Disclosure",),
    tags=("disclosure", "anomaly"),
    identity=("origin", "detail"),
    profiles=("lightning", "safe", "normal", "full"),
)

PATTERNS = {
    "unix": r"/(?:var/www|srv/www|usr/share/nginx|usr/local/apache2?|opt/lampp|home/\w+/(?:public_html|www|htdocs))/",
    "windows": r"(?i)[c-f]:\\{1,2}(?:inetpub|xampp|wamp64|wamp|www|websites)\\",
}

ENDINGS = r"\.(?:php|phtml|inc|py|rb|pl|jsp|aspx?|cs|js|html?|tpl|twig|conf|log)\b"
_PATHS = {
    "unix": re.compile(
        r"/(?:var/www|srv/www|usr/share/nginx|usr/local/apache2?|opt/lampp|home/\w+/(?:public_html|www|htdocs))"
        rf"(?:/[\w.@-]{{1,80}}){{1,12}}?(?:{ENDINGS})"
    ),
    "windows": re.compile(
        r"(?i)[c-f]:\\{1,2}(?:inetpub|xampp|wamp64|wamp|www|websites)"
        rf"(?:\\{{1,2}}[\w.@ -]{{1,80}}){{1,12}}?(?:{ENDINGS})"
    ),
}


def _seen(body: str, media: str = "text/html", status: int = 200) -> Exchange:
    response = Response(status, (("Content-Type", media),), body.encode())
    return Exchange(Request("GET", "https://shop.example/list"), response)


EXAMPLES = (
    Example(name="in a comment", vulnerable=True, exchange=_seen("<!-- /var/www/shop/tpl/list.php --><h1>List</h1>")),
    Example(
        name="in an error",
        vulnerable=True,
        exchange=_seen(r'{"file":"C:\\inetpub\\shop\\Cart.aspx"}', "application/json", 500),
    ),
    Example(
        name="a manual", vulnerable=False, exchange=_seen("<p>Edit <code>/var/www/html/index.php</code> first.</p>")
    ),
    Example(name="a folder only", vulnerable=False, exchange=_seen("<p>The folder /var/www/ is usual.</p>")),
    Example(
        name="a link that looks alike", vulnerable=False, exchange=_seen("<a href='https://x.example/www/a.php'>a</a>")
    ),
)


def inspect(page: Page) -> list[Observation]:
    """One observation per kind of path that slips out."""
    hits = page.matches.get(INFO.id, ())
    if not hits or page.response.content_type not in TEXT_TYPES:
        return []
    found = []
    for name in hits:
        path = _PATHS[name].search(page.text)
        if path and not quoted(page, path.group()):
            folder = re.split(r"[/\\]+[^/\\]*$", path.group())[0]
            found.append(Observation(detail=f"The answer names {path.group()}.", identity=folder, mark=path.group()))
    return found
