"""Forms as a person would see them: where they send, and the fields they ask for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from vedette.engine.parse.document import Element, attribute
from vedette.engine.parse.page import Page
from vedette.engine.parse.urls import resolve

MAX_FORMS = 100
MAX_FIELDS = 200
MAX_OPTIONS = 200
URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
ENCODINGS = (URLENCODED, MULTIPART, "text/plain")
_BUTTONS = ("submit", "image")
_NO_VALUE = ("button", "reset")
_FIELD_TAGS = frozenset(("input", "select", "textarea", "button"))
_USED = frozenset((*_FIELD_TAGS, "form", "label", "datalist", "legend", "base"))


class Field(NamedTuple):
    """A control with a name. `kind` is the input's type, `select`, `select-multiple` or `textarea`; `value` what it
    would send untouched; `options` the values to choose from; `accept` the kinds of file it takes. Radio buttons of one
    name are one field."""

    name: str
    kind: str = "text"
    value: str = ""
    options: tuple[str, ...] = ()
    required: bool = False
    pattern: str = ""
    minlength: int = 0
    maxlength: int = 0
    minimum: str = ""
    maximum: str = ""
    step: str = ""
    label: str = ""
    placeholder: str = ""
    accept: str = ""
    checked: bool = False
    autocomplete: str = ""
    id: str = ""


class Form(NamedTuple):
    """One way to send a form: a form with two submit buttons of different addresses is two forms.

    `action` is absolute, `method` in upper case, `labels` the words on its buttons and in its legend, `submit` the
    name and value that its button adds, `submit_names` the names of all its buttons.
    """

    action: str
    method: str = "GET"
    enctype: str = URLENCODED
    fields: tuple[Field, ...] = ()
    labels: tuple[str, ...] = ()
    submit: tuple[str, str] = ("", "")
    submit_names: tuple[str, ...] = ()


@dataclass
class _Draft:
    attributes: dict[str, str | None]
    controls: list[Element] = field(default_factory=list)
    buttons: list[Element] = field(default_factory=list)
    legends: list[str] = field(default_factory=list)


def forms(page: Page) -> list[Form]:
    """The forms of a page in document order, one for each submit button that sends elsewhere or something else.

    Controls outside of any form are gathered into one last form that sends to the page itself, since a script does
    that for them.
    """
    used = [element for element in page.elements if element[0] in _USED]
    if not any(tag in _FIELD_TAGS for tag, _, _ in used):
        return []
    base = page.url
    for tag, attributes, _ in used:
        if tag == "base" and attributes.get("href"):
            base = resolve(page.url, attribute(attributes, "href")) or base
            break
    drafts, loose = _gather(used)
    labels = _labels(used)
    lists = {attribute(known, "id"): _options(node)[0] for tag, known, node in used if tag == "datalist"}
    found = [form for draft in drafts[:MAX_FORMS] for form in _variants(draft, base, page.url, labels, lists)]
    if loose.controls:
        found += _variants(loose, base, page.url, labels, lists)[:1]
    return found


def _gather(used: list[Element]) -> tuple[list[_Draft], _Draft]:
    by_node: dict[int, _Draft] = {}
    by_id: dict[str, _Draft] = {}
    loose = _Draft({})
    for tag, attributes, node in used:
        if tag == "form":
            draft = by_node[node.mem_id] = _Draft(attributes)
            by_id.setdefault(attribute(attributes, "id"), draft)
    for element in used:
        tag, attributes, node = element
        if tag not in _FIELD_TAGS and tag != "legend":
            continue
        owner = by_id.get(attribute(attributes, "form")) if attributes.get("form") else _owner(node, by_node)
        draft = owner or loose
        if tag == "legend":
            draft.legends.append(_words(node))
        elif _is_button(tag, attributes):
            draft.buttons.append(element)
        elif attributes.get("name") and "disabled" not in attributes and len(draft.controls) < MAX_FIELDS:
            draft.controls.append(element)
    return list(by_node.values()), loose


def _owner(node: LexborNode, by_node: dict[int, _Draft]) -> _Draft | None:
    parent = node.parent
    for _ in range(64):
        if parent is None:
            return None
        if parent.mem_id in by_node:
            return by_node[parent.mem_id]
        parent = parent.parent
    return None


def _is_button(tag: str, attributes: dict[str, str | None]) -> bool:
    kind = attribute(attributes, "type").lower()
    if tag == "button":
        return kind not in _NO_VALUE
    return tag == "input" and kind in _BUTTONS


def _variants(
    draft: _Draft, base: str, page_url: str, labels: dict[str, str], lists: dict[str, tuple[str, ...]]
) -> list[Form]:
    action = attribute(draft.attributes, "action").strip()
    fields = _fields(draft.controls, labels, lists)
    names = tuple(dict.fromkeys(name for _, known, _ in draft.buttons if (name := attribute(known, "name"))))
    plain = Form(
        action=(resolve(base, action) or "") if action else page_url.partition("#")[0],
        method=_method(attribute(draft.attributes, "method")),
        enctype=_enctype(attribute(draft.attributes, "enctype")),
        fields=fields,
        labels=tuple(filter(None, draft.legends)),
        submit_names=names,
    )
    found: dict[tuple[str, str, tuple[str, str]], Form] = {}
    for button in draft.buttons:
        variant = _pressed(plain, button, base)
        key = (variant.action, variant.method, variant.submit)
        known = found.get(key)
        found[key] = known._replace(labels=(*known.labels, *variant.labels)) if known else variant
    return [form for form in found.values() or [plain] if form.action]


def _pressed(form: Form, button: Element, base: str) -> Form:
    tag, attributes, node = button
    words = _words(node) if tag == "button" else attribute(attributes, "value") or attribute(attributes, "alt")
    words = words or attribute(attributes, "aria-label") or attribute(attributes, "title")
    action = attribute(attributes, "formaction").strip()
    name, value = attribute(attributes, "name"), attribute(attributes, "value")
    if attribute(attributes, "type").lower() == "image":
        name, value = (f"{name}.x" if name else "x"), "1"
    return form._replace(
        action=(resolve(base, action) or "") if action else form.action,
        method=_method(attribute(attributes, "formmethod")) if attributes.get("formmethod") else form.method,
        enctype=_enctype(attribute(attributes, "formenctype")) if attributes.get("formenctype") else form.enctype,
        labels=(*((words,) if words else ()), *form.labels),
        submit=(name, value) if name else ("", ""),
    )


def _method(value: str) -> str:
    return "POST" if value.strip().lower() == "post" else "GET"


def _enctype(value: str) -> str:
    value = value.strip().lower()
    return value if value in ENCODINGS else URLENCODED


def _fields(controls: list[Element], labels: dict[str, str], lists: dict[str, tuple[str, ...]]) -> tuple[Field, ...]:
    found: list[Field] = []
    radios: dict[str, int] = {}
    for tag, attributes, node in controls:
        one = _field(tag, attributes, node, labels, lists)
        if one.kind in _NO_VALUE:
            continue
        at = radios.get(one.name, -1) if one.kind == "radio" else -1
        if at < 0:
            if one.kind == "radio":
                radios[one.name] = len(found)
                one = one._replace(options=(one.value,))
            found.append(one)
            continue
        known = found[at]
        chosen = one.value if one.checked and not known.checked else known.value
        found[at] = known._replace(
            options=(*known.options, one.value), value=chosen, checked=known.checked or one.checked
        )
    return tuple(found)


def _field(
    tag: str,
    attributes: dict[str, str | None],
    node: LexborNode,
    labels: dict[str, str],
    lists: dict[str, tuple[str, ...]],
) -> Field:
    kind = (attribute(attributes, "type").strip().lower() or "text") if tag == "input" else tag
    known = attributes.get
    value, options = known("value") or "", lists.get(known("list") or "", ())
    if tag == "select":
        options, value = _options(node)
        kind = "select-multiple" if "multiple" in attributes else "select"
    elif tag == "textarea":
        value = node.text()
    elif kind in ("checkbox", "radio"):
        value = value if "value" in attributes else "on"
    return Field(
        name=known("name") or "",
        kind=kind,
        value=value,
        options=options,
        required="required" in attributes,
        pattern=known("pattern") or "",
        minlength=_number(known("minlength") or ""),
        maxlength=_number(known("maxlength") or ""),
        minimum=known("min") or "",
        maximum=known("max") or "",
        step=known("step") or "",
        label=labels.get(known("id") or "", "") or _enclosing(node) or known("aria-label") or "",
        placeholder=known("placeholder") or "",
        accept=known("accept") or "",
        checked="checked" in attributes,
        autocomplete=known("autocomplete") or "",
        id=known("id") or "",
    )


def _options(node: LexborNode) -> tuple[tuple[str, ...], str]:
    """The values of a select or datalist, and the one that is chosen."""
    values: list[str] = []
    chosen = ""
    for option in node.css("option")[:MAX_OPTIONS]:
        known = option.attributes
        if "disabled" in known:
            continue
        value = attribute(known, "value") if "value" in known else _words(option)
        values.append(value)
        if "selected" in known and not chosen:
            chosen = value
    return tuple(values), chosen or (values[0] if values else "")


def _labels(used: list[Element]) -> dict[str, str]:
    found: dict[str, str] = {}
    for tag, attributes, node in used:
        if tag == "label" and (owner := attributes.get("for")):
            found.setdefault(owner, _words(node))
    return found


def _enclosing(node: LexborNode) -> str:
    parent = node.parent
    for _ in range(3):
        if parent is None:
            return ""
        if parent.tag == "label":
            return _words(parent)
        parent = parent.parent
    return ""


def _words(node: LexborNode) -> str:
    return " ".join(node.text(separator=" ").split())[:120]


def _number(value: str) -> int:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 7 else 0
