"""Other sites may read answers that are meant for the logged-in visitor.

What it looks for
Answers that name whatever origin asked in `Access-Control-Allow-Origin` and also send
`Access-Control-Allow-Credentials: true`: for a random origin, for `null`, and for origins that only look like the
site's own (the site's name with something before or behind it).

Why it matters
A page of an attacker can then read, through the visitor's browser and with his session, what the site shows only to
him: data, anti-forgery tokens, keys.

How it is confirmed
The same request is sent with origins that nobody owns. The finding is firm when the answer names exactly the origin
that was sent, for two different random ones, allows credentials, and does not name it for a request without an
origin. A fixed origin, a plain `*` (which browsers never combine with credentials) and answers to the site's own
name do not count. One finding per host and kind of mistake.

How to fix it
Compare the origin with a list of whole origins, and answer only to those; never build the answer from the request, and
never accept `null`. Spring: `allowedOrigins("https://app.example")` instead of patterns. Express: `cors({ origin:
["https://app.example"], credentials: true })`. Django: `CORS_ALLOWED_ORIGINS` instead of `CORS_ALLOW_ALL_ORIGINS` or a
regular expression without `^...$`. nginx: a `map $http_origin $cors` with whole names. Send `Vary: Origin`.

When it may be wrong
Session cookies with `SameSite=Lax` or `Strict` do not go along with such requests; then only tokens that the browser
adds by itself are at risk. Answers that are the same for everybody give nothing away.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from vedette.contract.checkinfo import CheckInfo, Kind, Phase, ProofLevel, Severity
from vedette.contract.exchange import Exchange, Request, Response, Step, header
from vedette.engine.attack.example import Example, Handler
from vedette.engine.attack.probe import Candidate, Probe, Proof, Site

INFO = CheckInfo(
    id="cors-reflected-origin",
    title="Any origin may read answers with credentials",
    kind=Kind.HOST,
    phase=Phase.HOST,
    severity=Severity.MEDIUM,
    proof=ProofLevel.FIRM,
    cwe=(942, 346),
    cvss31="CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:N/A:N",
    cvss40="CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:A/VC:H/VI:L/VA:N/SC:N/SI:N/SA:N",
    owasp="A05:2021",
    references=("https://fetch.spec.whatwg.org/#http-cors-protocol", "https://portswigger.net/web-security/cors"),
    tags=("cors", "header"),
    identity=("origin", "detail"),
    profiles=("safe", "normal", "full"),
)

MAX_PAGES = 40
_FOR_PROGRAMS = re.compile(
    r"/(?:\w+-)?(?:api|rest|graphql|json|rpc|ajax|ws|services?|v\d)(?:[/.-]|$)|\.json$", re.IGNORECASE
)
_PERSONAL = re.compile(
    r"/(?:me|my|account|users?|profiles?|sessions?|customers?|orders?|settings)(?:[/.]|$)", re.IGNORECASE
)

Trick = Callable[[str, str, str], str]
"""Makes an origin out of the site's scheme, its host, and a random word."""

TRICKS: dict[str, tuple[str, Trick]] = {
    "any": ("any origin", lambda scheme, host, word: f"https://{word}.example"),
    "null": ("the origin null", lambda scheme, host, word: "null"),
    "suffix": (
        "origins that begin with the site's name",
        lambda scheme, host, word: f"{scheme}://{host}.{word}.example",
    ),
    "prefix": ("origins that end with the site's name", lambda scheme, host, word: f"{scheme}://{word}{host}"),
}


async def detect(probe: Probe, site: Site) -> list[Candidate]:
    """The first page on which each kind of mistake shows; a host that trusts anybody needs no further tricks."""
    found: dict[str, Candidate] = {}
    for url in _pages(site):
        for name in TRICKS:
            if name in found or "any" in found:
                continue
            origin = _origin(site.origin, name, probe.rng.word(9))
            exchange = await _ask(probe, url, origin)
            if not _trusts(exchange, origin):
                # Most pages know nothing of origins: without any header the other tricks are spared.
                if name == "any" and not _speaks_cors(exchange):
                    break
                continue
            step = Step("a foreign origin", exchange, marks=(origin,))
            found[name] = Candidate(check=INFO.id, url=url, identity=name, data={"origin": site.origin}, steps=(step,))
    return list(found.values())


async def verify(probe: Probe, candidate: Candidate) -> Proof | None:
    """Two more origins of the kind, between them a request without one."""
    site, name = str(candidate.data["origin"]), candidate.identity
    origins = [_origin(site, name, probe.rng.word(9)) for _ in range(2)]
    first = await _ask(probe, candidate.url, origins[0])
    control = await _ask(probe, candidate.url, "")
    second = await _ask(probe, candidate.url, origins[1])
    if control.response is None or control.response.header("access-control-allow-origin") in origins:
        return None
    if not _trusts(first, origins[0]) or not _trusts(second, origins[1]):
        return None
    steps = (
        Step("a foreign origin", first, marks=(origins[0],), note="The answer names it and allows credentials."),
        Step("no origin", control, control=True),
        Step("another foreign origin", second, marks=(origins[1],)),
    )
    detail = f"The answer allows {TRICKS[name][0]} to read it with the visitor's credentials."
    return Proof(level=ProofLevel.FIRM, detail=detail, steps=steps)


async def _ask(probe: Probe, url: str, origin: str) -> Exchange:
    headers = (("Origin", origin),) if origin else ()
    return await probe.fetch(Request("GET", url, headers, user="A"), fresh=True)


def _trusts(exchange: Exchange, origin: str) -> bool:
    response = exchange.response
    return (
        response is not None
        and response.header("access-control-allow-origin") == origin
        and response.header("access-control-allow-credentials").strip().lower() == "true"
    )


def _speaks_cors(exchange: Exchange) -> bool:
    response = exchange.response
    if response is None:
        return False
    return bool(response.header("access-control-allow-origin")) or "origin" in response.header("vary").lower()


def _origin(site: str, name: str, word: str) -> str:
    parts = urlsplit(site)
    return TRICKS[name][1](parts.scheme, parts.netloc, word)


def _pages(site: Site) -> list[str]:
    """The start page and one page of each kind of path: numbers in it do not make another kind."""
    kinds: dict[str, str] = {}
    for url in (site.start_url, *site.pages):
        kinds.setdefault(re.sub(r"\d+", "0", urlsplit(url).path), url)
    return sorted(kinds.values(), key=_promise)[:MAX_PAGES]


def _promise(url: str) -> tuple[bool, bool]:
    """Interfaces for programs come first, since pages for people seldom speak of origins; of both the personal ones."""
    path = urlsplit(url).path
    return _FOR_PROGRAMS.search(path) is None, _PERSONAL.search(path) is None


def _site(allowed: Callable[[str], str], credentials: bool = True) -> Handler:
    """A site whose answer names what `allowed` makes of the origin."""

    def handle(request: Request) -> Response:
        if "/api/" not in request.url:
            return Response(200, (("Content-Type", "text/html"),), b"<h1>Shop</h1>")
        named = allowed(header(request.headers, "origin"))
        headers = (("Access-Control-Allow-Origin", named), ("Vary", "Origin")) if named else (("Vary", "Origin"),)
        if credentials:
            headers = (*headers, ("Access-Control-Allow-Credentials", "true"))
        return Response(200, headers, b'{"name": "Ann"}')

    return handle


_PAGES = ("http://site.example/", "http://site.example/api/me")


def _example(name: str, vulnerable: bool, handler: Handler) -> Example:
    return Example(name=name, vulnerable=vulnerable, handler=handler, pages=_PAGES)


def _ends_alike(origin: str) -> str:
    return origin if origin.endswith("site.example") else ""


EXAMPLES = (
    _example("names whoever asks", True, _site(lambda origin: origin)),
    _example("trusts null", True, _site(lambda origin: origin if origin == "null" else "")),
    _example("compares the end only", True, _site(_ends_alike)),
    _example("one fixed origin", False, _site(lambda origin: "https://app.example")),
    _example("everybody, without credentials", False, _site(lambda origin: "*")),
    _example("names whoever asks, without credentials", False, _site(lambda origin: origin, credentials=False)),
    _example("a list of whole origins", False, _site(lambda origin: origin if origin == "http://site.example" else "")),
)
