"""The score of what a service tells browsers about its own protection. Pure.

Six headers count. Each that is missing, or switches its protection off, costs a letter from A on but for the first,
which may be missing from an A; A+ needs all six and none of them weak. The letters are those that people know from
public graders of headers, the weights are ours.
"""

from __future__ import annotations

import re

from vedette.contract.discovery import SecurityHeaders
from vedette.contract.exchange import Response, header_all
from vedette.engine.parse import csp

COUNTED = (
    "strict-transport-security",
    "content-security-policy",
    "x-frame-options",
    "x-content-type-options",
    "referrer-policy",
    "permissions-policy",
)
LETTERS = ("A", "A", "B", "C", "D", "E", "F")
"""By the number of headers that are missing."""

MIN_AGE_S = 180 * 86_400
_MAX_AGE = re.compile(r'max-age\s*=\s*"?(\d+)"?', re.IGNORECASE)
_LOOSE_REFERRERS = ("unsafe-url", "no-referrer-when-downgrade", "origin", "origin-when-cross-origin")


def judge(response: Response, *, secure: bool) -> SecurityHeaders:
    """What the answer says, given over TLS (`secure`) or not. Answers that only send on score R, errors of the server
    and answers without a body to protect NA."""
    missing = [name for name in COUNTED if not _there(response, name, secure=secure)]
    present = [name for name in COUNTED if name not in missing]
    weak = [name for name in present if _weak(response, name)]
    return SecurityHeaders(
        score=_score(response, len(missing), len(weak)),
        present=tuple(present),
        missing=tuple(missing),
        weak=tuple(weak),
    )


def _score(response: Response, missing: int, weak: int) -> str:
    if 300 <= response.status < 400 and response.header("location"):
        return "R"
    if response.status >= 500 or response.status in (204, 304) or response.status < 200:
        return "NA"
    return "A+" if not missing and not weak else LETTERS[missing]


def _there(response: Response, name: str, *, secure: bool) -> bool:
    if name == "strict-transport-security":
        # Browsers ignore it on plain connections.
        return secure and _age(response) > 0
    if name == "x-frame-options" and _frames(response):
        return True
    if name == "x-content-type-options":
        return response.header(name).strip().lower() == "nosniff"
    return bool(response.header(name).strip())


def _age(response: Response) -> int:
    ages = [match for part in response.header("strict-transport-security").split(";")
            if (match := _MAX_AGE.fullmatch(part.strip()))]  # fmt: skip
    return int(ages[0].group(1)[:12]) if len(ages) == 1 else 0


def _frames(response: Response) -> bool:
    """Whether the content policy says who may frame the page, which stands in for the older header."""
    return any("frame-ancestors" in value.lower() for value in header_all(response.headers, "content-security-policy"))


def _weak(response: Response, name: str) -> bool:
    if name == "strict-transport-security":
        return _age(response) < MIN_AGE_S
    if name == "content-security-policy":
        return bool(csp.weaknesses(csp.parse(list(header_all(response.headers, name)))))
    if name == "x-frame-options" and not _frames(response):
        return response.header(name).strip().lower() not in ("deny", "sameorigin")
    if name == "referrer-policy":
        # The last word that a browser knows counts.
        return response.header(name).lower().rpartition(",")[2].strip() in _LOOSE_REFERRERS
    return False
