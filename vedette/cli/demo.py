"""`vedette demo`: the practice site scanned before your eyes."""

from __future__ import annotations

import contextlib
import subprocess  # our own practice site, no shell, fixed arguments
import sys
from collections.abc import Iterator
from pathlib import Path

from vedette.cli.order import Order, prepare
from vedette.cli.problem import Exit, Problem
from vedette.cli.scan import Wishes, scan
from vedette.cli.streams import Streams

STOP_S = 10.0


def range_command(*arguments: str) -> list[str]:
    """The command line of the practice site; what lies in the current folder is kept out of its imports."""
    return [sys.executable, "-P", "-m", "vedette.range", *arguments]


@contextlib.contextmanager
def practice_site(*arguments: str) -> Iterator[str]:
    """The practice site as a child process on a random loopback port; gives its URL and stops it at the end."""
    command = range_command("--port", "0", "--until-eof", *arguments)
    # The pipe to its standard input closes with us, however we end, and the site stops with it. It is not in our
    # process group: Ctrl-C is for the scan, which needs the site a moment longer.
    child = subprocess.Popen(  # noqa: S603
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        line = child.stdout.readline() if child.stdout else ""
        url = line.strip().rpartition(" ")[2]
        if not url.startswith("http://127.0.0.1:"):
            raise Problem("The practice site did not start.", "Try `vedette range` to see why.")
        yield url
    finally:
        _stop(child)


def _stop(child: subprocess.Popen[str]) -> None:
    if child.stdin:
        child.stdin.close()
    child.terminate()
    try:
        child.wait(timeout=STOP_S)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
    if child.stdout:
        child.stdout.close()


def demo(report: Path, seed: int, streams: Streams) -> Exit:
    """Scans the practice site and writes the report. Raises Problem."""
    try:
        report.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Problem(f"The folder {report.parent} cannot be made: {error.strerror}.", "Check --report.") from None
    with practice_site() as url:
        streams.talk.print(f"The practice site runs at {url}; scanning it.", soft_wrap=True)
        code = scan(prepare(Order(urls=[url], seed=seed)), Wishes(files={"html": report}), streams)
    streams.talk.print(f"\nThe practice site is stopped. The report: {report.resolve()}", soft_wrap=True)
    return code
