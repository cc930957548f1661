"""Domains as pages show them: what they rest on, and what they could rest on without anything placed there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings

from vedette.server.targets import domain_login, grounds, rules
from vedette.server.targets.models import Domain

SHOWN_BY = {
    "file": "A file",
    "meta_tag": "A tag in the start page",
    "dns_txt": "A TXT record",
    "dns": "A TXT record",
    "dns_cname": "A CNAME record",
    "existing_domain": "The domain above",
    "email": "A confirmed mailbox",
    "aws_route53": "A zone in AWS",
    "cloudflare": "A zone in Cloudflare",
    "whitelist": "The operator's list",
    "back_office": "The operator's word",
    "waved": "An agreement",
}
"""Every method, in words."""


@dataclass(frozen=True, slots=True)
class DomainRow:
    """A domain in a list, with what shows it."""

    domain: Domain
    shown_by: str


@dataclass(frozen=True, slots=True)
class Login:
    """What is sent to a host when its owner is looked for: the user and the password as they may be shown, each empty
    for none."""

    username: str
    password: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What a verified domain rests on: the method in words, what exactly (empty for what users placed), and whether it
    is looked for again before a scan once it is old."""

    shown_by: str
    source: str
    grows_old: bool


def shown_by(domain: Domain) -> str:
    """What shows a domain, in words; empty for one that nothing does."""
    return SHOWN_BY.get(domain.method, domain.method) if domain.verified else ""


def rows(domains: Iterable[Domain]) -> list[DomainRow]:
    """Domains by name, with what shows each."""
    return [DomainRow(one, shown_by(one)) for one in sorted(domains, key=lambda one: one.hostname)]


def standing(domain: Domain) -> Standing | None:
    """What a domain rests on now; None for one that is not verified."""
    if not domain.verified:
        return None
    ground = grounds.holds(domain, domain.method)
    return Standing(shown_by(domain), ground.source if ground else "", domain.method in rules.SELF_SERVICE)


def login(domain: Domain) -> Login | None:
    """The basic authentication of a domain's host; None where nothing is sent."""
    shown = domain_login.shown(domain)
    found = Login(shown[domain_login.USERNAME] or "", shown[domain_login.PASSWORD] or "")
    return found if found.username or found.password else None


def can_be_mailed() -> bool:
    """Whether people can confirm a mailbox here."""
    return bool(settings.VEDETTE.mail.host)
