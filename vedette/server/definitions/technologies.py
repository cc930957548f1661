"""The technologies that scans recognise, from the engine's signatures. There is no table."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from vedette.engine.fingerprint import matcher
from vedette.server.definitions.rules import definition_id


@dataclass(frozen=True, slots=True)
class Technology:
    """A technology by its name in lower case. `id` is a public id, the same on every instance."""

    id: str
    name: str
    category: str


@lru_cache(maxsize=4096)
def technology_id(name: str) -> str:
    """The id of a technology, known or not."""
    # No check has a colon in its id, so the two kinds of id cannot meet.
    return definition_id(f"technology:{name.lower()}")


@lru_cache(maxsize=1)
def all_technologies() -> tuple[Technology, ...]:
    """Every technology that has a signature, by name."""
    rows = sorted((str(row["name"]), str(row["category"])) for row in matcher.load())
    return tuple(Technology(technology_id(name), name, category) for name, category in rows)


def by_id(public_id: str) -> Technology | None:
    """The technology of this id; None when there is none."""
    return next((one for one in all_technologies() if one.id == public_id), None)
