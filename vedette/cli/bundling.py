"""A description of an API that is split over several files, as one text.

Only JSON and YAML files in the folder of the first file and below are opened, links resolved and hidden ones left
alone: a description may come from a stranger, and must not fetch its reader's other files.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from vedette.engine.parse import tree_text
from vedette.engine.parse.openapi import METHODS
from vedette.engine.parse.references import MAX_CHAIN, Document
from vedette.engine.parse.tree_text import TextError

MAX_FILES = 5_000
MAX_IN_A_ROW = 50
MAX_NESTED, MAX_REMARKS = 200, 10
ROOM = "x-files"
"""Under this key the other files stand, by their path from the first."""

_SUFFIXES = (".json", ".yaml", ".yml")
_SECTIONS = ("paths", "components", "servers", "securityDefinitions")
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|[/\\]", re.IGNORECASE)


def bundled(first: Path, text: str, remarks: list[str]) -> str:
    """The text with the files that it refers to, as JSON; as it was if there are none.
    What is wrong with them is added to `remarks`, one sentence each."""
    try:
        bundle = _Bundle(first.resolve(), text)
    except TextError:
        return text  # who reads the description says what is wrong with it
    made = bundle.text()
    remarks += list(bundle.problems)[:MAX_REMARKS]
    if (more := len(bundle.problems) - MAX_REMARKS) > 0:
        remarks.append(f"{more} more references to files could not be followed.")
    return made or text


class _Bundle:
    """The files by their path from the folder of the first, all read before the first reference is changed."""

    def __init__(self, first: Path, text: str) -> None:
        self.folder, self.first = first.parent, first.name
        self.problems: dict[str, None] = {}
        self._left = tree_text.MAX_JSON
        self._files: dict[str, Any] = {self.first: self._copied(tree_text.load(text), 0)}
        self._failed: set[str] = set()

    def text(self) -> str:
        """The bundled text; empty where nothing is to be brought along."""
        root = self._files[self.first]
        if not isinstance(root, dict) or not (root.get("openapi") or root.get("swagger")):
            return ""
        found = self._gathered()
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
        self.problems[f"{self.first} is too large with the files that it refers to: they are left out."] = None
        return ""

    def _gathered(self) -> list[tuple[str, dict[str, Any], str]]:
        """Reads what is referred to, near files first: all references, as the file, and the object and key in it."""
        gathered, row = [], [(self.first, 0)]
        for name, depth in row:  # it grows meanwhile
            for node, key in _references(self._files[name]):
                gathered.append((name, node, key))
                other = self._named(name, node[key])
                if other and other not in self._files and other not in self._failed and self._read(other, name, depth):
                    row.append((other, depth + 1))
        return gathered

    def _named(self, file: str, reference: str) -> str | None:
        """The path of the file that a reference in a file names; None where it may not be opened."""
        name = unquote(reference.partition("#")[0])
        if not name or _ELSEWHERE.match(name):
            return None if name else file
        with contextlib.suppress(ValueError, OSError, RuntimeError):
            path = (self.folder / file).parent.joinpath(name).resolve().relative_to(self.folder)
            if path.suffix.lower() in _SUFFIXES and not any(part.startswith(".") for part in path.parts):
                return path.as_posix()
        return None

    def _read(self, name: str, by: str, depth: int) -> bool:
        path = self.folder / name
        try:
            if depth >= MAX_IN_A_ROW or len(self._files) >= MAX_FILES:
                raise TextError(f"at most {MAX_FILES:,} files are read, and {MAX_IN_A_ROW} in a row")
            if not path.is_file() or path.stat().st_size > self._left:
                raise TextError("the description is too large with it" if path.is_file() else "there is no such file")
            text = path.read_text(encoding="utf-8-sig", errors="replace")
            self._files[name] = self._copied(tree_text.load(text), 0)
        except (TextError, OSError) as error:
            self._failed.add(name)
            why = getattr(error, "strerror", "") or str(error)
            self.problems[f"{name}, to which {by} refers, cannot be read: {why}."] = None
            return False
        return True

    def _copied(self, value: Any, depth: int) -> Any:
        """The value as JSON has it, each node once: what YAML repeats would be changed twice, or grow without end."""
        self._left -= 1 + (len(value) if isinstance(value, str) else 0)
        if self._left < 0:
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
        self.problems |= wrong
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
