"""What is still to be fetched, in an order that every run repeats."""

from __future__ import annotations

import base64
import heapq
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from xxhash import xxh3_64_intdigest

from vedette.contract.batch import StateChange
from vedette.contract.exchange import Request, header
from vedette.engine.crawl.traps import canonical
from vedette.engine.parse.bodyshape import shape

ROOM = "frontier"
MAX_ATTEMPTS = 3
MAX_FAMILIAR = 16_384


@dataclass(frozen=True, slots=True)
class Item:
    """A request to be made by the crawl: how far from a start URL, where it was found, and the words on it.

    `key` is a content hash of method, canonical URL, body shape and user: what has the same key is fetched once.
    """

    request: Request
    depth: int = 0
    source: str = ""
    referer: str = ""
    labels: tuple[str, ...] = ()
    attempts: int = 0
    key: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        if not self.key:
            object.__setattr__(self, "key", key_of(self.request))


def key_of(request: Request) -> str:
    """Sixteen hexadecimal digits."""
    return f"{_number(request):016x}"


def _number(request: Request) -> int:
    if not request.body:
        return _bare_number(request.method, request.url, request.user)
    body = shape(header(request.headers, "content-type"), request.body)
    return _hash(request.method, canonical(request.url), body, request.user)


@lru_cache(maxsize=8_192)
def _bare_number(method: str, url: str, user: str) -> int:
    # What is not known is asked for again: at once by `add` and `mark`, on the next page when it is out of scope.
    return _hash(method, canonical(url), "", user)


def _hash(*parts: str) -> int:
    return xxh3_64_intdigest("\x1f".join(parts).encode("utf-8", "replace"))


class Frontier:
    """The queue of the crawl. Items come out by (attempts, depth, key); each key goes in once.

    `max_pages` bounds how many are taken in all, `max_depth` how deep they may lie; 0 means no bound.
    """

    def __init__(self, max_pages: int = 0, max_depth: int = 0) -> None:
        self._max_pages = max_pages
        self._max_depth = max_depth
        self._seen: set[int] = set()
        self._heap: list[tuple[int, int, str]] = []
        self._pending: dict[str, str] = {}
        self._flying: dict[str, Item] = {}
        self._changed: dict[str, str | None] = {}
        self._new_seen: list[int] = []
        # A site's menu stands on every page: most links that a crawl meets it has met a moment ago.
        self._familiar: set[str] = set()
        self._serial = 0
        self.taken = 0
        self.too_deep = 0
        self.dropped = 0

    def __len__(self) -> int:
        """How many items wait or are on their way."""
        return len(self._pending)

    @property
    def seen(self) -> int:
        """How many different items were ever added."""
        return len(self._seen)

    @property
    def waiting(self) -> int:
        """How many items nobody has taken yet."""
        return len(self._heap)

    @property
    def spent(self) -> bool:
        """Whether the page budget ended the crawl with items still waiting."""
        return bool(self._max_pages and self.taken >= self._max_pages and self._heap)

    def add(self, item: Item) -> bool:
        """Queues an item; False when one of its key was here before, or when it lies too deep."""
        number = int(item.key, 16)
        if number in self._seen:
            return False
        if self._max_depth and item.depth > self._max_depth:
            self.too_deep += 1
            return False
        self._seen.add(number)
        self._new_seen.append(number)
        self._queue(item)
        return True

    def knows(self, request: Request) -> bool:
        """Whether an item of this request's key was added or marked before."""
        return _number(request) in self._seen

    def knows_url(self, url: str, user: str = "") -> bool:
        """`knows` for a plain GET, without making the request first."""
        name = f"{user} {url}" if user else url
        if name in self._familiar:
            return True
        if _bare_number("GET", url, user) not in self._seen:
            return False
        if len(self._familiar) >= MAX_FAMILIAR:
            self._familiar.clear()
        self._familiar.add(name)
        return True

    def mark(self, request: Request) -> bool:
        """Notes a request as seen without queueing it, because it is not wanted; False when it was seen before."""
        number = _number(request)
        if number in self._seen:
            return False
        self._seen.add(number)
        self._new_seen.append(number)
        return True

    def take(self, count: int) -> list[Item]:
        """The next items, at most `count`; none when the page budget is spent. Each must come back by `done` or
        `requeue`."""
        if self._max_pages:
            count = min(count, self._max_pages - self.taken)
        taken: list[Item] = []
        while self._heap and len(taken) < count:
            key = heapq.heappop(self._heap)[2]
            item = _item(key, self._pending[key])
            self._flying[key] = item
            taken.append(item)
        self.taken += len(taken)
        return taken

    def done(self, item: Item) -> None:
        """The item's answer was dealt with."""
        self._forget(item.key)

    def requeue(self, item: Item) -> bool:
        """Puts an item back, behind all that were tried less often; False when it was tried `MAX_ATTEMPTS` times."""
        self.taken -= 1
        if item.attempts + 1 >= MAX_ATTEMPTS:
            self._forget(item.key)
            self.dropped += 1
            return False
        self._flying.pop(item.key, None)
        again = Item(item.request, item.depth, item.source, item.referer, item.labels, item.attempts + 1, item.key)
        self._queue(again)
        return True

    def give_back(self, item: Item) -> None:
        """Puts an item back as it was: it was not tried, because the scan stops."""
        self.taken -= 1
        self._flying.pop(item.key, None)
        self._queue(item)

    def changes(self) -> list[StateChange]:
        """The rows of the resume state that changed since the last call. An item that is taken and not done stays
        pending, so that a killed scan asks for it again."""
        rows = [StateChange(ROOM, "item:" + key, value) for key, value in self._changed.items()]
        if self._new_seen:
            packed = b"".join(number.to_bytes(8, "big") for number in self._new_seen)
            value = json.dumps(base64.b64encode(packed).decode())
            rows.append(StateChange(ROOM, f"seen:{self._serial:08d}", value))
            self._serial += 1
        if rows:
            rows.append(StateChange(ROOM, "count", json.dumps([self.taken - len(self._flying), self.too_deep])))
        self._changed = {}
        self._new_seen = []
        return rows

    @classmethod
    def load(cls, rows: Mapping[str, str], max_pages: int = 0, max_depth: int = 0) -> Frontier:
        """The frontier as the rows left it."""
        frontier = cls(max_pages, max_depth)
        for key, value in rows.items():
            kind, _, name = key.partition(":")
            if kind == "item":
                frontier._pending[name] = value
                row = json.loads(value)
                frontier._heap.append((row["attempts"], row["depth"], name))
            elif kind == "seen":
                packed = base64.b64decode(json.loads(value))
                frontier._seen |= {int.from_bytes(packed[at : at + 8], "big") for at in range(0, len(packed), 8)}
                frontier._serial = max(frontier._serial, int(name) + 1)
            elif kind == "count":
                frontier.taken, frontier.too_deep = json.loads(value)
        heapq.heapify(frontier._heap)
        return frontier

    def _queue(self, item: Item) -> None:
        text = _text(item)
        self._pending[item.key] = self._changed[item.key] = text
        heapq.heappush(self._heap, (item.attempts, item.depth, item.key))

    def _forget(self, key: str) -> None:
        self._flying.pop(key, None)
        if self._pending.pop(key, None) is not None:
            self._changed[key] = None


def _text(item: Item) -> str:
    request = item.request
    row = {
        "method": request.method,
        "url": request.url,
        "headers": request.headers,
        "body": base64.b64encode(request.body).decode(),
        "user": request.user,
        "depth": item.depth,
        "source": item.source,
        "referer": item.referer,
        "labels": item.labels,
        "attempts": item.attempts,
    }
    return json.dumps({name: value for name, value in row.items() if value or name in ("depth", "attempts")})


def _item(key: str, text: str) -> Item:
    row = json.loads(text)
    request = Request(
        row["method"],
        row["url"],
        tuple((name, value) for name, value in row.get("headers", ())),
        base64.b64decode(row.get("body", "")),
        row.get("user", ""),
    )
    return Item(
        request,
        row["depth"],
        row.get("source", ""),
        row.get("referer", ""),
        tuple(row.get("labels", ())),
        row["attempts"],
        key,
    )
