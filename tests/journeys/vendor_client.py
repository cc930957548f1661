"""The vendor's command line client, loaded once: each command runs in a process of its own that is forked from it, with
nothing of an earlier one left, and without the half second in which Python reads the client.

Run as a script it is the loaded client: commands come as lines of JSON, what they printed and their exit codes go back.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any


class LoadedClient:
    """The client with one set of environment variables, until `close`."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", __file__], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def run(self, arguments: tuple[str, ...]) -> tuple[int, str]:
        """Exit code and output of a command."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(arguments) + "\n")
        self._process.stdin.flush()
        code, output = json.loads(self._process.stdout.readline())
        return int(code), str(output)

    def close(self) -> None:
        """Ends the process."""
        self._process.communicate(timeout=60)


def _command(app: Any, arguments: list[str], output: Path) -> int:
    """Runs a command in a forked process, both of its streams in a file; its exit code."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    code = 70
    try:
        handle = os.open(output, os.O_WRONLY | os.O_APPEND)
        for stream in (1, 2):
            os.dup2(handle, stream)
        sys.argv = ["probely", *arguments]
        code = _ended(app)
        sys.stdout.flush()
    finally:
        os._exit(code)


def _ended(app: Any) -> int:
    try:
        return int(app() or 0)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)


def main() -> None:
    """Commands until the end of the input."""
    from probely.cli import app

    with tempfile.TemporaryDirectory() as folder:
        for number, line in enumerate(sys.stdin):
            output = Path(folder) / str(number)
            output.touch()
            code = _command(app, json.loads(line), output)
            print(json.dumps([code, output.read_text(encoding="utf-8")]), flush=True)


if __name__ == "__main__":
    main()
