"""The practice site, and the command line as a user runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from vedette.range.server import RangeServer


@dataclass
class Cli:
    """Runs `vedette` in a folder of its own."""

    folder: Path
    browser: bool = False

    @property
    def environment(self) -> dict[str, str]:
        """Without a browser, unless the journey is about what one adds: starting it takes its time."""
        return dict(os.environ) if self.browser else os.environ | {"VEDETTE_CHROMIUM": "none"}

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """A running command, its output read by nobody until it ends."""
        return subprocess.Popen(
            [sys.executable, "-m", "vedette", *arguments],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *arguments: str, timeout: float = 300) -> subprocess.CompletedProcess[str]:
        """A command run to its end."""
        return subprocess.run(
            [sys.executable, "-m", "vedette", *arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )


@pytest.fixture
def cli(tmp_path):
    return Cli(tmp_path)


@pytest.fixture
def shop():
    with RangeServer(port=0, seed=1) as server:
        yield server
