"""A token that an API gave for a call is fetched anew by the same call once it is worth nothing any more."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from vedette.contract.exchange import Exchange, Request, header

MAX_VAIN = 3
"""Calls in a row that gave no token; then no more are made."""

MAX_PLACES = 2000
Send = Callable[[Request], Awaitable[Exchange]]
Enter = Callable[[], Awaitable[bool]]


class Renewal:
    """Notices answers 401. Before `by` was called, and after MAX_VAIN calls in vain, it only passes things on."""

    def __init__(self) -> None:
        self._enter: Enter | None = None
        self._turn = asyncio.Lock()
        self._made = 0
        self._vain = 0
        self._closed: set[str] = set()

    def by(self, enter: Enter) -> None:
        """Names the call; it says whether it gave a token, and puts it into the session."""
        self._enter = enter

    async def exchange(self, request: Request, send: Send) -> Exchange:
        """Sends the request, once more with a fresh token when the one of now was refused. An address that refuses the
        fresh one too is left alone: it means something else."""
        made = self._made
        exchange = await send(request)
        place = f"{request.method} {request.url.partition('?')[0]}"
        if self._enter is None or exchange.status != 401 or place in self._closed or _brings_own(request):
            return exchange
        if not await self._renewed(made):
            return exchange
        again = await send(request)
        if again.status == 401 and len(self._closed) < MAX_PLACES:
            self._closed.add(place)
        return again

    async def _renewed(self, made: int) -> bool:
        """Whether there is a token that is newer than that of then."""
        async with self._turn:
            if made != self._made:
                return True
            if self._enter is None or self._vain >= MAX_VAIN:
                return False
            if await self._enter():
                self._made, self._vain = self._made + 1, 0
                return True
            self._vain += 1
            return False


def _brings_own(request: Request) -> bool:
    """Whether what was refused is the request's own, as when a test puts something in its place."""
    return bool(header(request.headers, "authorization"))
