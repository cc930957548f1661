"""The resume state of a discovery: sealed when it is stored, opened when a worker goes on."""

from __future__ import annotations

from collections.abc import Iterable

from vedette.contract.batch import ResumeState, StateChange
from vedette.server.discovery.models import DiscoveryRow, DiscoveryRun
from vedette.server.findings.rules import clean
from vedette.server.kernel import sealing
from vedette.server.tenancy import queries as tenancy

_KEY_LENGTH = 200
_Kept = tuple[int, str, str, bytes]


def prepare(run: DiscoveryRun, changes: Iterable[StateChange]) -> tuple[list[_Kept], list[tuple[str, str]]]:
    """The rows to write, sealed, and the places of those to drop. Needs no transaction."""
    latest = {(change.room[:10], clean(change.key)[:_KEY_LENGTH]): change.value for change in changes}
    key = tenancy.data_key(run.organisation)
    kept = [
        (run.pk, room, name, sealing.seal(key, value.encode("utf-8", "surrogatepass"), **_place(run, room, name)))
        for (room, name), value in latest.items()
        if value is not None
    ]
    return kept, [place for place, value in latest.items() if value is None]


def state_of(run: DiscoveryRun) -> ResumeState:
    """The resume state, opened. Raises SealError."""
    key = tenancy.data_key(run.organisation)
    state: ResumeState = {}
    for row in DiscoveryRow.objects.filter(discovery=run).iterator():
        opened = sealing.open_sealed(key, bytes(row.sealed), **_place(run, row.room, row.key))
        state.setdefault(row.room, {})[row.key] = opened.decode("utf-8", "surrogatepass")
    return state


def forget(run: DiscoveryRun) -> None:
    """Drops it: the run is over."""
    DiscoveryRow.objects.filter(discovery=run).delete()


def _place(run: DiscoveryRun, room: str, name: str) -> dict[str, str]:
    return {
        "organisation": run.organisation.public_id,
        "table": "discovery_row",
        "public_id": run.public_id,
        "column": f"{room}/{name}",
    }
