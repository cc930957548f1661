"""What the shop remembers between requests: visitors, baskets, and what visitors wrote. All of it is bounded."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict, deque
from dataclasses import dataclass, field

_MOST_SESSIONS = 1000
_MOST_NOTES = 20
_MOST_BOARDS = 64
_LONGEST_NOTE = 2000


@dataclass(slots=True)
class Session:
    """One visitor. `basket` maps product ids to quantities, `viewed` is newest first."""

    id: str
    user: str = ""
    basket: dict[int, int] = field(default_factory=dict)
    viewed: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Note:
    """Something a visitor wrote."""

    author: str
    text: str
    extra: str = ""


class State:
    """The memory of one site. The same requests in the same order give the same session names."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._lock = threading.Lock()
        self._sessions: OrderedDict[str, Session] = OrderedDict()
        self._issued = 0
        self._count = 0
        self._boards: OrderedDict[str, deque[Note]] = OrderedDict()
        self.sprung: list[str] = []

    def session(self, name: str) -> Session | None:
        """Return the visitor with this session cookie."""
        with self._lock:
            return self._sessions.get(name)

    def new_session(self) -> Session:
        """Greet a new visitor; the oldest is forgotten when there are too many."""
        with self._lock:
            self._issued += 1
            name = hashlib.sha256(f"{self._seed}:{self._issued}".encode()).hexdigest()[:32]
            session = self._sessions[name] = Session(name)
            if len(self._sessions) > _MOST_SESSIONS:
                self._sessions.popitem(last=False)
            return session

    def write(self, board: str, note: Note) -> None:
        """Pin a note to a board; a board keeps its last 20, the site its last 64 boards."""
        short = Note(note.author[:_LONGEST_NOTE], note.text[:_LONGEST_NOTE], note.extra[:_LONGEST_NOTE])
        with self._lock:
            self._boards.setdefault(board, deque(maxlen=_MOST_NOTES)).append(short)
            self._boards.move_to_end(board)
            if len(self._boards) > _MOST_BOARDS:
                self._boards.popitem(last=False)

    def notes(self, board: str) -> list[Note]:
        """Return the board's notes, newest first."""
        with self._lock:
            return list(reversed(self._boards.get(board, ())))

    def count(self) -> int:
        """Return the next number of the site's counter, for pages that are noisy on purpose."""
        with self._lock:
            self._count += 1
            return self._count

    def noise(self, purpose: str) -> int:
        """Return a number below 2**32 that is different each time, yet the same in a repeated run."""
        digest = hashlib.sha256(f"{self._seed}:{purpose}:{self.count()}".encode()).digest()
        return int.from_bytes(digest[:4], "big")

    def spring(self, trap: str) -> None:
        """Record that a trap was sprung."""
        with self._lock:
            self.sprung.append(trap)
