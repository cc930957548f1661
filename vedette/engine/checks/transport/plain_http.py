"""Passwords travel without encryption.

What it looks for
Forms with a password field on pages that came over plain HTTP, and forms on HTTPS pages that send a password field to
an HTTP address. Hosts that only this machine can reach (loopback) are left out.

Why it matters
Everybody on the way (the same wireless network, a provider) can read the password, and can change the page so that it
sends the password elsewhere, even if the form itself points to HTTPS.

How it is confirmed
The document is parsed as browsers do it and the form's target is resolved. One finding per page.

How to fix it
Serve the whole site over HTTPS and redirect plain requests to it.
nginx: `server { listen 80; return 301 https://$host$request_uri; }`. Apache: `Redirect permanent / https://host/`.
Django: `SECURE_SSL_REDIRECT = True`. Rails: `config.force_ssl = true`. Then send Strict-Transport-Security, and mark
session cookies `Secure`.

When it may be wrong
A proxy on the same machine or in a closed network may add encryption for visitors from elsewhere.
"""

from __future__ import annotations

import ipaddress
from urllib.parse import urljoin, urlsplit

from vedette.contract.checkinfo import CheckInfo, Kind, Phase, ProofLevel, Severity
from vedette.contract.exchange import Exchange, Request, Response
from vedette.engine.attack.example import Example
from vedette.engine.parse.page import Observation, Page

INFO = CheckInfo(
    id="transport-plain-http",
    title="Password sent without encryption",
    kind=Kind.PASSIVE,
    phase=Phase.CRAWL,
    severity=Severity.MEDIUM,
    proof=ProofLevel.FIRM,
    cwe=(319, 523),
    cvss31="CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:H/I:L/A:N",
    cvss40="CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:P/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N",
    owasp="A02:2021",
    references=("https://cheatsheetseries.owasp.org/cheatsheets/Transport_Layer_Security_Cheat_Sheet.html",),
    tags=("form", "password", "tls"),
    identity=("origin", "path"),
    profiles=("lightning", "safe", "normal", "full"),
)

PATTERNS = {"field": r"""(?i)type\s*=\s*["']?password"""}


def _seen(url: str, action: str = "/login") -> Exchange:
    body = f"<form method=post action={action}><input name=pw type=password></form>".encode()
    return Exchange(Request("GET", url), Response(200, (("Content-Type", "text/html"),), body))


EXAMPLES = (
    Example(name="a plain page", vulnerable=True, exchange=_seen("http://shop.example/login")),
    Example(
        name="a plain page that posts to HTTPS",
        vulnerable=True,
        exchange=_seen("http://shop.example/login", "https://shop.example/login"),
    ),
    Example(
        name="an HTTPS page that posts to HTTP",
        vulnerable=True,
        exchange=_seen("https://shop.example/login", "http://shop.example/login"),
    ),
    Example(name="all encrypted", vulnerable=False, exchange=_seen("https://shop.example/login")),
    Example(name="this machine only", vulnerable=False, exchange=_seen("http://127.0.0.1:8000/login")),
)


def inspect(page: Page) -> list[Observation]:
    """A page whose password field travels in the clear."""
    if not page.matches.get(INFO.id) or not page.is_html or _local(page.url):
        return []
    plain_page = page.url.startswith("http:")
    for form in page.tree.css("form"):
        fields = [node for node in form.css("input") if (node.attributes.get("type") or "").lower() == "password"]
        action = urljoin(page.url, form.attributes.get("action") or "")
        if not fields:
            continue
        if plain_page:
            return [Observation(detail="The page with the password field came over plain HTTP.", mark="password")]
        if action.startswith("http:") and not _local(action):
            return [Observation(detail=f"The form sends its password to {action}.", mark=action)]
    return []


def _local(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
