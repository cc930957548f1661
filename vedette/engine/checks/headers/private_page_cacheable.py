"""Pages of a logged-in visitor may be stored by caches.

What it looks for
HTML pages fetched with a session in force whose `Cache-Control` header lets shared caches keep them (`public`,
`s-maxage`, or a `max-age` without `private`), or does not forbid storing at all (`no-store` is absent).

Why it matters
A shared cache (a proxy, a content delivery network) that keeps such a page hands one visitor's data to the next. What
the browser keeps on disk can be read by whoever uses the same machine later, or seen with the back button after
log-out.

How it is confirmed
The headers are read by the rules of HTTP caching. One finding per host and kind; pages that shared caches may keep are
rated low, pages that only the browser may keep are a hint.

How to fix it
Send `Cache-Control: no-store` on every answer that depends on the session.
Django: `@never_cache` or `@cache_control(no_store=True)`. Express: `res.set("Cache-Control", "no-store")`.
Spring Security and Rails (`response.headers["Cache-Control"] = "no-store"`) likewise; nginx before an application:
`add_header Cache-Control "no-store" always;` in the location of the private pages.

When it may be wrong
A page that is the same for everybody may be cached also when a session is in force.
"""

from __future__ import annotations

from vedette.contract.checkinfo import CheckInfo, Kind, Phase, ProofLevel, Severity
from vedette.contract.exchange import Exchange, Request, Response, header_all
from vedette.engine.attack.example import Example
from vedette.engine.parse.page import Observation, Page

INFO = CheckInfo(
    id="headers-private-page-cacheable",
    title="Pages of a logged-in visitor may be cached",
    kind=Kind.PASSIVE,
    phase=Phase.CRAWL,
    severity=Severity.INFO,
    proof=ProofLevel.FIRM,
    cwe=(524, 525),
    owasp="A04:2021",
    references=("https://www.rfc-editor.org/rfc/rfc9111",),
    tags=("header", "cache"),
    identity=("origin", "detail"),
    profiles=("lightning", "safe", "normal", "full"),
)


def _seen(control: str) -> Exchange:
    headers = (("Content-Type", "text/html"), *((("Cache-Control", control),) if control else ()))
    return Exchange(Request("GET", "https://shop.example/account"), Response(200, headers, b"<h1>Your orders</h1>"))


EXAMPLES = (
    Example(name="shared caches may keep it", vulnerable=True, logged_in=True, exchange=_seen("public, max-age=600")),
    Example(
        name="shared caches may keep it by default", vulnerable=True, logged_in=True, exchange=_seen("max-age=600")
    ),
    Example(name="not forbidden", vulnerable=True, logged_in=True, exchange=_seen("")),
    Example(name="forbidden", vulnerable=False, logged_in=True, exchange=_seen("no-store")),
    Example(name="nobody logged in", vulnerable=False, exchange=_seen("public, max-age=600")),
)


def inspect(page: Page) -> list[Observation]:
    """A document of a session that may be stored."""
    if not page.logged_in or not page.is_html or page.response.status != 200:
        return []
    value = ",".join(header_all(page.response.headers, "cache-control")).lower()
    words = {part.partition("=")[0].strip(): part.partition("=")[2].strip(' "') for part in value.split(",")}
    if "no-store" in words:
        return []
    fresh = words.get("max-age", "0") not in ("", "0")
    if "private" not in words and ("public" in words or words.get("s-maxage", "0") != "0" or fresh):
        detail = "Shared caches may keep this page of a session."
        return [
            Observation(
                detail=detail, identity="shared", mark=page.response.header("cache-control"), severity=Severity.LOW
            )
        ]
    return [Observation(detail="Nothing forbids the browser to store this page of a session.", identity="browser")]
