"""The variables of a Postman collection: what they stand for, and what is sent where they stand for nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from vedette.engine.parse import fill
from vedette.engine.parse.forms import Field

MAX_VALUE = 20_000
MAX_LISTED = 5_000
VARIABLE = re.compile(r"\{\{\s*([^{}]{1,100}?)\s*\}\}")
_REFERENCE = re.compile(r"(?:^|[_\-])(?:id|ID)$|[a-z]I[dD]$")
_DYNAMIC = {
    "$guid": "6f1c2b9e-3d54-4a7b-9c1e-2f8a5d7e9b10",
    "$randomUUID": "6f1c2b9e-3d54-4a7b-9c1e-2f8a5d7e9b10",
    "$timestamp": "1715941800",
    "$isoTimestamp": "2024-05-17T10:30:00.000Z",
    "$randomInt": "5",
    "$randomEmail": "jane.doe@example.com",
    "$randomUserName": "janedoe",
    "$randomFirstName": "Jane",
    "$randomLastName": "Doe",
    "$randomFullName": "Jane Doe",
    "$randomBoolean": "true",
    "$randomPassword": "Sample-Pass-1",
}


class Variables:
    """Values by name, those given before those of the collection."""

    def __init__(self, own: Any, given: Mapping[str, str]) -> None:
        self._values = {**listed(own), **given}

    def get(self, name: str) -> str:
        """The value of one; empty when it has none."""
        return self._values.get(name, "")

    def filled(self, text: str) -> str:
        """The text with the values of its variables, and theirs; what has no value stays as it is."""
        for _ in range(5):  # a variable's value may name variables; a circle of them stays as it is
            filled = self._once(text)
            if filled == text:
                break
            text = filled
        return text

    def _once(self, text: str) -> str:
        """The text with the values of its variables; past MAX_VALUE letters of values they stay as they are."""
        pieces: list[str] = []
        start = grown = 0
        for match in VARIABLE.finditer(text):
            value = self._value(match)
            grown += len(value)
            if grown > MAX_VALUE:
                break
            pieces += (text[start : match.start()], value)
            start = match.end()
        return "".join((*pieces, text[start:]))

    def sampled(self, text: str) -> str:
        """As `filled`; what has no value gets one that fits its name."""

        return VARIABLE.sub(lambda match: sample_of(match[1].removeprefix("$random")), self.filled(text))

    def _value(self, match: re.Match[str]) -> str:
        return self._values.get(match[1]) or _DYNAMIC.get(match[1]) or match[0]


def sample_of(name: str) -> str:
    """A value that fits a variable's name."""
    return "1" if _REFERENCE.search(name) else fill.value_for(Field(name.lower()))


def listed(held: Any) -> dict[str, str]:
    """The enabled names and values of a list as Postman writes them."""
    found: dict[str, str] = {}
    for one in held[:MAX_LISTED] if isinstance(held, list) else []:
        if isinstance(one, dict) and one.get("enabled") is not False and one.get("disabled") is not True:
            name = plain(one.get("key")) or plain(one.get("id"))
            if name:
                found[name] = plain(one.get("value"))
    return found


def plain(value: Any) -> str:
    """A plain value as text; empty for any other."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)[:MAX_VALUE] if isinstance(value, (str, int, float)) else ""
