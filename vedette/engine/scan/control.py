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
