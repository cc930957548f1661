"""An HTTPS host does not ask browsers to stay on HTTPS.

What it looks for
Pages served over HTTPS without a `Strict-Transport-Security` header.

Why it matters
The first request of a visit often still goes out as plain HTTP (a typed address, an old link). Somebody on the same
network can answer it in the site's place, and never let the victim reach the encrypted site. With the header, a browser
that has been there once goes straight to HTTPS and does not let certificate errors be clicked away.

How it is confirmed
The headers of HTTPS answers are read. Hosts that are bare addresses are left out, because browsers ignore the header
there. One finding per host.

How to fix it
Send the header on every HTTPS answer, once the whole site works over HTTPS:
nginx: `add_header Strict-Transport-Security "max-age=31536000; includeSubDomains" always;`
Apache: `Header always set Strict-Transport-Security "max-age=31536000; includeSubDomains"`
Django: `SECURE_HSTS_SECONDS = 31536000`. Rails: `config.force_ssl = true`. Express: `app.use(helmet())`.
ASP.NET Core: `app.UseHsts()`. Start with a short max-age if in doubt, and raise it.

When it may be wrong
A proxy in front of the host may add the header for visitors from elsewhere, and a host on a preload list is protected
already. If another page of the same host sends the header, browsers that saw it are protected everywhere on it.
"""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from vedette.contract.checkinfo import CheckInfo, Kind, Phase, ProofLevel, Severity
from vedette.contract.exchange import Exchange, Request, Response
from vedette.engine.attack.example import Example
from vedette.engine.parse.page import Observation, Page

INFO = CheckInfo(
    id="headers-hsts-missing",
    title="HTTP Strict Transport Security missing",
    kind=Kind.PASSIVE,
    phase=Phase.CRAWL,
    severity=Severity.LOW,
    proof=ProofLevel.FIRM,
    cwe=(319, 523),
    cvss31="CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N",
    cvss40="CVSS:4.0/AV:N/AC:H/AT:P/PR:N/UI:A/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N",
    owasp="A05:2021",
    references=(
        "https://www.rfc-editor.org/rfc/rfc6797",
        "https://cheatsheetseries.owasp.org/cheatsheets/HTTP_Strict_Transport_Security_Cheat_Sheet.html",
    ),
    tags=("header", "tls"),
    identity=("origin",),
    profiles=("lightning", "safe", "normal", "full"),
)


def _seen(url: str, *headers: tuple[str, str]) -> Exchange:
    return Exchange(Request("GET", url), Response(200, (("Content-Type", "text/html"), *headers), b"<h1>Shop</h1>"))


EXAMPLES = (
    Example(name="no header", vulnerable=True, exchange=_seen("https://shop.example/")),
    Example(
        name="the header is there",
        vulnerable=False,
        exchange=_seen("https://shop.example/", ("Strict-Transport-Security", "max-age=31536000")),
    ),
    Example(name="plain HTTP must not send it", vulnerable=False, exchange=_seen("http://shop.example/")),
    Example(name="ignored on bare addresses", vulnerable=False, exchange=_seen("https://203.0.113.7:8443/")),
)


def inspect(page: Page) -> list[Observation]:
    """A document over HTTPS without the header."""
    if not page.url.startswith("https:") or not page.is_html or page.response.header("strict-transport-security"):
        return []
    return (
        [] if _bare_address(page.url) else [Observation(detail="The answer has no Strict-Transport-Security header.")]
    )


def _bare_address(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
