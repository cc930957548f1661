"""The probe of units whose silence is to mean something."""

from __future__ import annotations

from typing import Any

from vedette.contract.exchange import Exchange, Request
from vedette.engine.attack.compare import blocked, failed
from vedette.engine.attack.probe import TlsFacts
from vedette.engine.scan.prober import UnitProbe


class WatchedProbe(UnitProbe):
    """Notes what stood between the unit and the application: `wall` says what, `answered` are the URLs that answered,
    `shaken` tells that a handshake came about. Made like any UnitProbe."""

    def __init__(self, **parts: Any) -> None:
        super().__init__(**parts)
        self.wall = ""
        self.answered: set[str] = set()
        self.shaken = False

    async def handshake(self, origin: str) -> TlsFacts:
        """TLS facts of an origin; those of a failed handshake show nothing."""
        facts = await super().handshake(origin)
        if facts.error:
            self.wall = f"no handshake: {facts.error}"
        else:
            self.shaken = True
        return facts

    async def _exchange(self, request: Request, *, fresh: bool, timed: bool = False) -> Exchange:
        exchange = await super()._exchange(request, fresh=fresh, timed=timed)
        if exchange.response is not None and blocked(exchange):
            self.wall = f"something stood between: status {exchange.status}"
        elif exchange.response is not None and not failed(exchange):
            self.answered.add(request.url)
        return exchange
