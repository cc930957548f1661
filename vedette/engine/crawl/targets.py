"""From what the crawl saw to what is worth testing: whole requests, near-duplicates once."""

from __future__ import annotations

from typing import NamedTuple

from vedette.contract.exchange import Headers, Request, header
from vedette.engine.attack.point import Target
from vedette.engine.crawl.frontier import Item
from vedette.engine.crawl.templates import Templates
from vedette.engine.parse import fill, sourcemap
from vedette.engine.parse.bodyshape import shape
from vedette.engine.parse.forms import Form, forms
from vedette.engine.parse.page import Page
from vedette.engine.parse.scriptcalls import calls
from vedette.engine.parse.scripts import header_names
from vedette.engine.parse.urls import query_pairs, resolve, split

MAX_SCRIPTS = 40
SOFT_SCRIPT_TYPES = ("", "module", "text/javascript", "application/javascript")


class Found(NamedTuple):
    """A request that a page makes possible, where it came from (`form`, `script`), and the words on it."""

    request: Request
    source: str
    labels: tuple[str, ...] = ()


def requests_of(page: Page) -> list[Found]:
    """The requests of a page's forms, filled in, and of its scripts, in order, each once.

    The scan asks `harm` and its scope about each before it is sent, and carries the ones it likes to the frontier.
    """
    found = [_of_form(form, page) for form in forms(page)]
    for text in _scripts(page):
        for call in calls(text):
            url = resolve(page.url, call.url)
            if url is not None:
                headers: Headers = (("Referer", page.url.partition("#")[0]), *call.headers)
                if call.content_type:
                    headers = (*headers, ("Content-Type", call.content_type))
                found.append(Found(Request(call.method, url, headers, call.body), "script"))
    return list(dict.fromkeys(found))


def shared_headers(page: Page) -> list[str]:
    """Names of headers that the page's scripts set apart from any one call: defaults and wrappers, which go with all
    of its calls."""
    texts = _scripts(page)
    names = {name.lower(): name for text in texts for name in header_names(text)}
    if not names:
        return []
    own = {name.lower() for text in texts for call in calls(text) for name, _ in call.headers}
    return [name for lower, name in names.items() if lower not in own]


def _of_form(form: Form, page: Page) -> Found:
    return Found(fill.to_request(form, fill.values(form), page.url), "form", form.labels)


def _scripts(page: Page) -> list[str]:
    kind = page.response.content_type
    if "javascript" in kind or "ecmascript" in kind:
        return [page.text]
    if not page.is_html:
        return sourcemap.sources(page.text)[:MAX_SCRIPTS] if sourcemap.is_map(page.text) else []
    return [
        text
        for tag, known, node in page.elements
        if tag == "script" and (known.get("type") or "").lower() in SOFT_SCRIPT_TYPES and (text := node.text())
    ][:MAX_SCRIPTS]


class Targets:
    """The endpoints to test. Requests that differ in values only are one target: of these the one with the smallest
    (depth, key) stands for all, so that the order of arrival cannot matter. With `every` each is one."""

    def __init__(self, templates: Templates, *, every: bool = False) -> None:
        self._templates = templates
        self._every = every
        self._settled: set[tuple[str, ...]] = set()
        self._chosen: dict[tuple[str, ...], tuple[int, str, Target]] = {}
        self._described: dict[tuple[str, str, int], list[tuple[tuple[str, ...], frozenset[str]]]] = {}

    def __len__(self) -> int:
        return len(self._chosen)

    @property
    def settled(self) -> int:
        """How many targets need no test, because one of their like is as it was in an earlier scan."""
        return len(self._settled)

    def described(self, target: Target, *, same: bool = False) -> None:
        """Notes an operation of an API's description: it stands for all requests of its template that bring no other
        parameters. To be called before `add`. With `same` it is as it was."""
        kind = ("", target.described, target.key)
        self._chosen[kind] = (0, target.key, target)
        self._settled |= {kind} if same else set()
        request = target.request
        segments = tuple(target.template.rstrip("/").split("/"))
        names = frozenset(name for name, _ in query_pairs(request.url))
        self._described.setdefault((request.method, split(request.url)[0], len(segments)), []).append((segments, names))

    def _is_described(self, request: Request) -> bool:
        root, path, _ = split(request.url)
        parts = path.rstrip("/").split("/")
        names = {name for name, _ in query_pairs(request.url)}
        return any(
            names <= known and all(one in ("{}", part) for one, part in zip(segments, parts, strict=True))
            for segments, known in self._described.get((request.method, root, len(parts)), ())
        )

    def add(self, item: Item, *, same: bool = False) -> bool:
        """Notes a request that gave an answer worth testing, with `same` that which it gave to an earlier scan; False
        when its like was there before."""
        request = item.request
        if self._described and self._is_described(request):
            return False
        template = self._templates.of(request.url)
        target = Target(request, template, item.referer, item.labels)
        kind = self._kind(request, template)
        self._settled |= {kind} if same else set()
        known = self._chosen.get(kind)
        if known is None or (item.depth, item.key) < known[:2]:
            self._chosen[kind] = (item.depth, item.key, target)
        return known is None

    def all(self) -> list[Target]:
        """The targets to test by method, origin, template and parameters."""
        return [self._chosen[kind][2] for kind in sorted(self._chosen) if kind not in self._settled]

    def _kind(self, request: Request, template: str) -> tuple[str, ...]:
        if self._every:
            return ("", Target(request, template).key)
        # The endpoint's text carries the query's names; the learned template may since have grown.
        body = shape(header(request.headers, "content-type"), request.body)
        names = self._templates.endpoint(request.method, request.url).rpartition("?")[2]
        return (request.method, split(request.url)[0], template, names, body, request.user)
