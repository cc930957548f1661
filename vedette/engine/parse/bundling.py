"""A description of an API that is split over several texts, as one text. Who brings the texts decides which of them
may be asked for: nothing is opened or fetched here.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from urllib.parse import unquote

from vedette.engine.parse import tree_text
from vedette.engine.parse.openapi import METHODS
from vedette.engine.parse.references import MAX_CHAIN, Document
from vedette.engine.parse.tree_text import TextError

MAX_IN_A_ROW = 50
MAX_NESTED, MAX_REMARKS = 200, 10
ROOM = "x-files"
"""Under this key the other texts stand, by their name."""

_SECTIONS = ("paths", "components", "servers", "securityDefinitions")
_OUTWARD = re.compile(r"""\$ref["']?\s*+:\s*+(?!["']?#)""")


class Wanted(NamedTuple):
    """A text that is referred to and not there yet: its name, and the name of the one that refers to it."""

    name: str
    by: str


def refers_outward(text: str) -> bool:
    """Whether a reference may leave its text: most descriptions have none that does, and need not be read twice."""
    return _OUTWARD.search(text) is not None


class Bundle:
    """The texts by name. They are wanted one after another, and all are there before the first reference is changed.

    `named` gives for a text's name and what a reference in it says before its `#` the name of the other text; None
    where it may not be asked for. Raises TextError where the first text cannot be read.
    """

    def __init__(self, first: str, text: str, named: Callable[[str, str], str | None], most: int) -> None:
        self.first = first
        self.left = tree_text.MAX_JSON
        """How many letters and parts there may still be."""
        self._named_by, self._most = named, most
        self._problems: dict[str, None] = {}
        self._files: dict[str, Any] = {first: self._copied(tree_text.load(text), 0)}
        self._failed: set[str] = set()
        self._found: list[tuple[str, dict[str, Any], str]] = []
        self._wanted = self._walked()

    def wanted(self) -> Wanted | None:
        """The next text to bring, near ones first; to be answered by `add` or `fail`. None when all were asked for."""
        return next(self._wanted, None)

    def add(self, name: str, by: str, text: str) -> None:
        """Takes a text that was wanted."""
        try:
            self._files[name] = self._copied(tree_text.load(text), 0)
        except TextError as error:
            self.fail(name, by, f"cannot be read: {error}")

    def fail(self, name: str, by: str, why: str) -> None:
        """Notes why a text that was wanted is not there."""
        self._failed.add(name)
        self._problems[f"{name}, to which {by} refers, {why}."] = None

    def problems(self) -> list[str]:
        """What was wrong with the other texts, one sentence each."""
        found = list(self._problems)
        more = len(found) - MAX_REMARKS
        told = [f"{more} more references to files could not be followed."] if more > 0 else []
        return found[:MAX_REMARKS] + told

    def text(self) -> str:
        """The bundled text; empty where nothing is to be brought along."""
        root = self._files[self.first]
        found = self._found
        # All places are found before the first is written: they are found by way of one another.
        places = [self._place(file, node[key]) for file, node, key in found]
        for (_, node, key), place in zip(found, places, strict=True):
            node[key] = place or node[key]
        if len(self._files) == 1:
            return ""
        root[ROOM] = {name: {_stem(name): made} for name, made in self._files.items() if name != self.first}
        with contextlib.suppress(TextError, ValueError, RecursionError):
            made = json.dumps(self._lifted(root))
            if len(made) <= tree_text.MAX_JSON:
                return made
        self._problems[f"{self.first} is too large with the files that it refers to: they are left out."] = None
        return ""

    def _walked(self) -> Iterator[Wanted]:
        """Goes through what is there, near texts first, and notes each reference as the text, and the object and key
        in it; yields what is wanted on the way."""
        root = self._files[self.first]
        if not isinstance(root, dict) or not (root.get("openapi") or root.get("swagger")):
            return
        row = [(self.first, 0)]
        for name, depth in row:  # it grows meanwhile
            for node, key in _references(self._files[name]):
                self._found.append((name, node, key))
                other = self._named(name, node[key])
                if other is None or other in self._files or other in self._failed:
                    continue
                if depth >= MAX_IN_A_ROW or len(self._files) + len(self._failed) >= self._most:
                    self.fail(
                        other, name, f"is left out: at most {self._most:,} files are read, {MAX_IN_A_ROW} in a row"
                    )
                    continue
                yield Wanted(other, name)
                if other in self._files:
                    row.append((other, depth + 1))

    def _named(self, file: str, reference: str) -> str | None:
        name = reference.partition("#")[0]
        return self._named_by(file, name) if name else file

    def _copied(self, value: Any, depth: int) -> Any:
        """The value as JSON has it, each node once: what YAML repeats would be changed twice, or grow without end."""
        self.left -= 1 + (len(value) if isinstance(value, str) else 0)
        if self.left < 0:
            raise TextError("the description is too large with it")
        if depth > MAX_NESTED:
            raise TextError("it is nested too deeply")
        if isinstance(value, dict):
            return {str(self._copied(key, MAX_NESTED)): self._copied(item, depth + 1) for key, item in value.items()}
        if isinstance(value, list):
            return [self._copied(item, depth + 1) for item in value]
        return value if value is None or isinstance(value, (str, bool, int, float)) else str(value)[:1000]

    def _place(self, file: str, reference: str) -> str:
        """The reference within the bundled description; empty where it leads nowhere."""
        wrong = {} if reference[:1] == "#" else {f"{file} refers to {reference[:200]}, which is not there.": None}
        for _ in range(MAX_CHAIN):
            name = self._named(file, reference)
            if name not in self._files:
                return ""
            start, *parts = reference.removesuffix("#/").partition("#")[2].split("/")
            keys = [unquote(part).replace("~1", "/").replace("~0", "~") for part in parts]
            onward = None if start else _onward(self._files[name], keys)
            if onward is None:
                break
            if not onward:
                return "#" + _pointer([*([] if name == self.first else [ROOM, name, _stem(name)]), *keys])
            file, reference = name, onward
        # What leads nowhere in a file of its own is left to lead into the first: some write such files that way.
        self._problems |= wrong
        return ""

    def _lifted(self, root: dict[str, Any]) -> dict[str, Any]:
        """The description with sections and operations in their places where only references stood."""
        document = Document(root)
        root = _without(root, _SECTIONS, document)
        if "components" in root:
            root = root | {"components": _without(root["components"], ("securitySchemes",), document)}
        paths = root.get("paths", {})
        items = {path: document.resolve(one) for path, one in paths.items()} if isinstance(paths, dict) else {}
        made = {path: _without(one, METHODS, document) for path, one in items.items()}
        lifted = {path: self._copied(one, 0) for path, one in made.items() if one is not items[path]}
        return root | {"paths": paths | lifted} if lifted else root


def _without(holder: Any, keys: tuple[str, ...], document: Document) -> Any:
    """The object, or a copy that holds no references under these keys but what they lead to."""
    inner = {key: holder.get(key) for key in keys} if isinstance(holder, dict) else {}
    led = {key: document.resolve(item) for key, item in inner.items() if isinstance(item, dict) and "$ref" in item}
    return holder | led if led else holder


def _references(value: Any) -> Iterator[tuple[dict[str, Any], str]]:
    """All references in a value, and those by which a discriminator names schemas: what holds them, and its key."""
    if isinstance(value, list):
        for item in value:
            yield from _references(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key == "$ref" and isinstance(item, str):
                yield value, key
            elif key == "discriminator" and isinstance(item, dict) and isinstance(item.get("mapping"), dict):
                yield from ((item["mapping"], name) for name, to in item["mapping"].items() if isinstance(to, str))
            else:
                yield from _references(item)


def _onward(node: Any, keys: list[str]) -> str | None:
    """Empty where the keys lead to a value, None where they do not; otherwise the reference that stands in the way."""
    for index, key in enumerate(keys):
        if isinstance(node, dict) and key not in node and isinstance(node.get("$ref"), str):
            return f"{node['$ref']}{'' if '#' in node['$ref'] else '#'}{_pointer(keys[index:])}"
        try:
            node = node[int(key) if isinstance(node, list) else key]
        except (LookupError, TypeError, ValueError):
            return None
    return ""


def _pointer(keys: list[str]) -> str:
    return "".join("/" + key.replace("~", "~0").replace("/", "~1").replace("%", "%25") for key in keys)


def _stem(name: str) -> str:
    """What a reference to a whole file ends in: XML elements and kinds of object are named by it."""
    return name.rpartition("/")[2].partition(".")[0]
