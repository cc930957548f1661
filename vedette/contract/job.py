"""What is asked of the engine. A job holds no secret: those travel in a map of their own, referenced by name."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from vedette.contract.discovery import Discovery
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
    """A name with a plain value, or with the name of a secret: a header or cookie sent with every request in scope, a
    field of a log-in form, a parameter of an API. `testing` lets the tests change a header or cookie; one that
    `authenticates` the first user, A, is not sent in the name of another."""

    name: str
    value: str = ""
    secret: str = ""
    testing: bool = False
    authenticates: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Otp:
    """The second factor of a log-in. `totp`: codes are made from the Base32 key that `secret` names; `handed`: they
    come from outside while the log-in waits. `field` and `submit` are CSS selectors; empty: found by meaning."""

    kind: str = "totp"
    secret: str = ""
    algorithm: str = "SHA1"
    digits: int = 6
    period_s: int = 30
    field: str = ""
    submit: str = ""


OTP_ALGORITHMS = ("SHA1", "SHA256", "SHA512")
"""How codes of a second factor are made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedStep:
    """One step of a recorded sequence.

    `kind` is one of STEP_KINDS; `css` and `xpath` name the element, `frame` its frame (`>>>` between nested ones),
    `shadow_host` the host of the shadow tree in which the recorder clicked. What is typed or chosen is `value`, or the
    secret that `secret` names, or `values` of a multiple choice.
    """

    kind: str
    url: str = ""
    css: str = ""
    xpath: str = ""
    frame: str = ""
    shadow_host: str = ""
    value: str = ""
    secret: str = ""
    values: tuple[str, ...] = ()
    checked: bool = False
    x: float = 0.0
    y: float = 0.0


STEP_KINDS = (
    "goto", "click", "dblclick", "mouseover", "bclick", "fill_value", "bfill_value", "fill_otp", "check", "select",
    "select_multi", "press_key", "wait",
)  # fmt: skip
"""What a step of a recorded sequence does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sequence:
    """Recorded steps that lead somewhere: to a session, or to pages that are to be crawled."""

    name: str
    steps: tuple[RecordedStep, ...]
    requires_login: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenLogin:
    """A log-in by API: `payload` names the secret text that is posted to the log-in's URL; `field` is the dotted path
    of the token in the JSON answer; the session sends `prefix token` as the header or cookie `name`."""

    payload: str
    media_type: str = "application/json"
    field: str = "token"
    prefix: str = ""
    name: str = "Authorization"
    place: str = "header"


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderLogin:
    """A log-in by a folder of the job's Postman collection: its requests are sent in order, and what their scripts put
    into variables goes with the requests of other folders.

    `mapping` sets variables too, each to what stands at a dotted path of a JSON answer (its `value`), in a header
    (`header:NAME`) or in a cookie (`cookie:NAME`). With `fail_fast` the first request that is refused ends the log-in.
    The first request of `check_folder` is asked for to see whether the session holds.
    """

    name: str
    mapping: tuple[Setting, ...] = ()
    fail_fast: bool = False
    check_folder: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Detector:
    """One sign that nobody is logged in any more; `kind` is one of DETECTOR_KINDS."""

    kind: str
    value: str


DETECTOR_KINDS = ("text", "url", "sel", "status_code", "body_contains", "header")
"""What a log-out detector looks at on the check page: its text, its address after redirects, a CSS selector, its
status, its source, a header (`Name` or `Name: value`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """How to log in.

    `none` expects no session; `static` relies on the job's headers and cookies; `form` opens `url` and fills in
    `fields` (user first, then password, then others; a name that is no field's is a hint of meaning); `sequence`
    replays `steps`; `api` posts as `token` says; `postman` sends what `folder` names. The session is checked on
    `check_url`: it must match `logged_in_pattern` (a regular expression), and show none (`any`) or not all (`all`) of
    `detectors`. `record` asks for a video of the log-in.
    """

    kind: str = "none"
    url: str = ""
    fields: tuple[Setting, ...] = ()
    steps: tuple[RecordedStep, ...] = ()
    token: TokenLogin | None = None
    folder: FolderLogin | None = None
    otp: Otp | None = None
    check_url: str = ""
    logged_in_pattern: str = ""
    detectors: tuple[Detector, ...] = ()
    condition: str = "any"
    record: bool = False


LOGIN_KINDS = ("none", "static", "form", "sequence", "api", "postman")
"""The ways to log in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What tells the requests of an API: `kind` is one of DESCRIPTION_KINDS. The text is given, or fetched from `url`
    before the crawl. `base` overrides the address that the description names; `values` are those of named parameters
    (or of a Postman environment); `media_type` is preferred where an operation accepts several."""

    kind: str
    url: str = ""
    text: str = ""
    base: str = ""
    values: tuple[Setting, ...] = ()
    media_type: str = "application/json"


DESCRIPTION_KINDS = ("openapi", "postman", "graphql", "har", "requests")
"""The forms in which an API may be described; `requests` are plain HTTP requests, one after another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostSettings:
    """Headers and cookies that go to one origin (`scheme://host[:port]`) beside the start URLs' and to no other."""

    origin: str
    headers: tuple[Setting, ...] = ()
    cookies: tuple[Setting, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """How each request is signed as it leaves. `method` is one of SIGNING_ALGORITHMS, `algorithm` one of its own.

    `secret` names the shared secret or the private key (PEM), `key_id` is how the site knows it. `headers` are those
    that `http-v1` signs; `header` carries the token of `jwt-v1`; `base_path` is left out of the path by `xpay`.
    """

    method: str
    secret: str
    algorithm: str
    key_id: str = ""
    headers: tuple[str, ...] = ("(request-target)", "host", "date", "digest")
    header: str = "X-JWT-Signature"
    base_path: str = ""


SIGNING_ALGORITHMS = {
    "xpay": ("hmac-sha256",),
    "http-v1": ("hmac-sha256", "hmac-sha512", "rsa-sha256", "rsa-sha512", "ecdsa-sha256"),
    "jwt-v1": ("HS256", "HS384", "HS512", "RS256", "RS512", "PS256", "ES256", "ES384"),
}
"""The ways to sign a request: Visa's X-Pay-Token, HTTP signatures (draft-cavage-http-signatures-12), a JSON Web Token
about the request; and the algorithms of each, the usual one first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Encryption:
    """How JSON bodies travel: as `{"encData": "..."}`, a JWE (RFC 7516) with RSA-OAEP-256 in compact form.

    `key` names the site's public key or certificate (PEM), `private_key` the key that opens its answers (empty: they
    are left as they are); `key_id` is sent as the header `keyId`. `scope` are addresses with what lies below them, `*`
    for any run of characters; empty: all.
    """

    key: str
    private_key: str = ""
    key_id: str = ""
    content: str = "A128GCM"
    scope: tuple[str, ...] = ()


CONTENT_ENCRYPTIONS = ("A128GCM", "A256GCM")
"""How the content of an encrypted body is enciphered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What of the site a scan looks at; nothing set: all of it.

    `urls` are the only ones tested, with what lies below them. `earlier` maps the keys of an earlier scan's endpoints
    to what they answered then: with `incremental`, endpoints that are new or answer otherwise are tested.
    `sequences_only` crawls what the job's sequences visit. `described_only` calls what the job's descriptions tell, and
    crawls nothing. `duplicates` tests near-duplicates of endpoints too.
    """

    urls: tuple[str, ...] = ()
    incremental: bool = False
    earlier: dict[str, str] = field(default_factory=dict)
    sequences_only: bool = False
    described_only: bool = False
    duplicates: bool = False


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

    `url` is the start page of the host; `token` a UUID; `login` names the secret text of an Authorization header that
    the host wants to see.
    """

    url: str
    method: str
    token: str
    login: str = ""


OWNERSHIP_METHODS = ("file", "meta_tag", "dns_txt", "dns_cname")
"""How a host can show its owner: a file, a tag in the start page, a TXT record, a CNAME record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One order to the engine: everything it needs but secrets and resume state.

    `resolvers` are the name servers asked for what shows an owner and for names that are discovered (`ADDRESS`,
    `ADDRESS:PORT` or `[IPV6]:PORT`; empty: the machine's own). A discovery has `discovery` and no start URLs. A replay
    may name in `known` the finding whose proof it sends again: its input goes as it was.
    `second_login` is that of another user, B; `second_headers` and `second_cookies` are sent in B's name, and in no
    other. `certificate` names the secret PEM of a client certificate with its key. `signing` has requests signed,
    `encryption` JSON bodies encrypted.
    `browser` false keeps the scan from starting one. `stop_on_sequence_failure` ends the scan when a sequence of
    `sequences` cannot be replayed. `fail_fast` ends it as failed when its log-in fails, a description of an API gives
    nothing to call, or the target stays away.
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
    second_login: Login = field(default_factory=Login)
    certificate: str = ""
    signing: Signing | None = None
    encryption: Encryption | None = None
    descriptions: tuple[Description, ...] = ()
    sequences: tuple[Sequence, ...] = ()
    stop_on_sequence_failure: bool = False
    hosts: tuple[HostSettings, ...] = ()
    part: Part = field(default_factory=Part)
    browser: bool = True
    second_headers: tuple[Setting, ...] = ()
    second_cookies: tuple[Setting, ...] = ()
    fail_fast: bool = False
    discovery: Discovery | None = None


def secret_names(job: Job) -> tuple[str, ...]:
    """The names of the secrets that the job refers to, in order, each once."""
    settings = [*job.headers, *job.cookies, *job.second_headers, *job.second_cookies]
    for host in job.hosts:
        settings += [*host.headers, *host.cookies]
    for description in job.descriptions:
        settings += description.values
    names = [setting.secret for setting in settings]
    for login in (job.login, job.second_login):
        names += _secrets_of_login(login)
    for sequence in job.sequences:
        names += [step.secret for step in sequence.steps]
    if job.signing is not None:
        names.append(job.signing.secret)
    if job.ownership is not None:
        names.append(job.ownership.login)
    if job.discovery is not None:
        names += [provider.secret for provider in job.discovery.providers]
    if job.encryption is not None:
        names += [job.encryption.key, job.encryption.private_key]
    return tuple(dict.fromkeys(name for name in (*names, job.certificate) if name))


def _secrets_of_login(login: Login) -> list[str]:
    names = [setting.secret for setting in login.fields]
    names += [step.secret for step in login.steps]
    if login.token is not None:
        names.append(login.token.payload)
    if login.otp is not None:
        names.append(login.otp.secret)
    return names
