"""The operator's word: given once, with a name and a reason, followed by what rests on it, taken back."""

from __future__ import annotations

from typing import Any

import pytest

from vedette.server.audit.models import DomainEvent
from vedette.server.kernel.errors import Conflict, Invalid, NotFound
from vedette.server.targets import ownership
from vedette.server.targets.models import Attestation, Domain
from vedette.server.targets.services import attestations
from vedette.server.tenancy.actor import Actor
from vedette.server.tenancy.models import Organisation


def give(organisation: Organisation | None, **given: Any) -> Attestation:
    fields = {"method": "back_office", "hostname": "shop.example", "author": "Olga Ops", "reason": "Called them."}
    return attestations.give(organisation=organisation, **(fields | given))


def state(hostname: str) -> tuple[bool, str]:
    domain = Domain.objects.get(hostname=hostname)
    return domain.verified, domain.method


@pytest.mark.parametrize(
    ("method", "agreement"), [("back_office", ""), ("whitelist", ""), ("waved", "We agree.\nSigned: both.")]
)
def test_what_rests_on_it_follows_both_ways(
    organisation: Organisation, owner: Actor, method: str, agreement: str
) -> None:
    for hostname in ("shop.example:8443", "www.shop.example", "bank.example"):
        ownership.domain_for(owner, hostname)
    given = give(organisation, method=method, hostname="Shop.Example", agreement=agreement)
    assert given.agreement == agreement
    assert state("shop.example:8443") == (True, method)
    assert state("www.shop.example")[0]
    assert state("bank.example") == (False, "")
    taken = attestations.withdraw(public_id=given.public_id, author="Otto", reason="They moved.")
    assert (taken.withdrawn_by, taken.withdrawn_reason) == ("Otto", "They moved.")
    assert state("shop.example:8443") == (False, method)
    assert not state("www.shop.example")[0]
    assert list(attestations.in_force()) == []


def test_who_and_why_are_on_record(organisation: Organisation, owner: Actor) -> None:
    ownership.domain_for(owner, "shop.example")
    given = give(organisation, reason="  Called\ntheir office. ")
    attestations.withdraw(public_id=given.public_id, author="Otto", reason="A mistake.")
    facts = DomainEvent.objects.filter(object_kind="attestation").order_by("id")
    told = [(fact.kind, fact.actor_name, fact.organisation, fact.payload["data"]["why"]) for fact in facts]
    assert told == [
        ("attestation.recorded", "Olga Ops", organisation, "Called their office."),
        ("attestation.withdrawn", "Otto", organisation, "A mistake."),
    ]
    domains = DomainEvent.objects.filter(object_kind="domain", kind="domain.verified").get()
    assert domains.payload["data"] == {"method": "back_office", "source": "shop.example"}


def test_a_list_for_all_is_followed_in_each_organisation(owner: Actor, stranger: Actor) -> None:
    ownership.domain_for(owner, "demo.example")
    ownership.domain_for(stranger, "demo.example")
    give(None, method="whitelist", hostname="demo.example")
    assert Domain.objects.filter(verified=True, method="whitelist").count() == 2


def test_a_word_for_one_leaves_the_others(organisation: Organisation, stranger: Actor) -> None:
    theirs = ownership.domain_for(stranger, "shop.example")
    give(organisation)
    theirs.refresh_from_db()
    assert not theirs.verified


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"hostname": "*.example"}, "hostname"),
        ({"hostname": "shop.example:8443"}, "hostname"),
        ({"hostname": ""}, "hostname"),
        ({"author": "  "}, "by"),
        ({"author": "x" * 256}, "by"),
        ({"reason": "\x1b[31m"}, "why"),
        ({"reason": ""}, "why"),
        ({"method": "waved"}, "agreement"),
        ({"method": "waved", "agreement": "x" * 200_001}, "agreement"),
        ({"agreement": "a word too many"}, "agreement"),
    ],
)
def test_what_is_wrong_is_named(organisation: Organisation, given: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        give(organisation, **given)
    assert list(refused.value.fields) == [field]
    assert not Attestation.objects.exists()


@pytest.mark.parametrize("method", ["back_office", "waved"])
def test_only_a_list_is_for_everybody(db: None, method: str) -> None:
    with pytest.raises(Invalid) as refused:
        give(None, method=method, agreement="We agree." if method == "waved" else "")
    assert list(refused.value.fields) == ["organisation"]


def test_the_same_word_is_given_once_until_it_is_taken_back(organisation: Organisation) -> None:
    given = give(organisation)
    with pytest.raises(Conflict):
        give(organisation)
    give(organisation, method="whitelist")
    attestations.withdraw(public_id=given.public_id, author="Otto", reason="Again.")
    with pytest.raises(NotFound):
        attestations.withdraw(public_id=given.public_id, author="Otto", reason="Again.")
    give(organisation)


@pytest.mark.parametrize("public_id", ["", "x", "2" * 12, "\0"])
def test_what_was_never_given_cannot_be_taken_back(db: None, public_id: str) -> None:
    with pytest.raises(NotFound):
        attestations.withdraw(public_id=public_id, author="Otto", reason="No.")
