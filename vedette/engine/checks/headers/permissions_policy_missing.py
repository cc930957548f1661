"""Pages do not restrict the browser features that embedded content may use.

What it looks for
HTML pages without a `Permissions-Policy` header (or its older form `Feature-Policy`).

Why it matters
Scripts that get into a page, by injection or through a supplier, may use whatever the visitor once allowed the site:
camera, microphone, position, payment. A policy switches off what the site does not use.

How it is confirmed
The headers are read. One finding per host, as a hint.

How to fix it
Name the features that the site does not need:
nginx: `add_header Permissions-Policy "camera=(), microphone=(), geolocation=(), payment=()" always;`
Apache: `Header always set Permissions-Policy "camera=(), microphone=(), geolocation=(), payment=()"`
Rails: `config.permissions_policy`. Django: the package django-permissions-policy.

When it may be wrong
Cross-origin frames get none of these features without an `allow` attribute, so a site without foreign scripts gains
little. Not every browser reads the header.
"""

from __future__ import annotations

from vedette.contract.checkinfo import CheckInfo, Kind, Phase, ProofLevel, Severity
from vedette.contract.exchange import Exchange, Request, Response
from vedette.engine.attack.example import Example
from vedette.engine.parse.page import Observation, Page

INFO = CheckInfo(
    id="headers-permissions-policy-missing",
    title="Permissions policy missing",
    kind=Kind.PASSIVE,
    phase=Phase.CRAWL,
    severity=Severity.INFO,
    proof=ProofLevel.FIRM,
    cwe=(693,),
    owasp="A05:2021",
    references=("https://www.w3.org/TR/permissions-policy/",),
    tags=("header",),
    identity=("origin",),
    profiles=("lightning", "safe", "normal", "full"),
)


def _seen(*headers: tuple[str, str], media: str = "text/html") -> Exchange:
    response = Response(200, (("Content-Type", media), *headers), b"<h1>Shop</h1>")
    return Exchange(Request("GET", "https://shop.example/"), response)


EXAMPLES = (
    Example(name="no header", vulnerable=True, exchange=_seen()),
    Example(name="the header is there", vulnerable=False, exchange=_seen(("Permissions-Policy", "camera=()"))),
    Example(name="its older form", vulnerable=False, exchange=_seen(("Feature-Policy", "camera 'none'"))),
    Example(name="no document", vulnerable=False, exchange=_seen(media="text/css")),
)


def inspect(page: Page) -> list[Observation]:
    """A document without the header."""
    response = page.response
    if not page.is_html or not response.body or not 200 <= response.status < 300:
        return []
    if response.header("permissions-policy") or response.header("feature-policy"):
        return []
    return [Observation(detail="The page has no Permissions-Policy header.")]
