"""HTTPS pages load parts over plain HTTP.

What it looks for
Scripts, styles, frames, objects and images on HTTPS pages whose address begins with `http:`. Links that a visitor must
click, and addresses in text, do not count.

Why it matters
Somebody on the way can change what is loaded. A script or style in their hands is the whole page in their hands;
browsers therefore block such parts, so that the page is broken for careful visitors and open for others. Images tell
which page is being looked at, and can be swapped.

How it is confirmed
The document is parsed as browsers do it; `upgrade-insecure-requests` in the policy, which makes browsers ask over HTTPS
by themselves, is honoured. One finding per host and kind (active or passive parts), with the pages counted.

How to fix it
Write the addresses with `https:`, or without scheme and host. Until all are changed, send
`Content-Security-Policy: upgrade-insecure-requests`: nginx
`add_header Content-Security-Policy "upgrade-insecure-requests" always;`, Apache
`Header always set Content-Security-Policy "upgrade-insecure-requests"`.

When it may be wrong
Parts that a script removes before they load.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from vedette.contract.checkinfo import CheckInfo, Kind, Phase, ProofLevel, Severity
from vedette.contract.exchange import Exchange, Request, Response, header_all
from vedette.engine.attack.example import Example
from vedette.engine.parse.page import Observation, Page

INFO = CheckInfo(
    id="transport-mixed-content",
    title="Mixed content",
    kind=Kind.PASSIVE,
    phase=Phase.CRAWL,
    severity=Severity.LOW,
    proof=ProofLevel.FIRM,
    cwe=(319, 311),
    cvss31="CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:N/I:L/A:N",
    cvss40="CVSS:4.0/AV:N/AC:H/AT:P/PR:N/UI:A/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N",
    owasp="A02:2021",
    references=("https://www.w3.org/TR/mixed-content/",),
    tags=("tls",),
    identity=("origin", "detail"),
    profiles=("lightning", "safe", "normal", "full"),
)

PATTERNS = {"http": r"""(?i)(?:src|href|data)\s*=\s*["']?\s*http://"""}

ACTIVE = (("script", "src"), ("iframe", "src"), ("object", "data"), ("embed", "src"), ("frame", "src"))
PASSIVE = (("img", "src"), ("audio", "src"), ("video", "src"), ("source", "src"))


def _seen(body: str, url: str = "https://shop.example/", *headers: tuple[str, str]) -> Exchange:
    return Exchange(Request("GET", url), Response(200, (("Content-Type", "text/html"), *headers), body.encode()))


SCRIPT = '<script src="http://cdn.example/a.js"></script>'

EXAMPLES = (
    Example(name="a script", vulnerable=True, exchange=_seen(SCRIPT)),
    Example(name="a style", vulnerable=True, exchange=_seen("<link rel=stylesheet href=http://cdn.example/a.css>")),
    Example(name="an image", vulnerable=True, exchange=_seen("<img src='http://cdn.example/a.png'>")),
    Example(name="a link to click", vulnerable=False, exchange=_seen("<a href='http://other.example/'>other</a>")),
    Example(
        name="a feed that is not loaded",
        vulnerable=False,
        exchange=_seen("<link rel=alternate href=http://x.example/f>"),
    ),
    Example(name="a plain page", vulnerable=False, exchange=_seen(SCRIPT, "http://shop.example/")),
    Example(
        name="upgraded by policy",
        vulnerable=False,
        exchange=_seen(SCRIPT, "https://shop.example/", ("Content-Security-Policy", "upgrade-insecure-requests")),
    ),
)


def inspect(page: Page) -> list[Observation]:
    """At most two observations: active and passive parts."""
    if not page.matches.get(INFO.id) or not page.is_html or not page.url.startswith("https:"):
        return []
    if "upgrade-insecure-requests" in ",".join(header_all(page.response.headers, "content-security-policy")).lower():
        return []
    found = []
    active = [*_addresses(page, ACTIVE), *_styles(page)]
    passive = list(_addresses(page, PASSIVE))
    if active:
        detail = f"The page loads {active[0]} over plain HTTP, and browsers refuse it ({len(active)} such parts)."
        found.append(Observation(detail=detail, identity="active", mark=active[0]))
    if passive:
        detail = f"The page shows {passive[0]} over plain HTTP ({len(passive)} such parts)."
        found.append(Observation(detail=detail, identity="passive", mark=passive[0], severity=Severity.INFO))
    return found


def _addresses(page: Page, places: tuple[tuple[str, str], ...]) -> Iterator[str]:
    for tag, attribute in places:
        for node in page.tree.css(f"{tag}[{attribute}]"):
            address = (node.attributes.get(attribute) or "").strip()
            # Browsers treat plain HTTP to this very machine as safe.
            if address.lower().startswith("http://") and urlsplit(address).hostname not in ("127.0.0.1", "localhost"):
                yield address


def _styles(page: Page) -> Iterator[str]:
    for node in page.tree.css("link[href][rel]"):
        address = (node.attributes.get("href") or "").strip()
        kinds = (node.attributes.get("rel") or "").lower().split()
        if address.lower().startswith("http://") and ("stylesheet" in kinds or "modulepreload" in kinds):
            yield address
