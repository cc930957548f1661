"""What a domain may rest on without anything placed there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from allauth.account.models import EmailAddress

from vedette.server.kernel import clock
from vedette.server.targets import grounds, ownership, rules
from vedette.server.targets.grounds import Ground
from vedette.server.targets.models import Attestation, Connector, Domain, Zone
from vedette.server.tenancy import queries as tenancy
from vedette.server.tenancy.actor import Actor
from vedette.server.tenancy.models import Membership, Organisation, RoleGrant, User

NOW = datetime(2030, 1, 1, tzinfo=UTC)


def domain_of(organisation: Organisation, hostname: str = "shop.example") -> Domain:
    return Domain.objects.create(organisation=organisation, hostname=hostname)


# The operator's word


@pytest.mark.parametrize("method", rules.ATTESTED)
@pytest.mark.parametrize(
    ("hostname", "stands"),
    [
        ("shop.example", True),
        ("shop.example:8443", True),
        ("a.b.shop.example", True),
        ("example", False),
        ("othershop.example", False),
    ],
)
def test_the_operators_word_is_for_a_name_and_what_lies_below_it(
    organisation: Organisation, method: str, hostname: str, stands: bool
) -> None:
    Attestation.objects.create(organisation=organisation, hostname="shop.example", method=method)
    found = grounds.holds(domain_of(organisation, hostname), method)
    assert found == (Ground(method, "shop.example") if stands else None)


def test_an_address_can_be_attested_but_speaks_for_nothing_else(organisation: Organisation) -> None:
    for hostname in ("192.0.2.1", "0.2.1", "[2001:db8::1]"):
        Attestation.objects.create(hostname=hostname, method="whitelist")
    assert grounds.find(domain_of(organisation, "192.0.2.1:8080")) == Ground("whitelist", "192.0.2.1")
    assert grounds.find(domain_of(organisation, "[2001:db8::1]")) == Ground("whitelist", "[2001:db8::1]")
    assert grounds.find(domain_of(organisation, "198.0.2.1")) is None


def test_a_public_suffix_on_the_list_lets_nobody_in(organisation: Organisation) -> None:
    Attestation.objects.create(hostname="github.io", method="whitelist")
    assert grounds.find(domain_of(organisation, "me.github.io")) is None


def test_a_word_for_one_organisation_is_for_no_other(organisation: Organisation, stranger: Actor) -> None:
    Attestation.objects.create(organisation=stranger.organisation, hostname="shop.example", method="waved")
    assert grounds.find(domain_of(organisation)) is None
    Attestation.objects.create(organisation=None, hostname="shop.example", method="whitelist")
    assert grounds.find(domain_of(organisation, "www.shop.example")) == Ground("whitelist", "shop.example")


def test_a_word_that_was_taken_back_is_none(organisation: Organisation) -> None:
    Attestation.objects.create(hostname="shop.example", method="whitelist", withdrawn_at=NOW)
    assert grounds.find(domain_of(organisation)) is None


# Connected accounts


@pytest.mark.parametrize(("method", "kind"), sorted(rules.CONNECTED.items()))
def test_a_proven_zone_shows_what_lies_in_it(organisation: Organisation, method: str, kind: str) -> None:
    account = Connector.objects.create(organisation=organisation, kind=kind, refreshed_at=NOW)
    zone = Zone.objects.create(connector=account, hostname="shop.example", proven=True)
    domain = domain_of(organisation, "www.shop.example:8443")
    with clock.frozen(NOW):
        assert grounds.find(domain) == Ground(method, "shop.example")
        for changes in ({"proven": False}, {"proven": None}):
            Zone.objects.filter(pk=zone.pk).update(**changes)
            assert grounds.find(domain) is None


def test_an_account_counts_while_it_answers(organisation: Organisation) -> None:
    account = Connector.objects.create(organisation=organisation, kind="aws", refreshed_at=NOW)
    Zone.objects.create(connector=account, hostname="shop.example", proven=True)
    domain = domain_of(organisation)
    with clock.frozen(NOW + timedelta(days=rules.ZONE_DAYS) - timedelta(seconds=1)):
        assert grounds.find(domain) is not None
        Connector.objects.update(enabled=False)
        assert grounds.find(domain) is None
        Connector.objects.update(enabled=True)
    with clock.frozen(NOW + timedelta(days=rules.ZONE_DAYS)):
        assert grounds.find(domain) is None


def test_an_account_of_others_shows_nothing(organisation: Organisation, stranger: Actor) -> None:
    account = Connector.objects.create(organisation=stranger.organisation, kind="aws", refreshed_at=NOW)
    Zone.objects.create(connector=account, hostname="shop.example", proven=True)
    with clock.frozen(NOW):
        assert grounds.find(domain_of(organisation)) is None


# Mailboxes


@pytest.fixture
def ann(organisation: Organisation) -> User:
    """A member who may manage domains and confirmed her mailbox."""
    user = User.objects.create_user("ann@shop.example")
    Membership.objects.create(organisation=organisation, user=user)
    RoleGrant.objects.create(organisation=organisation, user=user, role=tenancy.builtin_role("analyst"))
    EmailAddress.objects.create(user=user, email="ann@shop.example", verified=True, primary=True)
    return user


def test_a_mailbox_shows_its_domain_and_what_lies_below(organisation: Organisation, ann: User) -> None:
    for hostname in ("shop.example", "www.shop.example:8443"):
        assert grounds.find(domain_of(organisation, hostname)) == Ground("email", "ann@shop.example")
    for hostname in ("othershop.example", "example", "shop.example.evil.example"):
        assert grounds.find(domain_of(organisation, hostname)) is None


def test_a_mailbox_below_shows_nothing_above(organisation: Organisation, ann: User) -> None:
    User.objects.update(email="ann@mail.shop.example")
    EmailAddress.objects.update(email="ann@mail.shop.example")
    assert grounds.find(domain_of(organisation, "shop.example")) is None
    assert grounds.find(domain_of(organisation, "mail.shop.example")) is not None


@pytest.mark.parametrize("place", ["gmail.com", "github.io", "co.uk", "outlook.com"])
def test_a_mailbox_that_anybody_can_have_shows_nothing(organisation: Organisation, ann: User, place: str) -> None:
    User.objects.update(email=f"ann@{place}")
    EmailAddress.objects.update(email=f"ann@{place}")
    assert grounds.find(domain_of(organisation, place)) is None
    assert grounds.find(domain_of(organisation, f"www.{place}")) is None


@pytest.mark.parametrize(
    "ending",
    [
        lambda: EmailAddress.objects.update(verified=False),
        lambda: User.objects.update(is_active=False),
        lambda: User.objects.update(email="ann@elsewhere.example"),
        lambda: Membership.objects.update(active=False),
        lambda: RoleGrant.objects.update(role=tenancy.builtin_role("developer")),
        lambda: RoleGrant.objects.update(tier="team"),
    ],
)
def test_a_mailbox_counts_while_its_owner_manages_domains(
    organisation: Organisation, ann: User, ending: object
) -> None:
    domain = ownership.domain_for(_owner(organisation), "shop.example")
    assert ownership.is_fresh(domain)
    ending()  # type: ignore[operator]
    assert not ownership.is_fresh(domain)
    assert not ownership.refresh(domain).verified


def test_a_member_elsewhere_shows_nothing_here(organisation: Organisation, ann: User, stranger: Actor) -> None:
    assert grounds.find(domain_of(stranger.organisation)) is None


def _owner(organisation: Organisation) -> Actor:
    return Actor("person", "", "Ada", "", organisation, None, None, "", ())


# Domains above


def test_every_ground_has_a_word_for_its_loss() -> None:
    assert set(grounds.LOST) == set(rules.OWNERSHIP_METHODS) - set(rules.SELF_SERVICE)


def test_ways_that_need_a_worker_are_no_grounds(organisation: Organisation) -> None:
    domain = Domain.objects.create(organisation=organisation, hostname="shop.example", verified=True, method="file")
    assert grounds.holds(domain, "file") is None
    below = domain_of(organisation, "www.shop.example")
    assert grounds.parent(below) == domain
    assert grounds.find(below) == Ground("existing_domain", "shop.example")


def test_names_are_picked_with_their_ports_and_what_lies_below(organisation: Organisation) -> None:
    wanted = ("shop.example", "shop.example:8443", "a.shop.example", "b.a.shop.example:81")
    for hostname in (*wanted, "myshop.example", "shop.example.org", "shop.examples"):
        domain_of(organisation, hostname)
    assert set(Domain.objects.filter(grounds.named("shop.example")).values_list("hostname", flat=True)) == set(wanted)
