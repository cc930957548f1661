"""The users of a scan and what each request carries for them: identity, defaults, session."""

from __future__ import annotations

from collections.abc import Mapping

from vedette import __version__
from vedette.contract.exchange import Exchange, Headers, Request
from vedette.contract.job import Job, Setting
from vedette.engine.net.encoding import ACCEPTED
from vedette.engine.net.masking import Masker
from vedette.engine.net.origin import split
from vedette.engine.net.session import Session

MAX_REMEMBERED = 2048
_CREDENTIALS = frozenset({"authorization", "proxy-authorization", "cookie", "x-api-key", "x-auth-token"})


def identity(job: Job) -> Headers:
    """The headers by which a target's owner recognises the scan."""
    return (("X-Vedette-Scan", job.id), ("User-Agent", f"Vedette/{__version__}"), ("Accept", "*/*"))


class Users:
    """Nobody (the empty name), A and B, each with a session of their own. The job's headers and cookies go with every
    request but for those that authenticate, which are A's; a static log-in that marks none makes all of them A's. B has
    some of its own. Raises KeyError when a secret is missing."""

    def __init__(self, job: Job, secrets: Mapping[str, str], masker: Masker) -> None:
        self._masker = masker
        self._defaults = (*identity(job), ("Accept-Encoding", ACCEPTED))
        self._dressed: dict[Headers, Headers] = {}
        origins = tuple(dict.fromkeys(split(url)[0].url for url in job.start_urls))
        self._sessions = {
            user: Session(
                user,
                headers=tuple((one.name, self._value(one, secrets)) for one in headers),
                cookies={one.name: self._value(one, secrets) for one in cookies},
                origins=origins,
            )
            for user, headers, cookies in _by_user(job)
        }
        entitled = ("A",) if job.login.kind == "static" else ("", "A", "B")
        for host in job.hosts:
            for user in entitled:
                for setting in host.headers:
                    self._sessions[user].bind(host.origin, setting.name, self._value(setting, secrets))
                for setting in host.cookies:
                    self._sessions[user].bind_cookie(host.origin, setting.name, self._value(setting, secrets))

    def session(self, user: str) -> Session:
        """The session of a user."""
        return self._sessions[user]

    def adopt(self, user: str, url: str, headers: Headers = (), cookies: Headers = ()) -> None:
        """Takes what a log-in gave into the session of a user, for the origin of `url`, and has it masked from now on.
        Raises UrlError."""
        self._sessions[user].take_up(url, headers, cookies)
        for name, value in headers:
            self._masker.learn(f"session-{name.lower()}", value)
            scheme, _, token = value.partition(" ")
            if token and scheme.isalpha():
                self._masker.learn(f"session-{name.lower()}", token)
        for name, value in cookies:
            self._masker.learn_session(name, value)

    def dress(self, request: Request) -> Request:
        """The request with what it did not bring itself."""
        given = request.headers
        base = self._dressed.get(given)
        if base is None:
            base = self._with_defaults(given)
        extra = self._sessions[request.user].headers_for(request.url, given)
        if extra:
            own = {name.lower() for name, _ in extra}
            base = (*(pair for pair in base if pair[0].lower() not in own), *extra)
        return Request(request.method, request.url, base, request.body, request.user)

    def absorb(self, exchange: Exchange) -> None:
        """Keeps the cookies that a response set, for the user whose request it answers."""
        for cookie in self._sessions[exchange.request.user].absorb(exchange):
            self._masker.learn_session(cookie.name, cookie.value)

    def _with_defaults(self, given: Headers) -> Headers:
        names = {name.lower() for name, _ in given}
        if len(self._dressed) >= MAX_REMEMBERED:
            self._dressed.clear()
        base = (*given, *(pair for pair in self._defaults if pair[0].lower() not in names))
        self._dressed[given] = base
        return base

    def _value(self, setting: Setting, secrets: Mapping[str, str]) -> str:
        value = secrets[setting.secret] if setting.secret else setting.value
        if setting.secret or setting.name.lower() in _CREDENTIALS:
            self._masker.learn(setting.secret or setting.name, value)
            # A log may hold the token without its scheme.
            scheme, _, token = value.partition(" ")
            if token and scheme.isalpha():
                self._masker.learn(setting.secret or setting.name, token)
        else:
            self._masker.learn_session(setting.name, value)
        return value


Given = tuple[Setting, ...]


def _by_user(job: Job) -> tuple[tuple[str, Given, Given], ...]:
    """For each user the headers and cookies that the job gives."""
    marked = any(setting.authenticates for setting in (*job.headers, *job.cookies))

    def shared(settings: Given) -> Given:
        if job.login.kind == "static" and not marked:
            return ()
        return tuple(setting for setting in settings if not setting.authenticates)

    return (
        ("", shared(job.headers), shared(job.cookies)),
        ("A", job.headers, job.cookies),
        ("B", (*shared(job.headers), *job.second_headers), (*shared(job.cookies), *job.second_cookies)),
    )
