"""What is sent on behalf of one user: a cookie jar and fixed headers, kept apart from every other user's."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from vedette.contract.exchange import Exchange, Headers, Request, header
from vedette.engine.net.cookies import Cookie, Jar
from vedette.engine.net.origin import UrlError, split

MAX_PLACES = 20
MAX_NAMES = 200


class Session:
    """One user's session; `user` is empty for nobody. Given cookies belong to the origins named, and a site may
    replace or remove them as it may any other.

    `placed` tells for each cookie that the site itself set the URLs that set it, at most MAX_PLACES of them and
    of MAX_NAMES cookies.
    """

    def __init__(
        self,
        user: str,
        *,
        headers: Headers = (),
        cookies: Mapping[str, str] | None = None,
        origins: Sequence[str] = (),
        wall: Callable[[], float] = time.time,
    ) -> None:
        self.user = user
        self.headers = headers
        self.placed: dict[str, list[str]] = {}
        self._jar = Jar()
        self._wall = wall
        self._bound: dict[str, dict[str, str]] = {}
        self._bound_cookies: dict[str, dict[str, str]] = {}
        self._given = [
            Cookie(name, value, split(origin_url)[0].host)
            for origin_url in origins
            for name, value in (cookies or {}).items()
        ]
        self._made: dict[str, Headers] = {}
        self.renew()

    def renew(self) -> None:
        """Forgets what the site and a log-in gave; what the job gave stays."""
        self._jar = Jar()
        self._made = {}
        for cookie in self._given:
            self._jar.put(cookie)

    def take_up(self, url: str, headers: Headers = (), cookies: Headers = ()) -> None:
        """Takes up what a log-in gave: headers and cookies for the origin of `url`, in place of earlier ones of their
        name. Raises UrlError."""
        origin, _ = split(url)
        names = {name.lower() for name, _ in headers}
        kept = (pair for pair in self._made.get(origin.url, ()) if pair[0].lower() not in names)
        if headers:
            self._made[origin.url] = (*kept, *headers)
        for name, value in cookies:
            self._jar.put(Cookie(name, value, origin.host))

    def bind(self, origin_url: str, name: str, value: str) -> None:
        """From now on adds a header to requests to this origin and no other. Raises UrlError."""
        headers = self._bound.setdefault(split(origin_url)[0].url, {})
        for old in [known for known in headers if known.lower() == name.lower()]:
            del headers[old]
        headers[name] = value

    def bind_cookie(self, origin_url: str, name: str, value: str) -> None:
        """From now on sends a cookie to this origin and no other, unless the site sets one of that name. Raises
        UrlError."""
        self._bound_cookies.setdefault(split(origin_url)[0].url, {})[name] = value

    def headers_for(self, url: str, given: Headers = ()) -> Headers:
        """What this user adds to a request with the headers `given`: fixed headers not given, and one Cookie header
        with the jar's cookies after those given, which win by name. Raises UrlError."""
        extra = self.headers
        plain = not self._bound and not self._bound_cookies
        if not plain:
            bound = self._bound.get(split(url)[0].url, {})
            own_names = {name.lower() for name in bound}
            extra = (*(pair for pair in extra if pair[0].lower() not in own_names), *bound.items())
        if self._made:
            made = self._made.get(split(url)[0].url, ())
            taken_up = {name.lower() for name, _ in made}
            extra = (*(pair for pair in extra if pair[0].lower() not in taken_up), *made)
        if extra and given:
            names = {name.lower() for name, _ in given}
            extra = tuple(pair for pair in extra if pair[0].lower() not in names)
        if plain and not len(self._jar):
            return extra
        origin, target = split(url)
        own = header(given, "cookie")
        taken = {part.partition("=")[0].strip() for part in own.split(";")} if own else set()
        fitting = self._jar.fitting(origin, target, self._wall())
        pairs = [_pair(cookie) for cookie in fitting if cookie.name not in taken]
        if self._bound_cookies:
            taken |= {cookie.name for cookie in fitting}
            bound_here = self._bound_cookies.get(origin.url, {})
            pairs += [f"{name}={value}" for name, value in bound_here.items() if name not in taken]
        if not pairs:
            return extra
        return (*extra, ("Cookie", "; ".join([own, *pairs] if own else pairs)))

    def whole_in(self, request: Request) -> bool:
        """Whether a request that was sent carries all that this user adds by himself, as it is now: tests put other
        values in the place of some of it. Raises UrlError."""
        for name, value in self.headers_for(request.url):
            sent = header(request.headers, name)
            if sent != value and (name.lower() != "cookie" or not _parts(value) <= _parts(sent)):
                return False
        return True

    def absorb(self, exchange: Exchange) -> list[Cookie]:
        """Keeps what the response set; gives the cookies stored."""
        response = exchange.response
        if response is None:
            return []
        lines = [value for name, value in response.headers if len(name) == 10 and name.lower() == "set-cookie"]
        if not lines:
            return []
        try:
            origin, target = split(exchange.request.url)
        except UrlError:
            return []
        now = self._wall()
        stored = [cookie for line in lines if (cookie := self._jar.take(line, origin, target, now))]
        for cookie in stored:
            self._place(cookie.name, exchange.request.url)
        return stored

    def _place(self, name: str, url: str) -> None:
        if name not in self.placed and len(self.placed) >= MAX_NAMES:
            return
        places = self.placed.setdefault(name, [])
        if url not in places and len(places) < MAX_PLACES:
            places.append(url)

    @property
    def cookies(self) -> list[Cookie]:
        """All cookies, in the order in which they were first set."""
        return self._jar.cookies

    def adopt(self, cookies: Iterable[Cookie], url: str) -> list[Cookie]:
        """Replaces all cookies by these, which a browser holds after it was at the URL; gives those that are new or
        have another value."""
        before = {(cookie.name, cookie.domain, cookie.path): cookie.value for cookie in self._jar.cookies}
        self._jar.clear()
        changed: list[Cookie] = []
        for cookie in cookies:
            self._jar.put(cookie)
            if before.get((cookie.name, cookie.domain, cookie.path)) != cookie.value:
                changed.append(cookie)
                self._place(cookie.name, url)
        return changed

    def value(self, name: str) -> str:
        """The value of a cookie by name, whatever its path; empty when there is none."""
        return self._jar.value(name) or next(
            (cookies[name] for cookies in self._bound_cookies.values() if name in cookies), ""
        )

    def snapshot(self) -> dict[str, Any]:
        """The session as JSON-able values; it holds live credentials."""
        return {"cookies": self._jar.snapshot(), "placed": {name: list(urls) for name, urls in self.placed.items()}}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Takes over a snapshot."""
        self._jar.restore(state.get("cookies", ()))
        self.placed = {name: list(urls) for name, urls in state.get("placed", {}).items()}


def _parts(cookies: str) -> set[str]:
    return {part.strip() for part in cookies.split(";")}


def _pair(cookie: Cookie) -> str:
    return f"{cookie.name}={cookie.value}" if cookie.name else cookie.value
