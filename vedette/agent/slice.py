"""One slice of a job, in a process of its own: `python -m vedette.agent.slice`, spoken to as `agent.lines` says.

Secrets come over standard input only. Without its carrier, whose death ends the input, nothing more is sent and
nothing more is committed.
"""

from __future__ import annotations

import asyncio
import ctypes
import os
import resource
import signal
import sys
import traceback
from typing import Literal, cast

import uvloop

from vedette.agent.lines import ALIVE_S, LineBuffer, LineError, Message, line, read, read_grant
from vedette.contract import wire
from vedette.contract.batch import Batch
from vedette.contract.claim import Grant
from vedette.contract.events import ScanFinished, SliceEnded
from vedette.engine.scan import Control, JobRefused, run

Word = Literal["pause", "cancel", "yield", "stop"]
WORDS = ("pause", "cancel", "yield", "stop")
ORPHANED = 3
"""The exit code of a slice whose carrier is gone."""

_PR_SET_PDEATHSIG = 1


class _Incoming(asyncio.Protocol):
    """The carrier's lines. Their end is the end of this process, whatever it is doing."""

    def __init__(self, lines: asyncio.Queue[bytes]) -> None:
        self._lines = lines
        self._buffer = LineBuffer()

    def data_received(self, data: bytes) -> None:
        for whole in self._buffer.feed(data):
            self._lines.put_nowait(whole)

    def eof_received(self) -> bool:
        os._exit(ORPHANED)

    def connection_lost(self, exc: Exception | None) -> None:
        os._exit(ORPHANED)


class _Outgoing(asyncio.BaseProtocol):
    """The way to the carrier; `closed` is set once all was handed over and the way is shut. A carrier that shuts it
    before that (`done` is not set) is gone."""

    def __init__(self) -> None:
        self.done = False
        self.closed = asyncio.get_running_loop().create_future()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done:
            os._exit(ORPHANED)
        self.closed.set_result(None)


class Slice:
    """Runs one grant. Give the file numbers of the carrier's two pipes."""

    def __init__(self, incoming: int, outgoing: int) -> None:
        self._pipes = (incoming, outgoing)
        self._control = Control()
        self._lines: asyncio.Queue[bytes] = asyncio.Queue()
        self._acks: asyncio.Queue[int] = asyncio.Queue()
        self._ending = ""

    async def work(self) -> None:
        """From the grant to the ending. Raises what the engine raises."""
        loop = asyncio.get_running_loop()
        # A copy: the pipe itself ends with the process, so that its end tells that all was said, tracebacks included.
        outgoing = os.fdopen(os.dup(self._pipes[1]), "wb", buffering=0)
        self._way, end = await loop.connect_write_pipe(_Outgoing, outgoing)
        loop.add_signal_handler(signal.SIGTERM, self._told, "stop")
        await loop.connect_read_pipe(lambda: _Incoming(self._lines), os.fdopen(self._pipes[0], "rb", buffering=0))
        first = read(await self._lines.get())
        async with asyncio.TaskGroup() as group:
            others = [group.create_task(self._listen()), group.create_task(self._breathe())]
            await self._run(first)
            for task in others:
                task.cancel()
        end.done = True
        self._way.close()
        await end.closed

    async def _run(self, first: Message) -> None:
        try:
            grant = read_grant(first.pop("grant", None))
            await self._commit_all(grant)
        except (JobRefused, wire.WireError) as error:
            self._say({"ending": "refused", "detail": str(error)})
            return
        # A word that came when all was done has ended nothing.
        self._say({"ending": self._ending or self._control.word or "finished", "detail": ""})

    async def _commit_all(self, grant: Grant) -> None:
        state, grant.state = grant.state, {}  # the engine lets rows go as it reads them: nobody else may hold them
        batches = run(grant.job, secrets=grant.secrets, state=state, control=self._control, epoch=grant.epoch)
        async for batch in batches:
            batch.batch += grant.batch - 1
            self._note_end(batch)
            self._say({"batch": wire.dump(batch)})
            acked = await self._acks.get()
            if acked != batch.batch:
                raise LineError(f"batch {acked} was acknowledged instead of {batch.batch}")

    def _note_end(self, batch: Batch) -> None:
        for event in batch.events:
            if isinstance(event, ScanFinished):
                self._ending = "cancel" if event.cancelled else "finished"
            elif isinstance(event, SliceEnded):
                self._ending = event.reason

    async def _listen(self) -> None:
        while True:
            message = read(await self._lines.get())
            if message.get("control") in WORDS:
                self._told(cast(Word, message["control"]))
            elif isinstance(message.get("code"), str):
                self._control.hand_in(message["code"])
            elif isinstance(message.get("ack"), int):
                self._acks.put_nowait(message["ack"])
            else:
                raise LineError("a line that is neither word nor acknowledgement")

    async def _breathe(self) -> None:
        while True:
            self._say({"alive": True})
            await asyncio.sleep(ALIVE_S)

    def _told(self, word: Word) -> None:
        self._control.say(word)
        self._say({"heard": word})

    def _say(self, message: Message) -> None:
        self._way.write(line(message))


def _take_pipes() -> tuple[int, int]:
    """Numbers for the carrier's pipes that nobody else uses: what is printed goes to the error stream, and who reads
    the standard input finds it empty."""
    incoming, outgoing = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return incoming, outgoing


def _die_with_carrier() -> None:
    # Elsewhere the end of the input must do, which is seen a moment later.
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def main() -> int:
    """Runs the slice that the carrier on the other side of standard input hands over."""
    _die_with_carrier()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a dump would hold secrets
    pipes = _take_pipes()
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(Slice(*pipes).work())
    except BaseExceptionGroup as group:
        # The carrier passes the last lines on: the error itself is worth more there than the group around it.
        for error in group.exceptions:
            traceback.print_exception(error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
