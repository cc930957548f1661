"""The server names its software and version.

What it looks for
A `Server` or `Via` header that holds a product with a version number.

Why it matters
The version tells which published flaws may work, and lets people who scan the whole Internet find the host when the
next one is published.

How it is confirmed
The header is parsed by the grammar of products. One finding per host and product, as a hint.

How to fix it
nginx: `server_tokens off;`. Apache: `ServerTokens Prod` and `ServerSignature Off`. IIS: `removeServerHeader="true"` in
`requestFiltering`. Tomcat: `server=" "` on the Connector. Jetty: `jetty.httpConfig.sendServerVersion=false`.
gunicorn and uvicorn: `--no-server-header` or a proxy that drops it. And keep the software up to date: hiding the
number does not close a hole.

When it may be wrong
The number may be a false one, or the distribution may have repaired the flaws without changing it.
"""

from __future__ import annotations

import re

from vedette.contract.checkinfo import CheckInfo, Kind, Phase, ProofLevel, Severity
from vedette.contract.exchange import Exchange, Request, Response
from vedette.engine.attack.example import Example
from vedette.engine.parse.page import Observation, Page

INFO = CheckInfo(
    id="disclosure-server-version",
    title="Server version disclosed",
    kind=Kind.PASSIVE,
    phase=Phase.CRAWL,
    severity=Severity.INFO,
    proof=ProofLevel.FIRM,
    cwe=(200, 497),
    owasp="A05:2021",
    references=("https://www.rfc-editor.org/rfc/rfc9110#field.server",),
    tags=("disclosure", "header"),
    identity=("origin", "detail"),
    profiles=("lightning", "safe", "normal", "full"),
)

_PRODUCT = re.compile(r"([A-Za-z][A-Za-z0-9_.+-]*)[/ ]v?(\d+\.\d[\w.-]*)")


def _seen(*headers: tuple[str, str]) -> Exchange:
    return Exchange(Request("GET", "https://shop.example/"), Response(200, headers, b"hello"))


EXAMPLES = (
    Example(name="product and version", vulnerable=True, exchange=_seen(("Server", "Apache/2.4.41 (Ubuntu)"))),
    Example(name="a proxy", vulnerable=True, exchange=_seen(("Via", "1.1 varnish (Varnish/6.0)"))),
    Example(name="product only", vulnerable=False, exchange=_seen(("Server", "nginx"))),
    Example(name="the protocol's version", vulnerable=False, exchange=_seen(("Via", "1.1 proxy, HTTP/1.1 edge"))),
    Example(name="no header", vulnerable=False, exchange=_seen(("Content-Type", "text/plain"))),
)


def inspect(page: Page) -> list[Observation]:
    """One observation per product with a version."""
    found: dict[str, Observation] = {}
    for name in ("server", "via"):
        for product, version in _PRODUCT.findall(page.response.header(name)):
            if product.upper() != "HTTP":
                detail = f"The header {name.capitalize()} names {product} {version}."
                found[product.lower()] = Observation(detail=detail, identity=product.lower(), mark=version)
    return list(found.values())
