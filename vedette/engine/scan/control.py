"""The word from outside: pause, cancel or yield. Seen between requests; nothing is sent after it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Literal

Word = Literal["", "cancel", "pause", "yield", "time", "stop"]


class Control:
    """Carries the first word that was said. `stop` is the carrier's own end (signal, lost lease)."""

    def __init__(self) -> None:
        self.word: Word = ""
        self._said = asyncio.Event()
        self._listeners: list[Callable[[], None]] = []
        self._code = ""
        self._handed = asyncio.Event()
        self._wanted: list[Callable[[], None]] = []

    def say(self, word: Word) -> None:
        """Asks the scan to end its slice. Later words change nothing, except that `cancel` outranks the others."""
        if self.word and word != "cancel":
            return
        self.word = word
        self._said.set()
        for listener in self._listeners:
            listener()

    def on_word(self, listener: Callable[[], None]) -> None:
        """Calls the listener when a word is said; at once when one was."""
        self._listeners.append(listener)
        if self.word:
            listener()

    @property
    def said(self) -> bool:
        """Whether to stop."""
        return bool(self.word)

    async def wait(self) -> Word:
        """The word, once there is one."""
        await self._said.wait()
        return self.word

    def hand_in(self, code: str) -> None:
        """Gives a one-time code to the log-in that waits for one, or will; a later code takes the place of one that
        nobody has taken."""
        self._code = code
        self._handed.set()

    def on_code_wanted(self, listener: Callable[[], None]) -> None:
        """Calls the listener each time that a log-in begins to wait for a code."""
        self._wanted.append(listener)

    async def code(self, seconds: float) -> str:
        """The code that is handed in within so many seconds; empty when none is, or the scan is to end."""
        for listener in self._wanted:
            listener()
        handed = asyncio.ensure_future(self._handed.wait())
        said = asyncio.ensure_future(self._said.wait())
        try:
            await asyncio.wait({handed, said}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            handed.cancel()
            said.cancel()
        code, self._code = self._code, ""
        self._handed.clear()
        return code
