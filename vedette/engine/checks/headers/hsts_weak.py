"""The Strict-Transport-Security header has no or too short an effect.

What it looks for
`Strict-Transport-Security` headers over HTTPS with a `max-age` below 180 days, a `max-age` of zero, none at all, or a
value that browsers cannot read.

Why it matters
A short time runs out between two visits, so that the next visit starts unprotected on plain HTTP. A header without a
readable `max-age` is ignored by browsers, which then protect nothing although the header seems to be there.

How it is confirmed
The first such header is parsed as browsers do it (only the first counts, a repeated directive makes it invalid).
One finding per host.

How to fix it
Send one header with a year or more:
nginx: `add_header Strict-Transport-Security "max-age=31536000; includeSubDomains" always;`
Apache: `Header always set Strict-Transport-Security "max-age=31536000; includeSubDomains"`
Django: `SECURE_HSTS_SECONDS = 31536000`. Express: `helmet({ strictTransportSecurity: { maxAge: 31536000 } })`.

When it may be wrong
A short time is right for the first weeks after a move to HTTPS, and zero is the way to leave HTTPS on purpose.
"""

from __future__ import annotations

import re

from vedette.contract.checkinfo import CheckInfo, Kind, Phase, ProofLevel, Severity
from vedette.contract.exchange import Exchange, Request, Response
from vedette.engine.attack.example import Example
from vedette.engine.parse.page import Observation, Page

INFO = CheckInfo(
    id="headers-hsts-weak",
    title="HTTP Strict Transport Security too weak",
    kind=Kind.PASSIVE,
    phase=Phase.CRAWL,
    severity=Severity.LOW,
    proof=ProofLevel.FIRM,
    cwe=(319, 523),
    cvss31="CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N",
    cvss40="CVSS:4.0/AV:N/AC:H/AT:P/PR:N/UI:A/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N",
    owasp="A05:2021",
    references=("https://www.rfc-editor.org/rfc/rfc6797",),
    tags=("header", "tls"),
    identity=("origin",),
    profiles=("lightning", "safe", "normal", "full"),
)

MIN_DAYS = 180
DAY = 86_400


def _seen(url: str, value: str) -> Exchange:
    headers = (("Content-Type", "text/html"), ("Strict-Transport-Security", value))
    return Exchange(Request("GET", url), Response(200, headers, b"<h1>Shop</h1>"))


EXAMPLES = (
    Example(name="five minutes", vulnerable=True, exchange=_seen("https://shop.example/", "max-age=300")),
    Example(name="switched off", vulnerable=True, exchange=_seen("https://shop.example/", "max-age=0")),
    Example(name="no time at all", vulnerable=True, exchange=_seen("https://shop.example/", "includeSubDomains")),
    Example(
        name="one year",
        vulnerable=False,
        exchange=_seen("https://shop.example/", 'Max-Age="31536000"; includeSubDomains'),
    ),
    Example(name="ignored on plain HTTP", vulnerable=False, exchange=_seen("http://shop.example/", "max-age=300")),
)

_MAX_AGE = re.compile(r'max-age\s*=\s*"?(\d+)"?', re.IGNORECASE)


def inspect(page: Page) -> list[Observation]:
    """A header whose effect is short or nil."""
    value = page.response.header("strict-transport-security")
    if not value or not page.url.startswith("https:"):
        return []
    ages = [match for part in value.split(";") if (match := _MAX_AGE.fullmatch(part.strip()))]
    if len(ages) != 1:
        return [Observation(detail="Browsers ignore the header: it has no single readable max-age.", mark=value)]
    seconds = int(ages[0].group(1))
    if seconds >= MIN_DAYS * DAY:
        return []
    effect = "switches the protection off" if seconds == 0 else f"protects for {_span(seconds)} only"
    return [Observation(detail=f"The header {effect} (max-age={seconds}).", mark=value)]


def _span(seconds: int) -> str:
    return f"{seconds // DAY} days" if seconds >= 2 * DAY else f"{seconds} seconds"
