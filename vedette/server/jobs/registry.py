"""What each queued job does. A name not listed here fails its job loudly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vedette.server.audit import services as audit
from vedette.server.discovery.services import runs as discoveries
from vedette.server.targets.services import connectors

Handler = Callable[[dict[str, Any]], None]


def _seal(payload: dict[str, Any]) -> None:
    audit.seal()


def _refresh_connector(payload: dict[str, Any]) -> None:
    connectors.refresh(str(payload["connector"]))


def _discover(payload: dict[str, Any]) -> None:
    discoveries.start_scheduled(str(payload["domain"]))


HANDLERS: dict[str, Handler] = {
    "audit.seal": _seal,
    "connectors.refresh": _refresh_connector,
    "discovery.scheduled": _discover,
}

WAITING = {"connectors.refresh": 4, "discovery.scheduled": 4}
"""Jobs that wait for somebody else, a foreign service or a worker's look, and how many of each a process works off at
once. The tick leaves them to threads of their own."""
