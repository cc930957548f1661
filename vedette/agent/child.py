"""A slice's process as its carrier sees it: words in, messages out, and an end that is always certain.

A thread of its own tends each process and never waits for anybody, so that a slice is ended in time even while the
carrier waits for its master.
"""

from __future__ import annotations

import contextlib
import os
import queue
import select
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from types import TracebackType

from vedette.agent.lines import MAX_LINE, LineBuffer, LineError, Message, line, read

TICK_S = 0.1
HEARD_S = 4.5
"""A slice that has not taken a word in by then might still send: nothing may leave 5 s after the word."""

GRACE_S = 13.0
"""From the word to the end of the process; what is left of 15 s is for the release."""

HUNG_S = 60.0
"""Without a sign of life for this long a slice will never end by itself."""

_LEAVE_S = 2.0
_READ = 1 << 18
_TAIL = 64 * 1024
_KEPT = (
    "PATH", "HOME", "USER", "LANG", "LANGUAGE", "TZ", "TMPDIR", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "VEDETTE_CHROMIUM",
)  # fmt: skip
_KEPT_PREFIXES = ("LC_", "PYTHON", "SSL_CERT_", "PLAYWRIGHT_")


def environment() -> dict[str, str]:
    """What a slice gets of the worker's environment: nothing that could hold the platform's keys or addresses."""
    return {name: value for name, value in os.environ.items() if name in _KEPT or name.startswith(_KEPT_PREFIXES)}


class Child:
    """Starts the command in a session of its own. `leash` is asked again and again why the slice must end at once
    (empty: it need not); `clock` gives seconds. Raises OSError when the command cannot be started.

    `word` is the word that it was told, `killed` why it was killed. Use as a context manager: outside there is no
    process.
    """

    def __init__(self, command: Sequence[str], *, leash: Callable[[], str], clock: Callable[[], float]) -> None:
        self.word = ""
        self.killed = ""
        self._leash = leash
        self._clock = clock
        self._lock = threading.Lock()
        self._reaped = False
        self._messages: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        self._outgoing: deque[Iterator[bytes]] = deque()
        self._rest = memoryview(b"")
        self._errors = bytearray()
        self._complaining = True
        self._told_at = self._ended_at = 0.0
        self._heard = ""
        self._process = subprocess.Popen(  # noqa: S603 - the operator's own command, without a shell
            list(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,
            env=environment(),
        )
        pipes = (self._process.stdin, self._process.stdout, self._process.stderr)
        self._in, self._out, self._err = (pipe.fileno() if pipe else -1 for pipe in pipes)
        for number in (self._in, self._out, self._err):
            os.set_blocking(number, False)
        self._sign_at = clock()
        self._thread = threading.Thread(target=self._tend, name=f"slice-{self._process.pid}", daemon=True)
        self._thread.start()

    @property
    def pid(self) -> int:
        """The number of the process, and of its group."""
        return self._process.pid

    def __enter__(self) -> Child:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill("its carrier has left it")
        self._thread.join()

    def hear(self, timeout: float) -> Message | None:
        """The next message; an empty one when none comes within so many seconds, None once the process is gone."""
        try:
            return self._messages.get(timeout=timeout)
        except queue.Empty:
            return {}

    def send(self, pieces: Iterable[bytes]) -> None:
        """Sends a line, given in pieces. Never waits: what the pipe does not take now follows."""
        with self._lock:
            self._outgoing.append(iter(pieces))
            self._flush()

    def tell(self, word: str) -> None:
        """Passes a word of control on; one that it was told already is not repeated."""
        if word != self.word:
            self._told(word)
            self.send([line({"control": word})])

    def stop(self) -> None:
        """Tells it to stop, by the signal that the carrier itself was given."""
        with self._lock:
            if not self._reaped and self.word != "stop":
                self._told("stop")
                os.kill(self.pid, signal.SIGTERM)

    def kill(self, why: str) -> None:
        """Ends it at once, with whatever it has started. What it had not handed over is lost."""
        with self._lock:
            if not self._reaped:
                self.killed = self.killed or why
                self._kill_group()

    def last_words(self) -> str:
        """How the process ended, and the end of what it wrote on its error stream, secrets included. Ask when gone."""
        code = self._process.returncode
        if self.killed:
            how = f"killed: {self.killed}"
        elif code is not None and code < 0:
            how = f"ended by signal {-code} ({signal.strsignal(-code)})"
        else:
            how = f"ended with code {code}"
        return f"{how}\n{self._errors.decode('utf-8', 'replace')}".strip()

    def _told(self, word: str) -> None:
        # The time to end runs from the first word on.
        self._told_at = self._told_at or self._clock()
        self.word = word

    def _tend(self) -> None:
        lines = LineBuffer(MAX_LINE)
        try:
            while self._exchange(lines):
                why = self._leash() or self._overdue(self._clock())
                if why:
                    self.kill(why)
        except LineError as error:
            self.kill(f"it sent {error}")
        finally:
            self._bury()
            self._messages.put(None)

    def _exchange(self, lines: LineBuffer) -> bool:
        """Reads and writes what can be, waiting a tick at most; False once the process has shut its output."""
        ready = select.poll()
        for number in (self._out, self._err) if self._complaining else (self._out,):
            ready.register(number, select.POLLIN)
        if self._outgoing:
            ready.register(self._in, select.POLLOUT)
        numbers = [number for number, _ in ready.poll(TICK_S * 1000)]
        if self._err in numbers:
            said = os.read(self._err, _READ)
            self._complaining = bool(said)  # a stream that was shut is ready for ever
            self._errors += said
            del self._errors[:-_TAIL]
        if self._in in numbers:
            with self._lock:
                self._flush()
        if self._out not in numbers:
            return True
        data = os.read(self._out, _READ)
        for whole in lines.feed(data):
            self._take(read(whole))
        self._sign_at = self._clock()
        return bool(data)

    def _take(self, message: Message) -> None:
        if "heard" in message:
            self._heard = str(message["heard"])
        elif "alive" not in message:
            if "ending" in message:
                self._ended_at = self._clock()
            self._messages.put(message)

    def _overdue(self, now: float) -> str:
        if self._ended_at:
            return "it did not leave after its end" if now - self._ended_at > _LEAVE_S else ""
        if self._told_at and now - self._told_at > GRACE_S:
            return f"it did not end within {GRACE_S:.0f} s after the word {self.word}"
        if self._told_at and not self._heard and now - self._told_at > HEARD_S:
            return f"it did not hear the word {self.word}"
        if now - self._sign_at > HUNG_S:
            return f"no sign of life for {HUNG_S:.0f} s"
        return ""

    def _flush(self) -> None:
        while self._outgoing and not self._reaped:
            if not self._rest:
                self._rest = memoryview(next(self._outgoing[0], b""))
                if not self._rest:
                    self._outgoing.popleft()
                    continue
            try:
                self._rest = self._rest[os.write(self._in, self._rest) :]
            except BlockingIOError:
                return
            except BrokenPipeError:
                # It is gone, or about to be: the end of its output tells.
                self._outgoing.clear()

    def _kill_group(self) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)

    def _bury(self) -> None:
        """Makes sure that nothing of it is left. The lock keeps signals from a number that has a new owner by then."""
        with self._lock:
            self._kill_group()
            self._process.wait()
            self._reaped = True
            with contextlib.suppress(OSError):
                while data := os.read(self._err, _READ):
                    self._errors += data
            for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
                if pipe is not None:
                    pipe.close()
