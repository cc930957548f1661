"""Pure rules of definitions: severities as numbers, stable ids, and the parts of a fix text that fit a technology."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from cvss import CVSS3
from cvss.exceptions import CVSSError

from vedette.contract.checkinfo import Severity
from vedette.server.kernel.ids import ALPHABET, LENGTH

SEVERITY_NUMBERS = {
    Severity.CRITICAL: 40,
    Severity.HIGH: 30,
    Severity.MEDIUM: 20,
    Severity.LOW: 10,
    Severity.INFO: 0,
}
"""Severities as the database and the dialects count them."""

LABELS = (
    "ASP.NET Core", "ASP.NET", "Apache", "Caddy", "Classic ASP in IIS", "Django", "Express", "Flask", "Go", "HAProxy",
    "IIS", "JSF and JSP", "JSP", "Java", "JavaScript", "Jetty", "Laravel", "Node", "PHP", "Python", "Rails", "Ruby",
    "Servlets", "Spring Boot", "Spring Security", "Spring", "Struts", "Symfony", "Tomcat", "WordPress", "Yii", ".NET",
    "lighttpd", "nginx",
)  # fmt: skip
"""Technologies that fix texts address by name and colon, as in `nginx: ...`."""

SPEAKS_TO = {
    "ASP.NET Core": ("asp.net", ".net", "kestrel"),
    "ASP.NET": ("asp.net", ".net", "iis"),
    "Classic ASP in IIS": ("iis",),
    "JSF and JSP": ("java",),
    "JSP": ("java",),
    "Java": ("java", "spring", "tomcat", "jetty", "struts", "jsp"),
    "JavaScript": ("javascript", "node", "express"),
    "Node": ("node", "express", "next.js"),
    "PHP": ("php", "laravel", "symfony", "wordpress", "drupal", "joomla", "yii"),
    "Python": ("python", "django", "flask"),
    "Rails": ("rails",),
    "Ruby": ("ruby", "rails"),
    "Servlets": ("java", "spring", "tomcat", "jetty"),
    "Spring Boot": ("spring",),
    "Spring Security": ("spring",),
    ".NET": ("asp.net", ".net", "iis"),
    "nginx": ("nginx", "openresty"),
}
"""Label -> beginnings of the technologies' names (lower case) that it is meant for; a label not listed: its own."""

_CODE = re.compile(r"`[^`]*`")
_NAMES = "|".join(re.escape(label) for label in LABELS)
_LABEL = re.compile(
    rf"(?:(?<=\A)|(?<=\n)|(?<=[.;)>\x00] ))(?P<name>{_NAMES})(?P<more>(?:, (?:{_NAMES}))*)"
    r"(?P<note> (?:before an application|in general)| \([^)]*\))?:\s"
)
_SENTENCE = re.compile(r"[.;](?:\s+|\Z)")
_LEANING = re.compile(r"\b(?:the same|likewise)\b")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a fix text; `labels` are the technologies it addresses, none for everybody."""

    text: str
    labels: tuple[str, ...] = ()


def definition_id(check_id: str) -> str:
    """Twelve Base58 characters, the same for a check for ever and on every instance."""
    number = int.from_bytes(hashlib.sha256(f"definition:{check_id}".encode()).digest())
    characters = []
    for _ in range(LENGTH):
        number, digit = divmod(number, len(ALPHABET))
        characters.append(ALPHABET[digit])
    return "".join(characters)


@lru_cache(maxsize=1024)
def cvss_score(vector: str) -> float:
    """The base score of a CVSS 3.1 vector, 0 to 10; 0.0 for none and for what is no vector."""
    if not vector:
        return 0.0
    try:
        return float(CVSS3(vector).base_score)
    except CVSSError:
        return 0.0


def pieces(fix: str) -> tuple[Piece, ...]:
    """A fix text cut where it turns to a technology; a sentence after such a one is for everybody again."""
    codes = _CODE.findall(fix)
    masked = _CODE.sub("\x00", fix)
    found: list[Piece] = []
    used, position = 0, 0
    for start, end, labels in _spans(masked):
        for text, names in ((masked[position:start], ()), (masked[start:end], labels)):
            count = text.count("\x00")
            found += _piece(text, codes[used : used + count], names)
            used += count
        position = end
    found += _piece(masked[position:], codes[used:], ())
    return tuple(found)


def _spans(masked: str) -> Iterable[tuple[int, int, tuple[str, ...]]]:
    hits = list(_LABEL.finditer(masked))
    for index, hit in enumerate(hits):
        limit = hits[index + 1].start() if index + 1 < len(hits) else len(masked)
        stop = _SENTENCE.search(masked, hit.end(), limit)
        labels = (hit["name"], *(name for name in hit["more"].split(", ") if name))
        # Lines that only hold code have no full stop: they end with their line.
        line = masked.find("\n", hit.end() + 1, limit)
        code_line = line >= 0 and masked[hit.end() : line].strip(" \n") == "\x00"
        end = line + 1 if code_line else stop.end() if stop else limit
        yield hit.start(), end, labels


def _piece(text: str, codes: list[str], labels: tuple[str, ...]) -> list[Piece]:
    for code in codes:
        text = text.replace("\x00", code, 1)
    text = text.strip()
    return [Piece(text, labels)] if text else []


def speaks_to(label: str, technologies: Iterable[str]) -> bool:
    """Whether text under this label is meant for one of the technologies (lower case names)."""
    starts = SPEAKS_TO.get(label, (label.lower(),))
    return any(name.startswith(starts) for name in technologies)


def fitting(fix: str, technologies: Iterable[str]) -> str:
    """The fix text as Markdown: what holds for everybody, then what addresses these technologies; the whole text when
    none of it does. Names are compared without case and version."""
    names = sorted({name.strip().lower() for name in technologies if name.strip()})
    parts = pieces(fix)
    chosen: set[int] = set()
    for index, piece in enumerate(parts):
        if any(speaks_to(label, names) for label in piece.labels):
            chosen.add(index)
            # "The same list in ..." says nothing without the part before it.
            while _LEANING.search(parts[index].text) and index > 0 and parts[index - 1].labels:
                index -= 1
                chosen.add(index)
    if not chosen:
        return fix
    general = [piece.text for piece in parts if not piece.labels]
    own = [f"- {parts[index].text.replace(chr(10), ' ')}" for index in sorted(chosen)]
    return "\n\n".join([*([" ".join(general)] if general else []), "\n".join(own)])
