"""Run the practice site: `python -m vedette.range --port 0`. Prints one line, its URL, and serves until stopped."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from vedette.range.server import RangeServer

_PARENT_CHECK_SECONDS = 0.5


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until interrupted, or until the parent is gone where that was asked for; return the exit code."""
    options = _parser().parse_args(arguments)
    started_by = os.getppid()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    try:
        server = RangeServer(
            port=options.port, seed=options.seed, serve=dict(options.serve), log_file=options.log, keep_log=False
        )
    except OSError as error:
        sys.stderr.write(f"The practice site cannot start: {error.strerror or error}.\n")
        return 2
    with server:
        sys.stdout.write(f"{server.url}/\n")
        sys.stdout.flush()
        if options.until_eof:
            threading.Thread(target=_await_eof, args=(stop,), daemon=True).start()
        while not stop.wait(_PARENT_CHECK_SECONDS):
            # A killed parent lingers as a zombie until somebody waits for it, but its children are handed on at once.
            orphaned = options.parent == started_by != os.getppid()
            if orphaned or (options.parent and not _is_alive(options.parent)):
                break
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m vedette.range", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 takes a free one (default)")
    parser.add_argument("--seed", type=int, default=1, help="seed of session names and of noisy pages")
    parser.add_argument(
        "--serve", type=_named_text, action="append", default=[], metavar="NAME=TEXT", help="publish a file at the root"
    )
    parser.add_argument("--log", type=Path, help="append one line per request to this file")
    parser.add_argument("--parent", type=int, default=0, metavar="PID", help="stop when this process is gone")
    parser.add_argument("--until-eof", action="store_true", help="stop when standard input ends")
    return parser


def _named_text(argument: str) -> tuple[str, str]:
    name, found, text = argument.partition("=")
    if not found or not name or name.startswith("/"):
        raise argparse.ArgumentTypeError("expected NAME=TEXT, the name without a leading slash")
    return name, text


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _await_eof(stop: threading.Event) -> None:
    while sys.stdin.buffer.read(4096):
        pass
    stop.set()


if __name__ == "__main__":
    sys.exit(main())
