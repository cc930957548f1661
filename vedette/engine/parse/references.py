"""References inside an API description: followed within it, never out of it, never in circles."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

MAX_CHAIN = 20
MAX_PROBLEMS = 50
_NAMED = 5


class Document:
    """A description's values. What is wrong with references is noted in `problems`, each sentence once, under the
    operation that `about` names while it is read."""

    def __init__(self, root: Any) -> None:
        self.root: dict[str, Any] = root if isinstance(root, dict) else {}
        self.problems: list[str] = []
        self.about = ""
        self._outside: dict[str, None] = {}
        self._known: dict[str, Any] = {}

    def resolve(self, node: Any) -> Any:
        """The node that a reference leads to, or the node itself; an empty object when it leads nowhere."""
        for _ in range(MAX_CHAIN):
            if not isinstance(node, dict) or "$ref" not in node:
                return node
            node = self._target(node["$ref"])
        self.note("its references go in a circle")
        return {}

    def note(self, what: str) -> None:
        """Notes a problem of the operation that is being read."""
        text = f"{self.about}: {what}." if self.about else f"{what[:1].upper()}{what[1:]}."
        if text not in self.problems and len(self.problems) < MAX_PROBLEMS:
            self.problems.append(text)

    def all_problems(self) -> list[str]:
        """The problems, after what to do where texts are missing."""
        missing = list(self._outside)
        if not missing:
            return self.problems
        more = f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
        named = f"The description refers to what is not part of it: {', '.join(missing[:_NAMED])}{more}."
        return [f"{named} Bundle it into one file, or give the URL where it stands with all of them.", *self.problems]

    def _target(self, reference: Any) -> Any:
        if not isinstance(reference, str):
            self.note("a reference is not a text")
            return {}
        if reference not in self._known:
            self._known[reference] = self._found(reference)
        found = self._known[reference]
        if found is None:
            remote = not reference.startswith("#")
            if remote and len(self._outside) < MAX_PROBLEMS:
                self._outside[reference.partition("#")[0][:200]] = None
            why = "leads out of the description, and is not followed" if remote else "leads nowhere"
            self.note(f"the reference {reference[:200]} {why}")
            return {}
        return found

    def _found(self, reference: str) -> Any:
        if reference == "#":
            return self.root
        if not reference.startswith("#/"):
            return None
        node: Any = self.root
        for part in reference[2:].split("/"):
            key = unquote(part).replace("~1", "/").replace("~0", "~")
            if isinstance(node, dict) and key in node:
                node = node[key]
            elif isinstance(node, list) and key.isascii() and key.isdigit() and len(key) < 9 and int(key) < len(node):
                node = node[int(key)]
            else:
                return None
        return node
