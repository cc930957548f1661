"""What `vedette up` becomes: a small process that prepares the instance, then holds its two processes.

Standard library alone, neither Django nor the command line's libraries: it lives as long as the platform does.
"""

from __future__ import annotations

import contextlib
import fcntl
import http.client
import json
import os
import signal
import socket
import subprocess  # our own processes, no shell
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from vedette.server.config import environment
from vedette.server.config.environment import Environment
from vedette.server.worker.supervisor import Child, Supervisor

READY_S = 60.0
THREADS = 8
BACKPRESSURE = 256
"""Requests taken in at the same time; those beyond wait in the socket's queue."""

RETRY = "--retry-upgrade"
NOT_RELIABLE = 3
USAGE = 2


class Refused(Exception):  # noqa: N818 - it says what happened to the command
    """The platform cannot be started; the reason is a sentence, the hint says what to do."""

    def __init__(self, sentence: str, hint: str = "") -> None:
        super().__init__(sentence)
        self.hint = hint


Stay = Callable[[Supervisor, str], int]


def watch(supervisor: Supervisor, address: str) -> int:
    """Stays until told to stop."""
    supervisor.watch()
    return 0


def run(stay: Stay = watch, *, demo: bool = False) -> int:
    """Starts the platform and ends it when `stay(supervisor, address)` returns. Returns the exit code."""
    os.umask(0o077)
    try:
        chosen = environment.read()
        with locked(chosen.data_dir):
            return _hold(chosen, stay, demo=demo)
    except (Refused, environment.SettingError) as refused:
        _say(str(refused))
        hint = getattr(refused, "hint", "")
        if hint:
            sys.stderr.write(f"  {hint}\n")
        return USAGE


@contextlib.contextmanager
def locked(data_dir: Path) -> Iterator[None]:
    """Holds the data directory for one platform; the lock goes with the process, however that ends. Raises Refused when
    another one has it."""
    try:
        handle = os.open(data_dir / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise Refused(f"The data directory {data_dir} cannot be used: {error.strerror}.", "Check --data-dir.") from None
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Refused(
                f"Another platform runs on {data_dir}.", "Stop it first, or choose another --data-dir."
            ) from None
        yield
    finally:
        os.close(handle)


def _hold(chosen: Environment, stay: Stay, *, demo: bool) -> int:
    port = _free_port(chosen)
    os.environ["VEDETTE_PORT"] = str(port)
    started = time.monotonic()
    supervisor = Supervisor(children(chosen, port), say=_say, environment=_for_children())
    # Before anything is started: a Ctrl-C during the preparations ends in order, too.
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, lambda *_: supervisor.stop())
    state = _prepare()
    if chosen.allow_private and not demo and int(state["organisations"]) > 1:
        raise Refused(
            "Private ranges are not opened while more than one organisation exists.",
            "Start without --allow-private, and give the organisation that owns them a platform of its own.",
        )
    if supervisor.stopping:
        return 0
    supervisor.start()
    try:
        address = f"http://{shown(chosen.host)}:{port}"
        if not _await_ready(chosen.host, port, supervisor):
            return 0 if supervisor.stopping else NOT_RELIABLE
        _greet(address, str(state["setup_token"]), time.monotonic() - started)
        return stay(supervisor, address)
    finally:
        supervisor.end()


def _for_children() -> dict[str, str]:
    # Each arena of the C library keeps what its threads once needed; two are plenty.
    return {"MALLOC_ARENA_MAX": "2", **os.environ}


def _prepare() -> dict[str, Any]:
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-P", "-m", "vedette.server.commands.prepare", *sys.argv[1:]],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        start_new_session=True,
        check=False,
    )
    if done.returncode != 0:
        raise Refused("The platform was not started; the reason stands above.")
    state: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return state


def children(chosen: Environment, port: int) -> list[Child]:
    """The web server and one worker."""
    python = (sys.executable, "-P", "-m")
    options = {
        "interface": "wsgi",
        "host": chosen.host,
        "port": str(port),
        "workers": "1",
        "blocking-threads": str(THREADS),
        "backpressure": str(BACKPRESSURE),
        "log-level": "error",
    }
    flags = [part for name, value in options.items() for part in (f"--{name}", value)]
    web = (*python, "granian", *flags, "--no-ws", "--no-access-log", "vedette.server.config.wsgi:application")
    return [Child("web", web), Child("worker", (*python, "vedette.server.worker"))]


def _free_port(chosen: Environment) -> int:
    family = socket.AF_INET6 if ":" in chosen.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((chosen.host, chosen.port))
        except OSError as error:
            raise Refused(
                f"Port {chosen.port} of {chosen.host} cannot be used: {error.strerror}.",
                "Choose another with --port, or --port 0 for any free one.",
            ) from None
        return int(probe.getsockname()[1])


def shown(host: str) -> str:
    """The host as it stands in a URL that works on this machine."""
    if host in ("0.0.0.0", "::"):  # noqa: S104 - compared, not bound
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _await_ready(host: str, port: int, supervisor: Supervisor) -> bool:
    deadline = time.monotonic() + READY_S
    while time.monotonic() < deadline and not supervisor.stopping:
        supervisor.look()
        connection = http.client.HTTPConnection(shown(host).strip("[]"), port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == http.client.OK:
                return True
        except (OSError, http.client.HTTPException):
            time.sleep(0.1)
        finally:
            connection.close()
    if not supervisor.stopping:
        _say(f"the web process did not answer within {READY_S:.0f} s")
    return False


def _greet(address: str, token: str, seconds: float) -> None:
    lines = [f"Vedette is up after {seconds:.1f} s: {address}/ui/"]
    if token:
        lines.append(f"Set up your account (once, within an hour): {address}/ui/setup/{token}/")
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def _say(line: str) -> None:
    sys.stderr.write(f"vedette: {line}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(run())
