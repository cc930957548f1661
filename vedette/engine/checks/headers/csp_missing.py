"""HTML pages come without a content security policy.

What it looks for
HTML answers that carry neither a `Content-Security-Policy` header nor the `meta` element that stands for it. A
`Content-Security-Policy-Report-Only` header is named in the finding, but does not count: it stops nothing.

Why it matters
A content security policy is the second line of defence against cross-site scripting: with it, markup that an
attacker manages to inject cannot run scripts or send data away. Without it, every escaping mistake is a hole.

How it is confirmed
The headers and the parsed document of the answer are read. The finding is grouped: one per host, with the pages
counted.

How to fix it
Start with a policy that only reports, then enforce it. A strict policy with a fresh random nonce per answer:
`Content-Security-Policy: script-src 'nonce-R4nd0m' 'strict-dynamic'; object-src 'none'; base-uri 'none'`
nginx (fixed policy):
`add_header Content-Security-Policy "default-src 'self'; object-src 'none'; base-uri 'none'" always;`
Apache: `Header always set Content-Security-Policy "default-src 'self'; object-src 'none'; base-uri 'none'"`
Django: the `SECURE_CSP` setting or the package django-csp. Express: `app.use(helmet())`.
Rails: `config.content_security_policy`. Spring Security: `http.headers(h -> h.contentSecurityPolicy(...))`.

When it may be wrong
A page that shows nothing but text of its own, with no input and no log-in on the same host, gains little from a policy.
"""

from __future__ import annotations

from vedette.contract.checkinfo import CheckInfo, Kind, Phase, ProofLevel, Severity
from vedette.contract.exchange import Exchange, Request, Response
from vedette.engine.attack.example import Example
from vedette.engine.parse.page import Observation, Page

INFO = CheckInfo(
    id="headers-csp-missing",
    title="Content security policy missing",
    kind=Kind.PASSIVE,
    phase=Phase.CRAWL,
    severity=Severity.LOW,
    proof=ProofLevel.FIRM,
    cwe=(693, 1021),
    cvss31="CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N",
    cvss40="CVSS:4.0/AV:N/AC:H/AT:P/PR:N/UI:A/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N",
    owasp="A05:2021",
    references=(
        "https://www.w3.org/TR/CSP3/",
        "https://cheatsheetseries.owasp.org/cheatsheets/Content_Security_Policy_Cheat_Sheet.html",
    ),
    tags=("header", "csp"),
    identity=("origin",),
    profiles=("lightning", "safe", "normal", "full"),
)

PATTERNS = {"meta": r"""(?i)http-equiv\s*=\s*["']?content-security-policy["'\s>]"""}

_HTML = ("Content-Type", "text/html; charset=utf-8")


def _seen(body: bytes, *headers: tuple[str, str], status: int = 200) -> Exchange:
    return Exchange(Request("GET", "https://shop.example/"), Response(status, (_HTML, *headers), body))


EXAMPLES = (
    Example(name="no policy", vulnerable=True, exchange=_seen(b"<h1>Shop</h1>")),
    Example(
        name="only a reporting policy",
        vulnerable=True,
        exchange=_seen(b"<h1>Shop</h1>", ("Content-Security-Policy-Report-Only", "default-src 'self'")),
    ),
    Example(
        name="a policy by header",
        vulnerable=False,
        exchange=_seen(b"<h1>Shop</h1>", ("content-security-policy", "default-src 'self'")),
    ),
    Example(
        name="a policy by meta element",
        vulnerable=False,
        exchange=_seen(b"<meta http-equiv='Content-Security-Policy' content=\"default-src 'self'\"><h1>Shop</h1>"),
    ),
    Example(name="a redirect shows nothing", vulnerable=False, exchange=_seen(b"<a>moved</a>", status=302)),
    Example(
        name="data is no document",
        vulnerable=False,
        exchange=Exchange(
            Request("GET", "https://shop.example/api"), Response(200, (("Content-Type", "application/json"),), b"{}")
        ),
    ),
)


def inspect(page: Page) -> list[Observation]:
    """A document without a policy."""
    response = page.response
    if not page.is_html or not response.body or not 200 <= response.status < 300:
        return []
    if response.header("content-security-policy") or page.matches.get(INFO.id):
        return []
    if response.header("content-security-policy-report-only"):
        return [Observation(detail="The page has a policy that only reports and blocks nothing.")]
    return [Observation(detail="The page has no Content-Security-Policy, neither as a header nor as a meta element.")]
