"""Leave for one request that is sent by somebody else than the lanes: a browser, through our proxy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from vedette.contract.exchange import Exchange


class Conduit(Protocol):
    """Holds connections to targets that are not the lanes'."""

    def cancel_all(self) -> None:
        """Ends all connections at once."""


@dataclass(slots=True)
class Passage:
    """Leave to send one request to this IP address; or an error word with its reason. Whoever gets one without an
    error calls `end` once; `free` before that gives its place to the next when the answer takes long."""

    address: str = ""
    error: str = ""
    detail: str = ""
    leave: Callable[[Exchange | None], None] | None = None
    ended: Callable[[Exchange], None] | None = None

    def free(self) -> None:
        """Gives the place back without having learned anything; further calls do nothing."""
        if self.leave is not None:
            self.leave(None)
            self.leave = None

    def end(self, exchange: Exchange) -> None:
        """The request came to this end; further calls do nothing. An exchange with the error `stopped` tells nothing
        of the target."""
        if self.leave is not None:
            self.leave(exchange if exchange.error != "stopped" else None)
            self.leave = None
        if self.ended is not None:
            self.ended(exchange)
            self.ended = None
