"""What every lane to a target offers: one request record in, one exchange record out."""

from __future__ import annotations

from typing import Protocol

from vedette.contract.exchange import Exchange, Request

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that may be sent twice without harm; all others take a connection of their own."""


class Lane(Protocol):
    """A way to a target. Never follows redirects, never uses a proxy, never raises for what a target does."""

    async def send(self, request: Request, *, address: str, fresh: bool = False, timed: bool = False) -> Exchange:
        """Sends to this IP address, whatever the URL's host resolves to. `fresh` takes a connection of its own;
        `timed` does so too and warms it first, so that `ttfb_s` measures the target and not the connection."""

    def cancel_all(self) -> None:
        """Ends every request in flight; their callers get the error `stopped`."""

    async def close(self) -> None:
        """Ends everything; the lane cannot be used again."""
