"""The table from method and path to page."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from vedette.range.web import Request, Response

Page = Callable[[Request], Response]


class Routes:
    """Pages by path. A path is literal or has `{name}` segments; `{name*}` at the end takes all that follow."""

    def __init__(self) -> None:
        self._literal: dict[str, dict[str, Page]] = {}
        self._patterns: dict[tuple[str, ...], dict[str, Page]] = {}

    def get(self, path: str) -> Callable[[Page], Page]:
        """Register the decorated page for GET (and so HEAD)."""
        return self._register("GET", path)

    def post(self, path: str) -> Callable[[Page], Page]:
        """Register the decorated page for POST."""
        return self._register("POST", path)

    def delete(self, path: str) -> Callable[[Page], Page]:
        """Register the decorated page for DELETE."""
        return self._register("DELETE", path)

    def add(self, method: str, path: str, page: Page) -> None:
        """Register a page; the same method and path twice is a mistake and raises ValueError."""
        if "{" in path:
            methods = self._patterns.setdefault(tuple(path.split("/")[1:]), {})
        else:
            methods = self._literal.setdefault(path, {})
        if method in methods:
            raise ValueError(f"{method} {path} is registered twice")
        methods[method] = page

    def include(self, others: Iterable[Routes]) -> None:
        """Take over the pages of other tables."""
        for other in others:
            for path, methods in other._literal.items():
                for method, page in methods.items():
                    self.add(method, path, page)
            for pattern, methods in other._patterns.items():
                for method, page in methods.items():
                    self.add(method, "/" + "/".join(pattern), page)

    def find(self, request: Request) -> dict[str, Page]:
        """Return the pages at the request's path by method, none when there is no such path; sets `places`."""
        path = "/" + "/".join(request.segments)
        if path in self._literal:
            return self._literal[path]
        for pattern, methods in self._patterns.items():
            places = _match(pattern, request.segments)
            if places is not None:
                request.places = places
                return methods
        return {}

    def _register(self, method: str, path: str) -> Callable[[Page], Page]:
        def decorate(page: Page) -> Page:
            self.add(method, path, page)
            return page

        return decorate


def _match(pattern: tuple[str, ...], segments: tuple[str, ...]) -> dict[str, str] | None:
    places: dict[str, str] = {}
    for position, piece in enumerate(pattern):
        if piece.endswith("*}"):
            places[piece[1:-2]] = "/".join(segments[position:])
            return places
        if position >= len(segments):
            return None
        if piece.startswith("{"):
            places[piece[1:-1]] = segments[position]
        elif piece != segments[position]:
            return None
    return places if len(pattern) == len(segments) else None
