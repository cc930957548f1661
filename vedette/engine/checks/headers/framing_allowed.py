"""Pages can be framed by any site (clickjacking).

What it looks for
HTML pages that carry neither a closed `frame-ancestors` directive in their content security policy nor a valid
`X-Frame-Options` header (`DENY` or `SAMEORIGIN`).

Why it matters
An attacker's page can show the site in an invisible frame under buttons of its own, so that a logged-in visitor who
clicks on the bait really clicks on the site: confirms an order, grants a permission, deletes an account.

How it is confirmed
The headers are read as browsers do it: `frame-ancestors` wins over `X-Frame-Options`, and is ignored in a `meta`
element; `ALLOW-FROM` and unknown values are ignored, and contradicting values too. One finding per host.

How to fix it
nginx: `add_header Content-Security-Policy "frame-ancestors 'none'" always;` (`'self'` if the site frames itself)
Apache: `Header always set Content-Security-Policy "frame-ancestors 'none'"`
and, for old browsers, `X-Frame-Options: DENY`. Django sends it by default through `XFrameOptionsMiddleware`.
Express: `app.use(helmet())`. Spring Security and Rails send `X-Frame-Options` unless it was switched off.
Session cookies with `SameSite=Lax` or `Strict` also take the harm out of most frames.

When it may be wrong
Pages that are made to be embedded (players, widgets), and pages on which a click does nothing, may be framed.
"""

from __future__ import annotations

from vedette.contract.checkinfo import CheckInfo, Kind, Phase, ProofLevel, Severity
from vedette.contract.exchange import Exchange, Request, Response, header_all
from vedette.engine.attack.example import Example
from vedette.engine.parse import csp
from vedette.engine.parse.page import Observation, Page

INFO = CheckInfo(
    id="headers-framing-allowed",
    title="Pages can be framed by any site (clickjacking)",
    kind=Kind.PASSIVE,
    phase=Phase.CRAWL,
    severity=Severity.LOW,
    proof=ProofLevel.FIRM,
    cwe=(1021,),
    cvss31="CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:N/I:L/A:N",
    cvss40="CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:A/VC:N/VI:N/VA:N/SC:L/SI:L/SA:N",
    owasp="A05:2021",
    references=(
        "https://cheatsheetseries.owasp.org/cheatsheets/Clickjacking_Defense_Cheat_Sheet.html",
        "https://www.rfc-editor.org/rfc/rfc7034",
    ),
    tags=("header", "clickjacking"),
    identity=("origin",),
    profiles=("lightning", "safe", "normal", "full"),
)


def _seen(*headers: tuple[str, str], media: str = "text/html", status: int = 200) -> Exchange:
    response = Response(status, (("Content-Type", media), *headers), b"<form method=post><button>Buy</button></form>")
    return Exchange(Request("GET", "https://shop.example/cart"), response)


EXAMPLES = (
    Example(name="no header", vulnerable=True, exchange=_seen()),
    Example(name="a value that browsers ignore", vulnerable=True, exchange=_seen(("X-Frame-Options", "ALLOWALL"))),
    Example(
        name="an open directive wins over the header",
        vulnerable=True,
        exchange=_seen(("Content-Security-Policy", "frame-ancestors *"), ("X-Frame-Options", "DENY")),
    ),
    Example(name="denied", vulnerable=False, exchange=_seen(("X-Frame-Options", "deny"))),
    Example(name="own frames only", vulnerable=False, exchange=_seen(("X-Frame-Options", "SAMEORIGIN, SAMEORIGIN"))),
    Example(name="by policy", vulnerable=False, exchange=_seen(("Content-Security-Policy", "frame-ancestors 'self'"))),
    Example(name="no document", vulnerable=False, exchange=_seen(media="image/png")),
    Example(name="a missing page has nothing to click", vulnerable=False, exchange=_seen(status=404)),
)


def inspect(page: Page) -> list[Observation]:
    """A document that any site may frame."""
    response = page.response
    if not page.is_html or not response.body or not 200 <= response.status < 300:
        return []
    ancestors = csp.frame_ancestors(csp.parse(header_all(response.headers, "content-security-policy")))
    if ancestors is not None:
        if not any(source.lower() in csp.ANY_HOST for source in ancestors):
            return []
        directive = f"frame-ancestors {' '.join(ancestors)}"
        return [Observation(detail=f"The policy says {directive}: any site may frame the page.", mark=directive)]
    raw = ", ".join(header_all(response.headers, "x-frame-options"))
    values = {value.strip().upper() for value in raw.split(",") if value.strip()}
    if values in ({"DENY"}, {"SAMEORIGIN"}):
        return []
    if values:
        return [Observation(detail=f"Browsers ignore the X-Frame-Options value {raw!r}.", mark=raw)]
    return [Observation(detail="The page has neither X-Frame-Options nor frame-ancestors.")]
