"""Requests in JavaScript text: fetch, XMLHttpRequest, axios, jQuery and their like, as far as they are literal."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import urlencode

from vedette.contract.exchange import Headers, header
from vedette.engine.parse import jsvalue
from vedette.engine.parse.jsvalue import as_text
from vedette.engine.parse.scripts import MAX_OBJECTS, MAX_TEXT, WINDOW, looks_like_url
from vedette.engine.parse.scriptvalues import Encoded, Script, Spent

JSON_TYPE = "application/json"
FORM_TYPE = "application/x-www-form-urlencoded"
METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS")


class ScriptCall(NamedTuple):
    """A request that a script makes. `url` is the reference as the script has it, unresolved; `body` is empty when
    its content is not literal."""

    method: str
    url: str
    headers: Headers = ()
    body: bytes = b""
    content_type: str = ""


_VERBS = "get|post|put|delete|patch"
_CALL = re.compile(
    r"\b(?P<fetch>fetch)\s*\("
    rf"|(?:\b(?P<client>axios|https?|httpClient|client|request|api|jQuery|\w*(?:[aA]xios|[hH]ttp|[cC]lient|Api))|\$http|\$)"
    rf"\.(?P<verb>{_VERBS}|getJSON)\s*"
    r"(?:<[\w\[\]., ]{0,60}>\s*)?\("
    r"|(?P<ajax>(?:\$|\bjQuery)\.ajax|\baxios(?:\.request)?|\$http)\s*\("
    rf"|\.(?P<open>open)\s*\(\s*(?=[\"'`](?:{_VERBS}|head|options)[\"'`])"
    r"|\.(?P<beacon>sendBeacon)\s*\(",
    re.IGNORECASE,
)
_CLIENT = re.compile(r"(?P<name>[\w$]{1,60})\s*=\s*axios\.create\s*\(|\baxios\.defaults\.baseURL\s*=\s*(?=[\"'`])")
MAX_CLIENTS = 20
_SET_HEADER = re.compile(r"\.setRequestHeader\s*\(")
_SEND = re.compile(r"\.send\s*\(")
_OPEN = re.compile(r"\.open\s*\(")
_STRINGIFY = re.compile(r"(?:JSON\.stringify|angular\.toJson)\s*\(")
_PARAMS = re.compile(r"(?:new\s+URLSearchParams|\$\.param|jQuery\.param|qs\.stringify|querystring\.stringify)\s*\(")


class _Reader:
    """The calls of one script."""

    def __init__(self, text: str) -> None:
        self._script = Script(text)
        self._bases = self._find_bases()

    def calls(self) -> Iterator[ScriptCall]:
        """In the order of the text."""
        for match in islice(_CALL.finditer(self._script.text), MAX_OBJECTS):
            call = self._call(match)
            if call is not None:
                yield call

    def _call(self, match: re.Match[str]) -> ScriptCall | None:
        """A call is read from the tree; where that broke off, from the text."""
        text = self._script.text[match.end() : match.end() + WINDOW]
        try:
            arguments = self._script.arguments_at(match.end() - 1) if match[0].endswith("(") else None
            if match["open"]:
                arguments = self._script.arguments_at(self._script.text.rfind("(", 0, match.end()))
        except Spent:
            arguments = None
        if arguments is None:
            node = self._script.node_at(match.start())
            if node is not None and node.type in ("comment", "string_fragment"):
                return None
            arguments = list(_arguments(text))
        else:
            arguments = [self._placed(value) for value in arguments]
        call = _read_call(match, [*arguments, None, None, None], text, self._script)
        return call if call is None or not self._bases else self._based(call, match)

    def _placed(self, value: Any) -> Any:
        return self._script.reference(value) if isinstance(value, str) else value

    def _find_bases(self) -> dict[str, str]:
        """The base addresses of HTTP clients by the name of the client; of axios itself under `axios`."""
        found: dict[str, str] = {}
        for match in islice(_CLIENT.finditer(self._script.text), MAX_CLIENTS):
            try:
                if match["name"]:
                    made = self._script.arguments_at(match.end() - 1)
                    options = made[0] if made else None
                    base = options.get("baseURL") if isinstance(options, dict) else None
                else:
                    node = self._script.string_at(match.end())
                    base = self._script.text_from(node) if node is not None else None
            except Spent:
                return found
            if isinstance(base, str) and base:
                found[match["name"] or "axios"] = self._script.reference(base)
        return found

    def _based(self, call: ScriptCall, match: re.Match[str]) -> ScriptCall:
        client = match["client"] or ("axios" if "axios" in match[0] else "")
        base = self._bases.get(client, "")
        if not base or "://" in call.url:
            return call
        return call._replace(url=f"{base.rstrip('/')}/{call.url.lstrip('/')}")


def calls(text: str) -> list[ScriptCall]:
    """The requests that a script makes to an address that can be told from its text, in order, each once."""
    text = text[:MAX_TEXT]
    return list(dict.fromkeys(_Reader(text).calls())) if _CALL.search(text) else []


def _read_call(match: re.Match[str], arguments: list[Any], text: str, script: Script) -> ScriptCall | None:
    first, second, third = arguments[:3]
    if match["open"]:
        return _opened(first, second, text, script, match.end())
    if match["beacon"]:
        return _build("POST", first, {}, second, "")
    if verb := match["verb"]:
        jquery = match[0].lstrip().startswith(("$.", "jQuery"))
        return _short(verb, first, second, third, jquery)
    options = first if isinstance(first, dict) else second if isinstance(second, dict) else {}
    url = options.get("url") if isinstance(first, dict) else first
    encoding = FORM_TYPE if (match["ajax"] or "").endswith("ajax") else JSON_TYPE
    body = options.get("body", options.get("data"))
    method = options.get("method", options.get("type", "GET"))
    if isinstance(options.get("contentType"), str):
        encoding = options["contentType"].partition(";")[0].strip()
    if isinstance(options.get("params"), dict):
        url = _with_parameters(url, options["params"])
    return _build(method, url, options.get("headers"), body, encoding)


def _arguments(text: str) -> Iterator[Any]:
    position = 0
    for _ in range(4):
        value, position = jsvalue.read(text, position)
        yield value
        position += len(text[position : position + 80]) - len(text[position : position + 80].lstrip())
        if text[position : position + 1] != ",":
            return
        position += 1


def _short(verb: str, url: Any, second: Any, third: Any, jquery: bool) -> ScriptCall | None:
    """`client.get(url, options)`, `client.post(url, body, options)`, `$.get(url, data)`, `$.post(url, data)`."""
    bare = verb.lower() in ("get", "getjson", "delete")
    if jquery and bare:
        url = _with_parameters(url, second)
        return _build("GET", url, {}, None, "")
    options = second if bare else third
    headers = options.get("headers") if isinstance(options, dict) else {}
    if isinstance(options, dict) and isinstance(options.get("params"), dict):
        url = _with_parameters(url, options["params"])
    return _build(verb, url, headers, None if bare else second, FORM_TYPE if jquery else JSON_TYPE)


def _opened(method: Any, url: Any, text: str, script: Script, start: int) -> ScriptCall | None:
    """An XMLHttpRequest: its headers and body follow in the same stretch of text, before the next `open`."""
    following = _OPEN.search(text)
    text = text[: following.start()] if following else text
    headers = {}
    for match in _SET_HEADER.finditer(text):
        name, value = [*_given(script, text, start, match), None, None][:2]
        if isinstance(name, str):
            headers[name] = as_text(value)
    sent = _SEND.search(text)
    body = next(iter(_given(script, text, start, sent)), None) if sent else None
    return _build(method, url, headers, body, "")


def _given(script: Script, text: str, start: int, match: re.Match[str]) -> list[Any]:
    try:
        known = script.arguments_at(start + match.end() - 1)
    except Spent:
        known = None
    return list(_arguments(text[match.end() :])) if known is None else known


def _with_parameters(url: Any, parameters: Any) -> Any:
    if not isinstance(url, str) or not isinstance(parameters, dict) or not parameters:
        return url
    return url + ("&" if "?" in url else "?") + _form(parameters)


def _build(method: Any, url: Any, headers: Any, body: Any, encoding: str) -> ScriptCall | None:
    method = method.upper() if isinstance(method, str) else "GET"
    if method == "GETJSON":
        method = "GET"
    if method not in METHODS or not isinstance(url, str) or not looks_like_url(url):
        return None
    rows = headers.items() if isinstance(headers, dict) else ()
    sent: Headers = tuple((str(name), as_text(value)) for name, value in rows)
    declared = header(sent, "content-type").partition(";")[0].strip().lower()
    content, kind = _body(body, declared or encoding) if method != "GET" else (b"", "")
    kept = tuple((name, value) for name, value in sent if name.lower() != "content-type")
    return ScriptCall(method, url, kept, content, (declared or kind) if content else "")


def _body(value: Any, encoding: str) -> tuple[bytes, str]:
    if isinstance(value, Encoded):
        return _body(value.inner, JSON_TYPE if value.kind == "json" else FORM_TYPE)
    if isinstance(value, jsvalue.Unknown):
        for pattern, kind in ((_STRINGIFY, JSON_TYPE), (_PARAMS, FORM_TYPE)):
            if match := pattern.match(value.of):
                inner, _ = jsvalue.read(value.of, match.end())
                return _body(inner, kind) if not isinstance(inner, jsvalue.Unknown) else (b"", "")
        return b"", ""
    if isinstance(value, str):
        guessed = JSON_TYPE if value[:1] in ("{", "[") else FORM_TYPE if "=" in value else "text/plain"
        return value.encode("utf-8", "replace"), encoding or guessed
    if isinstance(value, dict) and value and encoding == FORM_TYPE:
        return _form(value).encode(), FORM_TYPE
    if isinstance(value, dict | list) and value:
        text = json.dumps(jsvalue.plain(value), separators=(",", ":"), ensure_ascii=False)
        return text.encode("utf-8", "replace"), JSON_TYPE
    return b"", ""


def _form(values: dict[str, Any]) -> str:
    return urlencode([(name, as_text(value)) for name, value in values.items()], errors="replace")
