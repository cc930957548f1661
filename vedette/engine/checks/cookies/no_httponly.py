"""Cookies can be read by scripts.

What it looks for
`Set-Cookie` headers without `HttpOnly`. Cookies whose purpose is to be read by the page's own scripts (anti-forgery
tokens such as `XSRF-TOKEN`) and headers that delete a cookie are left out.

Why it matters
A script that gets into a page, by injection or through a supplier, can read such a cookie and send it away. With a
session cookie the attacker then is the visitor, on his own machine and for as long as the session lives.

How it is confirmed
The header is parsed as browsers do it. One finding per host and cookie; a cookie whose name says that it carries a
log-in is rated medium, others are low.

How to fix it
Add `HttpOnly` where the cookie is set: `Set-Cookie: session=...; Path=/; Secure; HttpOnly; SameSite=Lax`.
PHP: `session.cookie_httponly = 1`. Django: `SESSION_COOKIE_HTTPONLY = True`. Flask: `SESSION_COOKIE_HTTPONLY=True`.
Express: `cookie: { httpOnly: true }`. ASP.NET: `<httpCookies httpOnlyCookies="true" />`. Servlets:
`<cookie-config><http-only>true</http-only></cookie-config>`.

When it may be wrong
Cookies that hold nothing but a display preference and are meant for scripts lose nothing.
"""

from __future__ import annotations

from vedette.contract.checkinfo import CheckInfo, Kind, Phase, ProofLevel, Severity
from vedette.contract.exchange import Exchange, Request, Response, header_all
from vedette.engine.attack.example import Example
from vedette.engine.parse import set_cookie
from vedette.engine.parse.page import Observation, Page

INFO = CheckInfo(
    id="cookies-no-httponly",
    title="Cookie without HttpOnly",
    kind=Kind.PASSIVE,
    phase=Phase.CRAWL,
    severity=Severity.LOW,
    proof=ProofLevel.FIRM,
    cwe=(1004,),
    cvss31="CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N",
    cvss40="CVSS:4.0/AV:N/AC:H/AT:P/PR:N/UI:A/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N",
    owasp="A05:2021",
    references=(
        "https://www.rfc-editor.org/rfc/rfc6265",
        "https://cheatsheetseries.owasp.org/cheatsheets/Session_Management_Cheat_Sheet.html",
    ),
    tags=("cookie", "session"),
    identity=("origin", "detail"),
    profiles=("lightning", "safe", "normal", "full"),
)

NOW = 1_700_000_000.0


def _seen(*cookies: str) -> Exchange:
    headers = tuple(("Set-Cookie", cookie) for cookie in cookies)
    return Exchange(Request("GET", "https://shop.example/"), Response(200, headers), sent_at=NOW)


EXAMPLES = (
    Example(name="a session cookie", vulnerable=True, exchange=_seen("sid=4f1c; Path=/; Secure")),
    Example(name="the second of two", vulnerable=True, exchange=_seen("a=1; HttpOnly", "b=2; Path=/")),
    Example(name="flagged", vulnerable=False, exchange=_seen("sid=4f1c; Path=/; secure; httponly")),
    Example(name="made for scripts", vulnerable=False, exchange=_seen("XSRF-TOKEN=91; Path=/")),
    Example(name="deleted", vulnerable=False, exchange=_seen("sid=; expires=Thu, 01-Jan-1970 00:00:00 GMT")),
)


def inspect(page: Page) -> list[Observation]:
    """One observation per cookie that scripts can read."""
    found = []
    for line in header_all(page.response.headers, "set-cookie"):
        cookie = set_cookie.parse(line)
        if cookie is None or cookie.http_only or cookie.for_scripts or cookie.removed(page.exchange.sent_at):
            continue
        found.append(
            Observation(
                detail=f"The cookie {cookie.name} is set without HttpOnly.",
                identity=cookie.name,
                parameter=cookie.name,
                mark=line,
                severity=Severity.MEDIUM if cookie.session_like else "",
            )
        )
    return found
