"""What carrier and slice say to each other: one JSON object a line, ASCII only.

To the slice: `{"grant": …}` first, then `{"ack": NUMBER}` for each batch stored and `{"control": WORD}`;
`{"code": TEXT}` is a one-time code that was handed in for the log-in.
From the slice: `{"batch": …}`, one until its ack; `{"heard": WORD}` for a word received; `{"alive": true}` every
`ALIVE_S`; and last `{"ending": ENDING, "detail": TEXT}`.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from vedette.contract import wire
from vedette.contract.claim import Grant

Message = dict[str, Any]

ALIVE_S = 2.0
MAX_LINE = 256 * 1024 * 1024
"""Bytes; no batch comes near it."""

ENDINGS = ("finished", "time", "yield", "pause", "cancel", "stop", "refused")
"""How a slice may say that it ended; a slice that dies without a word has crashed."""

_ROWS = 500


class LineError(ValueError):
    """What was received is no message; the text never repeats it, since it may hold a secret."""


class LineBuffer:
    """Cuts a stream of bytes into lines, however long. `most` bounds a line's length in bytes; 0 means no bound."""

    def __init__(self, most: int = 0) -> None:
        self._most = most
        self._parts: list[bytes] = []
        self._length = 0

    def feed(self, data: bytes) -> list[bytes]:
        """The lines that this piece completes, without their ends. Raises LineError for one that is too long."""
        lines = []
        first, *others = data.split(b"\n")
        for following in others:
            lines.append(b"".join((*self._parts, first)))
            self._parts, self._length = [], 0
            first = following
        if first:
            self._parts.append(first)
            self._length += len(first)
        if self._most and self._length > self._most:
            raise LineError(f"a line of more than {self._most} bytes")
        return lines


def line(message: Message) -> bytes:
    """A message as it is sent."""
    return json.dumps(message, separators=(",", ":")).encode("ascii") + b"\n"


def read(data: bytes) -> Message:
    """A line as a message. Raises LineError."""
    try:
        message = json.loads(data)
    except ValueError:
        raise LineError("a line that is not JSON") from None
    if not isinstance(message, dict) or not message:
        raise LineError("a line that is not a JSON object")
    return message


def grant_line(grant: Grant) -> Iterator[bytes]:
    """The line of a grant in pieces, made as they are asked for: a large state is never held a second time."""
    head = json.dumps(wire.dump(replace(grant, state={})), separators=(",", ":"))
    opening, _, rest = head.rpartition('"state":{}')
    yield f'{{"grant":{opening}"state":{{'.encode("ascii")
    comma = ""
    for room, rows in grant.state.items():
        yield f"{comma}{json.dumps(room)}:{{".encode("ascii")
        yield from _pieces(rows)
        yield b"}"
        comma = ","
    yield f"}}{rest}}}\n".encode("ascii")


def _pieces(rows: Mapping[str, str]) -> Iterator[bytes]:
    items = iter(rows.items())
    comma = b""
    while some := dict(itertools.islice(items, _ROWS)):
        yield comma + json.dumps(some, separators=(",", ":"))[1:-1].encode("ascii")
        comma = b","


def read_grant(raw: Any) -> Grant:
    """The grant of a message. Its state is taken over as it came, not copied. Raises WireError."""
    state = raw.pop("state", {}) if isinstance(raw, dict) else {}
    grant = wire.load(Grant, raw)
    grant.state = state
    return grant
