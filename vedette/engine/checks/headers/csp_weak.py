"""The content security policy lets injected scripts run.

What it looks for
Policies that exist but do not restrain scripts: `'unsafe-inline'` without a nonce or hash, sources that stand for any
host (`*`, `https:`), `data:`, hosts from which anybody's scripts can be loaded (public package mirrors), a policy
without `script-src` and `default-src`, `'unsafe-eval'`, and a nonce policy without `base-uri`.

Why it matters
Such a policy looks like a defence against cross-site scripting and is none: the payload of an attacker runs as if the
header were not there.

How it is confirmed
The policy is parsed as a browser does it: repeated directives are ignored, `default-src` stands in for missing ones,
a nonce, hash or `'strict-dynamic'` switches `'unsafe-inline'` or host lists off, and several policies must all share a
weakness before it counts. One finding per host and weakness.

How to fix it
Replace host lists and `'unsafe-inline'` by a nonce that is random in every answer:
`Content-Security-Policy: script-src 'nonce-R4nd0m' 'strict-dynamic'; object-src 'none'; base-uri 'none'`
Move inline handlers (`onclick=`) into scripts with `addEventListener`; give every own script element the nonce.
Django: `SECURE_CSP` with `CSP.NONCE`, or django-csp. Express: helmet with `scriptSrc: [(req, res) => "'nonce-...'"]`.
Rails: `content_security_policy_nonce_generator`. Where a public mirror is needed, copy the file to your own host.

When it may be wrong
`'unsafe-inline'` is sometimes kept for old browsers beside a nonce: that is recognised and not reported. A page that
never shows foreign input gains little from a stricter policy.
"""

from __future__ import annotations

from vedette.contract.checkinfo import CheckInfo, Kind, Phase, ProofLevel, Severity
from vedette.contract.exchange import Exchange, Request, Response, header_all
from vedette.engine.attack.example import Example
from vedette.engine.parse import csp
from vedette.engine.parse.page import Observation, Page

INFO = CheckInfo(
    id="headers-csp-weak",
    title="Content security policy too weak",
    kind=Kind.PASSIVE,
    phase=Phase.CRAWL,
    severity=Severity.LOW,
    proof=ProofLevel.FIRM,
    cwe=(693,),
    cvss31="CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N",
    cvss40="CVSS:4.0/AV:N/AC:H/AT:P/PR:N/UI:A/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N",
    owasp="A05:2021",
    references=("https://www.w3.org/TR/CSP3/", "https://csp.withgoogle.com/docs/strict-csp.html"),
    tags=("header", "csp"),
    identity=("origin", "detail"),
    profiles=("lightning", "safe", "normal", "full"),
)

PATTERNS = {"meta": r"""(?i)http-equiv\s*=\s*["']?content-security-policy["'\s>]"""}

MINOR = frozenset({"unsafe-eval", "no-base-uri", "open-host"})


def _seen(policy: str) -> Exchange:
    headers = (("Content-Type", "text/html"), ("Content-Security-Policy", policy))
    return Exchange(Request("GET", "https://shop.example/"), Response(200, headers, b"<h1>Shop</h1>"))


EXAMPLES = (
    Example(name="inline scripts allowed", vulnerable=True, exchange=_seen("script-src 'self' 'unsafe-inline'")),
    Example(name="any host", vulnerable=True, exchange=_seen("default-src 'self'; script-src https:")),
    Example(name="no word on scripts", vulnerable=True, exchange=_seen("frame-ancestors 'none'; img-src 'self'")),
    Example(name="a public mirror", vulnerable=True, exchange=_seen("script-src 'self' https://cdn.jsdelivr.net")),
    Example(name="own host only", vulnerable=False, exchange=_seen("default-src 'self'; object-src 'none'")),
    Example(
        name="a nonce switches inline scripts off",
        vulnerable=False,
        exchange=_seen("script-src 'nonce-c8f1' 'unsafe-inline' https: 'strict-dynamic'; base-uri 'none'"),
    ),
    Example(
        name="a second policy closes the gap",
        vulnerable=False,
        exchange=_seen("script-src 'unsafe-inline', script-src 'self'"),
    ),
    Example(
        name="one chosen file of a mirror",
        vulnerable=False,
        exchange=_seen("script-src 'self' https://cdn.jsdelivr.net/npm/htmx.org@2.0.4/dist/htmx.min.js"),
    ),
)


def inspect(page: Page) -> list[Observation]:
    """One observation per weakness of the policies in force."""
    if not page.is_html or not 200 <= page.response.status < 300:
        return []
    values = list(header_all(page.response.headers, "content-security-policy"))
    if page.matches.get(INFO.id):
        values += _from_meta(page)
    policies = csp.parse(values)
    if not policies:
        return []
    return [
        Observation(
            detail=weakness.sentence,
            identity=weakness.word,
            mark=weakness.source,
            severity=Severity.INFO if weakness.word in MINOR else "",
        )
        for weakness in csp.weaknesses(policies)
    ]


def _from_meta(page: Page) -> list[str]:
    return [
        node.attributes.get("content") or ""
        for node in page.tree.css("meta[http-equiv]")
        if (node.attributes.get("http-equiv") or "").lower() == "content-security-policy"
    ]
