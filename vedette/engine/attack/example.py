"""A check's own examples: run by the testkit, printed in the manual."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from vedette.contract.exchange import Exchange, Request, Response
from vedette.engine.attack.point import Point
from vedette.engine.attack.probe import Site, TlsFacts

Handler = Callable[[Request], Response]


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One small behaving site (`handler`) with the point to test, or one exchange for a passive check.

    `vulnerable` says what the check must conclude. `pages` are URLs that the stored-input pass would look at.
    `state` returns a fresh handler per run for sites that remember; it wins over `handler`. A host check gets `site`,
    or one made from `pages`; `tls` is what handshakes show. `logged_in` holds for a passive check's page.
    """

    name: str
    vulnerable: bool
    exchange: Exchange | None = None
    handler: Handler | None = None
    state: Callable[[], Handler] | None = None
    point: Point | None = None
    pages: tuple[str, ...] = ()
    technologies: tuple[str, ...] = ()
    site: Site | None = None
    tls: TlsFacts | None = None
    logged_in: bool = False
