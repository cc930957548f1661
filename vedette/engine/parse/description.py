"""Reads the description of an API, whatever its form, into operations."""

from __future__ import annotations

import json
from collections.abc import Mapping

from vedette.engine.parse import graphql_schema, har, openapi, postman, rawrequests, tree_text
from vedette.engine.parse.operation import Reading
from vedette.engine.parse.tree_text import TextError
from vedette.engine.parse.urls import resolve

MAX_RECORDING = 50_000_000


def read(
    kind: str,
    text: str,
    *,
    base: str,
    values: Mapping[str, str] | None = None,
    media: str = "application/json",
    fixed: str = "",
) -> Reading:
    """The operations of a text and what is wrong with it. Never raises for what the text holds, and never asks
    anybody for more.

    `kind` is one of the contract's kinds of description. `base` is the URL that the text came from or, for want of
    one, the site's; `fixed` goes before all addresses that the text names.
    """
    chosen = dict(values or {})
    if kind == "graphql":
        return graphql_schema.read(text, fixed or base, chosen)
    if kind == "requests":
        return rawrequests.read(text, fixed or base, chosen)
    try:
        # Recordings hold all answers too, which are passed over.
        root = tree_text.load(text, MAX_RECORDING if kind == "har" else 0)
    except TextError as error:
        return Reading([], [f"The description cannot be read: {error}."])
    if kind == "openapi":
        return openapi.read(root, base, chosen, media, (resolve(base, fixed) or "") if fixed else "")
    if kind == "postman":
        return postman.read(root, base, chosen, fixed)
    if kind == "har":
        return har.read(root, fixed or base)
    return Reading([], [f"Descriptions of the kind {kind[:50]} are not known."])


def introspection() -> bytes:
    """The body of a request that asks a GraphQL server for its schema."""
    return json.dumps({"query": graphql_schema.INTROSPECTION}).encode()
