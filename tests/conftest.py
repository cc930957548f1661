"""What holds for the whole suite."""

from __future__ import annotations

import gc
import os
import sys

# Containers often forbid bytecode, and then each of the hundreds of processes that tests start compiles the house anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False


def pytest_collection_finish() -> None:
    """Thousands of collected tests live to the end: the collector need not walk them again and again."""
    gc.collect()
    gc.freeze()
