"""HTML pages do not declare their character set.

What it looks for
HTML answers with no character set in the `Content-Type` header, no `meta charset` (or its older `http-equiv` form), and
no byte order mark.

Why it matters
The browser must guess how to read the bytes. Where an attacker controls some of them, a guess such as ISO-2022-JP or
UTF-7 can turn harmless-looking bytes into markup that passed every filter.

How it is confirmed
Header, first bytes and the element are looked at. One finding per host, as a hint.

How to fix it
Send `Content-Type: text/html; charset=utf-8`. nginx: `charset utf-8;`. Apache: `AddDefaultCharset utf-8`.
Or put `<meta charset="utf-8">` first in the head of every page.

When it may be wrong
Pages of plain ASCII without foreign input are read alike in nearly all character sets.
"""

from __future__ import annotations

from vedette.contract.checkinfo import CheckInfo, Kind, Phase, ProofLevel, Severity
from vedette.contract.exchange import Exchange, Request, Response
from vedette.engine.attack.example import Example
from vedette.engine.parse.page import Observation, Page

INFO = CheckInfo(
    id="headers-charset-missing",
    title="Character set not declared",
    kind=Kind.PASSIVE,
    phase=Phase.CRAWL,
    severity=Severity.INFO,
    proof=ProofLevel.FIRM,
    cwe=(173,),
    owasp="A05:2021",
    references=("https://encoding.spec.whatwg.org/",),
    tags=("header",),
    identity=("origin",),
    profiles=("lightning", "safe", "normal", "full"),
)

PATTERNS = {"meta": r"(?i)<meta\s[^>]*charset\s*="}

BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xfe\xff", b"\xff\xfe")


def _seen(media: str, body: bytes) -> Exchange:
    return Exchange(Request("GET", "https://shop.example/"), Response(200, (("Content-Type", media),), body))


EXAMPLES = (
    Example(name="not declared", vulnerable=True, exchange=_seen("text/html", b"<h1>Shop</h1>")),
    Example(name="by header", vulnerable=False, exchange=_seen("text/html; Charset=UTF-8", b"<h1>Shop</h1>")),
    Example(name="by element", vulnerable=False, exchange=_seen("text/html", b'<meta charset="utf-8"><h1>Shop</h1>')),
    Example(
        name="by the older element",
        vulnerable=False,
        exchange=_seen(
            "text/html", b'<meta http-equiv="Content-Type" content="text/html; charset=utf-8"><h1>Shop</h1>'
        ),
    ),
    Example(name="by byte order mark", vulnerable=False, exchange=_seen("text/html", b"\xef\xbb\xbf<h1>Shop</h1>")),
)


def inspect(page: Page) -> list[Observation]:
    """A document without a declared character set."""
    response = page.response
    if not page.is_html or not response.body or not 200 <= response.status < 300:
        return []
    if "charset=" in response.header("content-type").lower() or response.body.startswith(BYTE_ORDER_MARKS):
        return []
    if page.matches.get(INFO.id):
        return []
    return [Observation(detail="Neither the header nor the document declares the character set.")]
