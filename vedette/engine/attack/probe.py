"""What a check is given to work with. A check never holds a client: it asks its probe."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

from vedette.contract.checkinfo import ProofLevel
from vedette.contract.exchange import Exchange, Request, Step
from vedette.engine.attack.compare import Model
from vedette.engine.attack.point import Point
from vedette.engine.attack.rng import Rng


class ProbeStop(Exception):  # noqa: N818 - a signal, not an error
    """The unit must end: its budget is spent, its target does not answer, or the scan is stopping. Never catch it."""


@dataclass(frozen=True, slots=True)
class Reflection:
    """Where a token came back. `context` is one of `attack.reflection.CONTEXTS`; `survived` are the probe's
    characters that came back unchanged beside the token in this place."""

    context: str
    survived: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Reaction:
    """What the light pass learned of an insertion point, in `signs`, with reflections apart.

    Signs: `reflected`, `reflected-header`, `reflected-location`, `changed` (another page for a harmless other value),
    `odd` (another page for odd characters than for a harmless value), `error` (an error message appeared),
    `error:sql`, `error:ldap`, `error:xpath`, `error:xml`, `error:template`, `error:code`, `error:command`,
    `error:file`, `failed` (5xx), `missing` (of a path segment that is not known to vary: another value gives the
    site's page for addresses that do not exist), `url-like`, `file-like`, `number-like`, `xml-like`, `serialised`.
    """

    signs: frozenset[str] = frozenset()
    reflections: tuple[Reflection, ...] = ()

    @property
    def dull(self) -> bool:
        """No sign that the site does anything with the value."""
        likes = {"url-like", "file-like", "number-like", "xml-like", "serialised", "missing"}
        return not (self.signs - likes)


@dataclass(frozen=True, slots=True)
class Sink:
    """A page on which a stored token of a point came back, with the contexts there."""

    request: Request
    reflections: tuple[Reflection, ...]


@dataclass(slots=True, kw_only=True)
class Candidate:
    """A suspicion to be verified later, perhaps by another process: `data` is all that `verify` needs, JSON-able.

    `point` is None for host checks, which then name `url`. `identity` is the check's own distinguishing word.
    """

    check: str
    point: Point | None = None
    url: str = ""
    identity: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()


@dataclass(slots=True, kw_only=True)
class Proof:
    """What a verifier shows. `steps` hold every exchange of the proof, negative controls marked as such.

    `title` and `severity` override those of the check's INFO when set; `url` and `sink_url` override the location.
    """

    level: ProofLevel
    detail: str
    steps: tuple[Step, ...]
    title: str = ""
    severity: str = ""
    url: str = ""
    sink_url: str = ""
    parameter: str = ""


@dataclass(frozen=True, slots=True)
class Site:
    """A host as host checks see it: its origin, the folders seen on it (each ending in `/`), its start page's URL,
    and some URLs that answered 200."""

    origin: str
    folders: tuple[str, ...]
    start_url: str
    pages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Timed:
    """One measurement: seconds to the first byte, None when it is not valid, and the exchange as evidence."""

    seconds: float | None
    exchange: Exchange


@dataclass(slots=True, kw_only=True)
class TlsFacts:
    """What a handshake showed. `accepted` are protocol versions the server took; `certificate` is DER."""

    accepted: tuple[str, ...] = ()
    certificate: bytes = b""
    chain_error: str = ""
    cipher: str = ""
    weak_ciphers: tuple[str, ...] = ()
    error: str = ""


class Browser(Protocol):
    """A real browser, when the scan has one: proves that a script runs."""

    async def executes(self, request: Request, token: str) -> Step | None:
        """Loads the request; the step in which a dialog or console call carried the token, else None."""


class Probe(Protocol):
    """One unit's door to the target. Every call may raise `ProbeStop`; let it pass.

    `full` tells that the point's reaction or a technology calls for the whole check; otherwise stay within
    `INFO.cost` requests. `reaction` is the light pass's; `technologies` are lower-case names seen on the host.
    """

    rng: Rng
    full: bool
    reaction: Reaction
    technologies: frozenset[str]
    browser: Browser | None

    async def send(self, point: Point, payload: str, *, fresh: bool = False) -> Exchange:
        """The point's request with its value replaced by the payload, encoded as the place demands.
        `fresh` takes a connection of its own."""

    async def send_raw(self, point: Point, payload: str, *, fresh: bool = False) -> Exchange:
        """Like `send`, but the payload goes in as given, already encoded (query, path, form and cookie points)."""

    async def fetch(self, request: Request, *, fresh: bool = False) -> Exchange:
        """Any request within scope. The guard refuses others: the exchange then has the error `refused`."""

    async def baseline(self, point: Point) -> Model:
        """The learned model of the point's normal answers: at least three, shared by all units of the endpoint."""

    async def sinks(self, point: Point) -> tuple[Sink, ...]:
        """Pages on which a value stored through this point comes back. Empty before the stored-input pass."""

    async def timed(self, point: Point, payload: str) -> Timed:
        """Measures the seconds to the first byte on a fresh, warmed connection. Only within timing checks."""

    async def handshake(self, origin: str) -> TlsFacts:
        """TLS facts of an `https` origin; kept for the whole scan."""
