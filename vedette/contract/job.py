"""What is asked of the engine. A job holds no secret: those travel in a map of their own, referenced by name."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from vedette.contract.exchange import Request, Step
from vedette.contract.finding import Location

SCHEMA = 1


class JobKind(StrEnum):
    """What a job is for. The engine refuses the kinds that it cannot do yet."""

    SCAN = "scan"
    RETEST = "retest"
    REPLAY = "replay"
    REACH = "reach"
    OWN = "own"
    LOGIN_TEST = "login_test"
    FETCH_SCHEMA = "fetch_schema"
    DISCOVER = "discover"


class Profile(StrEnum):
    """The built-in profiles: lightning sends no payload, safe writes nothing, normal goes deep where an input reacts,
    full goes deep everywhere."""

    LIGHTNING = "lightning"
    SAFE = "safe"
    NORMAL = "normal"
    FULL = "full"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What may be requested: URL prefixes to include (empty: the start URLs' origins) and patterns to exclude.

    An exclude pattern is a shell-style pattern (`*` any run of characters) over the whole URL.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Ceilings; 0 means none. `rate` is requests a second and host, `concurrency` connections a host, `form_posts`
    requests that may write to one address in one slice."""

    max_requests: int = 0
    max_time_s: float = 0.0
    max_pages: int = 20_000
    max_depth: int = 20
    rate: float = 50.0
    concurrency: int = 10
    timeout_s: float = 15.0
    max_body_bytes: int = 2 * 1024 * 1024
    unit_s: float = 60.0
    slice_s: float = 600.0
    form_posts: int = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A header or cookie sent with every request in scope: a plain value, or the name of a secret."""

    name: str
    value: str = ""
    secret: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """How to log in. `static` relies on the job's headers and cookies; `none` expects no session."""

    kind: str = "none"
    check_url: str = ""
    logged_in_pattern: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A finding of an earlier scan, to be tested again where it stood.

    `request` is the request in which its input stands, as it was crawled (None: the location's URL is asked for);
    `technologies` are those named in the finding: tests that were made for them are made again.
    """

    id: str
    check: str
    location: Location
    request: Request | None = None
    technologies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnershipProof:
    """What shows that a host belongs to whoever asked: `method` is one of `OWNERSHIP_METHODS`.

    `url` is the start page of the host; `token` a UUID.
    """

    url: str
    method: str
    token: str


OWNERSHIP_METHODS = ("file", "meta_tag", "dns_txt", "dns_cname")
"""How a host can show its owner: a file, a tag in the start page, a TXT record, a CNAME record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One order to the engine: everything it needs but secrets and resume state.

    `resolvers` are the name servers asked for what shows an owner (`ADDRESS`, `ADDRESS:PORT` or `[IPV6]:PORT`; empty:
    the machine's own). A replay may name in `known` the finding whose proof it sends again: its input goes as it was.
    """

    id: str
    start_urls: tuple[str, ...]
    kind: JobKind = JobKind.SCAN
    schema: int = SCHEMA
    scope: Scope = field(default_factory=Scope)
    login: Login = field(default_factory=Login)
    limits: Limits = field(default_factory=Limits)
    profile: Profile = Profile.NORMAL
    checks: tuple[str, ...] = ()
    seed: int = 1
    headers: tuple[Setting, ...] = ()
    cookies: tuple[Setting, ...] = ()
    allow_private: tuple[str, ...] = ()
    allow_actions: tuple[str, ...] = ()
    authorized: str = ""
    insecure: bool = False
    known: tuple[Known, ...] = ()
    ownership: OwnershipProof | None = None
    replay: tuple[Step, ...] = ()
    resolvers: tuple[str, ...] = ()


def secret_names(job: Job) -> tuple[str, ...]:
    """The names of the secrets that the job refers to, in order, each once."""
    names = [setting.secret for setting in (*job.headers, *job.cookies) if setting.secret]
    return tuple(dict.fromkeys(names))
