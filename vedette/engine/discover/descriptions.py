"""Descriptions of APIs at the addresses where frameworks put them."""

from __future__ import annotations

import asyncio

from vedette.contract.discovery import MAX_DESCRIPTION, ApiDescription
from vedette.contract.exchange import Request
from vedette.engine.net.network import Network
from vedette.engine.parse import description
from vedette.engine.parse.page import HTML_TYPES

PLACES = (
    "/openapi.json",
    "/swagger.json",
    "/v3/api-docs",
    "/swagger/v1/swagger.json",
    "/api-docs",
    "/api/openapi.json",
    "/api/schema/",
    "/openapi.yaml",
    "/v2/api-docs",
)


async def find(network: Network, origin: str) -> ApiDescription | None:
    """The first of PLACES below the origin that holds a description with operations; None when none does. A page that
    answers to any address holds none: what counts is what can be read from it."""
    for place in PLACES:
        url = origin.rstrip("/") + place
        exchange = await network.send(Request("GET", url), keep_cookies=False)
        response = exchange.response
        if response is None:
            if exchange.error != "protocol":
                return None
            continue
        if response.status != 200 or response.truncated or response.content_type in HTML_TYPES:
            continue
        text = response.text
        if not text.strip() or len(text) > MAX_DESCRIPTION:
            continue
        reading = await asyncio.to_thread(description.read, "openapi", text, base=url)
        if reading.operations:
            return ApiDescription(kind="openapi", url=url, text=text, operations=len(reading.operations))
    return None
