"""Every address that a page names, wherever it hides it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from vedette.contract.exchange import header_all
from vedette.engine.parse import apibody, css, dataurl, document, prose, robots, scripts, sitemap, sourcemap
from vedette.engine.parse.attributenames import DATA, EVENT, LIST, OTHER, REFERENCE, SRCSET, kinds
from vedette.engine.parse.document import Element, attribute
from vedette.engine.parse.page import Page
from vedette.engine.parse.skeleton import visible_text
from vedette.engine.parse.urls import resolve, split

MAX_LINKS = 3_000
MAX_LABEL = 120
MAX_LABELS = 500
MAX_NESTING = 3
SCRIPT_TYPES = ("text/javascript", "application/javascript", "application/x-javascript", "application/ecmascript")


class Link(NamedTuple):
    """An absolute URL with where it was found (the tag's name, or `header`, `comment`, `css`, `script-string`,
    `meta-refresh`, `srcset`, `data-attribute`, `attribute`, `doctype`, `text`, `json`, `xml`, `robots`, `sitemap`) and
    the words a person sees on it; labels of several places are joined by ` | `."""

    url: str
    source: str
    label: str = ""


_POLICIES = ("content-security-policy", "content-security-policy-report-only")
_REPORTS = ("reporting-endpoints", "report-to")
_LEADING = frozenset(
    ("location", "content-location", "sourcemap", "x-sourcemap", "link", "refresh", *_POLICIES, *_REPORTS)
)
_OTHER_NAMES = {"input": "img", "image": "img", "iframe": "frame"}
_FETCHED = re.compile(
    r"(?:https?:)?//[^\s]+|\.{0,2}/[^\s]*"
    r"|[\w\-./]+\.(?:php|aspx?|jspx?|html?|do|action|json)(?:[?#]\S*)?"
)
_NAMED_FOR_URL = re.compile(r"(?:url|uri|href|src|link|action|endpoint|path|remote|target|route|load)$")
_REFRESH = re.compile(r"^[\s\d.]*[;,]\s*(?:url\s*=\s*)?[\"']?([^\"']+)", re.IGNORECASE)
_ROOTED = re.compile(r"(?:(?:https?:)?//[\w\[]|\.{0,2}/[\w~%\-.])[^\s<>\"'{}]*")
_DOCTYPE = re.compile(
    r"<!doctype\s[^>\"']{0,100}(?:\"[^\"]{0,200}\"\s*)?[\"']([^\"'<>]{1,1000})[\"']\s*>", re.IGNORECASE
)
_REPORT_URI = re.compile(r"(?:^|;)\s*report-uri\s+([^;]{1,2000})", re.IGNORECASE)
_REPORT_TO = re.compile(r"\"((?:https?:/)?/[^\"\s]{1,1000})\"")
_FRAME = re.compile(r"<frame\s[^<>]{0,300}?src\s{0,5}=\s{0,5}[\"']?([^\"'\s<>]{1,1000})")
_LINK_HEADER = re.compile(r"<([^<>]{1,2000})>")
_COMMENTED = re.compile(
    r"(?:href|src|action)\s{0,5}=\s{0,5}(?:\"([^\"<>]{1,1000})\"|'([^'<>]{1,1000})'|([^\s\"'<>]{1,1000}))"
    r"|(https?://[^\s\"'<>()]{1,1000})",
    re.IGNORECASE,
)


def links(page: Page) -> list[Link]:
    """The http and https URLs that a page names, each once, in order of appearance; at most `MAX_LINKS`."""
    reader = _Reader(page.url)
    reader.headers(page)
    if page.is_html:
        reader.document(page.elements)
        reader.words(page)
    else:
        reader.other(page)
    return reader.found()


class _Reader:
    def __init__(self, base: str) -> None:
        self._url = base
        self._base = base
        self._found: dict[str, Link] = {}
        self._nesting = 0

    def found(self) -> list[Link]:
        return list(self._found.values())[:MAX_LINKS]

    def add(self, reference: str, source: str, label: str = "") -> None:
        url = None if reference[:1] == "#" else resolve(self._base, reference)
        if url is None:
            self._embedded(reference)
            return
        known = self._found.setdefault(url, new := Link(url, source, label))
        if known is not new and label and label not in known.label and len(known.label) < MAX_LABELS:
            self._found[url] = Link(url, known.source, f"{known.label} | {label}" if known.label else label)

    def _embedded(self, reference: str) -> None:
        """What stands in the reference itself: a document or a script."""
        start = reference.lstrip()[:11].lower()
        if start == "javascript:":
            self.add_all(scripts.endpoints(reference.lstrip()[11:]), "script-string")
        elif start.startswith("data:") and self._nesting < MAX_NESTING:
            kind, text = dataurl.read(reference.lstrip())
            if kind in dataurl.SCRIPT_TYPES:
                self.add_all(scripts.endpoints(text), "script-string")
            elif text:
                self._nested(text)

    def _nested(self, text: str) -> None:
        """A document inside the document, whose base is its own."""
        if self._nesting < MAX_NESTING:
            base = self._base
            self._nesting += 1
            self.document(document.elements(document.parse(text)))
            self._nesting -= 1
            self._base = base

    def add_all(self, references: Iterable[str], source: str) -> None:
        for reference in references:
            self.add(reference, source)

    def headers(self, page: Page) -> None:
        rows = page.response.headers
        if _LEADING.isdisjoint([name.lower() for name, _ in rows]):
            return
        for name in ("location", "content-location", "sourcemap", "x-sourcemap"):
            self.add_all(header_all(rows, name), "header")
        for value in header_all(rows, "link"):
            self.add_all(_LINK_HEADER.findall(value), "header")
        for value in header_all(rows, "refresh"):
            self._refresh(value, "header")
        for name in _POLICIES:
            for value in header_all(rows, name):
                self._reports(value, "header")
        for name in _REPORTS:
            for value in header_all(rows, name):
                self.add_all(_REPORT_TO.findall(value[:4_000]), "header")

    def words(self, page: Page) -> None:
        """What stands in the text that a person reads, and in the document's type."""
        text = page.text
        if match := _DOCTYPE.match(text.lstrip()[:1_000]):
            self.add(match[1], "doctype")
        # A parser drops frames that stand where none may be; other readers of the page do not.
        self.add_all(_FRAME.findall(text) if "<frame" in text else (), "frame")
        if prose.has_addresses(text):
            for found in prose.addresses(visible_text(page)):
                self.add(found, "text")
                if found[0] == ".":
                    # In prose the dots may lead from anywhere; most often from the root.
                    self.add(found.lstrip("."), "text")

    def other(self, page: Page) -> None:
        kind, text = page.response.content_type, page.text
        path = split(page.url)[1]
        if path.endswith("/robots.txt"):
            self.add_all(robots.read(text).paths, "robots")
            self.add_all(robots.read(text).sitemaps, "sitemap")
        elif kind == "text/css":
            self.add_all(css.references(text), "css")
        elif "javascript" in kind or "ecmascript" in kind:
            self.add_all(scripts.endpoints(text), "script-string")
        elif sourcemap.is_map(text):
            for source in sourcemap.sources(text):
                self.add_all(scripts.endpoints(source), "script-string")
        elif "json" in kind or text[:64].lstrip()[:1] in ("{", "["):
            self.add_all(apibody.json_references(text), "json")
        elif sitemap.is_sitemap(text) or "sitemap" in path:
            text = sitemap.unpacked(page.response.body).decode("utf-8", "replace")
            self.add_all(sitemap.locations(text), "sitemap")
        elif "xml" in kind:
            self.add_all(apibody.xml_references(text), "xml")
        elif kind == "text/plain":
            self.add_all(prose.addresses(text), "text")

    def document(self, elements: list[Element]) -> None:
        based = False
        for tag, attributes, node in elements:
            if tag in _SPECIAL:
                self._special(tag, attributes, node)
            if not attributes or (len(attributes) == 1 and "class" in attributes):
                continue
            if "action" in attributes and tag != "form" and _ROOTED.fullmatch(attribute(attributes, "action")):
                self.add(attribute(attributes, "action"), "attribute")
            if not based and tag == "base" and attributes.get("href"):
                based = True
                self._base = resolve(self._url, attribute(attributes, "href")) or self._base
            for name, value in attributes.items():
                kind = kinds[name]
                if not kind or not value:
                    continue
                if kind == REFERENCE:
                    label = _label(attributes, node) if tag == "a" or tag == "area" else ""
                    self.add(value, _OTHER_NAMES.get(tag, tag), label)
                elif kind == OTHER:
                    # Frameworks and forgotten browsers have attributes of their own for what they fetch.
                    if value[0] in "/.h" and _ROOTED.fullmatch(value):
                        self.add(value, "attribute")
                elif kind == DATA:
                    self._data(name, value)
                else:
                    self._several(kind, value, tag)

    def _several(self, kind: int, value: str, tag: str) -> None:
        if kind == LIST:
            self.add_all(re.split(r"[\s,]+", value), tag)
        elif kind == SRCSET:
            self.add_all((part.split()[0] for part in value.split(",") if part.strip()), "srcset")
        elif kind == EVENT:
            self.add_all(scripts.endpoints(value), "script-string")
        else:
            self.add_all(css.references(value), "css")

    def _data(self, name: str, value: str) -> None:
        if value[:1] in ("{", "["):
            self.add_all(apibody.json_references(value), "data-attribute")
        elif ("/" in value or _named_for_url(name)) and _FETCHED.fullmatch(value):
            self.add(value, "data-attribute")

    def _special(self, tag: str, attributes: dict[str, str | None], node: LexborNode) -> None:
        if tag == "script":
            self._script(attributes, node)
        elif tag == "style":
            self.add_all(css.references(node.text()), "css")
        elif tag == "-comment":
            content = node.comment_content or ""
            self.add_all(("".join(groups) for groups in _COMMENTED.findall(content[:200_000])), "comment")
        elif tag == "meta":
            self._meta(attributes)
        elif tag == "param":
            if attribute(attributes, "name").lower() in ("movie", "src", "url", "href", "data", "filename"):
                self.add(attribute(attributes, "value"), "object")
        elif tag == "form":
            # What a form posts to is requested as a form only: a bare GET of it means nothing and may do harm.
            if attribute(attributes, "method").lower() in ("", "get"):
                self.add(attribute(attributes, "action"), "form")
        elif inner := attributes.get("srcdoc"):
            self._nested(inner)

    def _script(self, attributes: dict[str, str | None], node: LexborNode) -> None:
        text = node.text()
        kind = attribute(attributes, "type").lower().partition(";")[0].strip()
        if not text.strip():
            return
        if "json" in kind or kind in ("importmap", "speculationrules"):
            self.add_all(apibody.json_references(text), "script-string")
        elif kind in ("", "module", *SCRIPT_TYPES):
            self.add_all(scripts.endpoints(text), "script-string")
        else:
            self._nested(text)

    def _meta(self, attributes: dict[str, str | None]) -> None:
        content = attribute(attributes, "content")
        if attribute(attributes, "http-equiv").lower() == "refresh":
            self._refresh(content, "meta-refresh")
        elif attribute(attributes, "http-equiv").lower() in _POLICIES:
            self._reports(content, "meta")
        elif "<" in content:
            self.add_all(("".join(groups) for groups in _COMMENTED.findall(content[:10_000])), "meta")
        elif content.startswith(("http://", "https://")) or (content.startswith("/") and " " not in content):
            self.add(content, "meta")

    def _reports(self, policy: str, source: str) -> None:
        for listed in _REPORT_URI.findall(policy):
            self.add_all(listed.split(), source)

    def _refresh(self, value: str, source: str) -> None:
        if match := _REFRESH.match(value):
            self.add(match.group(1).strip(), source)


_SPECIAL = frozenset(("script", "style", "-comment", "meta", "param", "form", "iframe"))


@lru_cache(maxsize=4096)
def _named_for_url(name: str) -> bool:
    return _NAMED_FOR_URL.search(name) is not None


def _label(attributes: dict[str, str | None], node: LexborNode) -> str:
    if text := " ".join(node.text(separator=" ").split()):
        return text[:MAX_LABEL]
    text = _described(attributes) if len(attributes) > 1 else ""
    if not text and (inner := node.first_child) is not None:
        text = _described(inner.attributes)
    return text[:MAX_LABEL]


def _described(attributes: dict[str, str | None]) -> str:
    known = attributes.get
    return known("aria-label") or known("title") or known("alt") or ""
