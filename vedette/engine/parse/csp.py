"""A content security policy read as a browser reads it, and what is weak in it for a page's scripts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

Sources = tuple[str, ...]

ANY_HOST = frozenset({"*", "http:", "https:", "http://*", "https://*", "*:*"})
OPEN_HOSTS = (
    "ajax.googleapis.com",
    "cdn.jsdelivr.net",
    "cdn.rawgit.com",
    "cdnjs.cloudflare.com",
    "esm.sh",
    "raw.githack.com",
    "unpkg.com",
)
"""Hosts from which anybody's scripts, or old frameworks that run markup as code, can be loaded."""

SCRIPT_FALLBACK = ("script-src-elem", "script-src", "default-src")
FRAMES = "frame-ancestors"


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy: directives in lower case with their sources as written. A repeated directive is ignored."""

    directives: dict[str, Sources] = field(default_factory=dict)

    def sources(self, *names: str) -> Sources | None:
        """The sources of the first of these directives that is present; None when none is."""
        for name in names:
            if name in self.directives:
                return self.directives[name]
        return None

    @property
    def scripts(self) -> Sources | None:
        """What governs script elements; None when the policy does not restrict scripts."""
        return self.sources(*SCRIPT_FALLBACK)


@dataclass(frozen=True, slots=True)
class Weakness:
    """`word` is a stable name, `sentence` says what an attacker gains, `source` is the part of the policy."""

    word: str
    sentence: str
    source: str = ""


def parse(values: Iterable[str]) -> tuple[Policy, ...]:
    """All policies in these header values; one value may hold several, separated by commas."""
    policies = []
    for text in ",".join(values).split(","):
        directives: dict[str, Sources] = {}
        for part in text.split(";"):
            words = part.split()
            if words:
                directives.setdefault(words[0].lower(), tuple(words[1:]))
        if directives:
            policies.append(Policy(directives))
    return tuple(policies)


def weaknesses(policies: tuple[Policy, ...]) -> tuple[Weakness, ...]:
    """What lets injected script run in spite of the policies: all policies bind, so each must share the weakness."""
    governing = [policy for policy in policies if policy.scripts is not None]
    if not governing:
        return (Weakness("no-script-src", "No directive restricts where scripts may come from."),)
    shared: dict[str, Weakness] = {weakness.word: weakness for weakness in _script_weaknesses(governing[0])}
    for policy in governing[1:]:
        words = {weakness.word for weakness in _script_weaknesses(policy)}
        shared = {word: weakness for word, weakness in shared.items() if word in words}
    return tuple(shared.values())


def frame_ancestors(policies: tuple[Policy, ...]) -> Sources | None:
    """The strictest `frame-ancestors`: the first that is not open to every site, else any; None when absent."""
    found = [policy.directives[FRAMES] for policy in policies if FRAMES in policy.directives]
    closed = [sources for sources in found if not any(source.lower() in ANY_HOST for source in sources)]
    return next(iter(closed or found), None)


def _script_weaknesses(policy: Policy) -> Iterator[Weakness]:
    sources = tuple(source if source.startswith("'nonce-") else source.lower() for source in policy.scripts or ())
    trusted = [source for source in sources if source.startswith(("'nonce-", "'sha256-", "'sha384-", "'sha512-"))]
    strict = "'strict-dynamic'" in sources
    # A browser that understands nonces, hashes or strict-dynamic ignores 'unsafe-inline' beside them.
    if "'unsafe-inline'" in sources and not trusted and not strict:
        yield Weakness(
            "unsafe-inline", "'unsafe-inline' lets injected script elements and handlers run.", "unsafe-inline"
        )
    if not strict:
        yield from _host_weaknesses(sources)
    if "'unsafe-eval'" in sources:
        yield Weakness("unsafe-eval", "'unsafe-eval' lets strings be run as code.", "unsafe-eval")
    if (trusted or strict) and policy.sources("base-uri") is None:
        sentence = "Without base-uri an injected base element redirects the relative scripts that the nonce trusts."
        yield Weakness("no-base-uri", sentence)


def _host_weaknesses(sources: Sources) -> Iterator[Weakness]:
    for source in sources:
        if source in ANY_HOST:
            yield Weakness("any-host", f"{source} lets scripts come from any host.", source)
            break
    if "data:" in sources:
        yield Weakness("data-scripts", "data: lets a script be written into the page's own markup.", "data:")
    for source in sources:
        host, _, path = source.removeprefix("https://").removeprefix("http://").partition("/")
        # A path narrows the source to chosen files: then the host's other content cannot be loaded.
        if host.partition(":")[0] in OPEN_HOSTS and not path:
            yield Weakness("open-host", f"Anybody's scripts can be loaded from {host}.", source)
            break


def inline_blocked(policies: tuple[Policy, ...]) -> bool:
    """Whether a policy keeps injected handlers and script elements without the right nonce from running."""
    for policy in policies:
        if policy.scripts is not None and not any(
            weakness.word == "unsafe-inline" for weakness in _script_weaknesses(policy)
        ):
            return True
    return False
