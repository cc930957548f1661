"""The words in which the pages declare what is planted in them: flaws, look-alikes and traps."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Family(StrEnum):
    """Families of flaws."""

    SQLI = "sqli"
    XSS = "xss"
    XSS_STORED = "xss-stored"
    COMMAND = "command"
    TEMPLATE = "template"
    CODE = "code"
    FILE = "file"
    REDIRECT = "redirect"
    CRLF = "crlf"
    XXE = "xxe"
    LDAP = "ldap"
    XPATH = "xpath"
    DESERIALISATION = "deserialisation"
    CORS = "cors"
    HEADERS = "headers"
    CSP = "csp"
    COOKIE = "cookie"
    CLICKJACKING = "clickjacking"
    LISTING = "listing"
    EXPOSED = "exposed"
    ERROR = "error"
    SECRET = "secret"  # noqa: S105 - a family's name
    SOURCE = "source"
    DISCLOSURE = "disclosure"


INJECTIONS = (
    Family.SQLI,
    Family.XSS,
    Family.XSS_STORED,
    Family.COMMAND,
    Family.TEMPLATE,
    Family.CODE,
    Family.FILE,
    Family.REDIRECT,
    Family.CRLF,
    Family.XXE,
    Family.LDAP,
    Family.XPATH,
)
"""Families that need an insertion point."""

HEADER_TYPES = (Family.HEADERS, Family.CSP, Family.COOKIE, Family.CLICKJACKING, Family.DISCLOSURE)
"""Families that a response's header lines alone show."""


class Kind(StrEnum):
    """Kinds of insertion point; `PAGE` where the flaw is the answer itself."""

    QUERY = "query"
    PATH = "path"
    FORM = "form"
    JSON = "json"
    XML = "xml"
    MULTIPART = "multipart"
    NAME = "name"
    COOKIE = "cookie"
    HEADER = "header"
    PAGE = "page"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """A planted flaw with an ordinary request that reaches it.

    `url` is the path with a sample query. `parameter` is the name of the parameter, cookie or header, the
    `/`-joined path in JSON or XML, or the number of the path segment, counted from 0. `sample` is the ordinary
    value of a cookie or header; `body` and `media` are the ordinary body. `sink` is the page on which stored input
    comes out. `blind` means that the answer never tells, only its duration.
    """

    id: str
    family: Family
    title: str
    url: str
    cwe: int
    kind: Kind = Kind.PAGE
    parameter: str = ""
    method: str = "GET"
    sample: str = ""
    body: str = ""
    media: str = "application/x-www-form-urlencoded"
    sink: str = ""
    blind: bool = False
    note: str = ""

    @property
    def checks(self) -> tuple[str, ...]:
        """The families of checks expected to report it."""
        return ("xss",) if self.family is Family.XSS_STORED else (self.family.value,)


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAlike:
    """A safe place that resembles a flaw of the family; fields as in `Flaw`."""

    id: str
    family: Family
    title: str
    url: str
    kind: Kind = Kind.PAGE
    parameter: str = ""
    method: str = "GET"
    sample: str = ""
    body: str = ""
    media: str = "application/x-www-form-urlencoded"
    sink: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trap:
    """A request that a scan must not send, by `method` and `url`; `body` is what its form sends, `page` the page
    that offers it."""

    id: str
    title: str
    url: str
    page: str
    method: str = "GET"
    body: str = ""
    media: str = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Maze:
    """A part of the site without end, harmless but for the time it costs; `limit` is how many of its pages a
    reasonable crawl may fetch."""

    id: str
    title: str
    url: str
    prefix: str
    limit: int = 60
