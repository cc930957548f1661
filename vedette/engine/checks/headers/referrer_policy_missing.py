"""Pages do not say how much of their address other sites may learn.

What it looks for
HTML pages with neither a `Referrer-Policy` header nor a `meta name="referrer"` element.

Why it matters
Current browsers give other sites only the origin by default, so little is lost. Older ones send the full address, with
whatever ids and tokens it holds, to every site that the page links to or embeds.

How it is confirmed
The headers are read and the document is searched for the element. One finding per host, as a hint.

How to fix it
nginx: `add_header Referrer-Policy "strict-origin-when-cross-origin" always;`
Apache: `Header always set Referrer-Policy "strict-origin-when-cross-origin"`
Django: `SECURE_REFERRER_POLICY = "same-origin"` (the default). Express: `app.use(helmet())`.

When it may be wrong
A site without ids or tokens in its addresses has nothing to hide here.
"""

from __future__ import annotations

from vedette.contract.checkinfo import CheckInfo, Kind, Phase, ProofLevel, Severity
from vedette.contract.exchange import Exchange, Request, Response
from vedette.engine.attack.example import Example
from vedette.engine.parse.page import Observation, Page

INFO = CheckInfo(
    id="headers-referrer-policy-missing",
    title="Referrer policy missing",
    kind=Kind.PASSIVE,
    phase=Phase.CRAWL,
    severity=Severity.INFO,
    proof=ProofLevel.FIRM,
    cwe=(200,),
    owasp="A05:2021",
    references=("https://www.w3.org/TR/referrer-policy/",),
    tags=("header", "privacy"),
    identity=("origin",),
    profiles=("lightning", "safe", "normal", "full"),
)

PATTERNS = {"meta": r"""(?i)<meta\s[^>]*name\s*=\s*["']?referrer["'\s>]"""}


def _seen(body: bytes, *headers: tuple[str, str]) -> Exchange:
    response = Response(200, (("Content-Type", "text/html"), *headers), body)
    return Exchange(Request("GET", "https://shop.example/"), response)


EXAMPLES = (
    Example(name="nothing said", vulnerable=True, exchange=_seen(b"<h1>Shop</h1>")),
    Example(
        name="said by header", vulnerable=False, exchange=_seen(b"<h1>Shop</h1>", ("Referrer-Policy", "no-referrer"))
    ),
    Example(
        name="said by element", vulnerable=False, exchange=_seen(b"<meta name=referrer content=origin><h1>Shop</h1>")
    ),
)


def inspect(page: Page) -> list[Observation]:
    """A document that says nothing about its referrer."""
    response = page.response
    if not page.is_html or not response.body or not 200 <= response.status < 300:
        return []
    if response.header("referrer-policy") or page.matches.get(INFO.id):
        return []
    return [Observation(detail="The page has no referrer policy, neither as a header nor as a meta element.")]
