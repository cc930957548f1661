"""Plausible values for the fields of a form, and the request that sending them makes. Same form, same values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import quote, urlencode

from vedette.contract.exchange import Request
from vedette.engine.parse import regexfill
from vedette.engine.parse.forms import MULTIPART, URLENCODED, Field, Form
from vedette.engine.parse.samplefile import SampleFile, sample_for
from vedette.engine.parse.urls import with_query

BOUNDARY = "----VedetteFormBoundary7MA4YWxk"
PASSWORD = "Sample-Pass-1"  # noqa: S105 - typed into forms, opens nothing

_BY_KIND = {
    "email": "jane.doe@example.com",
    "url": "https://www.example.com/",
    "tel": "5550100234",
    "password": PASSWORD,
    "date": "2024-05-17",
    "datetime-local": "2024-05-17T10:30",
    "month": "2024-05",
    "week": "2024-W20",
    "time": "10:30",
    "color": "#336699",
    "search": "test",
}

_BY_MEANING = tuple(
    (re.compile(words, re.IGNORECASE), value)
    for words, value in (
        (r"e[- ]?mail|courriel|correo", "jane.doe@example.com"),
        (r"passw|pwd|contrase|mot.?de.?passe|kennwort|senha", PASSWORD),
        (r"user|login|nick|account|benutzer|usuario", "janedoe"),
        (r"first.?name|fname|given|vorname|prenom|nombre", "Jane"),
        (r"last.?name|lname|surname|family|nachname|apellido", "Doe"),
        (r"company|organi[sz]ation|firma|empresa|societe", "Example Ltd"),
        (r"full.?name|your.?name|display.?name|\bname\b|^name", "Jane Doe"),
        (r"phone|tel\b|mobile|handy|telefon|fax", "5550100234"),
        (r"zip|postal|postcode|plz|code.?postal|cep\b", "10001"),
        (r"city|town|stadt|ville|ciudad|cidade|\bort\b", "Springfield"),
        (r"country|land\b|pays|pais", "US"),
        (r"state|province|region|bundesland", "NY"),
        (r"street|address|addr|strasse|rue\b|calle|rua\b", "1 Sample Street"),
        (r"web.?site|home.?page|url|link|uri", "https://www.example.com/"),
        (r"birth|dob|geburt|naissance", "1990-05-17"),
        (r"date|datum|fecha", "2024-05-17"),
        (r"year|jahr|annee", "2024"),
        (r"month|monat|mois", "5"),
        (r"quantity|qty|count|menge|anzahl|cantidad|number|num\b", "1"),
        (r"amount|price|total|preis|prix|precio|betrag", "10"),
        (r"age|alter\b|edad", "30"),
        (r"rating|stars|score|rate", "5"),
        (r"comment|message|text|review|description|content|body|nachricht|mensaje|kommentar", "A short sample text."),
        (r"subject|title|betreff|sujet|asunto|titel", "Sample"),
        (r"search|query|keyword|such|^q$|^s$|term", "test"),
        (r"(?:^|_|-)id$|id$", "1"),
    )
)
_NUMERIC = ("number", "range")
_SEPARATORS = re.compile(r"[_\-\[\].]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def values(form: Form) -> dict[str, str]:
    """A value for every field that a browser would send, by name, in the form's order. Optional check boxes are
    ticked, files are left to `to_request`."""
    return {one.name: value_for(one) for one in form.fields if one.kind != "file"}


def value_for(one: Field) -> str:
    """The value that a sensible visitor would give; one that is already there stays."""
    if one.kind in ("hidden", "checkbox"):
        return one.value
    if one.kind in ("select", "select-multiple", "radio"):
        return _choice(one)
    if one.kind in _NUMERIC:
        return one.value or _number(one)
    if one.value:
        return one.value
    if one.options:
        return one.options[0]
    if one.kind == "date" and (one.minimum or one.maximum):
        return one.minimum or one.maximum
    fallback = "A short sample text." if one.kind == "textarea" else "test"
    value = _fitted(_BY_KIND.get(one.kind) or _meaning(one.name, one.label, one.placeholder) or fallback, one)
    if one.pattern and not regexfill.accepts(one.pattern, value):
        return regexfill.example(one.pattern) or value
    return value


def to_request(form: Form, chosen: Mapping[str, str], page_url: str) -> Request:
    """The request of sending the form with these values: in the query for GET, else in the body as its encoding
    demands. `page_url` becomes the Referer."""
    names = {one.name: one for one in form.fields}
    pairs = [(name, value) for name, value in chosen.items() if name not in names or names[name].kind != "file"]
    if form.submit[0]:
        pairs.append(form.submit)
    referer = ("Referer", page_url.partition("#")[0])
    if form.method == "GET":
        return Request("GET", with_query(form.action, pairs), (referer,))
    files = [(one.name, sample_for(one)) for one in form.fields if one.kind == "file"]
    kind, body = _encoded(form.enctype, pairs, files)
    return Request("POST", form.action, (referer, ("Content-Type", kind)), body)


def multipart(pairs: list[tuple[str, str]], files: list[tuple[str, SampleFile]]) -> bytes:
    """A multipart body with the fields, then the file of each file input, which without a name is a field with a type;
    parts end at `BOUNDARY`."""
    parts = [
        f'Content-Disposition: form-data; name="{_quoted(name)}"\r\n\r\n'.encode() + value.encode()
        for name, value in pairs
    ]
    for name, (filename, kind, content) in files:
        called = f'; filename="{filename}"' if filename else ""
        head = f'Content-Disposition: form-data; name="{_quoted(name)}"{called}\r\nContent-Type: {kind}'
        parts.append(head.encode() + b"\r\n\r\n" + content)
    line = f"--{BOUNDARY}".encode()
    return b"".join(line + b"\r\n" + part + b"\r\n" for part in parts) + line + b"--\r\n"


def _encoded(enctype: str, pairs: list[tuple[str, str]], files: list[tuple[str, SampleFile]]) -> tuple[str, bytes]:
    if enctype == MULTIPART:
        return f"{MULTIPART}; boundary={BOUNDARY}", multipart(pairs, files)
    pairs = [*pairs, *((name, sample.name) for name, sample in files)]
    if enctype == "text/plain":
        return "text/plain", "".join(f"{name}={value}\r\n" for name, value in pairs).encode()
    return URLENCODED, urlencode(pairs).encode()


def _quoted(name: str) -> str:
    return quote(name, safe=" !#$&'()*+,-./:;<=>?@[]^_`{|}~") if '"' in name or "\n" in name or "\r" in name else name


def _choice(one: Field) -> str:
    if one.checked or (one.value and one.kind != "radio"):
        return one.value
    return next((option for option in one.options if option), one.value)


def _number(one: Field) -> str:
    low, high, step = _float(one.minimum), _float(one.maximum), _float(one.step)
    value = 1.0
    if low is not None and (value < low or step):
        value = low
    if high is not None and value > high:
        value = high
    return f"{value:.10g}"


def _float(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if abs(number) < 1e15 else None


@lru_cache(maxsize=4096)
def _meaning(name: str, label: str, placeholder: str) -> str:
    for text in (name, label, placeholder):
        words = _SEPARATORS.sub(" ", _CAMEL.sub(" ", text)).strip()
        for pattern, value in _BY_MEANING:
            if words and pattern.search(words):
                return value
    return ""


def _fitted(value: str, one: Field) -> str:
    if one.minlength > len(value):
        value += "a" * (one.minlength - len(value))
    return value[: one.maxlength] if one.maxlength else value
