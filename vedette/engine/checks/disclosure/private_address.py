"""An answer names addresses of the internal network.

What it looks for
Private IPv4 addresses (10/8, 172.16/12, 192.168/16) as hosts of addresses in the body, or in response headers. Sites
that are themselves reached by a private address are left out, and so are bare number groups, which are often versions.

Why it matters
The addresses show how the internal network is laid out and which hosts exist: useful for requests that an attacker
gets the server to make.

How it is confirmed
The address must stand where an address of a host stands, and be valid. One finding per host and address, as a hint.

How to fix it
Make the application build its links from the public name. nginx: `proxy_redirect` and
`proxy_set_header Host $host;`. Apache: `ProxyPassReverse` and `UseCanonicalName On`. IIS: set `SetHostName` or
`alternateHostName`. Remove internal host names from comments and scripts at build time.

When it may be wrong
Manuals for home routers and the like name such addresses on purpose.
"""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from vedette.contract.checkinfo import CheckInfo, Kind, Phase, ProofLevel, Severity
from vedette.contract.exchange import Exchange, Request, Response
from vedette.engine.attack.example import Example
from vedette.engine.parse.page import Observation, Page
from vedette.engine.parse.quoted import quoted

INFO = CheckInfo(
    id="disclosure-private-address",
    title="Private network address shown",
    kind=Kind.PASSIVE,
    phase=Phase.CRAWL,
    severity=Severity.INFO,
    proof=ProofLevel.FIRM,
    cwe=(200,),
    owasp="A05:2021",
    references=("https://www.rfc-editor.org/rfc/rfc1918",),
    tags=("disclosure",),
    identity=("origin", "detail"),
    profiles=("lightning", "safe", "normal", "full"),
)

PATTERNS = {"host": r"(?i)(?:https?|wss?|ftp):\\?/\\?/(?:10|172|192)\.\d+\.\d+\.\d+"}

ADDRESS = r"(?:10|172|192)\.\d{1,3}\.\d{1,3}\.\d{1,3}"
_IN_BODY = re.compile(rf"(?i)(?:https?|wss?|ftp):\\?/\\?/({ADDRESS})(?![\d.])")
_IN_HEADER = re.compile(rf"(?<![\w./-])(?:https?://)?({ADDRESS})(?![\d.])")
SILENT_HEADERS = frozenset({"etag", "content-security-policy", "set-cookie", "server", "x-powered-by", "via"})


def _seen(url: str, body: str = "<h1>Shop</h1>", *headers: tuple[str, str]) -> Exchange:
    return Exchange(Request("GET", url), Response(200, (("Content-Type", "text/html"), *headers), body.encode()))


EXAMPLES = (
    Example(
        name="in a link",
        vulnerable=True,
        exchange=_seen("https://shop.example/", "<a href='http://10.2.0.7:8080/x'>x</a>"),
    ),
    Example(
        name="in a header",
        vulnerable=True,
        exchange=_seen("https://shop.example/", "<h1>Shop</h1>", ("X-Backend", "192.168.4.20:8080")),
    ),
    Example(
        name="a version number", vulnerable=False, exchange=_seen("https://shop.example/", "<p>Release 10.2.0.7</p>")
    ),
    Example(name="a public address", vulnerable=False, exchange=_seen("https://shop.example/", "http://172.64.0.1/")),
    Example(
        name="an internal site",
        vulnerable=False,
        exchange=_seen("http://10.2.0.5/", "<a href='http://10.2.0.7/'>x</a>"),
    ),
)


def inspect(page: Page) -> list[Observation]:
    """One observation per private address named by a public site."""
    found: dict[str, str] = {}
    for name, value in page.response.headers:
        # Three digits and dots are rare in headers: a cheap test before the expression.
        if value.count(".") >= 3 and name.lower() not in SILENT_HEADERS:
            found.update(dict.fromkeys(_IN_HEADER.findall(value), f"The header {name} names"))
    if page.matches.get(INFO.id):
        hits = (address for address in _IN_BODY.findall(page.text) if not quoted(page, address))
        found = {**dict.fromkeys(hits, "The page links to"), **found}
    if not found or _private(urlsplit(page.url).hostname or ""):
        return []
    return [
        Observation(detail=f"{place} the private address {address}.", identity=address, mark=address)
        for address, place in sorted(found.items())
        if _private(address)
    ]


def _private(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return host == "localhost" or host.endswith((".local", ".localhost", ".internal"))
