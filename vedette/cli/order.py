"""From what a person typed to a job: URLs read, consent and address rules applied, secrets set apart."""

from __future__ import annotations

import math
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from vedette.cli import descriptions, part, second_user, sequences
from vedette.cli.entrance import Entrance, opened, watched
from vedette.cli.header_options import Given, cookies_of, headers_of
from vedette.cli.problem import Problem
from vedette.contract.addresses import Policy, is_loopback
from vedette.contract.job import (
    DESCRIPTION_KINDS,
    HostSettings,
    Job,
    Limits,
    Login,
    Profile,
    Scope,
)
from vedette.engine import catalog
from vedette.engine.catalog import CatalogError
from vedette.engine.crawl.harmwords import KINDS

LOOPBACK_RATE = 0.0
DEFAULT_RATE = 50.0
_TIME = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s?)?")


@dataclass(slots=True, kw_only=True)
class Order:
    """The options of `vedette scan` that shape the job."""

    urls: list[str]
    profile: Profile = Profile.NORMAL
    scope: list[str] = field(default_factory=list)
    exclude: list[str] = field(default_factory=list)
    header: list[str] = field(default_factory=list)
    cookie: list[str] = field(default_factory=list)
    checks: list[str] = field(default_factory=list)
    rate: float | None = None
    max_requests: int = 0
    max_time: str = ""
    seed: int = 1
    authorized: str = ""
    insecure: bool = False
    fail_fast: bool = False
    allow_private: list[str] = field(default_factory=list)
    allow_action: list[str] = field(default_factory=list)
    openapi: list[str] = field(default_factory=list)
    postman: list[str] = field(default_factory=list)
    postman_env: list[str] = field(default_factory=list)
    graphql: list[str] = field(default_factory=list)
    har: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    api_value: list[str] = field(default_factory=list)
    media_type: str = ""
    only: list[str] = field(default_factory=list)
    since: Path | None = None
    include_duplicates: bool = False
    sequence: list[str] = field(default_factory=list)
    sequences_only: bool = False
    described_only: bool = False
    test_header: list[str] = field(default_factory=list)
    test_cookie: list[str] = field(default_factory=list)
    host_header: list[str] = field(default_factory=list)
    host_cookie: list[str] = field(default_factory=list)
    entrance: Entrance = field(default_factory=Entrance)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A job ready to run, its secrets, and remarks to show before it starts."""

    job: Job
    secrets: dict[str, str]
    remarks: tuple[str, ...]


def prepare(order: Order) -> Prepared:
    """Raises Problem for whatever cannot be meant."""
    urls = tuple(_url(text) for text in order.urls)
    if not urls:
        raise Problem("Say what to scan.", "For example: vedette scan https://shop.example/")
    remarks: list[str] = []
    loopback = all(is_loopback(url) for url in urls)
    profile = _profile(order, loopback, remarks)
    known_checks(profile, order.checks)
    _known_actions(order.allow_action)
    headers, header_secrets = headers_of(order.header)
    cookies, cookie_secrets = cookies_of(order.cookie)
    sources = [(kind, getattr(order, kind)) for kind in DESCRIPTION_KINDS]
    described, api_secrets = descriptions.read(sources, order.postman_env, order.api_value, order.media_type, remarks)
    tested_headers, tested_cookies = part.changeable(order.test_header, order.test_cookie)
    hosts, host_secrets = part.hosts(order.host_header, order.host_cookie)
    way_in = opened(order.entrance, urls[0])
    headers = (*headers, *way_in.headers)
    usual = Login(kind="static" if cookies or way_in.certificate or _authorises(headers) else "none")
    login = watched(order.entrance, way_in.login or usual)
    second = second_user.read(order.entrance, login, urls[0])
    mine = second.apart(login, (*headers, *tested_headers)), second.apart(login, (*cookies, *tested_cookies))
    toured, typed = sequences.recorded(order.sequence, inside=way_in.login is not None)
    job = Job(
        id=uuid.uuid4().hex[:12],
        start_urls=urls,
        scope=_scope(order, urls, hosts),
        login=login,
        second_login=second.login,
        second_headers=second.headers,
        second_cookies=second.cookies,
        certificate=way_in.certificate,
        limits=_limits(order, loopback=loopback),
        profile=profile,
        checks=tuple(order.checks),
        seed=order.seed,
        headers=mine[0],
        cookies=mine[1],
        allow_private=_allowed(order.allow_private, (*urls, *(host.origin for host in hosts))),
        allow_actions=tuple(order.allow_action),
        authorized=order.authorized,
        insecure=order.insecure,
        fail_fast=order.fail_fast,
        stop_on_sequence_failure=order.fail_fast,
        descriptions=described,
        hosts=hosts,
        sequences=toured,
        part=part.part(
            map(_url, order.only),
            order.since,
            duplicates=order.include_duplicates,
            sequences_only=order.sequences_only,
            described_only=order.described_only,
        ),
    )
    secrets = header_secrets | cookie_secrets | api_secrets | host_secrets | way_in.secrets | typed
    return Prepared(job, secrets | second.secrets, tuple(remarks))


def _scope(order: Order, urls: tuple[str, ...], hosts: tuple[HostSettings, ...]) -> Scope:
    """The scope that was asked for. Who gives a host settings of its own wants it looked at too."""
    include = tuple(_url(text) for text in order.scope)
    if hosts and not include:
        starts = (f"{one.scheme}://{one.netloc}/" for one in map(urlsplit, urls))
        include = tuple(dict.fromkeys((*starts, *(f"{host.origin}/" for host in hosts))))
    return Scope(include=include, exclude=tuple(order.exclude))


def _url(text: str) -> str:
    whole = text.strip() if "://" in text else f"http://{text.strip()}"
    try:
        parts = urlsplit(whole)
        port = parts.port
    except ValueError as error:
        raise Problem(f"{text!r} is not a URL: {error}.", "Write it like https://host:port/path.") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or re.search(r"[\s<>\"]", whole):
        raise Problem(f"{text!r} is not an http or https URL.", "Write it like https://host:port/path.")
    if parts.username or parts.password:
        raise Problem("A URL cannot carry a user name or password.", "Use --header 'Authorization: Basic …' instead.")
    if port == 0:
        raise Problem(f"{text!r} has no usable port.", "Ports go from 1 to 65535.")
    return whole if parts.path else f"{parts.scheme}://{parts.netloc}/" + (f"?{parts.query}" if parts.query else "")


def _profile(order: Order, loopback: bool, remarks: list[str]) -> Profile:
    if order.profile == Profile.LIGHTNING or loopback or order.authorized.strip():
        return order.profile
    remarks.append(
        "No payload is sent without a word on who allows it: running the lightning profile. "
        'For an active scan add --authorized "who, why".'
    )
    return Profile.LIGHTNING


def known_checks(profile: Profile, chosen: Sequence[str]) -> None:
    """Raises Problem when a choice of checks names none, or one that does not exist."""
    try:
        picked = catalog.load().select(profile, chosen)
    except CatalogError as error:
        raise Problem(str(error), "`vedette checks` lists them; a family is the first word of an id.") from None
    if not picked:
        raise Problem(f"--checks leaves nothing to do with {profile}.", "`vedette checks` lists the profiles.")


def _known_actions(kinds: Sequence[str]) -> None:
    unknown = [kind for kind in kinds if kind not in KINDS]
    if unknown:
        raise Problem(f"--allow-action does not know {', '.join(unknown)}.", f"Known: {', '.join(KINDS)}.")


def _limits(order: Order, *, loopback: bool) -> Limits:
    return Limits(
        rate=_rate(order.rate, loopback=loopback),
        max_requests=order.max_requests,
        max_time_s=seconds(order.max_time),
        slice_s=0,
    )


def _rate(rate: float | None, *, loopback: bool) -> float:
    if rate is None:
        return LOOPBACK_RATE if loopback else DEFAULT_RATE
    if not 0 <= rate < math.inf:
        raise Problem("--rate cannot be negative or endless.", "Give requests a second, for example --rate 20.")
    if rate == 0 and not loopback:
        raise Problem("--rate 0 (no ceiling) is for loopback targets only.", "Give a ceiling, for example --rate 100.")
    return rate


def seconds(text: str) -> float:
    """A duration such as `90`, `45s`, `10m` or `1h30m` in seconds; 0 for an empty one. Raises Problem."""
    match = _TIME.fullmatch(text.strip())
    if match is None:
        raise Problem(f"{text!r} is not a duration.", "Write it like 90s, 10m or 1h30m.")
    hours, minutes, rest = (int(group or 0) for group in match.groups())
    return float(hours * 3600 + minutes * 60 + rest)


def _allowed(entries: list[str], urls: tuple[str, ...]) -> tuple[str, ...]:
    try:
        Policy(allow=tuple(entries))
    except ValueError as error:
        raise Problem(f"--allow-private: {error}.", "Write it like 10.0.0.0/8 or 192.168.1.5:8443.") from None
    exact: list[str] = []
    for url in urls:
        if is_loopback(url):
            parts = urlsplit(url)
            port = parts.port or (443 if parts.scheme == "https" else 80)
            names = ["127.0.0.1", "::1"] if parts.hostname == "localhost" else [parts.hostname or ""]
            exact += [f"[{name}]:{port}" if ":" in name else f"{name}:{port}" for name in names]
    return tuple(dict.fromkeys([*entries, *exact]))


def _authorises(headers: Given) -> bool:
    return any(re.search(r"auth|cookie|token|key|session", setting.name, re.IGNORECASE) for setting in headers)


def secrets_of(order: Order) -> dict[str, str]:
    """The secrets that an order's headers, cookies and values stand for, by the names that a job uses. Raises
    Problem."""
    values = descriptions.settings_of(order.postman_env, order.api_value)[1]
    bound = part.hosts(order.host_header, order.host_cookie)[1]
    typed = sequences.recorded(order.sequence)[1]
    return headers_of(order.header)[1] | cookies_of(order.cookie)[1] | values | bound | typed
