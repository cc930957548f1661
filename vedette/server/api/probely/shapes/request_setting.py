"""Headers and cookies, both ways."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from vedette.server.api.probely.shapes.small import Json
from vedette.server.targets.items import RequestItem
from vedette.server.targets.models import ExtraHost, Target
from vedette.server.targets.services import request_settings


def shown(row: Target | ExtraHost, kind: str) -> list[Json]:
    """The headers or cookies of a target or an extra host; the values of those that log in are obfuscated."""
    return [
        {
            "name": item["name"],
            "value": item["value"],
            "allow_testing": item["allow_testing"],
            "authentication": item["authentication"],
            "authentication_secondary": item["authentication_secondary"],
            "value_is_sensitive": item["sensitive"],
        }
        for item in request_settings.read(row, kind)
    ]


def items(given: Iterable[Mapping[str, Any]] | None) -> list[RequestItem]:
    """Headers or cookies as the targets room takes them; null is an empty list."""
    return [
        RequestItem(
            name=item.get("name", ""),
            value=item.get("value", ""),
            authentication=item.get("authentication", False),
            sensitive=item.get("value_is_sensitive", False),
            allow_testing=item.get("allow_testing", False),
            authentication_secondary=item.get("authentication_secondary", False),
        )
        for item in given or ()
    ]
