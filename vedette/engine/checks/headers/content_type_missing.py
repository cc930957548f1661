"""Answers with a body do not say what kind of content they are.

What it looks for
Answers that have a body and no `Content-Type` header, or an empty one.

Why it matters
Browsers then guess from the bytes. A text or an uploaded file that holds markup becomes a page of the site, whose
scripts run with the visitor's session.

How it is confirmed
The headers of the answer are read. Answers that must not have a body, or have none, are left out. One finding per host.

How to fix it
Give every answer its type, with the character set: `Content-Type: text/html; charset=utf-8`, and send
`X-Content-Type-Options: nosniff`. nginx: `include mime.types; default_type application/octet-stream;`
Apache: `AddType` for the ending in question. In an application set the type where the answer is built.

When it may be wrong
A proxy between the site and its visitors may add the header.
"""

from __future__ import annotations

from vedette.contract.checkinfo import CheckInfo, Kind, Phase, ProofLevel, Severity
from vedette.contract.exchange import Exchange, Request, Response
from vedette.engine.attack.example import Example
from vedette.engine.parse.page import Observation, Page

INFO = CheckInfo(
    id="headers-content-type-missing",
    title="Content type missing",
    kind=Kind.PASSIVE,
    phase=Phase.CRAWL,
    severity=Severity.LOW,
    proof=ProofLevel.FIRM,
    cwe=(430,),
    cvss31="CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N",
    cvss40="CVSS:4.0/AV:N/AC:H/AT:P/PR:N/UI:A/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N",
    owasp="A05:2021",
    references=("https://mimesniff.spec.whatwg.org/",),
    tags=("header",),
    identity=("origin",),
    profiles=("lightning", "safe", "normal", "full"),
)


def _seen(status: int, body: bytes, *headers: tuple[str, str]) -> Exchange:
    return Exchange(Request("GET", "https://shop.example/data"), Response(status, headers, body))


EXAMPLES = (
    Example(name="a body without a type", vulnerable=True, exchange=_seen(200, b"<b>hello</b>")),
    Example(name="typed", vulnerable=False, exchange=_seen(200, b"hello", ("Content-Type", "text/plain"))),
    Example(name="nothing to type", vulnerable=False, exchange=_seen(204, b"")),
    Example(name="a redirect without a body", vulnerable=False, exchange=_seen(302, b"", ("Location", "/"))),
)


def inspect(page: Page) -> list[Observation]:
    """An answer with a body and no type."""
    response = page.response
    if not response.body or response.header("content-type").strip() or response.status in (204, 304):
        return []
    return [Observation(detail="The answer has a body and no Content-Type header.")]
