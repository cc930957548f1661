"""The platform's web process, started as `vedette up` starts it, with its memory and CPU time."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import time
from pathlib import Path
from types import TracebackType

from vedette.server.commands import running
from vedette.server.config import environment

READY_S = 30.0


class Web:
    """A running web process on a port of its own; ends with the block."""

    def __init__(self, data_dir: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        # Two arenas, as the platform sets it: each keeps what its threads once needed.
        self._variables = {"MALLOC_ARENA_MAX": "2", **os.environ, "VEDETTE_DATA_DIR": str(data_dir)}
        self._variables["VEDETTE_PORT"] = str(self.port)
        self._command = running.children(environment.read(self._variables), self.port)[0].command

    def __enter__(self) -> Web:
        self.process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL, env=self._variables)
        deadline = time.monotonic() + READY_S
        while not self._ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.process.kill()
                raise RuntimeError("the web process did not start")
            time.sleep(0.1)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.terminate()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()

    def _ready(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == http.client.OK
        except OSError:
            return False
        finally:
            connection.close()

    def memory_mb(self) -> float:
        """What the processes take, shared pages counted in parts."""
        lines = (line for pid in tree(self.process.pid) for line in _read(f"/proc/{pid}/smaps_rollup").splitlines())
        return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024

    def cpu_s(self) -> float:
        """What the processes have used of the processor so far."""
        return cpu_s(tree(self.process.pid))


def tree(pid: int) -> list[int]:
    """A process and all below it."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*"):
        for child in _read(str(task / "children")).split():
            found += tree(int(child))
    return found


def cpu_s(pids: list[int]) -> float:
    """Seconds of CPU of processes, to the microsecond: what the scheduler counts for each of their threads."""
    spent = 0
    for pid in pids:
        for task in Path(f"/proc/{pid}/task").glob("*"):
            text = _read(str(task / "schedstat"))
            spent += int(text.split()[0]) if text else 0
    return spent / 1e9


def load() -> str:
    """How busy the machine is with everything that runs on it."""
    one, five, _ = os.getloadavg()
    return f"load {one:.1f} (1 min), {five:.1f} (5 min) on {os.cpu_count()} cores"


def _read(path: str) -> str:
    try:
        return Path(path).read_text()
    except OSError:  # it has ended meanwhile
        return ""
