"""Pages run scripts of other hosts without checking them.

What it looks for
`script` elements and style sheets from another site without an `integrity` attribute. Hosts of the same site, and
services whose scripts change by design so that no hash can be written (tag managers, payment, maps, captchas), are left
out.

Why it matters
Whoever controls that other host, by contract or by break-in, controls every page that loads the script: reads
passwords, changes payments. With a hash, the browser refuses a changed file.

How it is confirmed
The document is parsed, and the host of each address compared with the page's own. One finding per host and supplier,
with the pages counted.

How to fix it
Copy the file to your own host, or load one fixed version with its hash:
`<script src="https://cdn.example/lib-3.7.1.min.js" integrity="sha384-..." crossorigin="anonymous"></script>`
The hash: `openssl dgst -sha384 -binary lib.js | openssl base64 -A`. Bundlers have plugins that write it.

When it may be wrong
A supplier whose file changes often cannot be pinned; then the question is whether to trust it with the whole page.
"""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

from vedette.contract.checkinfo import CheckInfo, Kind, Phase, ProofLevel, Severity
from vedette.contract.exchange import Exchange, Request, Response
from vedette.engine.attack.example import Example
from vedette.engine.parse.page import Observation, Page

INFO = CheckInfo(
    id="scripts-integrity-missing",
    title="Foreign script without integrity check",
    kind=Kind.PASSIVE,
    phase=Phase.CRAWL,
    severity=Severity.INFO,
    proof=ProofLevel.FIRM,
    cwe=(353, 829),
    owasp="A08:2021",
    references=("https://www.w3.org/TR/SRI/",),
    tags=("script", "supply chain"),
    identity=("origin", "detail"),
    profiles=("lightning", "safe", "normal", "full"),
)

PATTERNS = {"foreign": r"""(?i)<(?:script|link)\s[^>]*(?:src|href)\s*=\s*["']?\s*(?:https?:)?//"""}

CHANGING = (
    "googletagmanager.com",
    "google-analytics.com",
    "google.com",
    "gstatic.com",
    "maps.googleapis.com",
    "fonts.googleapis.com",
    "js.stripe.com",
    "paypal.com",
    "hcaptcha.com",
    "challenges.cloudflare.com",
)


def _seen(body: str) -> Exchange:
    response = Response(200, (("Content-Type", "text/html"),), body.encode())
    return Exchange(Request("GET", "https://www.shop.example/"), response)


CDN = "https://cdn.other.example/jquery-3.7.1.min.js"

EXAMPLES = (
    Example(name="a script", vulnerable=True, exchange=_seen(f"<script src={CDN}></script>")),
    Example(name="a style", vulnerable=True, exchange=_seen("<link rel=stylesheet href=//cdn.other.example/a.css>")),
    Example(name="checked", vulnerable=False, exchange=_seen(f"<script src={CDN} integrity=sha384-x></script>")),
    Example(name="own host", vulnerable=False, exchange=_seen("<script src=//www.shop.example/a.js></script>")),
    Example(
        name="same site", vulnerable=False, exchange=_seen("<script src=https://static.shop.example/a.js></script>")
    ),
    Example(name="changes by design", vulnerable=False, exchange=_seen("<script src=//js.stripe.com/v3/></script>")),
    Example(name="only linked", vulnerable=False, exchange=_seen("<link rel=canonical href=//other.example/>")),
)


def inspect(page: Page) -> list[Observation]:
    """One observation per foreign host."""
    if not page.matches.get(INFO.id) or not page.is_html:
        return []
    own = urlsplit(page.url).hostname or ""
    found: dict[str, Observation] = {}
    for node in page.tree.css("script[src], link[href]"):
        attributes = node.attributes
        if attributes.get("integrity") or (
            node.tag == "link" and "stylesheet" not in (attributes.get("rel") or "").lower()
        ):
            continue
        written = (attributes.get("src") or attributes.get("href") or "").strip()
        address = urljoin(page.url, written)
        host = urlsplit(address).hostname or ""
        if not address.startswith("http") or not host or _same_site(own, host) or _changing(host):
            continue
        found.setdefault(
            host, Observation(detail=f"The page loads {address} without a hash.", identity=host, mark=written)
        )
    return list(found.values())


def _same_site(own: str, other: str) -> bool:
    """Whether two hosts share their last two labels: without a list of public suffixes the cautious reading."""
    return own == other or own.split(".")[-2:] == other.split(".")[-2:]


def _changing(host: str) -> bool:
    return any(host == name or host.endswith("." + name) for name in CHANGING)
