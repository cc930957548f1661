"""Folders of a Postman collection: which there are, their requests in order, and where variables go in all others."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from vedette.engine.parse import postman
from vedette.engine.parse.operation import Operation
from vedette.engine.parse.postman_variables import VARIABLE, Variables, listed, plain

MAX_FOLDERS = 500
MAX_DEPTH = 20
MAX_REQUESTS = 50
_MAX_SCRIPT = 200_000


@dataclass(frozen=True, slots=True)
class Part:
    """One request of a folder. `before` and `after` are its scripts, `needs` the variables in it; `raw` is a collection
    of it alone."""

    name: str
    before: str
    after: str
    needs: tuple[str, ...]
    raw: dict[str, Any]

    def operation(self, base: str, values: Mapping[str, str], fixed: str = "") -> Operation | None:
        """The request with these values; None when it is none. See `postman.read` for the rest."""
        return next(iter(postman.read(self.raw, base, values, fixed).operations), None)


def parsed(text: str) -> Any:
    """The collection in a text; None when it is none."""
    try:
        root = json.loads(text)
    except (ValueError, RecursionError):
        return None
    node = root.get("collection", root) if isinstance(root, dict) else None
    return node if isinstance(node, dict) and isinstance(node.get("item"), list) else None


def folders(root: Any) -> list[str]:
    """The names of all folders of a parsed collection, those within others with a slash between."""
    return [name for name, _, _ in _folders(root["item"], "", ())][:MAX_FOLDERS]


def parts_of(root: Any, folder: str) -> list[Part] | None:
    """The requests of a folder and of those in it, in order; None when there is no folder of that name."""
    for name, items, above in _folders(root["item"], "", (root,)):
        if name == folder.strip("/"):
            found = [_part(root, item, (*above, *within)) for item, within in _requests(items, ())]
            return found[:MAX_REQUESTS]
    return None


def values_of(root: Any, given: Mapping[str, str]) -> dict[str, str]:
    """The collection's own variables, those given in their place."""
    return {**listed(root.get("variable")), **given}


def headers_with(root: Any, folder: str, names: Mapping[str, str]) -> dict[str, str]:
    """What requests outside a folder send in headers with any of these variables: by the name of the header its value
    filled in, the first one of each name."""
    variables = Variables(root.get("variable"), names)
    found: dict[str, str] = {}
    for name, value in _headers(root, folder.strip("/")):
        used = {match[1] for match in VARIABLE.finditer(value)}
        filled = variables.filled(value.removeprefix(_BASIC))
        if not used & names.keys() or VARIABLE.search(filled) or any(letter in filled for letter in "\r\n\0"):
            continue
        if value.startswith(_BASIC):
            filled = "Basic " + base64.b64encode(filled.encode()).decode()
        if name.lower() not in {known.lower() for known in found}:
            found[name] = filled
    return found


_BASIC = "\0basic "
"""Marks a value that is a user and a password still to be encoded."""


def _headers(root: Any, folder: str) -> Iterator[tuple[str, str]]:
    """Header names with values as they are written, in all requests outside the folder."""
    for item, above in _requests(root["item"], (root,), folder=folder):
        request = item.get("request")
        if not isinstance(request, dict):
            continue
        yield from _of_auth(request.get("auth") or _inherited(above))
        listed_headers = request.get("header")
        for one in listed_headers if isinstance(listed_headers, list) else ():
            if isinstance(one, dict) and one.get("disabled") is not True and plain(one.get("key")).strip():
                yield plain(one["key"]).strip(), plain(one.get("value"))


def _of_auth(auth: Any) -> Iterator[tuple[str, str]]:
    kind = plain(auth.get("type")) if isinstance(auth, dict) else ""
    held = auth.get(kind) if kind else None
    values = listed(held) if isinstance(held, list) else {}
    if isinstance(held, dict):
        values = {str(key): plain(value) for key, value in held.items()}
    if kind in ("bearer", "oauth2") and (token := values.get("token") or values.get("accessToken")):
        yield "Authorization", f"Bearer {token}"
    elif kind == "apikey" and values.get("in", "header") == "header" and values.get("value"):
        yield values.get("key") or "X-API-Key", values["value"]
    elif kind == "basic" and values.get("username"):
        yield "Authorization", f"{_BASIC}{values['username']}:{values.get('password', '')}"


def _folders(
    items: list[Any], above: str, nodes: tuple[dict[str, Any], ...]
) -> Iterator[tuple[str, list[Any], tuple[dict[str, Any], ...]]]:
    """Name, items, and the nodes from the root down to the folder itself."""
    if above.count("/") >= MAX_DEPTH:
        return
    for item in items:
        if isinstance(item, dict) and isinstance(item.get("item"), list):
            name = f"{above}/{plain(item.get('name'))}".strip("/")[:255]
            within = (*nodes, item)
            yield name, item["item"], within
            yield from _folders(item["item"], name, within)


def _requests(
    items: list[Any], above: tuple[dict[str, Any], ...], *, folder: str = "", name: str = "", depth: int = 0
) -> Iterator[tuple[dict[str, Any], tuple[dict[str, Any], ...]]]:
    """Requests with the nodes above them; those in `folder` are left out."""
    for item in items if depth <= MAX_DEPTH else ():
        if not isinstance(item, dict):
            continue
        if not isinstance(item.get("item"), list):
            yield item, above
            continue
        own = f"{name}/{plain(item.get('name'))}".strip("/")[:255]
        if not folder or own != folder:
            yield from _requests(item["item"], (*above, item), folder=folder, name=own, depth=depth + 1)


def _inherited(above: tuple[dict[str, Any], ...]) -> Any:
    return next((node["auth"] for node in reversed(above) if node.get("auth")), None)


def _part(root: Any, item: dict[str, Any], above: tuple[dict[str, Any], ...]) -> Part:
    # Scripts of folders run before those of the requests in them.
    nodes = (*above, item)
    auth = _inherited(above)
    raw = {"item": [item], "variable": root.get("variable"), **({"auth": auth} if auth else {})}
    # A token that is inherited may well be the one that this request is to fetch.
    written = json.dumps(_sent(item.get("request")))
    needs = dict.fromkeys(match[1] for match in VARIABLE.finditer(written) if match[1][0] != "$")
    before, after = ("\n".join(_script(node, kind) for node in nodes) for kind in ("prerequest", "test"))
    return Part(plain(item.get("name"))[:200] or "A request", before, after, tuple(needs), raw)


def _sent(request: Any) -> Any:
    """A request without what Postman keeps for people."""
    return {k: v for k, v in request.items() if k != "description"} if isinstance(request, dict) else request


def _script(node: dict[str, Any], kind: str) -> str:
    lines: list[str] = []
    events = node.get("event")
    for event in events if isinstance(events, list) else ():
        script = event.get("script") if isinstance(event, dict) and event.get("listen") == kind else None
        held = script.get("exec") if isinstance(script, dict) else None
        lines += [held] if isinstance(held, str) else [plain(one) for one in held] if isinstance(held, list) else []
    return "\n".join(lines)[:_MAX_SCRIPT]
