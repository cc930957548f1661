"""On what ground a domain counts as shown without anything placed there: the operator's word, a zone of a connected
account, a member's mailbox, a domain above it. Reads only; what follows is for `ownership`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q, QuerySet

from vedette.server.kernel import clock
from vedette.server.targets import names, rules
from vedette.server.targets.models import Attestation, Domain, Zone
from vedette.server.targets.rules import AWS_ROUTE53, BACK_OFFICE, CLOUDFLARE, EMAIL, EXISTING_DOMAIN, WAVED, WHITELIST
from vedette.server.tenancy import queries as tenancy

LOST = {
    BACK_OFFICE: "The operator of this platform took back their word.",
    WAVED: "The agreement about this domain was withdrawn.",
    WHITELIST: "The operator of this platform took this name off their list.",
    AWS_ROUTE53: "The connected AWS account no longer shows the zone of this name.",
    CLOUDFLARE: "The connected Cloudflare account no longer shows the zone of this name.",
    EMAIL: "Nobody who manages domains has a confirmed mailbox at this domain any more.",
    EXISTING_DOMAIN: "The domain above this one is no longer shown to be yours.",
}
"""What is told of a domain that rested on one of these and rests on nothing now. The keys are all there are."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Why a domain counts as shown: the method, and what it rests on (a name, an address), for people."""

    method: str
    source: str


def find(domain: Domain) -> Ground | None:
    """The strongest ground that a domain has now."""
    return next((ground for ask, methods in _IN_TURN if (ground := ask(domain, methods)) is not None), None)


def holds(domain: Domain, method: str) -> Ground | None:
    """The ground of this method that a domain has now; None also for ways that need a look by a worker."""
    ask = _ASKED.get(method)
    return ask(domain, (method,)) if ask is not None else None


def parent(domain: Domain) -> Domain | None:
    """The nearest domain of the same organisation that was verified itself and speaks for this one."""
    above = names_above(domain)[1:]
    if not above:
        return None
    # With a port, too: what stands in the name system speaks for every port, wherever it was asked for.
    named = Q(hostname__in=above)
    for name in above:
        named |= Q(hostname__startswith=f"{name}:")
    rows = Domain.objects.filter(named, organisation=domain.organisation_id, verified=True)
    found = rows.exclude(method=EXISTING_DOMAIN).order_by("id")
    covering = [row for row in found if rules.covers(row.hostname, row.method, domain.hostname)]
    return max(covering, key=lambda row: len(row.hostname), default=None)


def zones(domain: Domain) -> QuerySet[Zone]:
    """The zones of connected accounts that a domain lies in, whether or not they are proven."""
    found = Zone.objects.filter(connector__organisation=domain.organisation_id, connector__enabled=True)
    return found.filter(hostname__in=names_above(domain)).order_by("id")


def named(name: str) -> Q:
    """Picks the domains of this name, with any port, and those below it."""
    whole = Q(hostname=name) | Q(hostname__startswith=f"{name}:")
    return whole | Q(hostname__endswith=f".{name}") | Q(hostname__contains=f".{name}:")


def _attested(domain: Domain, methods: Sequence[str]) -> Ground | None:
    whose = Q(organisation=None) | Q(organisation=domain.organisation_id)
    rows = Attestation.objects.filter(whose, method__in=methods, withdrawn_at=None, hostname__in=names_above(domain))
    found = dict(rows.order_by("-id").values_list("method", "hostname"))
    return _first(methods, found)


def _connected(domain: Domain, methods: Sequence[str]) -> Ground | None:
    since = clock.now() - timedelta(days=rules.ZONE_DAYS)
    kinds = {rules.CONNECTED[method]: method for method in methods}
    rows = zones(domain).filter(connector__kind__in=kinds, connector__refreshed_at__gt=since, proven=True)
    found = {kinds[kind]: name for kind, name in rows.order_by("-id").values_list("connector__kind", "hostname")}
    return _first(methods, found)


def _first(methods: Sequence[str], found: Mapping[str, str]) -> Ground | None:
    return next((Ground(method, found[method]) for method in methods if method in found), None)


def _mailed(domain: Domain, methods: Sequence[str]) -> Ground | None:
    at = [name for name in names_above(domain) if not names.is_public_mail(name)]
    found = tenancy.confirmed_addresses(domain.organisation, at, "domains.change") if at else []
    return Ground(methods[0], found[0]) if found else None


def _inherited(domain: Domain, methods: Sequence[str]) -> Ground | None:
    above = parent(domain)
    return Ground(methods[0], above.hostname) if above is not None else None


def names_above(domain: Domain) -> list[str]:
    """The name of a domain without its port, and those above it that have the same owner, nearest first."""
    name, _ = rules.split_port(domain.hostname)
    labels = name.split(".")
    above = (".".join(labels[start:]) for start in range(1, len(labels) - 1))
    return [name, *(one for one in above if names.lies_below(name, one))]


_IN_TURN: tuple[tuple[Callable[[Domain, Sequence[str]], Ground | None], tuple[str, ...]], ...] = (
    (_attested, (BACK_OFFICE, WAVED, WHITELIST)),
    (_connected, (AWS_ROUTE53, CLOUDFLARE)),
    (_mailed, (EMAIL,)),
    (_inherited, (EXISTING_DOMAIN,)),
)
"""What is asked for, strongest first, each of several methods with one query."""
_ASKED = {method: ask for ask, methods in _IN_TURN for method in methods}
