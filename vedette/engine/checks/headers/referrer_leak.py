"""The referrer policy hands full addresses to other sites.

What it looks for
A `Referrer-Policy` header or `meta` element whose effective value is `unsafe-url`, which gives every site linked or
embedded the full address of the page, or `no-referrer-when-downgrade`, which gives it to every HTTPS site.

Why it matters
Addresses hold search words, ids, and at times tokens for password resets or shared documents. Browsers keep the path
and query to themselves by default; this setting takes that protection away.

How it is confirmed
Of a list of values the last one that browsers know is in force, and a `meta` element wins over the header. One finding
per host.

How to fix it
Remove the setting, or send `Referrer-Policy: strict-origin-when-cross-origin` (the default of browsers), or
`same-origin`. nginx: `add_header Referrer-Policy "strict-origin-when-cross-origin" always;`
Apache: `Header always set Referrer-Policy "strict-origin-when-cross-origin"`
Django: `SECURE_REFERRER_POLICY = "same-origin"`. Express: `helmet({ referrerPolicy: { policy: "same-origin" } })`.

When it may be wrong
A site whose addresses are all public and whose partners count visits by full address may want this.
"""

from __future__ import annotations

from vedette.contract.checkinfo import CheckInfo, Kind, Phase, ProofLevel, Severity
from vedette.contract.exchange import Exchange, Request, Response, header_all
from vedette.engine.attack.example import Example
from vedette.engine.parse.page import Observation, Page

INFO = CheckInfo(
    id="headers-referrer-leak",
    title="Referrer policy leaks full addresses",
    kind=Kind.PASSIVE,
    phase=Phase.CRAWL,
    severity=Severity.LOW,
    proof=ProofLevel.FIRM,
    cwe=(200,),
    cvss31="CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N",
    cvss40="CVSS:4.0/AV:N/AC:H/AT:P/PR:N/UI:A/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N",
    owasp="A01:2021",
    references=("https://www.w3.org/TR/referrer-policy/",),
    tags=("header", "privacy"),
    identity=("origin",),
    profiles=("lightning", "safe", "normal", "full"),
)

PATTERNS = {"meta": r"""(?i)<meta\s[^>]*name\s*=\s*["']?referrer["'\s>]"""}

LEAKING = ("unsafe-url", "no-referrer-when-downgrade")
KNOWN = (
    *LEAKING,
    "no-referrer",
    "origin",
    "origin-when-cross-origin",
    "same-origin",
    "strict-origin",
    "strict-origin-when-cross-origin",
)


def _seen(value: str, body: bytes = b"<h1>Shop</h1>") -> Exchange:
    headers = (("Content-Type", "text/html"), ("Referrer-Policy", value))
    return Exchange(Request("GET", "https://shop.example/"), Response(200, headers, body))


EXAMPLES = (
    Example(name="full addresses to all", vulnerable=True, exchange=_seen("unsafe-url")),
    Example(name="the last known value counts", vulnerable=True, exchange=_seen("no-referrer, unsafe-url, later-word")),
    Example(
        name="the meta element wins",
        vulnerable=True,
        exchange=_seen("same-origin", b'<meta name="referrer" content="unsafe-url"><h1>Shop</h1>'),
    ),
    Example(name="the browsers' default", vulnerable=False, exchange=_seen("strict-origin-when-cross-origin")),
    Example(name="old fallback first", vulnerable=False, exchange=_seen("no-referrer-when-downgrade, same-origin")),
)


def inspect(page: Page) -> list[Observation]:
    """A document whose effective policy is one of the leaking ones."""
    if not page.is_html:
        return []
    values = ",".join(header_all(page.response.headers, "referrer-policy"))
    if page.matches.get(INFO.id):
        named = (
            node for node in page.tree.css("meta[name]") if (node.attributes.get("name") or "").lower() == "referrer"
        )
        values = ",".join([values, *(node.attributes.get("content") or "" for node in named)])
    known = [value for value in values.lower().replace(" ", "").split(",") if value in KNOWN]
    if not known or known[-1] not in LEAKING:
        return []
    return [Observation(detail=f"The referrer policy in force is {known[-1]}.", mark=known[-1])]
