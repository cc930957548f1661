"""What sets a page seen within a session apart from the same page seen by nobody."""

from __future__ import annotations

import re
from collections.abc import Sequence

from selectolax.lexbor import SelectolaxError

from vedette.contract.job import Detector, Login
from vedette.engine.parse.page import Page
from vedette.engine.parse.skeleton import distance, simhash, skeleton, text_tokens, visible_text

NEAR = 12
"""Pages of this likeness and above are one page with other words."""

_WORD = re.compile(r"[^\W\d_]{3,}")


class Telling:
    """Learned from answers within a session and one without, `outside`. `far`: they are different pages, not one with
    some other words."""

    def __init__(self, inside: Sequence[Page], outside: Page) -> None:
        self._inside = inside[0]
        self.outside = outside
        self.far = likeness(inside[0], outside) <= 64 - NEAR
        within = _marks(inside[0])
        for page in inside[1:]:
            within &= _marks(page)
        without = _marks(outside)
        self._within = within - without
        self._without = without - set().union(*map(_marks, inside))

    @property
    def useful(self) -> bool:
        """Whether the two can be told apart."""
        return self.far or bool(self._within) or bool(self._without)

    def alive(self, page: Page) -> bool:
        """Whether a page is rather the one of a session."""
        status = page.response.status
        within, without = self._inside.response.status, self.outside.response.status
        if within != without and status in (within, without):
            return status == within
        if self.far:
            return likeness(page, self._inside) >= likeness(page, self.outside)
        marks = _marks(page)
        return _share(self._within, marks, empty=0.5) > _share(self._without, marks, empty=0.5)


def likeness(left: Page, right: Page) -> int:
    """64 for equal pages, less the more they differ; -1 for different statuses."""
    if left.response.status != right.response.status:
        return -1
    built = 0 if skeleton(left) == skeleton(right) else 16
    return 64 - built - distance(simhash(text_tokens(left)), simhash(text_tokens(right)))


def _marks(page: Page) -> set[str]:
    """The words a visitor reads and where the links lead: a greeting, a way out, a way in."""
    text = visible_text(page) if page.is_html else page.text
    words = {word.lower() for word in _WORD.findall(text)}
    links = {known.get("href") or "" for tag, known, _ in page.elements if tag == "a"}
    return words | {f"->{link.partition('?')[0]}" for link in links if link}


def _share(marks: set[str], seen: set[str], *, empty: float) -> float:
    return len(marks & seen) / len(marks) if marks else empty


def logged_out(login: Login, hops: Sequence[Page]) -> str:
    """Which sign of the job's detectors shows that nobody is logged in, in a few words; empty: they do not. `hops` are
    the check page's answers over its redirects."""
    shown = [one for one in login.detectors if shows(one, hops)]
    met = len(shown) == len(login.detectors) if login.condition == "all" else bool(shown)
    return " and ".join(f"{one.kind} {one.value!r}" for one in shown) if shown and met else ""


def shows(detector: Detector, hops: Sequence[Page]) -> bool:
    """Whether a sign is there: in the last answer; status, address and headers in any."""
    last, value = hops[-1], detector.value
    if detector.kind == "text":
        return value.lower() in (visible_text(last) if last.is_html else last.text).lower()
    if detector.kind == "body_contains":
        return value in last.text
    if detector.kind == "status_code":
        return any(str(page.response.status) == value.strip() for page in hops)
    if detector.kind == "header":
        return any(_has_header(page, value) for page in hops)
    if detector.kind == "url":
        wanted = re.compile(".*".join(map(re.escape, value.split("*"))), re.IGNORECASE)
        return any(wanted.search(page.url) for page in (*hops[1:], last))
    return last.is_html and _selects(last, value)


def _has_header(page: Page, value: str) -> bool:
    name, colon, wanted = value.partition(":")
    found = page.response.header(name.strip())
    return bool(found) and (not colon or wanted.strip().lower() in found.lower())


def _selects(page: Page, selector: str) -> bool:
    try:
        return page.tree.css_first(selector) is not None
    except SelectolaxError:
        return False
