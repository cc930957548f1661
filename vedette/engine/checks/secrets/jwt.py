"""A page or script holds a signed token (JWT) for everybody.

What it looks for
JSON web tokens in HTML and scripts that were fetched without a log-in. Tokens in answers of an API, which are often
meant for the caller, and pages of a session are left out.

Why it matters
A token that everybody gets with the page often opens an API with the rights of a service account. It also shows its
claims, which are only encoded, not encrypted, and invites guessing of the signing secret.

How it is confirmed
All three parts are decoded: the header must be JSON and name an algorithm, the claims must be JSON, the signature must
be there. The sample that every manual shows is left out. One finding per host and kind of token.

How to fix it
Give tokens only to the visitor they are for, after log-in, in a cookie with `HttpOnly`. Let the page call your own
server for what the service account does. Revoke the token by changing the signing key, and give tokens a short `exp`.

When it may be wrong
Some tokens are made to be public: a restricted map or chat key that happens to be a JWT.
"""

from __future__ import annotations

import re

from vedette.contract.checkinfo import CheckInfo, Kind, Phase, ProofLevel, Severity
from vedette.contract.exchange import Exchange, Request, Response
from vedette.engine.attack.example import Example
from vedette.engine.parse import secret
from vedette.engine.parse.page import Observation, Page

INFO = CheckInfo(
    id="secrets-jwt",
    title="Signed token (JWT) in a public page",
    kind=Kind.PASSIVE,
    phase=Phase.CRAWL,
    severity=Severity.LOW,
    proof=ProofLevel.FIRM,
    cwe=(522, 200),
    cvss31="CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:L/I:N/A:N",
    cvss40="CVSS:4.0/AV:N/AC:H/AT:P/PR:N/UI:A/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N",
    owasp="A07:2021",
    references=("https://www.rfc-editor.org/rfc/rfc7519",),
    tags=("secret", "jwt"),
    identity=("origin", "detail"),
    profiles=("lightning", "safe", "normal", "full"),
)

PATTERNS = {"jwt": r"eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]{16,}"}

_JWT = re.compile(PATTERNS["jwt"])
SCRIPT_TYPES = frozenset({"text/javascript", "application/javascript", "application/x-javascript"})


def _seen(body: str, media: str = "text/html") -> Exchange:
    response = Response(200, (("Content-Type", media),), body.encode())
    return Exchange(Request("GET", "https://shop.example/"), response)


SAMPLE = "eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJzaG9wIiwicm9sZSI6InNlcnZpY2UifQ.F3l1yQvK0nD8wZrT5uXcB2mHsPjE7aGo"
MANUAL = (
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIn0.SflKxwRJSMeKKF2QT4fwpMeJ"
)

EXAMPLES = (
    Example(name="in a page", vulnerable=True, exchange=_seen(f"<script>const token = '{SAMPLE}'</script>")),
    Example(name="in a script", vulnerable=True, exchange=_seen(f"auth('{SAMPLE}')", "text/javascript")),
    Example(name="the manual's sample", vulnerable=False, exchange=_seen(f"<code>{MANUAL}</code>")),
    Example(name="no token at all", vulnerable=False, exchange=_seen(f"<p>eyJnot.eyJnothing.{'x' * 30}</p>")),
    Example(name="the caller's own", vulnerable=False, exchange=_seen(f'{{"token":"{SAMPLE}"}}', "application/json")),
    Example(name="the visitor's own", vulnerable=False, logged_in=True, exchange=_seen(f"<b data-t='{SAMPLE}'>x</b>")),
)


def inspect(page: Page) -> list[Observation]:
    """One observation per issuer and algorithm."""
    if not page.matches.get(INFO.id) or page.logged_in:
        return []
    if not page.is_html and page.response.content_type not in SCRIPT_TYPES:
        return []
    found: dict[str, Observation] = {}
    for token in _JWT.findall(page.text):
        parts = secret.jwt_parts(token)
        if parts is None:
            continue
        header, claims = parts
        identity = f"{claims.get('iss', '')}/{header['alg']}"
        detail = f"The answer holds a token signed with {header['alg']}; its claims are {', '.join(sorted(claims))}."
        found.setdefault(identity, Observation(detail=detail, identity=identity, mark=token))
    return list(found.values())
