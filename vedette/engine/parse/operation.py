"""One call of an API as its description tells it, and the request that making it with chosen values gives."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from xml.sax.saxutils import escape, quoteattr

from vedette.contract.exchange import Headers, Request
from vedette.engine.parse import fill
from vedette.engine.parse.bounds import Bounds
from vedette.engine.parse.forms import Field
from vedette.engine.parse.parameter_style import deep, line, pairs, segment, text, writable
from vedette.engine.parse.samplefile import SampleFile, sample_for

MAX_DEPTH = 24
FORM, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
_HOLE = re.compile(r"\{([^{}/]{1,100})\}")
_XML_NAME = re.compile(r"[A-Za-z_][\w.\-]{0,100}(?::[A-Za-z_][\w.\-]{0,100})?")
SAMPLE = "sample\n"
"""What stands for a file of which nothing is known."""

Choose = Callable[[str, str, Any], Any]
"""Asked for every value with its place, its name and what stands there; gives the value to send."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A named value outside the body; `place` is `path`, `query`, `header` or `cookie`. `style` and `explode` say as
    in OpenAPI how lists and objects are written; without a style a list goes as several."""

    name: str
    place: str
    value: Any
    required: bool = True
    style: str = ""
    explode: bool = True


@dataclass(frozen=True, slots=True)
class Secured:
    """What an operation asks for before it answers: `kind` is `bearer`, `basic` or `key`, sent as `name` in `place`;
    `scheme` is the description's own word for it."""

    kind: str
    name: str = "Authorization"
    place: str = "header"
    scheme: str = ""


@dataclass(frozen=True, slots=True)
class Operation:
    """One call: `url` is absolute with `{name}` holes in its path.

    `body` is JSON-able, and sent as `media` says; `raw` are bytes to be sent as they are instead. `lean` is the body
    with only what is required, None when that is the same. `given` names the values that whoever ordered the scan
    chose. `answers` names what a good answer holds. `aliases` maps names in the body to those by which values are
    known, `bounds` places and names to what is demanded of values there. `deep` are the names whose parts a form holds
    each for itself. `kind` is the description's, `id` its name for the operation.
    """

    name: str
    method: str
    url: str
    parameters: tuple[Parameter, ...] = ()
    headers: Headers = ()
    media: str = ""
    body: Any = None
    lean: Any = None
    raw: bytes = b""
    secured: tuple[Secured, ...] = ()
    tags: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    given: frozenset[str] = frozenset()
    aliases: tuple[tuple[str, str], ...] = ()
    bounds: Mapping[tuple[str, str], Bounds] = field(default_factory=dict)
    deep: frozenset[str] = frozenset()
    kind: str = ""
    id: str = ""
    resource: str = ""

    @property
    def path(self) -> str:
        """The path of the URL template."""
        rest = self.url.partition("://")[2].partition("?")[0]
        return "/" + rest.partition("/")[2]

    @property
    def template(self) -> str:
        """The path with every hole as `{}`."""
        return _HOLE.sub("{}", self.path)

    @property
    def holes(self) -> tuple[str, ...]:
        """The names in the path, in order."""
        return tuple(_HOLE.findall(self.path))

    @property
    def writes(self) -> bool:
        """Whether its method may change something."""
        return self.method not in ("GET", "HEAD", "OPTIONS")


@dataclass(slots=True)
class Reading:
    """What a description gave: its operations, and a sentence on each thing that is wrong with it."""

    operations: list[Operation]
    problems: list[str]


def untouched(place: str, name: str, value: Any) -> Any:
    """The choice of what stands there."""
    del place, name
    return value


def request_of(operation: Operation, choose: Choose = untouched, *, lean: bool = False, user: str = "") -> Request:
    """The request of calling an operation. With `lean` only what is required is sent."""
    parameters = [one for one in operation.parameters if one.required or one.place == "path" or not lean]
    chosen = [(one, choose(one.place, one.name, one.value)) for one in parameters]
    headers = [*operation.headers]
    headers += [(one.name, _line(one, value)) for one, value in chosen if one.place == "header"]
    cookies = [f"{one.name}={_line(one, value)}" for one, value in chosen if one.place == "cookie"]
    if cookies:
        headers.append(("Cookie", "; ".join(cookies)))
    body, media = _body(operation, choose, lean=lean)
    if media and not any(name.lower() == "content-type" for name, _ in headers):
        headers.append(("Content-Type", media))
    return Request(operation.method, _url(operation, chosen), tuple(headers), body, user)


def _url(operation: Operation, chosen: list[tuple[Parameter, Any]]) -> str:
    address, mark, query = operation.url.partition("?")
    segments = {one.name: segment(one.name, v, one.style, one.explode) for one, v in chosen if one.place == "path"}
    start = address.find("/", address.find("://") + 3)
    if start >= 0:
        address = address[:start] + _HOLE.sub(lambda match: segments.get(match[1]) or "1", address[start:])
    asked = [pair for one, v in chosen if one.place == "query" for pair in pairs(one.name, v, one.style, one.explode)]
    whole = "&".join(part for part in (query if mark else "", *(f"{name}={item}" for name, item in asked)) if part)
    return f"{address}?{whole}" if whole else address


def _body(operation: Operation, choose: Choose, *, lean: bool) -> tuple[bytes, str]:
    if operation.raw:
        return operation.raw, operation.media
    value = operation.lean if lean and operation.lean is not None else operation.body
    if value is None:
        return b"", ""
    aliases = dict(operation.aliases)
    changed = _walked(value, "", choose, aliases, 0)
    kind = operation.media.partition(";")[0].strip().lower()
    if kind == MULTIPART:
        return _multipart(changed, operation.deep), f"{MULTIPART}; boundary={fill.BOUNDARY}"
    if kind == FORM:
        return urlencode(_pairs(changed, operation.deep)).encode(), FORM
    if kind.endswith(("/xml", "+xml")):
        return _xml(changed).encode("utf-8", "replace"), operation.media
    if isinstance(changed, str) and not kind.endswith(("/json", "+json")):
        return changed.encode("utf-8", "replace"), operation.media
    return json.dumps(changed, ensure_ascii=False).encode("utf-8", "replace"), operation.media


def _walked(value: Any, name: str, choose: Choose, aliases: dict[str, str], depth: int) -> Any:
    if depth > MAX_DEPTH:
        return value
    if isinstance(value, dict):
        return {key: _walked(item, key, choose, aliases, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [_walked(item, name, choose, aliases, depth + 1) for item in value]
    return choose("body", aliases.get(name, name), value) if name else value


def _pairs(value: Any, nested: frozenset[str]) -> list[tuple[str, str]]:
    if not isinstance(value, dict):
        return []
    found: list[tuple[str, str]] = []
    for name, item in value.items():
        if name in nested:
            found += deep(str(name), item)
        elif name != "$xml":
            found += [(writable(str(name)), text(one)) for one in (item[:20] if isinstance(item, list) else [item])]
    return found


def _multipart(value: Any, nested: frozenset[str]) -> bytes:
    files = []
    plain: dict[str, Any] = {}
    for name, item in (value if isinstance(value, dict) else {}).items():
        if isinstance(item, dict) and "$file" in item:
            files.append((writable(str(name)), _file(str(name), item)))
        elif isinstance(item, dict) and name not in nested:
            # Servers that read such a part look at its type.
            files.append((writable(str(name)), SampleFile("", "application/json", text(item).encode())))
        else:
            plain[str(name)] = item
    return fill.multipart(_pairs(plain, nested), files)


def _file(name: str, item: Mapping[str, Any]) -> SampleFile:
    """The file of a part: one of the kind that its type or name asks for, unless its content is known."""
    content, kind = text(item["$file"]), text(item.get("$type", ""))
    if content == SAMPLE:
        return sample_for(Field(name, accept=kind))
    return SampleFile("sample.txt", kind or "text/plain", content.encode())


def _line(parameter: Parameter, value: Any) -> str:
    return re.sub(r"[\r\n\x00]", "", line(value, parameter.style, parameter.explode))


def _xml(value: Any) -> str:
    """A document of the value: the one key `$xml` names its root."""
    root = "root"
    if isinstance(value, dict) and set(value) == {"$xml", "$value"}:
        root, value = str(value["$xml"]), value["$value"]
    return f'<?xml version="1.0" encoding="UTF-8"?>{_element(root, value, 0)}'


def _element(name: str, value: Any, depth: int) -> str:
    tag = name if _XML_NAME.fullmatch(name) else "item"
    if depth > MAX_DEPTH:
        return f"<{tag}/>"
    if isinstance(value, list):
        return "".join(_element(name, item, depth + 1) for item in value)
    if not isinstance(value, dict):
        return f"<{tag}>{escape(text(value))}</{tag}>"
    marked = [(key[1:], item) for key, item in value.items() if key.startswith("@") and _XML_NAME.fullmatch(key[1:])]
    attributes = "".join(f" {key}={quoteattr(text(item))}" for key, item in marked)
    inner = "".join(_element(key, item, depth + 1) for key, item in value.items() if not key.startswith("@"))
    return f"<{tag}{attributes}>{inner}</{tag}>"
