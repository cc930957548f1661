"""Holds a report of a scan of the practice site against the site's own manifest."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from vedette.range.manifest import FLAWS, LOOKALIKES
from vedette.range.planted import HEADER_TYPES, INJECTIONS, Family, Kind

CHECKS: dict[Family, tuple[str, ...]] = {
    Family.SQLI: ("sqli-",),
    Family.XSS: ("xss-reflected",),
    Family.XSS_STORED: ("xss-stored",),
    Family.COMMAND: ("command-",),
    Family.TEMPLATE: ("template-",),
    Family.CODE: ("code-",),
    Family.FILE: ("file-",),
    Family.REDIRECT: ("redirect-",),
    Family.CRLF: ("crlf-",),
    Family.XXE: ("xml-",),
    Family.LDAP: ("ldap-",),
    Family.XPATH: ("xpath-",),
    Family.DESERIALISATION: ("deserialisation-",),
    Family.CORS: ("cors-",),
    Family.HEADERS: ("headers-",),
    Family.CSP: ("headers-csp-",),
    Family.COOKIE: ("cookies-",),
    Family.CLICKJACKING: ("headers-framing-",),
    Family.LISTING: ("disclosure-directory-listing",),
    Family.EXPOSED: ("files-",),
    Family.ERROR: ("disclosure-stack-trace", "disclosure-error-message", "disclosure-debug-page"),
    Family.SECRET: ("secrets-",),
    Family.SOURCE: ("disclosure-source-code",),
    Family.DISCLOSURE: ("disclosure-server-version", "disclosure-framework-version"),
}
SURE = ("confirmed", "firm")


@dataclass(slots=True)
class Score:
    """Ids of flaws that were found and missed; findings on look-alikes; injection findings that nobody planted."""

    found: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    fooled: list[str] = field(default_factory=list)
    unplanned: list[str] = field(default_factory=list)


def score(report: dict[str, Any]) -> Score:
    """The score of a JSON report."""
    result = Score()
    sure = [row for row in report["findings"] if row["proof"] in SURE]
    for flaw in FLAWS:
        hit = any(same_place(row, flaw) and of_family(row, flaw.family) for row in sure)
        (result.found if hit else result.missed).append(flaw.id)
    for row in sure:
        planted = any(same_place(row, flaw) and of_family(row, flaw.family) for flaw in FLAWS)
        words = f"{row['check']} {row['method']} {row['url']} {row['location']} {row['parameter']}"
        if planted:
            continue
        if any(same_place(row, like) and of_family(row, like.family) for like in LOOKALIKES):
            result.fooled.append(words)
        elif any(of_family(row, family) for family in (*INJECTIONS, Family.DESERIALISATION)):
            result.unplanned.append(words)
    return result


def of_family(row: dict[str, Any], family: Family) -> bool:
    """Whether the finding's check belongs to the family."""
    return str(row["check"]).startswith(CHECKS[family])


def same_place(row: dict[str, Any], planted: Any) -> bool:
    """Whether a finding sits where the manifest says."""
    path = urlsplit(planted.url).path
    if planted.family in HEADER_TYPES:
        return True  # one finding per host, whatever page it was seen on first
    if planted.kind == Kind.PAGE or planted.family is Family.ERROR:
        return any(urlsplit(url).path == path for url in (row["url"], *row["occurrences"]))
    if row["method"] != planted.method or not fits(path, row["path"]):
        return False
    if planted.family is Family.XXE:
        return True  # a document is one input, whichever of its parts the proof used
    if row["location"] != planted.kind.value:
        return False
    return planted.kind == Kind.NAME or str(row["parameter"]).split("#")[0] == planted.parameter


def fits(path: str, template: str) -> bool:
    """Whether a path is one of a template's."""
    mine, theirs = path.split("/"), template.split("/")
    return len(mine) == len(theirs) and all(
        own == other or other == "{}" for own, other in zip(mine, theirs, strict=True)
    )
