"""Cookies set over HTTPS are also sent over plain HTTP.

What it looks for
`Set-Cookie` headers in HTTPS answers without `Secure`. Headers that delete a cookie are left out.

Why it matters
It is enough that the visitor's browser makes one plain request to the host, such as for an image that an attacker on
the same network put into another page: the cookie goes out in the clear, and with a session cookie the whole session.

How it is confirmed
The header is parsed as browsers do it. One finding per host and cookie; a cookie whose name says that it carries a
log-in is rated medium, others are low.

How to fix it
Add `Secure` where the cookie is set: `Set-Cookie: session=...; Path=/; Secure; HttpOnly; SameSite=Lax`, and best name
it `__Host-session`. PHP: `session.cookie_secure = 1`. Django: `SESSION_COOKIE_SECURE = True` and
`CSRF_COOKIE_SECURE = True`. Flask: `SESSION_COOKIE_SECURE=True`. Express: `cookie: { secure: true }` with
`trust proxy`. Servlets: `<cookie-config><secure>true</secure></cookie-config>`. nginx before an application:
`proxy_cookie_flags ~ secure;`

When it may be wrong
With Strict-Transport-Security in force a browser makes no plain requests to the host, so the flag is only the second
bolt. A cookie without any meaning to an attacker may travel in the clear.
"""

from __future__ import annotations

from vedette.contract.checkinfo import CheckInfo, Kind, Phase, ProofLevel, Severity
from vedette.contract.exchange import Exchange, Request, Response, header_all
from vedette.engine.attack.example import Example
from vedette.engine.parse import set_cookie
from vedette.engine.parse.page import Observation, Page

INFO = CheckInfo(
    id="cookies-not-secure",
    title="Cookie without Secure",
    kind=Kind.PASSIVE,
    phase=Phase.CRAWL,
    severity=Severity.LOW,
    proof=ProofLevel.FIRM,
    cwe=(614,),
    cvss31="CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N",
    cvss40="CVSS:4.0/AV:N/AC:H/AT:P/PR:N/UI:A/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N",
    owasp="A05:2021",
    references=(
        "https://www.rfc-editor.org/rfc/rfc6265",
        "https://cheatsheetseries.owasp.org/cheatsheets/Session_Management_Cheat_Sheet.html",
    ),
    tags=("cookie", "session", "tls"),
    identity=("origin", "detail"),
    profiles=("lightning", "safe", "normal", "full"),
)


def _seen(url: str, cookie: str) -> Exchange:
    return Exchange(Request("GET", url), Response(200, (("Set-Cookie", cookie),)), sent_at=1_700_000_000.0)


EXAMPLES = (
    Example(name="over HTTPS", vulnerable=True, exchange=_seen("https://shop.example/", "sid=4f1c; HttpOnly")),
    Example(
        name="a word in the value is no flag",
        vulnerable=True,
        exchange=_seen("https://shop.example/", "theme=secure; Path=/"),
    ),
    Example(name="flagged", vulnerable=False, exchange=_seen("https://shop.example/", "sid=4f1c; HttpOnly; Secure")),
    Example(
        name="over plain HTTP it cannot be set", vulnerable=False, exchange=_seen("http://shop.example/", "sid=4f1c")
    ),
    Example(name="deleted", vulnerable=False, exchange=_seen("https://shop.example/", "sid=; Max-Age=0")),
)


def inspect(page: Page) -> list[Observation]:
    """One observation per cookie without the flag."""
    if not page.url.startswith("https:"):
        return []
    found = []
    for line in header_all(page.response.headers, "set-cookie"):
        cookie = set_cookie.parse(line)
        if cookie is None or cookie.secure or cookie.removed(page.exchange.sent_at):
            continue
        found.append(
            Observation(
                detail=f"The cookie {cookie.name} is set over HTTPS without Secure.",
                identity=cookie.name,
                parameter=cookie.name,
                mark=line,
                severity=Severity.MEDIUM if cookie.session_like else "",
            )
        )
    return found
