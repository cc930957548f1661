"""The two files of a command-line scan: what happened, and what it takes to go on after a crash.

The events file holds the job (without secrets) and the events, one JSON object a line; `FILE.state` (readable by its
owner only) holds the changes of the resume state. A batch is stored in both, each time closed by the same marker
line, state first, both forced to disk. Resuming cuts both files after the last marker that they share. Rows of the
room `session` are never written: a resumed scan logs in again.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import Any

from vedette.contract import wire
from vedette.contract.batch import Batch, ResumeState
from vedette.contract.events import Event
from vedette.contract.job import Job

_START = "0.0"


class JournalError(Exception):
    """The files cannot be used; the message says why, in one sentence."""


def state_path(path: Path) -> Path:
    """Where the resume state of an events file lies."""
    return path.with_name(path.name + ".state")


@dataclass(slots=True)
class Recovered:
    """What a journal holds: the job, its resume state, the events so far, and the epoch to go on with."""

    job: Job
    state: ResumeState
    events: list[Event]
    epoch: int
    finished: bool


class Journal:
    """Appends batches to both files. Use as a context manager; one writer at a time."""

    def __init__(self, events: FileIO, state: FileIO) -> None:
        self._events = events
        self._state = state

    @classmethod
    def create(cls, path: Path, job: Job) -> Journal:
        """New files for a new scan; files that are there already are replaced. Raises JournalError."""
        journal = cls._open(path, fresh=True)
        with contextlib.ExitStack() as opened:
            opened.enter_context(journal)
            journal._write(journal._state, [], _START)
            journal._write(journal._events, [wire.dumps({"job": job})], _START)
            opened.pop_all()
        return journal

    @classmethod
    def reopen(cls, path: Path) -> Journal:
        """The files as `recover` left them, to append to. Raises JournalError."""
        return cls._open(path, fresh=False)

    @classmethod
    def _open(cls, path: Path, *, fresh: bool) -> Journal:
        with contextlib.ExitStack() as opened:
            try:
                events = opened.enter_context(path.open("ab", buffering=0))
                number = os.open(state_path(path), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
                state = opened.enter_context(os.fdopen(number, "ab", buffering=0))
                os.fchmod(number, 0o600)
                _claim(state.fileno(), path)
                for file in (events, state) if fresh else ():
                    file.truncate(0)
                _keep_names(path.parent)
            except OSError as error:
                raise JournalError(f"cannot write {path}: {error.strerror}") from None
            opened.pop_all()
        return cls(events, state)

    def store(self, batch: Batch) -> None:
        """Stores one batch; when this returns it is on disk. Raises JournalError when it cannot be stored."""
        marker = f"{batch.epoch}.{batch.batch}"
        rows = [[change.room, change.key, change.value] for change in batch.state if change.room != "session"]
        self._write(self._state, [json.dumps(row, ensure_ascii=False) for row in rows], marker)
        self._write(self._events, [wire.dumps(event) for event in batch.events], marker)

    def _write(self, file: FileIO, lines: list[str], marker: str) -> None:
        text = "".join(line + "\n" for line in [*lines, json.dumps({"marker": marker})])
        rest = memoryview(text.encode("utf-8", "surrogatepass"))
        try:
            while rest:  # unbuffered: what a full disk refuses must not slip in later
                rest = rest[file.write(rest) :]
            os.fsync(file.fileno())
        except OSError as error:
            raise JournalError(f"cannot write {file.name}: {error.strerror}") from None

    def close(self) -> None:
        """Closes both files."""
        self._events.close()
        self._state.close()

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _claim(file: int, path: Path) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise JournalError(f"{path} is being written by another scan") from None


def _keep_names(folder: Path) -> None:
    """Forces the folder to disk: a file whose name a crash forgets is lost with all that was forced."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def recover(path: Path) -> Recovered:
    """Reads a journal and cuts both files after the last marker they share. Raises JournalError."""
    places = _markers(state_path(path))
    ends = _markers(path)
    common = [marker for marker in ends if marker in places]
    if not common:
        raise JournalError(f"{path} is not the events file of a scan, or its {state_path(path).name} is missing")
    last = common[-1]
    try:
        with path.open("r+b") as events, state_path(path).open("r+b") as state:
            _claim(state.fileno(), path)
            events.truncate(ends[last])
            state.truncate(places[last])
    except OSError as error:
        raise JournalError(f"cannot write {path}: {error.strerror}") from None
    return _read(path, epoch=int(last.partition(".")[0]) + 1)


def _markers(path: Path) -> dict[str, int]:
    """Marker -> the offset just after its line, in the order of the file; half-written lines count as absent."""
    found: dict[str, int] = {}
    offset = 0
    try:
        with path.open("rb") as file:
            for line in file:
                offset += len(line)
                if line.startswith(b'{"marker"') and line.endswith(b"}\n"):
                    epoch, batch = json.loads(line)["marker"].split(".")
                    found[f"{int(epoch)}.{int(batch)}"] = offset
    except OSError as error:
        raise JournalError(f"cannot read {path}: {error.strerror}") from None
    except (ValueError, AttributeError):
        raise JournalError(f"{path} is not the events file of a scan") from None
    return found


def _lines(path: Path) -> Iterator[Any]:
    with path.open("rb") as file:
        for line in file:
            if not line.startswith(b'{"marker"'):
                yield json.loads(line)


def _read(path: Path, epoch: int) -> Recovered:
    try:
        lines = _lines(path)
        job = wire.load(Job, next(lines)["job"])
        events = [wire.load_event(raw) for raw in lines]
        state: ResumeState = {}
        for room, key, value in _lines(state_path(path)):
            rows = state.setdefault(room, {})
            if value is None:
                rows.pop(key, None)
            else:
                rows[key] = value
    except (ValueError, KeyError, TypeError, StopIteration) as error:
        raise JournalError(f"{path} cannot be read: {error}") from None
    return Recovered(job, state, events, epoch, any(event.kind == "scan_finished" for event in events))
