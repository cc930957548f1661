"""Addresses and header names in JavaScript text.

Patterns find what may begin an address, the syntax tree tells what becomes of it: concatenations, templates, routes,
names that stand for texts. No execution; linear in the size of the text, bounded in its results.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from tree_sitter import Node

from vedette.engine.parse import jsvalue
from vedette.engine.parse.scripttree import MAX_SOURCE
from vedette.engine.parse.scriptvalues import Script, Spent

MAX_TEXT = 2_000_000
MAX_ENDPOINTS = 500
MAX_OBJECTS = 200
MAX_READS = 4_000
MAX_NAMES = 40
MAX_USES = 10
MAX_NESTED = 8
WINDOW = 6_000

_WORD = r"[\w\-]{1,60}"
_API_WORD = r"(?:api|apis|rest|graphql|ajax|rpc|services?|v\d{1,2}|admin|auth|users?|accounts?)"
_EXTENSION = r"(?:php|aspx?|jspx?|do|action|cgi|json|xml|html?)"
_ROOTED = re.compile(r"[\"'`](?=(?:https?:|wss?:)?/{1,2}[\w$]|\.{1,2}/\w)")
_RELATIVE = re.compile(
    rf"[\"'`](?={_API_WORD}/[\w$]|{_WORD}(?:/{_WORD}){{0,6}}(?:\.{_EXTENSION}[\"'`?]|\?[\w\-]{{1,60}}=))"
)
_NAVIGATION = re.compile(
    r"(?:\bwindow\.open\s*\(|\blocation(?:\.href)?\s*=(?!=)|\blocation\.(?:assign|replace)\s*\("
    r"|\.(?:href|src|action)\s*=(?!=)|\bEventSource\s*\(|\bimport(?:Scripts)?\s*\()\s*(?=[\"'`])"
)
_GROWING = re.compile(r"[\w$)\]]\s{0,5}\+\s{0,5}[\"'`](?=[\w$])|`(?=\$\{)")
_BEGINS = re.compile(r"(?:https?:/|wss?:/)?/{1,2}[\w$]|\.{1,2}/\w")
_ROUTE = re.compile(r"(?<![\w$])[\"']?path[\"']?\s{0,5}:\s{0,5}[\"'`]")
_ROUTE_KEYS = frozenset(
    ("component", "components", "children", "element", "loader", "redirectTo", "redirect", "lazy", "loadComponent",
     "loadChildren", "template", "view", "render", "controller", "Component", "action", "handler", "page")
)  # fmt: skip
_MAPPED = re.compile(r"[#@]\s{0,5}sourceMappingURL=((?!data:)[^\s\"'*]{1,500})")
_IN_COMMENT = re.compile(r"https?://[^\s\"'<>()`]{3,500}|(?<=[\s*\"'(`])/(?:[\w\-.]{1,60}/){1,10}[\w\-.]{1,60}")
_SOCKET = re.compile(r"^ws(?=s?://)")
_NAMED = re.compile(r"(?<=/):[A-Za-z_]\w{0,40}\??")
_PARAMETER = re.compile(r"\{[\w.]{1,40}\}")
_IDENTIFIER = re.compile(r"[A-Za-z_$][\w$]{0,60}")
_WORD_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$")
_HINT = re.compile(r"[\"'`]|://|sourceMappingURL")
_NO_CODE = ("comment", "regex_pattern", "regex", "string_fragment", "escape_sequence")
_NOT_URL = re.compile(r"[\s<>\\^\"'|*\x00-\x1f]|\$\)|\(\?")
_HEADER_SET = re.compile(
    r"(?:setRequestHeader|[hH]eaders\s*\.\s*(?:set|append))\s*\(\s*[\"'`]([A-Za-z][\w\-]{1,60})[\"'`]"
    r"|[hH]eaders(?:\.\w{1,20}){0,2}\s*\[\s*[\"'`]([A-Za-z][\w\-]{1,60})[\"'`]\s*\]\s*=(?!=)"
)
_HEADERS_OBJECT = re.compile(r"[hH]eaders[\"']?\s*(?::|=(?!=)|\()\s*(?:new\s+Headers\s*\(\s*)?(?=\{)")
_HEADER_NAME = re.compile(r"[A-Za-z][\w\-]{1,60}")


def endpoints(text: str) -> list[str]:
    """The references (unresolved) that a script holds, each once: strings that start like a URL or path first, then
    targets of navigation, relative ones that look like a file or an API, concatenations, routes, and what stands in
    comments. Parts that only the running script knows are 1, and so are the parameters of routes."""
    text = text[:MAX_TEXT]
    found: dict[str, None] = {}
    if _HINT.search(text) is None:
        return []
    script = Script(text)
    if not script.readable:
        return _literal(text)
    try:
        for value in _addresses(script):
            found.setdefault(value)
            if len(found) >= MAX_ENDPOINTS:
                return list(found)
    except Spent:
        found |= dict.fromkeys(_literal(text))
    if len(text) > MAX_SOURCE:
        found |= dict.fromkeys(_literal(text[MAX_SOURCE:]))
    return list(found)[:MAX_ENDPOINTS]


def _addresses(script: Script) -> Iterator[str]:
    text = script.text
    names: dict[str, None] = {}
    for pattern in (_ROOTED, _NAVIGATION, _RELATIVE):
        for match in islice(pattern.finditer(text), MAX_READS):
            start = match.end() if pattern is _NAVIGATION else match.start()
            node = script.string_at(start)
            if node is not None and (name := _name_given(script, node)):
                names.setdefault(name)
            yield from _usable(script.text_from(node) if node is not None else _broken(script, start))
    for match in islice(_GROWING.finditer(text), MAX_READS):
        node = script.string_at(match.end() - 1)
        if node is not None and _BEGINS.match(value := script.text_from(node)):
            yield from _usable(value)
    yield from _built(script, list(names)[:MAX_NAMES])
    yield from _routes(script)
    yield from _commented(script)


def _broken(script: Script, start: int) -> str:
    """The literal at a place that the tree made nothing of, such as another language with scripts in it."""
    node = script.node_at(start)
    if node is None or node.type in _NO_CODE or not script.root.has_error:
        return ""
    value, _ = jsvalue.read(script.text[start : start + WINDOW])
    return value if isinstance(value, str) else ""


def _name_given(script: Script, node: Node) -> str:
    """The name that a string is given, when it is all that the name stands for."""
    owner = node.parent
    if owner is None or owner.type not in ("variable_declarator", "assignment_expression", "pair"):
        return ""
    field = {"variable_declarator": "name", "assignment_expression": "left", "pair": "key"}[owner.type]
    name = owner.child_by_field_name(field)
    return script.source(name).rpartition(".")[2].strip("\"'") if name is not None else ""


def _built(script: Script, names: list[str]) -> Iterator[str]:
    """What begins with a name that stands for an address."""
    for name in filter(_IDENTIFIER.fullmatch, names):
        # The name comes first in the pattern: a text is searched for a word many times faster than for a condition.
        uses = re.compile(rf"{re.escape(name)}(?:\s*\+(?!=)|\s*\}}|\.concat\()")
        for match in islice(uses.finditer(script.text), MAX_USES):
            if script.text[match.start() - 1 : match.start()] in _WORD_LETTERS:
                continue
            node = script.node_at(match.start(), match.start() + len(name))
            while node is not None and node.parent is not None and node.parent.type == "member_expression":
                node = node.parent
            if node is not None and _BEGINS.match(value := script.text_from(node)):
                yield from _usable(value)


def _routes(script: Script) -> Iterator[str]:
    """The tables of routers: objects with a `path`, nested by `children`."""
    for match in islice(_ROUTE.finditer(script.text), MAX_OBJECTS):
        node = script.string_at(match.end() - 1)
        if node is None or node.parent is None or node.parent.type != "pair":
            continue
        parts = list(islice(_route_parts(script, node.parent), MAX_NESTED))
        rooted = next((index for index, part in enumerate(parts) if part.startswith("/")), len(parts) - 1)
        path = "/".join(part.strip("/") for part in reversed(parts[: rooted + 1]) if part.strip("/"))
        if path and "*" not in path:
            yield from _usable("/" + path)


def _route_parts(script: Script, pair: Node | None) -> Iterator[str]:
    """The path of a route, then those of the routes around it."""
    while pair is not None and (owner := pair.parent) is not None and owner.type == "object":
        keys = {
            script.key(key): child for child in owner.named_children[:60] if (key := child.child_by_field_name("key"))
        }
        if "path" not in keys or not _ROUTE_KEYS & keys.keys():
            return
        value = script.value(keys["path"].child_by_field_name("value"))
        yield value if isinstance(value, str) else ""
        array = owner.parent
        pair = array.parent if array is not None and array.type == "array" else None
        pair = pair if pair is not None and pair.type == "pair" else None


def _commented(script: Script) -> Iterator[str]:
    for match in islice(_MAPPED.finditer(script.text), 3):
        yield from _usable(match[1])
    for match in islice(_IN_COMMENT.finditer(script.text), MAX_OBJECTS):
        node = script.node_at(match.start())
        if node is not None and node.type == "comment":
            yield from _usable(match.group().rstrip(".,;:"))


def _usable(value: str) -> Iterator[str]:
    # A socket begins with a request to the same place.
    if value.startswith("ws"):
        value = _SOCKET.sub("http", value)
    if value and looks_like_url(value := _PARAMETER.sub("1", _NAMED.sub("1", value))):
        yield value


def _literal(text: str) -> list[str]:
    """What literals hold, read without a tree."""
    found: dict[str, None] = {}
    for pattern in (_ROOTED, _NAVIGATION, _RELATIVE):
        for match in islice(pattern.finditer(text), MAX_READS):
            start = match.end() if pattern is _NAVIGATION else match.start()
            value, _ = jsvalue.read(text[start : start + WINDOW])
            if isinstance(value, str) and looks_like_url(value):
                found.setdefault(value)
            if len(found) >= MAX_ENDPOINTS:
                return list(found)
    return list(found)


def looks_like_url(value: str) -> bool:
    """Whether a string may be a reference: no spaces, markup or pieces of a regular expression."""
    if not 1 < len(value) <= 2_000 or _NOT_URL.search(value):
        return False
    return value not in ("//", "./", "../", "http://", "https://") and not value.startswith(("///", "/*"))


def header_names(text: str) -> list[str]:
    """The names of the request headers that a script sets, each once whatever its case."""
    text = text[:MAX_TEXT]
    found: dict[str, str] = {}
    for match in _HEADER_SET.finditer(text):
        name = match.group(1) or match.group(2)
        found.setdefault(name.lower(), name)
    for match in islice(_HEADERS_OBJECT.finditer(text), MAX_OBJECTS):
        value, _ = jsvalue.read(text[match.end() : match.end() + WINDOW])
        for name in value if isinstance(value, dict) else ():
            if _HEADER_NAME.fullmatch(name):
                found.setdefault(name.lower(), name)
    return list(found.values())
