"""What a discovery is asked for, and the facts that it tells of what it finds."""

from __future__ import annotations

from dataclasses import dataclass, field

TECHNIQUES: dict[str, str] = {
    "given": "The domain itself",
    "records": "Records of the domain",
    "transfer": "Zone transfer",
    "brute-force": "Common names",
    "permutation": "Variants of known names",
    "certificate": "Certificates of services",
    "redirect": "Redirects of services",
}
"""Ids and titles of the ways in which the engine itself learns names. Providers add theirs: see `SourceInfo`."""

ACTIVE_TECHNIQUES = ("transfer", "brute-force", "permutation")
"""Those that are used for verified domains only."""

PORTS = (80, 443, 3000, 5000, 8000, 8008, 8080, 8081, 8443, 8888, 9000, 9443)
"""Where web services are looked for on the names of a verified domain."""

UNVERIFIED_PORTS = (80, 443)
"""Where they are looked for on the names of any other domain."""

SCORES = ("A+", "A", "B", "C", "D", "E", "F", "R", "NA")
"""Scores of security headers, best first. `R`: the address only sends on; `NA`: its answer cannot be judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscoveryDomain:
    """A domain of which all names at or below it are in scope: lower case, without the last dot, `xn--` where needed.

    `verified` says that its ownership was shown: what ACTIVE_TECHNIQUES lists, other ports than UNVERIFIED_PORTS and
    API descriptions are looked for in such domains only. `ports` are asked on every name in addition.
    """

    name: str
    verified: bool = False
    ports: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A passive source that is to be asked: `source` is the id of a SourceInfo, `url` takes the place of its usual
    address, `secret` names the secret key."""

    source: str
    url: str = ""
    secret: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceInfo:
    """What a passive source says of itself: `url` is its usual address (empty: one must be given), `needs_key` whether
    it answers nobody without a key, `terms` where its terms and keys are told."""

    id: str
    title: str
    url: str = ""
    needs_key: bool = False
    terms: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """What is looked for, and where it ends.

    `ports` are those asked on names of verified domains. `max_names` and `max_services` end what is kept of a domain;
    `queries_per_second` is the pace of questions to name servers. `name_server_port` is where zone transfers are asked
    for. `screenshots` asks for pictures where there is a browser.
    """

    domains: tuple[DiscoveryDomain, ...] = ()
    providers: tuple[Provider, ...] = ()
    ports: tuple[int, ...] = PORTS
    max_names: int = 5000
    max_services: int = 1000
    queries_per_second: float = 100.0
    name_server_port: int = 53
    screenshots: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateFacts:
    """The certificate of a service: its names, who issued it, its validity in seconds since the epoch, its SHA-256 in
    hexadecimal digits, and why it would not be trusted (empty: it would)."""

    subject: str
    issuer: str
    names: tuple[str, ...] = ()
    not_before: float = 0.0
    not_after: float = 0.0
    sha256: str = ""
    distrust: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenTechnology:
    """A technology of a service with its version where it was shown."""

    name: str
    version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityHeaders:
    """What the answer of a service says to browsers: `score` is one of SCORES, the others are names of headers in lower
    case; `weak` ones are there and allow too much."""

    score: str = "NA"
    present: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiDescription:
    """An API's description that was found: its kind (one of `job.DESCRIPTION_KINDS`), where, and the text itself."""

    kind: str
    url: str
    text: str
    operations: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Screenshot:
    """A picture of a service as a browser shows it."""

    media_type: str
    data: bytes = field(repr=False)


MAX_SCREENSHOT = 200_000
MAX_DESCRIPTION = 1_000_000
"""Bytes of a picture, characters of a description: larger ones are left out."""
