"""Answers may be read as another type than they declare, because `X-Content-Type-Options: nosniff` is missing.

What it looks for
Answers with a body and without the header `X-Content-Type-Options: nosniff`, whatever its letter case.

Why it matters
Without the header some browsers guess the type of an answer from its content. A file that a user uploaded as a picture
or a text can then run as a script or be shown as a page of the site.

How it is confirmed
The headers of the answer are read. The finding is grouped: one per host, with the pages counted.

How to fix it
Send the header with every answer, errors and static files included, and declare the right `Content-Type`.
nginx: `add_header X-Content-Type-Options nosniff always;`
Apache: `Header always set X-Content-Type-Options nosniff`
Django: `SECURE_CONTENT_TYPE_NOSNIFF = True`. Express: `app.use(helmet())`.
Spring Security and Rails send it by themselves.

When it may be wrong
A host that serves nothing but pages of its own making, none of them uploaded or shaped by users, loses little without
it.
"""

from __future__ import annotations

from vedette.contract.checkinfo import CheckInfo, Kind, Phase, ProofLevel, Severity
from vedette.contract.exchange import Exchange, Request, Response
from vedette.engine.attack.example import Example
from vedette.engine.parse.page import Observation, Page

INFO = CheckInfo(
    id="headers-nosniff-missing",
    title="Browsers may guess the type of answers",
    kind=Kind.PASSIVE,
    phase=Phase.CRAWL,
    severity=Severity.LOW,
    proof=ProofLevel.FIRM,
    cwe=(693,),
    cvss31="CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:N/I:L/A:N",
    cvss40="CVSS:4.0/AV:N/AC:H/AT:P/PR:N/UI:A/VC:N/VI:L/VA:N/SC:N/SI:N/SA:N",
    owasp="A05:2021",
    references=(
        "https://fetch.spec.whatwg.org/#x-content-type-options-header",
        "https://cheatsheetseries.owasp.org/cheatsheets/HTTP_Headers_Cheat_Sheet.html",
    ),
    tags=("header",),
    identity=("origin",),
    profiles=("lightning", "safe", "normal", "full"),
)


def _seen(*headers: tuple[str, str], status: int = 200, body: bytes = b"<h1>Shop</h1>") -> Exchange:
    html = ("Content-Type", "text/html; charset=utf-8")
    return Exchange(Request("GET", "https://shop.example/"), Response(status, (html, *headers), body))


EXAMPLES = (
    Example(name="no header", vulnerable=True, exchange=_seen()),
    Example(name="another value", vulnerable=True, exchange=_seen(("X-Content-Type-Options", "sniff"))),
    Example(name="the header", vulnerable=False, exchange=_seen(("x-content-type-options", "NoSniff"))),
    Example(name="an empty answer", vulnerable=False, exchange=_seen(status=204, body=b"")),
    Example(name="a redirect", vulnerable=False, exchange=_seen(status=302)),
)


def inspect(page: Page) -> list[Observation]:
    """An answer with content whose first directive is not `nosniff`."""
    response = page.response
    if not response.body or not 200 <= response.status < 300:
        return []
    value = response.header("x-content-type-options")
    if value.partition(",")[0].strip().lower() == "nosniff":
        return []
    said = f"has the value {value!r}" if value else "is missing"
    return [Observation(detail=f"The header X-Content-Type-Options {said}.", mark=value)]
