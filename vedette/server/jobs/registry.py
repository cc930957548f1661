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
