"""What a target may be: its kinds, URL and hosts, who speaks for a host, and the settings that cannot be used yet."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote

from vedette.server.kernel.errors import Invalid
from vedette.server.targets import names
from vedette.server.targets.values import FieldError

KINDS = ("single", "api", "host")
REPORT_TYPES = ("default", "executive_summary", "owasp", "pci", "pci4", "iso27001", "hipaa")
REPORT_FORMATS = ("pdf", "docx")
ACTIONS = ("log-out", "delete", "pay", "unsubscribe", "password", "e-mail", "second-factor")
"""Kinds of harmful actions that an owner may allow, as the engine knows them."""

EXISTING_DOMAIN = "existing_domain"
BACK_OFFICE, WAVED, WHITELIST = "back_office", "waved", "whitelist"
AWS_ROUTE53, CLOUDFLARE, EMAIL = "aws_route53", "cloudflare", "email"
OWNERSHIP_METHODS = (
    "file",
    BACK_OFFICE,
    EXISTING_DOMAIN,
    "dns_txt",
    "dns",
    "dns_cname",
    "meta_tag",
    WHITELIST,
    EMAIL,
    AWS_ROUTE53,
    CLOUDFLARE,
    WAVED,
)
SELF_SERVICE = ("file", "meta_tag", "dns_txt", "dns", "dns_cname")
"""The ways that a user may ask for; `dns` is another word for `dns_txt`. The others are set by the platform."""
ATTESTED = (BACK_OFFICE, WAVED, WHITELIST)
"""Ways that are nothing but the word of whoever operates the instance."""
CONNECTED = {AWS_ROUTE53: "aws", CLOUDFLARE: "cloudflare"}
"""Ways that rest on a zone of a connected account, with the kind of connector."""
NAME_METHODS = ("dns_txt", "dns", "dns_cname", *CONNECTED, *ATTESTED, EMAIL)
"""Ways that show who owns the name itself, whatever port is served below it."""
FRESH_DAYS = 30
"""A proof of ownership older than this is looked for again before an active scan."""
ZONE_DAYS = 7
"""How long the zones of an account count that cannot be asked: an outage must not stop scans, a lost account must."""

MAX_URL = 2048
MAX_NAME = 255
MAX_DESC = 10_000
MAX_HOST = 256
MAX_RATE = 10_000
MAX_BULK = 1000
MAX_LABELS = 100
DEFAULT_PROFILES = {"single": "normal", "api": "api_normal"}
"""The scan profile of a target for which none is chosen, by its kind."""
PROFILE = re.compile(r"[A-Za-z0-9_-]{1,40}")

PORTS = {"http": 80, "https": 443}
UNSAFE = re.compile(r"[\s\x00-\x1f\x7f-\xa0\\<>\"\ud800-\udfff]")
_SITE_FIELDS = frozenset(
    {
        *("url", "name", "desc", "headers", "cookies", "whitelist", "blacklist", "auth_enabled"),
        *("has_form_login", "form_login_url", "form_login", "form_login_check_pattern", "has_sequence_login"),
        *("has_basic_auth", "basic_auth", "logout_detection_enabled", "logout_condition", "check_session_url"),
        *("has_otp", "otp_secret", "otp_algorithm", "otp_digits", "otp_field", "otp_submit"),
        *("otp_login_sequence_totp_value", "otp_type", "api_scan_settings", "is_mtls_active"),
        *("is_signature_active", "is_mle_active", "postman_authentication_enabled", "postman_check_session_folder"),
    }
)
_OTHER_PATHS = {
    "kind": "type",
    "kind.host": "type",
    "profile": "scan_profile",
}
_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://([^/?#\\]*)([^#]*)(?:#.*)?")
_AUTHORITY = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\[\]:@]+)(?::([0-9]{0,5}))?")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMERIC = re.compile(r"(?:.*\.)?(?:[0-9]+|0[xX][0-9A-Fa-f]*)")


# Settings that cannot be used yet


class NotYet(NamedTuple):
    """A setting without engine work: the value it has, why no other can be set, whether it is one of the site."""

    default: Any
    reason: str
    site: bool = True


NOT_YET: dict[str, NotYet] = {
    "kind.host": NotYet(None, "Hosts cannot be scanned yet. Only web targets and APIs can be added.", site=False),
    "scanning_agent": NotYet(None, "Scanning agents cannot be used yet.", site=False),
}
"""Settings whose engine work does not exist. A value other than the stored or default one is refused; rows leave this
table when the work is done. `kind.*` are values of one field."""


def refuse_not_yet(given: Mapping[str, Any], current: Mapping[str, Any]) -> dict[str, list[str]]:
    """What is wrong with the given settings, by their path in an error: those in NOT_YET that differ from the current
    ones (a missing one has its default). Values that mean the same are equal: null, `""`, `{}`, an object of such, and
    what a form makes of flags and numbers."""
    wrong: dict[str, list[str]] = {}
    for name, row in NOT_YET.items():
        if name not in given:
            continue
        if _meaning(given[name], row.default) != _meaning(current.get(name, row.default), row.default):
            wrong[path_of(name)] = [row.reason]
    return wrong


def _meaning(value: Any, default: Any) -> Any:
    if _is_blank(value):
        return None if _is_blank(default) or default is False else default
    if isinstance(default, bool) and isinstance(value, str) and value.lower() in ("true", "false"):
        value = value.lower() == "true"
    if isinstance(default, int) and isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value)
    return None if value is False or (value == 0 and default is False) else value


def _is_blank(value: Any) -> bool:
    if isinstance(value, Mapping):
        return all(_is_blank(part) for part in value.values())
    return value is None or value == "" or (isinstance(value, list | tuple) and not value)


def path_of(name: str) -> str:
    """Where a setting stands in an error: those of the site under `site.`, the others at the top. A name may be a path
    below a setting."""
    row = NOT_YET.get(name)
    if name.partition(".")[0] in _SITE_FIELDS or (row is not None and row.site):
        return f"site.{name}"
    return _OTHER_PATHS.get(name, name)


class Errors:
    """Gathers what is wrong with several settings, to be raised at once."""

    def __init__(self) -> None:
        self.fields: dict[str, list[str]] = {}

    def add(self, name: str, message: str) -> None:
        """Notes what is wrong with a setting."""
        self.fields.setdefault(path_of(name), []).append(message)

    def check(self) -> None:
        """Raises Invalid when anything is wrong."""
        if self.fields:
            raise Invalid(fields=self.fields)


# URLs and hosts


def normalise_url(url: object) -> str:
    """The URL of a site in the one form that is stored: lower-case ASCII host, no default port, no fragment, a path.

    Raises Invalid under `site.url`.
    """
    try:
        return site_url(url)
    except FieldError as error:
        raise Invalid(fields={path_of("url"): [str(error)]}) from None


def site_url(url: object) -> str:
    """As `normalise_url`, but raises FieldError."""
    if not isinstance(url, str) or not url.strip():
        raise FieldError("Enter a URL.")
    text = url.strip()
    if len(text) > MAX_URL:
        raise FieldError(f"Enter a URL of at most {MAX_URL} characters.")
    match = _URL.fullmatch(text)
    if match is None or UNSAFE.search(text):
        raise FieldError("Enter a valid URL, such as https://shop.example/.")
    scheme = match[1].lower()
    if scheme not in PORTS:
        raise FieldError("Only http and https URLs can be scanned.")
    if "@" in match[2]:
        raise FieldError("A URL cannot carry a user name or password: use a header.")
    host, port = _authority(match[2])
    shown = host if port in (None, PORTS[scheme]) else f"{host}:{port}"
    target = quote(match[3], safe="!#$%&'()*+,/:;=?@[]~^`{|}")
    result = f"{scheme}://{shown}{target if target.startswith('/') else '/' + target}"
    if len(result) > MAX_URL or len(shown) > MAX_HOST:
        raise FieldError(f"Enter a URL of at most {MAX_URL} characters, and a host of at most {MAX_HOST}.")
    return result


def host_of(url: str) -> str:
    """Host of a normalised URL, with its port when it is not the scheme's own: `shop.example`, `[::1]:8080`."""
    return url.split("/", 3)[2]


def origin_of(url: str) -> str:
    """Scheme and host of a normalised URL."""
    return "/".join(url.split("/", 3)[:3])


def has_path(url: str) -> bool:
    """Whether a normalised URL names more than the start of a host."""
    return url.split("/", 3)[3] != ""


def extra_host(text: object) -> str:
    """A host or `host:port` in the form that is stored. Raises FieldError."""
    if not isinstance(text, str) or not text.strip():
        raise FieldError("Enter a host name.")
    given = text.strip()
    if "*" in given:
        raise FieldError("Wildcards are not allowed: add each host by its name.")
    if "/" in given or "@" in given or UNSAFE.search(given) or len(given) > MAX_HOST:
        raise FieldError("Enter a host name, with a port if needed: api.shop.example or api.shop.example:8443.")
    host, port = _authority(given)
    result = host if port is None else f"{host}:{port}"
    if len(result) > MAX_HOST:
        raise FieldError(f"Enter a host of at most {MAX_HOST} characters.")
    return result


def hostname_of(host: str) -> str:
    """The name under which an extra host's domain stands: without a port that is some scheme's own."""
    name, port = split_port(host)
    return name if port in ("80", "443") else host


def extra_origins(host: str) -> tuple[str, ...]:
    """The origins that an extra host stands for: both schemes, unless its port is the one scheme's own."""
    name, port = split_port(host)
    if port == "443":
        return (f"https://{name}",)
    if port == "80":
        return (f"http://{name}",)
    return (f"https://{host}", f"http://{host}")


def stack_of(host: str, stack: Iterable[Mapping[str, str]]) -> list[Mapping[str, str]]:
    """The technologies of an extra host among those of its whole target, `[{name, version, host}]`."""
    names = {origin.partition("://")[2] for origin in extra_origins(host)}
    return [one for one in stack if one.get("host") in names]


def split_port(host: str) -> tuple[str, str]:
    """Name and port (empty for none) of `host[:port]`."""
    if host.endswith("]") or ":" not in host:
        return host, ""
    name, _, port = host.rpartition(":")
    return name, port


def port_of(host: str) -> int | None:
    """The port of `host[:port]`; None where it is that of the scheme."""
    _, port = split_port(host)
    return int(port) if port else None


def covers(parent: str, method: str, child: str) -> bool:
    """Whether a proof that `parent` was shown by `method` also speaks for `child` (both `host[:port]`).

    It does for names below it: never for addresses, single-label names or the name itself, and never across a public
    suffix. A page or file served at one port says nothing about other ports; an entry in the name system does.
    """
    name, port = split_port(parent)
    below, below_port = split_port(child)
    if "." not in name or _is_local(below) or not names.lies_below(below, name):
        return False
    return method in NAME_METHODS or port == below_port


def _is_local(name: str) -> bool:
    last = name.rpartition(".")[2]
    return name.startswith("[") or last == "localhost" or last.isdigit()


def _authority(text: str) -> tuple[str, int | None]:
    match = _AUTHORITY.fullmatch(text)
    if match is None:
        raise FieldError("Enter a valid host name.")
    port = int(match[2]) if match[2] else None
    if port is not None and not 0 < port < 65536:
        raise FieldError("Enter a port between 1 and 65535.")
    return _host(match[1]), port


def _host(text: str) -> str:
    if text.startswith("["):
        try:
            return f"[{ipaddress.IPv6Address(text[1:-1]).compressed}]"
        except ValueError:
            raise FieldError("Enter a valid IPv6 address.") from None
    name = _ascii(text).removesuffix(".")
    if _NUMERIC.fullmatch(name):
        # 127.1 or 0x7f000001 are read as addresses by some programs and as names by others: neither is taken.
        try:
            return str(ipaddress.IPv4Address(name))
        except ValueError:
            raise FieldError("Enter the address as four numbers, such as 192.0.2.1.") from None
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in name.split(".")):
        raise FieldError("Enter a valid host name.")
    return name


def _ascii(text: str) -> str:
    lower = text.lower()
    if lower.isascii():
        return lower
    # Names that change on the way to ASCII and back may be someone else's: only the unambiguous ones are taken.
    try:
        encoded = lower.encode("idna").decode("ascii")
        same = encoded.encode("ascii").decode("idna") == lower
    except UnicodeError:
        same = False
    if not same:
        raise FieldError("This international host name is ambiguous: write it in its xn-- form.")
    return encoded
