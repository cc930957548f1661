"""Cookies are sent with requests that other sites cause.

What it looks for
`Set-Cookie` headers with `SameSite=None`, or with no `SameSite` at all. Headers that delete a cookie are left out.

Why it matters
A cookie that goes along with requests from foreign pages makes cross-site request forgery possible: the foreign page
cannot read the answer, but what the request does is done in the visitor's name. Without the attribute most browsers
assume `Lax`, some still send the cookie everywhere, and none applies `Lax` in the first two minutes of its life.

How it is confirmed
The header is parsed as browsers do it. One finding per host and cookie: `None` on a cookie whose name says that it
carries a log-in is rated low, all else is a hint.

How to fix it
Say it where the cookie is set: `SameSite=Lax`, or `Strict` for cookies that no link from outside needs.
PHP: `session.cookie_samesite = "Lax"`. Django: `SESSION_COOKIE_SAMESITE = "Lax"`. Flask:
`SESSION_COOKIE_SAMESITE="Lax"`. Express: `cookie: { sameSite: "lax" }`. Spring Boot:
`server.servlet.session.cookie.same-site=lax`. Keep anti-forgery tokens in forms all the same.

When it may be wrong
A log-in that must work inside frames of other sites (a payment page, a widget) needs `SameSite=None; Secure`.
"""

from __future__ import annotations

from vedette.contract.checkinfo import CheckInfo, Kind, Phase, ProofLevel, Severity
from vedette.contract.exchange import Exchange, Request, Response, header_all
from vedette.engine.attack.example import Example
from vedette.engine.parse import set_cookie
from vedette.engine.parse.page import Observation, Page

INFO = CheckInfo(
    id="cookies-cross-site",
    title="Cookie sent with cross-site requests",
    kind=Kind.PASSIVE,
    phase=Phase.CRAWL,
    severity=Severity.INFO,
    proof=ProofLevel.FIRM,
    cwe=(1275,),
    owasp="A01:2021",
    references=("https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis",),
    tags=("cookie", "session", "csrf"),
    identity=("origin", "detail"),
    profiles=("lightning", "safe", "normal", "full"),
)


def _seen(cookie: str) -> Exchange:
    response = Response(200, (("Set-Cookie", cookie),))
    return Exchange(Request("GET", "https://shop.example/"), response, sent_at=1_700_000_000.0)


EXAMPLES = (
    Example(name="sent everywhere", vulnerable=True, exchange=_seen("sid=4f1c; Secure; SameSite=None")),
    Example(name="left to the browser", vulnerable=True, exchange=_seen("sid=4f1c; Secure; HttpOnly")),
    Example(name="an unknown word", vulnerable=True, exchange=_seen("sid=4f1c; SameSite=Sometimes")),
    Example(name="lax", vulnerable=False, exchange=_seen("sid=4f1c; samesite=lax")),
    Example(name="strict", vulnerable=False, exchange=_seen("sid=4f1c; SameSite=Strict")),
)


def inspect(page: Page) -> list[Observation]:
    """One observation per cookie that goes along with foreign requests."""
    found = []
    for line in header_all(page.response.headers, "set-cookie"):
        cookie = set_cookie.parse(line)
        if cookie is None or cookie.same_site in ("lax", "strict") or cookie.removed(page.exchange.sent_at):
            continue
        everywhere = cookie.same_site == "none"
        said = "is set with SameSite=None" if everywhere else "has no SameSite attribute that browsers know"
        found.append(
            Observation(
                detail=f"The cookie {cookie.name} {said}.",
                identity=cookie.name,
                parameter=cookie.name,
                mark=line,
                severity=Severity.LOW if everywhere and cookie.session_like else "",
            )
        )
    return found
