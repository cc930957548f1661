"""What stands between `{{` and `}}` in files of requests: variables, answers to earlier requests, values made anew."""

from __future__ import annotations

import re
from collections.abc import Mapping

from vedette.engine.parse.postman_variables import Variables, sample_of

_PLACEHOLDER = re.compile(r"\{\{\s*([A-Za-z_$][\w.$\-\[\]'\"*% ]{0,150}?)\s*\}\}")
_OUTSIDE = ("$dotenv", "$processEnv", "$shared")
_MADE = {
    "$uuid": "$guid",
    "$random.uuid": "$guid",
    "$random.email": "$randomEmail",
    "$random.integer": "$randomInt",
    "$datetime": "$isoTimestamp",
    "$localDatetime": "$isoTimestamp",
}
_MARK = "hole-"


class Placeholders:
    """Values by name, those given before those of the file."""

    def __init__(self, own: Mapping[str, str], given: Mapping[str, str]) -> None:
        listed = [{"key": name, "value": _PLACEHOLDER.sub(_plain, value)} for name, value in own.items()]
        self._variables = Variables(listed, given)
        self._holes: dict[str, str] = {}

    def unknown(self, text: str) -> bool:
        """Whether a placeholder in a text has no value."""
        return _PLACEHOLDER.search(self._known(text)) is not None

    def filled(self, text: str) -> str:
        """The text with all values; what has none gets one that fits its name."""
        return _PLACEHOLDER.sub(lambda match: self.sample(_name(match[1])), self._known(text))

    def opened(self, line: str) -> str:
        """A request line with its values. An unknown host is left out, so that what follows is a path; what is unknown
        elsewhere in the path is marked for `with_holes`, and in the query gets a value."""
        line = self._known(line)
        line = re.sub(rf"((?:^|\s)(?:https?://)?){_PLACEHOLDER.pattern}(?=[/\s?]|$)", _without_host, line)
        path, mark, query = line.partition("?")
        return _PLACEHOLDER.sub(self._marked, path) + mark + self.filled(query)

    def with_holes(self, url: str) -> tuple[str, list[str]]:
        """An address with a hole `{name}` for each mark of `opened`, and their names."""
        names = [name for mark, name in self._holes.items() if mark in url]
        for mark in sorted(self._holes, key=len, reverse=True):
            url = url.replace(mark, f"{{{self._holes[mark]}}}")
        return url, list(dict.fromkeys(names))

    def sample(self, name: str) -> str:
        """A value that fits a name."""
        return sample_of(name)

    def _known(self, text: str) -> str:
        return self._variables.filled(_PLACEHOLDER.sub(_plain, text)) if "{{" in text else text

    def _marked(self, match: re.Match[str]) -> str:
        name = re.sub(r"[^\w.-]", "", _name(match[1])) or "value"
        known = {held: mark for mark, held in self._holes.items()}
        mark = known.get(name) or f"{_MARK}{len(self._holes)}-{name}-"
        self._holes[mark] = name
        return mark


def _plain(match: re.Match[str]) -> str:
    """The placeholder as variables know it: what is asked of the outside by its own name, what is made by ours."""
    word, _, rest = match[1].partition(" ")
    if word in _OUTSIDE and rest.strip():
        return f"{{{{{rest.strip().lstrip('%')}}}}}"
    if word.startswith("$env."):
        return f"{{{{{word[5:]}}}}}"
    return f"{{{{{_MADE.get(word, word) if word[0] == '$' else match[1]}}}}}"


def _without_host(match: re.Match[str]) -> str:
    return match[1].partition("http")[0] + ("" if match.string[match.end() : match.end() + 1] == "/" else "/")


def _name(said: str) -> str:
    """What a placeholder stands for: of `login.response.body.$.user.id` the last word."""
    if ".response." in said or said.startswith("$"):
        return re.split(r"[.\s]", said.rstrip("]'\"* "))[-1].strip("[]'\"*$") or "value"
    return said
