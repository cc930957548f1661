"""The requests of a Postman collection, versions 2.0 and 2.1, with the values of its variables."""

from __future__ import annotations

import base64
import dataclasses
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

from vedette.contract.exchange import Headers, with_header
from vedette.engine.parse.operation import FORM, MULTIPART, Operation, Parameter, Reading, Secured
from vedette.engine.parse.postman_variables import VARIABLE, Variables, plain
from vedette.engine.parse.postman_variables import listed as listed_values
from vedette.engine.parse.tree_text import bounded
from vedette.engine.parse.urls import origin, resolve

MAX_ITEMS = 2_000
MAX_DEPTH = 20
_UNSENT = ("host", "content-length", "connection", "accept-encoding", "cookie")
_MAX_SCRIPT = 200_000
_SET = re.compile(
    r"""(?:\.(?:environment|collectionVariables|globals|variables)\.set|set(?:Environment|Global)Variable)"""
    r"""\(\s*["']([^"'\r\n]{1,100})["']\s*,"""
)
_LANGUAGES = {"json": "application/json", "xml": "application/xml", "html": "text/html", "text": "text/plain"}


def read(root: Any, base: str, values: Mapping[str, str], fixed: str = "") -> Reading:
    """The operations of a parsed collection. `values` are those of an environment, which go before the collection's
    own; `base` is the URL for addresses whose host is not known, `fixed` one to use in place of all hosts."""
    node = root.get("collection", root) if isinstance(root, dict) else {}
    if isinstance(node, dict) and isinstance(node.get("requests"), list) and "item" not in node:
        return Reading([], ["This is a Postman collection of version 1: export it as version 2.1."])
    if not isinstance(node, dict) or not isinstance(node.get("item"), list):
        return Reading([], ["This is no Postman collection of version 2: it has no list `item`."])
    reader = _Reader(node, base, values, fixed)
    operations = list(reader.operations(node["item"], "", node.get("auth"), 0))
    return Reading(operations, reader.problems + reader.scripted(node))


def environment(root: Any) -> dict[str, str]:
    """The enabled values of a parsed Postman environment."""
    listed = root.get("values") if isinstance(root, dict) else None
    return listed_values(listed)


class _Reader:
    def __init__(self, root: dict[str, Any], base: str, values: Mapping[str, str], fixed: str) -> None:
        self.problems: list[str] = []
        self._base = base
        self._fixed = fixed.rstrip("/")
        self._variables = Variables(root.get("variable"), values)
        self._count = 0
        self._given = frozenset(values)
        self._scripts: list[Any] = []

    def operations(self, items: list[Any], folder: str, auth: Any, depth: int) -> Iterator[Operation]:
        """Those of a folder and the folders in it, in order."""
        if depth > MAX_DEPTH:
            self._note(folder, "folders are nested too deeply")
            return
        for item in items:
            name = f"{folder}/{_text(item.get('name'))}".strip("/")[:200] if isinstance(item, dict) else folder
            if not isinstance(item, dict):
                self._note(folder, "an item is not an object")
            elif isinstance(item.get("item"), list):
                self._scripts.append(item.get("event"))
                yield from self.operations(item["item"], name, item.get("auth") or auth, depth + 1)
            elif self._count >= MAX_ITEMS:
                self._note(name, f"it and those after it were left out: more than {MAX_ITEMS} requests")
                return
            else:
                self._count += 1
                self._scripts.append(item.get("event"))
                made = self._operation(name, item.get("request"), auth)
                if made is not None:
                    yield made

    def _operation(self, name: str, raw: Any, auth: Any) -> Operation | None:
        request = {"url": raw} if isinstance(raw, str) else raw
        if not isinstance(request, dict):
            self._note(name, "it has no request")
            return None
        url, parameters = self._url(name, request.get("url"))
        if not url:
            self._note(name, "its address is no http or https URL")
            return None
        method = self._variables.filled(_text(request.get("method")) or "GET").upper()
        if not method.isalpha():
            self._note(name, "its method is not a word")
            return None
        made = Operation(
            name=name or f"{method} {url}",
            method=method,
            url=url,
            parameters=tuple(parameters),
            headers=self._headers(request.get("header")),
            kind="postman",
            given=self._given,
        )
        made = self._body(made, request.get("body"))
        return self._authorised(made, request.get("auth") or auth)

    def _url(self, name: str, raw: Any) -> tuple[str, list[Parameter]]:
        """The address with holes for what is not known, and the parameters with what is."""
        described = raw if isinstance(raw, dict) else {}
        text = _text(raw) or _text(described.get("raw")) or _joined(described)
        address, _, query = text.partition("#")[0].partition("?")
        known = {key: self._variables.filled(value) for key, value in listed_values(described.get("variable")).items()}
        head, slash, path = self._split(address)
        segments = [self._segment(name, part, known) for part in path.split("/")] if slash else []
        root = self._root(head)
        if not root:
            return "", []
        url = root + ("/" + "/".join(segments) if slash else "/")
        parameters = [
            Parameter(hole, "path", self._variables.get(hole) or known.get(hole) or "1")
            for hole in Operation("", "", url).holes
        ]
        return url, [*parameters, *self._query(described.get("query"), query)]

    def _split(self, address: str) -> tuple[str, str, str]:
        """Host part, slash and path; a variable may hold the scheme, the host and the path's beginning."""
        first = VARIABLE.match(address)
        if first and self._variables.get(first[1]):
            address = self._variables.filled(first[0]) + address[first.end() :]
        start = address.find("://") + 3 if "://" in address else 0
        head, slash, path = address[start:].partition("/")
        return address[:start] + head, slash, path

    def _root(self, head: str) -> str:
        if self._fixed:
            return self._fixed
        filled = self._variables.filled(head)
        if not filled or VARIABLE.search(filled):
            if filled:
                self._note("", f"the host {filled[:100]} is not known; the start URL's is used")
            return origin(self._base)
        whole = filled if "://" in filled else f"{self._base.partition('://')[0]}://{filled}"
        return (resolve(self._base, whole) or "").rstrip("/")

    def _segment(self, name: str, part: str, known: Mapping[str, str]) -> str:
        if part.startswith(":") and len(part) > 1:
            return f"{{{part[1:]}}}"
        whole = VARIABLE.fullmatch(part)
        if whole and not whole[1].startswith("$"):
            return f"{{{whole[1].strip()}}}"
        filled = self._variables.filled(part)
        if VARIABLE.search(filled):
            self._note(name, f"the variable in {part[:100]} has no value")
            return VARIABLE.sub("1", filled)
        return filled.replace("{", "%7B").replace("}", "%7D").replace(" ", "%20")

    def _query(self, listed: Any, text: str) -> list[Parameter]:
        found = [
            Parameter(_text(one.get("key")), "query", self._variables.sampled(plain(one.get("value"))))
            for one in _list(listed)
            if isinstance(one, dict) and one.get("disabled") is not True and _text(one.get("key"))
        ]
        if found or isinstance(listed, list):
            return found
        pairs = [part.partition("=") for part in text.split("&") if part]
        return [
            Parameter(unquote_plus(key), "query", self._variables.sampled(unquote_plus(value)))
            for key, _, value in pairs
        ]

    def _headers(self, listed: Any) -> Headers:
        found = []
        if isinstance(listed, str):  # as version 2.0 may have them
            lines = (line.partition(":") for line in listed[:20_000].splitlines())
            listed = [{"key": key, "value": value.strip()} for key, _, value in lines]
        for one in _list(listed):
            name = _text(one.get("key")).strip() if isinstance(one, dict) else ""
            if name and one.get("disabled") is not True and name.lower() not in _UNSENT and name.isascii():
                found.append((name, re.sub(r"[\r\n\x00]", "", self._variables.sampled(plain(one.get("value"))))))
        return tuple(found)

    def _body(self, made: Operation, raw: Any) -> Operation:
        body = raw if isinstance(raw, dict) and raw.get("disabled") is not True else {}
        mode = _text(body.get("mode"))
        if mode == "raw":
            return self._raw(made, body)
        if mode in ("urlencoded", "formdata"):
            media = MULTIPART if mode == "formdata" else FORM
            # A type that was written by hand names another boundary, or none.
            headers = with_header(made.headers, "Content-Type", None) if media == MULTIPART else made.headers
            return dataclasses.replace(made, media=media, body=self._form(body.get(mode)), headers=headers)
        if mode == "graphql":
            held = body.get("graphql")
            graphql = held if isinstance(held, dict) else {}
            told = graphql.get("variables")
            text = json.dumps(bounded(told)) if isinstance(told, dict) else _text(told)
            variables = self._json(self._variables.sampled(text) or "{}")
            value = {"query": self._variables.sampled(_text(graphql.get("query"))), "variables": variables or {}}
            if named := _text(graphql.get("operationName")):
                value["operationName"] = named
            return dataclasses.replace(made, media="application/json", body=value)
        if mode == "file":
            self._note(made.name, "its body is a file, which is not part of the collection")
        return made

    def _form(self, listed: Any) -> dict[str, Any]:
        """The fields of a form; one that stands there several times has several values."""
        if isinstance(listed, str):  # as version 2.0 may have them
            listed = [{"key": key, "value": value} for key, value in parse_qsl(listed[:20_000], keep_blank_values=True)]
        fields: dict[str, Any] = {}
        for one in _list(listed):
            name = _text(one.get("key")) if isinstance(one, dict) and one.get("disabled") is not True else ""
            if not name:
                continue
            if one.get("type") == "file":
                fields[name] = {"$file": "sample\n"}
                continue
            value, known = self._variables.sampled(plain(one.get("value"))), fields.get(name)
            if name not in fields or isinstance(known, dict):
                fields[name] = value
            else:
                fields[name] = [*(known if isinstance(known, list) else [known]), value]
        return fields

    def _raw(self, made: Operation, body: dict[str, Any]) -> Operation:
        text = self._variables.sampled(_text(body.get("raw")))
        if not text:
            return made
        options = body.get("options")
        raw = options.get("raw") if isinstance(options, dict) else None
        language = _text(raw.get("language")) if isinstance(raw, dict) else ""
        declared = next((value for name, value in made.headers if name.lower() == "content-type"), "")
        value = self._json(text)
        media = declared or _LANGUAGES.get(language) or ("application/json" if value is not None else "text/plain")
        if value is not None and "json" in media:
            return dataclasses.replace(made, media=media, body=value)
        return dataclasses.replace(made, media=media, raw=text.encode("utf-8", "replace"))

    def _json(self, text: str) -> Any:
        try:
            return bounded(json.loads(text))
        except (ValueError, RecursionError):
            return None

    def _authorised(self, made: Operation, raw: Any) -> Operation:
        auth = raw if isinstance(raw, dict) else {}
        kind = _text(auth.get("type"))
        held = auth.get(kind)
        settings = listed_values(held) if isinstance(held, list) else _plain(held)
        values = {key: self._variables.filled(value) for key, value in settings.items()}
        if kind in ("bearer", "oauth2", "basic"):
            # What a collection's log-in gives goes before a header that was written by hand, often long ago.
            made = dataclasses.replace(made, headers=with_header(made.headers, "Authorization", None))
        if kind in ("bearer", "oauth2"):
            token = values.get("token") or values.get("accessToken") or ""
            if token and not VARIABLE.search(token):
                return dataclasses.replace(made, headers=(*made.headers, ("Authorization", f"Bearer {token}")))
            return dataclasses.replace(made, secured=(Secured("bearer"),))
        if kind == "apikey":
            name, place = values.get("key") or "X-API-Key", values.get("in") or "header"
            value = values.get("value", "")
            if value and not VARIABLE.search(value):
                return dataclasses.replace(made, parameters=(*made.parameters, Parameter(name, place, value)))
            return dataclasses.replace(made, secured=(Secured("key", name, place),))
        if kind == "basic":
            said = f"{values.get('username', '')}:{values.get('password', '')}"
            if said == ":" or VARIABLE.search(said):
                return dataclasses.replace(made, secured=(Secured("basic"),))
            encoded = base64.b64encode(said.encode("utf-8", "replace")).decode()
            return dataclasses.replace(made, headers=(*made.headers, ("Authorization", f"Basic {encoded}")))
        if kind not in ("", "noauth"):
            self._note(made.name, f"its log-in of the kind {kind[:30]} is not made")
        return made

    def scripted(self, root: dict[str, Any]) -> list[str]:
        """What is to be told of variables that only scripts set: these are not run."""
        found: dict[str, None] = {}
        for events in (root.get("event"), *self._scripts):
            for event in _list(events):
                script = event.get("script") if isinstance(event, dict) else None
                lines = script.get("exec") if isinstance(script, dict) else None
                text = "\n".join(map(plain, lines)) if isinstance(lines, list) else _text(lines)
                found |= dict.fromkeys(_SET.findall(text[:_MAX_SCRIPT]))
        unknown = [name for name in found if not self._variables.get(name)]
        if not unknown:
            return []
        more = f" and {len(unknown) - 5} more" if len(unknown) > 5 else ""
        named = ", ".join(unknown[:5])
        return [f"Scripts are not run. They set {named}{more}: give values for them if plausible ones do not do."]

    def _note(self, name: str, what: str) -> None:
        text = f"{name or 'The collection'}: {what}."
        if text not in self.problems and len(self.problems) < 50:
            self.problems.append(text)


def _joined(described: dict[str, Any]) -> str:
    host, path = described.get("host"), described.get("path")
    name = ".".join(map(plain, host)) if isinstance(host, list) else _text(host)
    parts = [plain(part.get("value") if isinstance(part, dict) else part) for part in _list(path)]
    protocol = _text(described.get("protocol"))
    return f"{protocol}://{name}/{'/'.join(parts)}" if protocol else f"{name}/{'/'.join(parts)}"


def _plain(held: Any) -> dict[str, str]:
    return {str(key): plain(value) for key, value in held.items()} if isinstance(held, dict) else {}


def _list(value: Any) -> list[Any]:
    return value[:5000] if isinstance(value, list) else []


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
