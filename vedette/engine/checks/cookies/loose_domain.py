"""Cookies are shared with sibling hosts.

What it looks for
`Set-Cookie` headers whose `Domain` attribute names a parent of the host that sets them.

Why it matters
The cookie goes to every host below that domain and can be overwritten by each of them. A forgotten marketing site or a
taken-over subdomain then reads the sessions of the main application.

How it is confirmed
The attribute is compared with the host of the request. One finding per host and cookie; a cookie whose name says that
it carries a log-in is rated low, others are a hint.

How to fix it
Leave the `Domain` attribute out, so that the cookie stays with its host, and best name it `__Host-session`.
PHP: empty `session.cookie_domain`. Django: `SESSION_COOKIE_DOMAIN = None`. Express: no `domain` in the cookie options.
ASP.NET: no `domain` in `<httpCookies>` and `<forms>`. Where single sign-on needs a shared cookie, share only that one.

When it may be wrong
Hosts of one application that must share a session need a common domain.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from vedette.contract.checkinfo import CheckInfo, Kind, Phase, ProofLevel, Severity
from vedette.contract.exchange import Exchange, Request, Response, header_all
from vedette.engine.attack.example import Example
from vedette.engine.parse import set_cookie
from vedette.engine.parse.page import Observation, Page

INFO = CheckInfo(
    id="cookies-loose-domain",
    title="Cookie shared with sibling hosts",
    kind=Kind.PASSIVE,
    phase=Phase.CRAWL,
    severity=Severity.INFO,
    proof=ProofLevel.FIRM,
    cwe=(1275, 668),
    owasp="A05:2021",
    references=("https://www.rfc-editor.org/rfc/rfc6265#section-4.1.2.3",),
    tags=("cookie", "session"),
    identity=("origin", "detail"),
    profiles=("lightning", "safe", "normal", "full"),
)


def _seen(cookie: str) -> Exchange:
    response = Response(200, (("Set-Cookie", cookie),))
    return Exchange(Request("GET", "https://app.shop.example/"), response, sent_at=1_700_000_000.0)


EXAMPLES = (
    Example(name="the parent domain", vulnerable=True, exchange=_seen("sid=4f1c; Domain=.shop.example; Secure")),
    Example(name="own host", vulnerable=False, exchange=_seen("sid=4f1c; Domain=app.shop.example")),
    Example(name="no domain", vulnerable=False, exchange=_seen("sid=4f1c; Path=/")),
    Example(name="browsers refuse foreign domains", vulnerable=False, exchange=_seen("sid=4f1c; Domain=other.example")),
)


def inspect(page: Page) -> list[Observation]:
    """One observation per cookie with a parent domain."""
    found = []
    for line in header_all(page.response.headers, "set-cookie"):
        cookie = set_cookie.parse(line)
        if cookie is None or not cookie.domain:
            continue
        host = urlsplit(page.url).hostname or ""
        if not host.endswith("." + cookie.domain):
            continue
        if cookie.removed(page.exchange.sent_at):
            continue
        found.append(
            Observation(
                detail=f"The cookie {cookie.name} of {host} is shared with all hosts below {cookie.domain}.",
                identity=cookie.name,
                parameter=cookie.name,
                mark=line,
                severity=Severity.LOW if cookie.session_like else "",
            )
        )
    return found
