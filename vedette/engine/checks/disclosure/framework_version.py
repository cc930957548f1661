"""The application names its framework.

What it looks for
Headers that exist to name a framework (`X-Powered-By`, `X-AspNet-Version`, `X-AspNetMvc-Version`, `X-Generator`,
`X-Powered-CMS`) and `meta name="generator"` elements with a version number.

Why it matters
The name and version tell which published flaws may work, and let people who scan the whole Internet find the host when
the next one is published.

How it is confirmed
The headers and the element are read. One finding per host and header, as a hint.

How to fix it
PHP: `expose_php = Off`. Express: `app.disable("x-powered-by")`. ASP.NET: `<httpRuntime enableVersionHeader="false" />`,
`MvcHandler.DisableMvcResponseHeader = true`, and `<remove name="X-Powered-By" />` under `customHeaders`.
nginx before an application: `proxy_hide_header X-Powered-By;`. WordPress: `remove_action('wp_head', 'wp_generator');`.
And keep the software up to date: hiding the number does not close a hole.

When it may be wrong
The value may be a false one, set to mislead.
"""

from __future__ import annotations

import re

from vedette.contract.checkinfo import CheckInfo, Kind, Phase, ProofLevel, Severity
from vedette.contract.exchange import Exchange, Request, Response
from vedette.engine.attack.example import Example
from vedette.engine.parse.page import Observation, Page

INFO = CheckInfo(
    id="disclosure-framework-version",
    title="Framework disclosed",
    kind=Kind.PASSIVE,
    phase=Phase.CRAWL,
    severity=Severity.INFO,
    proof=ProofLevel.FIRM,
    cwe=(200, 497),
    owasp="A05:2021",
    references=("https://cheatsheetseries.owasp.org/cheatsheets/HTTP_Headers_Cheat_Sheet.html",),
    tags=("disclosure", "header"),
    identity=("origin", "detail"),
    profiles=("lightning", "safe", "normal", "full"),
)

PATTERNS = {"generator": r"""(?i)<meta\s[^>]*name\s*=\s*["']?generator["'\s>]"""}

NAMING = frozenset({"x-powered-by", "x-aspnet-version", "x-aspnetmvc-version", "x-generator", "x-powered-cms"})
_VERSION = re.compile(r"\d+\.\d|\b\d+$")


def _seen(body: str, *headers: tuple[str, str]) -> Exchange:
    response = Response(200, (("Content-Type", "text/html"), *headers), body.encode())
    return Exchange(Request("GET", "https://shop.example/"), response)


EXAMPLES = (
    Example(name="by header", vulnerable=True, exchange=_seen("<h1>Shop</h1>", ("X-Powered-By", "PHP/8.1.2"))),
    Example(name="without a number", vulnerable=True, exchange=_seen("<h1>Shop</h1>", ("x-powered-by", "Express"))),
    Example(name="by element", vulnerable=True, exchange=_seen('<meta name="generator" content="WordPress 6.1.1">')),
    Example(
        name="an element without a number", vulnerable=False, exchange=_seen('<meta name="generator" content="Hugo">')
    ),
    Example(name="nothing named", vulnerable=False, exchange=_seen("<h1>Shop</h1>")),
)


def inspect(page: Page) -> list[Observation]:
    """One observation per header or element that names a framework."""
    found = []
    for name, value in page.response.headers:
        if name.lower() in NAMING and value.strip():
            found.append(Observation(detail=f"The header {name} says {value}.", identity=name.lower(), mark=value))
    if page.matches.get(INFO.id):
        for node in page.tree.css("meta[name][content]"):
            known = node.attributes
            content = known.get("content") or ""
            if (known.get("name") or "").lower() == "generator" and _VERSION.search(content):
                detail = f"The generator element says {content}."
                found.append(Observation(detail=detail, identity="generator", mark=content))
    return found
