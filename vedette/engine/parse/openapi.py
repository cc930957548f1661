"""The operations of an OpenAPI description, versions 2, 3.0 and 3.1."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from vedette.engine.parse.flattening import flattened
from vedette.engine.parse.forms import Field
from vedette.engine.parse.openapi_security import secured_by
from vedette.engine.parse.openapi_values import Sampler, example_beside
from vedette.engine.parse.operation import FORM, MULTIPART, Operation, Parameter, Reading
from vedette.engine.parse.parameter_style import is_header_name, line, style_of
from vedette.engine.parse.references import Document
from vedette.engine.parse.samplefile import sample_for
from vedette.engine.parse.urls import origin, resolve
from vedette.engine.parse.xml_shape import XmlShape

METHODS = ("get", "post", "put", "patch", "delete", "head", "options", "trace")
PLACES = ("path", "query", "header", "cookie")
MAX_OPERATIONS = 2_000
_PREFERRED = ("application/json", "+json", FORM, MULTIPART, "application/xml", "+xml", "text/")
_NOT_SENT = ("accept", "content-type", "authorization", "host", "content-length", "connection")


def read(root: Any, base: str, values: Mapping[str, str], media: str, fixed: str = "") -> Reading:
    """The operations of a parsed description. `base` is the URL against which its servers' addresses are resolved,
    `fixed` a base URL to use in place of all servers, `values` those chosen for parameters by `name`,
    `operationId.name` or `METHOD /path.name`, `media` the media type preferred for bodies."""
    document = Document(root)
    problem = _unfit(document.root)
    if problem:
        return Reading([], [problem])
    reader = _Reader(document, base, values, media, fixed)
    operations = list(reader.operations())
    return Reading(operations, document.all_problems())


def _unfit(root: dict[str, Any]) -> str:
    version = root.get("openapi") or root.get("swagger")
    if not version:
        return "This is no OpenAPI description: it names neither `openapi` nor `swagger`."
    if not str(version).startswith(("2", "3")):
        return f"OpenAPI {str(version)[:20]} is not known: 2.0, 3.0 and 3.1 are."
    if not isinstance(root.get("paths", {}), dict):
        return "The description's `paths` is not an object."
    if not root.get("paths"):
        return "The description names no paths."
    return ""


class _Reader:
    def __init__(self, document: Document, base: str, values: Mapping[str, str], media: str, fixed: str) -> None:
        self.document = document
        self.base = base
        self.values = values
        self.media = media
        self.fixed = fixed.rstrip("/")
        self.old = bool(document.root.get("swagger"))
        self.root_server = self.fixed or self._server(document.root)

    def operations(self) -> Iterator[Operation]:
        """All operations in the order of the description."""
        count = 0
        for path, raw in self.document.root["paths"].items():
            self.document.about = str(path)
            item = self.document.resolve(raw)
            if not str(path).startswith("/") or not isinstance(item, dict):
                if not str(path).startswith("x-"):
                    self.document.note("it is not a path with operations")
                continue
            for method in METHODS:
                if method not in item:
                    continue
                self.document.about = f"{method.upper()} {path}"
                if count >= MAX_OPERATIONS:
                    self.document.note(f"it and those after it were left out: more than {MAX_OPERATIONS} operations")
                    return
                if isinstance(item[method], dict):
                    count += 1
                    yield self._operation(str(path), method.upper(), item, item[method])
                else:
                    self.document.note("the operation is not an object")

    def _operation(self, path: str, method: str, item: dict[str, Any], raw: dict[str, Any]) -> Operation:
        name, known_as = f"{method} {path}", _text(raw.get("operationId"))
        sampler = Sampler(self.document, self._given(name, known_as))
        parameters, form, body = self._parameters(path, item, raw, sampler)
        secured = secured_by(self.document, raw)
        parameters += [
            Parameter(one.name, one.place, sampler.parameter(one.name, {}, {}))
            for one in secured
            if one.kind == "key" and one.place in ("query", "cookie") and one.name in self.values
        ]
        server = self.fixed or self._server(raw) or self._server(item) or self.root_server
        made = Operation(
            name=name,
            method=method,
            # What stands behind a hash tells operations of one path apart, and is not sent.
            url=server + path.partition("#")[0],
            parameters=tuple(parameters),
            secured=secured,
            tags=tuple(_text(tag) for tag in _list(raw.get("tags")))[:5],
            kind="openapi",
            id=known_as,
        )
        if self.old:
            made = self._old_body(made, raw, form, body, sampler)
        else:
            made = self._body(made, raw.get("requestBody"), sampler)
        given = frozenset(sampler.used)
        return dataclasses.replace(made, given=given, answers=tuple(self._answers(raw)), bounds=sampler.bounds)

    def _given(self, name: str, known_as: str) -> dict[str, Any]:
        given: dict[str, Any] = dict(self.values.items())
        for prefix in (f"{known_as}.", f"{name}."):
            if prefix != ".":
                given |= {key[len(prefix) :]: value for key, value in self.values.items() if key.startswith(prefix)}
        return given

    def _parameters(
        self, path: str, item: dict[str, Any], raw: dict[str, Any], sampler: Sampler
    ) -> tuple[list[Parameter], list[dict[str, Any]], dict[str, Any] | None]:
        """Those outside the body, and of the old version those that make up a form and the one that is a body."""
        found: dict[tuple[str, str], dict[str, Any]] = {}
        for listed in (item.get("parameters"), raw.get("parameters")):
            for one in _list(listed):
                node = self.document.resolve(one)
                if not isinstance(node, dict) or not isinstance(node.get("name"), str):
                    self.document.note("a parameter has no name")
                    continue
                found[_text(node.get("in")), node["name"]] = node
        plain = [
            Parameter(
                name,
                place,
                self._value(name, node, sampler, place),
                bool(node.get("required")),
                *style_of(node, place, old=self.old),
            )
            for (place, name), node in found.items()
            if place in PLACES and not (place == "header" and (name.lower() in _NOT_SENT or not is_header_name(name)))
        ]
        for hole in Operation("", "", f"x://x{path}").holes:
            if ("path", hole) not in found:
                self.document.note(f"the path parameter {hole} is not described")
                plain.append(Parameter(hole, "path", sampler.value({"type": "string"}, hole)))
        for place, name in found:
            if place == "header" and not is_header_name(name):
                if name.lower() not in _NOT_SENT:
                    self.document.note(f"the header {name[:100]!r} cannot be sent")
            elif place not in (*PLACES, "body", "formData"):
                self.document.note(f"the parameter {name[:100]} stands in {place[:50] or 'no place'}, which is unknown")
        form = [node for (place, _), node in found.items() if place == "formData"]
        body = next((node for (place, _), node in found.items() if place == "body"), None)
        return plain, form, body

    def _value(self, name: str, node: dict[str, Any], sampler: Sampler, place: str = "body") -> Any:
        schema = node if self.old else node.get("schema")
        content = node.get("content")
        if schema is None and isinstance(content, dict):
            media = next((one for one in content.values() if isinstance(one, dict)), {})
            schema = media.get("schema")
        return sampler.parameter(name, node, schema, place)

    def _body(self, made: Operation, raw: Any, sampler: Sampler) -> Operation:
        content = _dict(self.document.resolve(raw)).get("content")
        if not isinstance(content, dict) or not content:
            return made
        kind = _preferred([str(key) for key in content], self.media)
        described = _dict(self.document.resolve(content[kind]))
        return self._filled(made, kind, described, described.get("schema"), sampler)

    def _old_body(
        self,
        made: Operation,
        raw: dict[str, Any],
        form: list[dict[str, Any]],
        body: dict[str, Any] | None,
        sampler: Sampler,
    ) -> Operation:
        kinds = [_text(one) for one in _list(raw.get("consumes")) or _list(self.document.root.get("consumes"))]
        if form:
            files = any(node.get("type") == "file" for node in form)
            value = {node["name"]: self._field(node, sampler) for node in form}
            lean = {node["name"]: value[node["name"]] for node in form if node.get("required") is True}
            multipart = files or (MULTIPART in kinds and FORM not in kinds)
            media = MULTIPART if multipart else FORM
            return dataclasses.replace(made, media=media, body=value, lean=None if lean == value else lean)
        if body is None:
            return made
        return self._filled(made, _preferred(kinds or [self.media], self.media), {}, body.get("schema"), sampler)

    def _field(self, node: dict[str, Any], sampler: Sampler) -> Any:
        value = self._value(node["name"], node, sampler)
        joined = isinstance(value, list) and not style_of(node, "body", old=True)[1]
        return line(value) if joined else value

    def _filled(
        self, made: Operation, kind: str, described: dict[str, Any], schema: Any, sampler: Sampler
    ) -> Operation:
        media = "application/json" if kind in ("*/*", "application/*") else kind
        found, value = example_beside(described, self.document)
        if found:
            value = _overlaid(sampler.fitted(schema, value), self.values, sampler)
            lean = None
        else:
            value, lean = sampler.value(schema), sampler.value(schema, lean=True)
        if media.endswith(("/xml", "+xml")):
            shape, root = XmlShape(self.document), self._xml_root(schema)
            value, lean = shape.root(root, schema, value), shape.root(root, schema, lean) if lean else None
            made = dataclasses.replace(made, aliases=tuple(shape.renamed.items()))
        encodings = _dict(described.get("encoding")).items()
        if media == MULTIPART:
            kinds = {str(name): _text(_dict(one).get("contentType")) for name, one in encodings}
            value, lean = self._with_files(value, schema, kinds), self._with_files(lean, schema, kinds)
        elif media.startswith(("image/", "application/pdf")) and isinstance(value, str):
            return dataclasses.replace(made, media=media, raw=sample_for(Field("", accept=media)).content)
        nested = frozenset(str(name) for name, one in encodings if _dict(one).get("style") == "deepObject")
        lean = None if lean == value else lean
        return dataclasses.replace(made, media=media, body=value, lean=lean, deep=nested)

    def _with_files(self, value: Any, schema: Any, kinds: Mapping[str, str]) -> Any:
        if not isinstance(value, dict):
            return value
        properties = flattened(self.document, schema)["properties"] if isinstance(schema, dict) else {}
        files = {name for name, inner in properties.items() if self._is_file(inner)}
        made = {name: {"$file": "sample\n", "$type": kinds.get(name, "")} for name in files}
        return {name: made.get(name, item) for name, item in value.items()}

    def _is_file(self, schema: Any) -> bool:
        node = flattened(self.document, schema)
        node = flattened(self.document, node["items"]) if node.get("type") == "array" and "items" in node else node
        return node.get("format") in ("binary", "byte") or bool(node.get("contentMediaType"))

    def _xml_root(self, schema: Any) -> str:
        return _text(_dict(schema).get("$ref")).rpartition("/")[2] or "root"

    def _answers(self, raw: dict[str, Any]) -> list[str]:
        """The names in the good answers. They are read with a measure of their own: a long answer must not take
        from what the request may cost."""
        sampler = Sampler(self.document, {})
        names: dict[str, None] = {}
        for status, one in _dict(raw.get("responses")).items():
            if not str(status).startswith("2"):
                continue
            answer = _dict(self.document.resolve(one))
            schemas = [answer.get("schema")]
            schemas += [_dict(media).get("schema") for media in _dict(answer.get("content")).values()]
            names |= dict.fromkeys(name for schema in schemas[:3] if schema for name in sampler.names(schema))
        return list(names)[:200]

    def _server(self, holder: dict[str, Any]) -> str:
        """The address of the first server that a description, path or operation names, without a slash at its end."""
        if self.old and "paths" in holder:
            return self._old_server(holder)
        servers = [one for one in _list(holder.get("servers")) if isinstance(one, dict)]
        if not servers:
            return "" if "paths" not in holder else origin(self.base)
        url = _text(servers[0].get("url"))
        for name, variable in _dict(servers[0].get("variables")).items():
            chosen = self.values.get(str(name)) or _text(_dict(variable).get("default"))
            url = url.replace(f"{{{name}}}", chosen)
        resolved = resolve(self.base, url or "/")
        if resolved is None:
            self.document.note(f"the server address {url[:200]} is no http or https URL")
            return origin(self.base)
        return resolved.partition("?")[0].rstrip("/")

    def _old_server(self, root: dict[str, Any]) -> str:
        host = _text(root.get("host"))
        schemes = [_text(one) for one in _list(root.get("schemes")) if one in ("http", "https")]
        scheme = schemes[0] if schemes else self.base.partition("://")[0]
        address = resolve(self.base, f"{scheme}://{host}" if host else "/") or origin(self.base)
        path = _text(root.get("basePath"))
        return (address.rstrip("/") + "/" + path.strip("/")).rstrip("/")


def _preferred(kinds: list[str], media: str) -> str:
    for wanted in (media, *_PREFERRED):
        for kind in kinds:
            plain = kind.partition(";")[0].strip().lower()
            if wanted and (plain == wanted.lower() or (wanted[-1] == "/" and plain.startswith(wanted))):
                return kind
            if wanted.startswith("+") and plain.endswith(wanted):
                return kind
    return kinds[0]


def _overlaid(value: Any, values: Mapping[str, str], sampler: Sampler) -> Any:
    """A body's own example with the values that were chosen by name."""
    if not isinstance(value, dict):
        return value
    sampler.used.update(name for name in value if name in values)
    return {name: values.get(name, item) for name, item in value.items()}


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value[:500] if isinstance(value, list) else []


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
