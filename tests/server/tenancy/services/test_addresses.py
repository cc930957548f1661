"""Whether somebody's mailbox is theirs."""

import pytest
from allauth.account.models import EmailAddress

from vedette.server.audit.models import DomainEvent
from vedette.server.tenancy.models import Membership
from vedette.server.tenancy.services import addresses

pytestmark = pytest.mark.django_db


def test_an_address_is_not_confirmed_until_it_is(person, organisation):
    user = person(organisation)
    assert not addresses.is_confirmed(user)
    found = addresses.address_of(user)
    assert (found.email, found.verified, found.primary) == (user.email, False, True)
    assert addresses.address_of(user) == found
    assert not addresses.is_confirmed(user)
    EmailAddress.objects.update(verified=True)
    assert addresses.is_confirmed(user)
    user.email = "elsewhere@shop.test"
    assert not addresses.is_confirmed(user)


def test_another_main_address_stays_the_main_one(person, organisation):
    user = person(organisation)
    EmailAddress.objects.create(user=user, email="other@shop.test", primary=True)
    assert not addresses.address_of(user).primary


def test_a_confirmation_is_a_fact_wherever_one_belongs(person, organisation, other):
    user = person(organisation)
    Membership.objects.create(organisation=other, user=user)
    addresses.note_confirmed(user, address="192.0.2.9")
    facts = DomainEvent.objects.filter(kind="person.address_confirmed").order_by("id")
    told = [(fact.organisation, fact.actor_id, fact.address) for fact in facts]
    assert told == [(organisation, user.public_id, "192.0.2.9"), (other, user.public_id, "192.0.2.9")]
