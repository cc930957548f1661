"""One Chromium for many tests: starting it costs more than most of them do with it.

What a test gets is as fresh as before, since all that pages share (cookies, storage, cache, the way out) belongs to
contexts, which are made for each test and closed with it. Whoever is about processes starts his own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from vedette.engine.net.browser_process import BrowserProcess, BrowserTrouble, missing, within
from vedette.engine.net.posing import Certificates

NOWHERE = 9
CLOSE_S = 60.0
"""Patience with a loaded machine."""

_MARKS = (
    pytest.mark.skipif(bool(missing()), reason=missing() or "there is a browser"),
    # The driver belongs to the loop that started it.
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.usefixtures("shared_chromium"),
)


def shares_chromium(test: Callable[..., Any]) -> Callable[..., Any]:
    """Marks a test whose browsers are all contexts of the one that runs. Async fixtures of such a test need the loop
    of the session too."""
    for mark in _MARKS:
        test = mark(test)
    return test


class House:
    """The one that runs: started when the first guest comes, and again when it died. Its proxies pose with one key,
    because Chromium is told the fingerprint when it starts."""

    def __init__(self) -> None:
        self.certificates = Certificates()
        self._process = BrowserProcess()

    async def open(self) -> BrowserProcess:
        """The process, which runs."""
        if not self._process.alive:
            await self._process.close()
            await self._process.start(NOWHERE, self.certificates.pin)
        return self._process

    async def close(self) -> None:
        """Ends it."""
        await self._process.close()


class Guest:
    """Takes the place of a process of a test's own: its chromium makes contexts in the one that runs, and closing it
    closes these and nothing else."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._process: BrowserProcess | None = None
        self._contexts: list[Any] = []
        self.confined = BrowserProcess().confined

    @property
    def chromium(self) -> Guest | None:
        """What makes contexts; None before `start` and after `close`."""
        return self if self.alive else None

    @property
    def alive(self) -> bool:
        """Whether the one that runs does so."""
        return self._process is not None and self._process.alive

    @property
    def version(self) -> str:
        """Chromium's."""
        assert self._process is not None and self._process.chromium is not None
        return self._process.chromium.version

    async def new_context(self, **settings: Any) -> Any:
        """A context that ends with this guest."""
        assert self._process is not None and self._process.chromium is not None
        context = await self._process.chromium.new_context(**settings)
        self._contexts.append(context)
        return context

    async def start(self, proxy_port: int, pin: str) -> None:
        """Moves in. The way out is that of each context, which knows the port."""
        assert pin == self._house.certificates.pin
        self._process = await self._house.open()

    async def close(self) -> None:
        """Moves out."""
        contexts, self._contexts = self._contexts, []
        try:
            for context in contexts:
                if self.alive:
                    await within(CLOSE_S, context.close())
        except BrowserTrouble:
            self.kill()
        self._process = None

    def kill(self) -> None:
        """A browser that hangs is one for nobody."""
        if self._process is not None:
            self._process.kill()
