"""Cloudflare: zones that are active, which it makes them only when the registrar sends the world there."""

from __future__ import annotations

import json
from typing import Any

from vedette.server.kernel.outbound import OutboundRequest
from vedette.server.targets.connectors.listing import (
    MAX_ZONES,
    Asking,
    Credentials,
    Failed,
    Listing,
    Refused,
    zone_name,
)

API = "https://api.cloudflare.com/client/v4"
PAGE = 50
_REFUSED = (400, 401, 403)


def listing(credentials: Credentials, wanted: frozenset[str], asking: Asking) -> Listing:
    """The active zones that a token sees. Raises Refused, Failed."""
    del wanted  # an active zone is proven: there is nothing to look at more closely
    token = credentials["token"]
    found: dict[str, bool | None] = {}
    first = ""
    for number in range(1, MAX_ZONES // PAGE + 1):
        answer = _get(f"/zones?status=active&per_page={PAGE}&page={number}", token, asking)
        for zone in _rows(answer):
            name = zone_name(str(zone.get("name", "")))
            if name and zone.get("status") == "active":
                found[name] = True
                first = first or str(zone.get("id", ""))
        if number >= _pages(answer):
            break
    return Listing(found, _can_list_records(first, token, asking) if first.isalnum() else None)


def _can_list_records(zone: str, token: str, asking: Asking) -> bool:
    try:
        _get(f"/zones/{zone}/dns_records?per_page=1", token, asking)
    except Refused:
        return False
    return True


def _get(path: str, token: str, asking: Asking) -> dict[str, Any]:
    headers = (("Authorization", f"Bearer {token}"), ("Accept", "application/json"))
    response = asking.send(OutboundRequest("GET", API + path, headers))
    if response.status in _REFUSED:
        raise Refused("Cloudflare does not take the token, or the token may not read zones.")
    if response.status != 200:
        raise Failed(f"Cloudflare answered with status {response.status}.")
    try:
        answer = json.loads(response.body)
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict) or answer.get("success") is not True:
        raise Failed("Cloudflare gave an answer that cannot be read.")
    return answer


def _rows(answer: dict[str, Any]) -> list[dict[str, Any]]:
    rows = answer.get("result")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Failed("Cloudflare gave an answer that cannot be read.")
    return rows


def _pages(answer: dict[str, Any]) -> int:
    info = answer.get("result_info")
    pages = info.get("total_pages") if isinstance(info, dict) else None
    return pages if isinstance(pages, int) else 1
