"""Who owns a domain: instructions, checks, inheritance, age."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from vedette.contract.events import OwnershipChecked, ScanFinished
from vedette.contract.job import OWNERSHIP_METHODS, JobKind
from vedette.server.audit.models import DomainEvent
from vedette.server.kernel import clock
from vedette.server.kernel.errors import Invalid, NotAllowed, NotFound
from vedette.server.kernel.models import QueuedJob
from vedette.server.targets import grounds, ownership, rules
from vedette.server.targets.models import Attestation, Connector, Domain, Target, Zone
from vedette.server.targets.services import domains
from vedette.server.tenancy.actor import Actor, Grant

Make = Callable[..., Target]
NOW = datetime(2030, 1, 1, tzinfo=UTC)
PARENT_LOST = grounds.LOST["existing_domain"]


@pytest.fixture
def domain(owner: Actor) -> Domain:
    return ownership.domain_for(owner, "shop.example")


def tell(domain: Domain, *, ok: bool, method: str = "file", reason: str = "", now: datetime = NOW) -> Domain:
    checked = OwnershipChecked(method=method, ok=ok, reason=reason)
    ownership.apply_ownership(subject=f"domain:{domain.public_id}", events=[checked], now=now)
    return Domain.objects.get(pk=domain.pk)


def state(hostname: str) -> tuple[bool, str, str]:
    domain = Domain.objects.get(hostname=hostname)
    return domain.verified, domain.method, domain.last_error


# Instructions


def test_each_way_says_what_to_place_where(make: Make) -> None:
    domain = make("http://shop.example:8080/app").domain
    assert domain is not None
    token = domain.token
    assert [(step.method, step.place, step.content) for step in ownership.instructions(domain)] == [
        ("file", f"http://shop.example:8080/vedette-{token}.txt", f"Vedette={token}"),
        (
            "meta_tag",
            "http://shop.example:8080/",
            f'<meta name="vedette-verification" content="{token}">',
        ),
        ("dns_txt", "shop.example", f"Vedette={token}"),
        ("dns_cname", f"vedette-{token}.shop.example", "shop.example"),
    ]


@pytest.mark.parametrize("hostname", ["127.0.0.1:9", "[::1]:9", "localhost:9"])
def test_addresses_and_local_names_have_no_records(owner: Actor, hostname: str) -> None:
    steps = ownership.instructions(ownership.domain_for(owner, hostname))
    assert [step.method for step in steps] == ["file", "meta_tag"]


# Checks


@pytest.mark.parametrize(
    ("asked", "looked_for"),
    [
        ("file", "file"),
        ("meta_tag", "meta_tag"),
        ("dns_txt", "dns_txt"),
        ("dns", "dns_txt"),
        ("dns_cname", "dns_cname"),
    ],
)
def test_a_check_is_a_job_that_a_worker_does(
    owner: Actor, make: Make, worker: Any, asked: str, looked_for: str
) -> None:
    domain = make("http://127.0.0.1:8000/app").domain
    assert domain is not None
    worker.events = [OwnershipChecked(method=looked_for, ok=True)]
    with clock.frozen(NOW):
        checked = ownership.start_check(owner, domain, asked)
    (job,) = worker.jobs
    assert job.kind is JobKind.OWN
    assert (job.ownership.url, job.ownership.method) == ("http://127.0.0.1:8000/", looked_for)
    assert job.ownership.token == str(domain.token)
    assert looked_for in OWNERSHIP_METHODS
    assert (checked.verified, checked.method, checked.last_error) == (True, looked_for, "")
    assert checked.checked_at == NOW


def test_a_failed_check_leaves_its_date_method_and_reason(owner: Actor, domain: Domain, worker: Any) -> None:
    worker.events = [OwnershipChecked(method="dns_txt", ok=False, reason="Token not found")]
    with clock.frozen(NOW):
        checked = ownership.start_check(owner, domain, "dns_txt")
    assert (checked.verified, checked.method, checked.last_error) == (False, "dns_txt", "Token not found")
    assert checked.checked_at == NOW


def test_without_an_answer_in_time_the_check_goes_on(owner: Actor, domain: Domain, worker: Any) -> None:
    running = ownership.start_check(owner, domain, "file")
    assert (running.verified, running.last_error, running.checked_at) == (False, ownership.RUNNING, None)
    assert tell(domain, ok=True).last_error == ""


def test_a_verified_domain_stays_so_while_it_is_looked_at_again(owner: Actor, domain: Domain, worker: Any) -> None:
    tell(domain, ok=True)
    assert ownership.start_check(owner, domain, "file").verified
    again = tell(domain, ok=False, reason="Token file not found.")
    assert (again.verified, again.last_error) == (False, "Token file not found.")


@pytest.mark.parametrize(
    ("events", "reason"),
    [
        ([], "The check could not be made; try again."),
        ([ScanFinished(verdict="failed", reasons=("The check was stopped.",))], "The check was stopped."),
    ],
)
def test_a_check_that_came_to_no_answer_says_so(
    owner: Actor, domain: Domain, worker: Any, events: Any, reason: str
) -> None:
    tell(domain, ok=True)
    worker.events = events
    checked = ownership.start_check(owner, domain, "file")
    assert (checked.verified, checked.last_error) == (True, reason)


def test_a_lost_check_is_noted_only_while_it_runs(domain: Domain) -> None:
    subject = f"domain:{domain.public_id}"
    ownership.note_unchecked(subject=subject, reason="lost")
    assert state("shop.example")[2] == ""
    Domain.objects.update(last_error=ownership.RUNNING)
    ownership.note_unchecked(subject=f"target:{domain.public_id}", reason="lost")
    assert state("shop.example")[2] == ownership.RUNNING
    ownership.note_unchecked(subject=subject, reason="lost " * 200)
    assert len(state("shop.example")[2]) == 300


@pytest.mark.parametrize(
    "method", ["", *sorted(set(rules.OWNERSHIP_METHODS) - set(rules.SELF_SERVICE)), "FILE", "dns_txt\0"]
)
def test_ways_that_users_cannot_ask_for_are_refused(owner: Actor, domain: Domain, worker: Any, method: str) -> None:
    with pytest.raises(Invalid) as refused:
        ownership.start_check(owner, domain, method)
    assert list(refused.value.fields) == ["type"]
    assert worker.jobs == []


def test_only_those_who_may_change_domains_check(
    owner: Actor, reader: Actor, stranger: Actor, person: Callable[..., Actor], make: Make, worker: Any
) -> None:
    target = make()
    assert target.domain is not None
    with pytest.raises(NotAllowed):
        ownership.start_check(reader, target.domain, "file")
    with pytest.raises(NotFound):
        ownership.start_check(stranger, target.domain, "file")
    both = frozenset({"domains.change", "domains.view"})
    elsewhere = person(Grant(both, "target", target_id=target.pk + 1))
    with pytest.raises(NotFound):
        ownership.start_check(elsewhere, target.domain, "file")
    assert worker.jobs == []
    ownership.start_check(person(Grant(both, "target", target_id=target.pk)), target.domain, "file")
    assert len(worker.jobs) == 1


@pytest.mark.parametrize("subject", ["", "target:abc", "domain:", "domain:unknown", "domain"])
def test_what_is_not_about_a_domain_is_left_alone(domain: Domain, subject: str) -> None:
    checked = [OwnershipChecked(method="file", ok=True)]
    assert ownership.apply_ownership(subject=subject, events=checked, now=NOW) is None
    assert not ownership.apply_ownership(subject=f"domain:{domain.public_id}", events=[], now=NOW)
    assert state("shop.example") == (False, "", "")


def test_long_reasons_are_cut(domain: Domain) -> None:
    assert len(tell(domain, ok=False, reason="x" * 5000).last_error) == 300


def test_a_check_and_its_end_are_facts(owner: Actor, domain: Domain, worker: Any) -> None:
    worker.events = [OwnershipChecked(method="file", ok=True)]
    ownership.start_check(owner, domain, "file")
    tell(domain, ok=False)
    kinds = DomainEvent.objects.filter(object_id=domain.public_id).order_by("id").values_list("kind", "actor_name")
    assert list(kinds) == [
        ("domain.created", "Ada"),
        ("domain.checked", "Ada"),
        ("domain.verified", ""),
        ("domain.unverified", ""),
    ]


# Inheritance


def test_names_below_follow_both_ways(owner: Actor, domain: Domain) -> None:
    for hostname in ("www.shop.example", "a.b.shop.example", "www.shop.example:8443", "othershop.example"):
        ownership.domain_for(owner, hostname)
    tell(domain, ok=True)
    assert state("www.shop.example") == (True, "existing_domain", "")
    assert state("a.b.shop.example") == (True, "existing_domain", "")
    assert state("www.shop.example:8443") == (False, "", "")
    assert state("othershop.example") == (False, "", "")
    tell(domain, ok=False)
    assert state("www.shop.example") == (False, "existing_domain", PARENT_LOST)
    assert state("othershop.example") == (False, "", "")


def test_a_record_speaks_for_every_port(owner: Actor, domain: Domain) -> None:
    ownership.domain_for(owner, "www.shop.example:8443")
    tell(domain, ok=True, method="dns_txt")
    assert state("www.shop.example:8443") == (True, "existing_domain", "")
    tell(domain, ok=True, method="file")
    assert state("www.shop.example:8443") == (False, "existing_domain", PARENT_LOST)


def test_a_new_name_below_inherits_at_once(owner: Actor, domain: Domain) -> None:
    tell(domain, ok=True)
    child = ownership.domain_for(owner, "www.shop.example")
    assert (child.verified, child.method) == (True, "existing_domain")
    assert ownership.domain_for(owner, "www.shop.example").pk == child.pk
    assert not ownership.domain_for(owner, "shop.example:8080").verified


def test_nothing_is_inherited_across_organisations(owner: Actor, stranger: Actor, domain: Domain) -> None:
    theirs = ownership.domain_for(stranger, "www.shop.example")
    tell(domain, ok=True, method="dns_txt")
    theirs.refresh_from_db()
    assert not theirs.verified
    assert not ownership.domain_for(stranger, "api.shop.example").verified


def test_what_is_inherited_is_not_passed_on(owner: Actor, domain: Domain) -> None:
    tell(domain, ok=True)
    middle = ownership.domain_for(owner, "b.shop.example")
    leaf = ownership.domain_for(owner, "a.b.shop.example")
    proof = ownership.proof_of(leaf)
    assert proof is not None
    assert proof.hostname == "shop.example"
    tell(middle, ok=True)
    proof = ownership.proof_of(leaf)
    assert proof is not None
    assert proof.hostname == "b.shop.example"
    tell(domain, ok=False)
    assert state("b.shop.example") == (True, "file", "")
    assert state("a.b.shop.example")[0]
    tell(middle, ok=False)
    assert not state("a.b.shop.example")[0]


def test_a_failed_check_below_a_verified_domain_falls_back_to_it(owner: Actor, domain: Domain) -> None:
    child = ownership.domain_for(owner, "www.shop.example")
    tell(child, ok=True)
    tell(domain, ok=True)
    assert state("www.shop.example") == (True, "file", "")
    tell(child, ok=False, reason="Token file not found.")
    assert state("www.shop.example") == (True, "existing_domain", "Token file not found.")


def test_nothing_is_inherited_across_a_public_suffix(owner: Actor) -> None:
    above = ownership.domain_for(owner, "github.io")
    tell(above, ok=True, method="dns_txt")
    assert not ownership.domain_for(owner, "me.github.io").verified
    own = ownership.domain_for(owner, "you.github.io")
    tell(own, ok=True, method="dns_txt")
    assert ownership.domain_for(owner, "docs.you.github.io").method == "existing_domain"


def test_a_domain_that_is_removed_speaks_for_nothing(owner: Actor, domain: Domain) -> None:
    tell(domain, ok=True)
    ownership.domain_for(owner, "www.shop.example")
    domains.remove(owner, domain)
    assert state("www.shop.example") == (False, "existing_domain", PARENT_LOST)


@pytest.mark.parametrize("hostname", ["127.0.0.1:9", "[::1]", "app.localhost", "localhost"])
def test_local_names_never_inherit(owner: Actor, hostname: str) -> None:
    for above in ("localhost", "0.0.1:9", "0.1", "1"):
        Domain.objects.create(
            organisation=owner.organisation, hostname=above, verified=True, method="dns_txt", checked_at=NOW
        )
    ownership.domain_for(owner, hostname)
    assert Domain.objects.get(hostname=hostname).method != "existing_domain"


# Age


def test_a_proof_grows_old(owner: Actor, domain: Domain) -> None:
    assert not ownership.is_fresh(domain)
    domain = tell(domain, ok=True)
    child = ownership.domain_for(owner, "www.shop.example")
    with clock.frozen(NOW + timedelta(days=rules.FRESH_DAYS) - timedelta(seconds=1)):
        assert ownership.is_fresh(domain)
        assert ownership.is_fresh(child)
    with clock.frozen(NOW + timedelta(days=rules.FRESH_DAYS)):
        assert not ownership.is_fresh(domain)
        assert not ownership.is_fresh(child)


def test_the_word_of_the_operator_holds_until_it_is_taken_back(owner: Actor, domain: Domain, worker: Any) -> None:
    word = attest(owner)
    ownership.reassess(domain)
    child = ownership.domain_for(owner, "www.shop.example")
    domain.refresh_from_db()
    with clock.frozen(NOW + timedelta(days=1000)):
        assert ownership.is_fresh(domain)
        assert ownership.is_fresh(child)
    Attestation.objects.filter(pk=word.pk).update(withdrawn_at=NOW)
    assert not ownership.is_fresh(domain)
    assert not ownership.refresh(domain).verified
    assert state("www.shop.example")[0] is False
    assert worker.jobs == []


def test_an_old_proof_is_looked_for_where_it_stands(owner: Actor, domain: Domain, worker: Any) -> None:
    tell(domain, ok=True)
    child = ownership.domain_for(owner, "www.shop.example")
    worker.events = [OwnershipChecked(method="file", ok=False, reason="Token file not found.")]
    with clock.frozen(NOW + timedelta(days=40)):
        child = ownership.refresh(child)
    assert worker.jobs[0].ownership.url == "https://shop.example/"
    assert not child.verified
    assert ownership.refresh(child) is child
    assert len(worker.jobs) == 1


def test_a_check_that_succeeds_again_makes_the_proof_fresh(domain: Domain, worker: Any) -> None:
    domain = tell(domain, ok=True)
    worker.events = [OwnershipChecked(method="file", ok=True)]
    with clock.frozen(NOW + timedelta(days=40)):
        assert not ownership.is_fresh(domain)
        assert ownership.is_fresh(ownership.refresh(domain))


# Grounds


def attest(owner: Actor, hostname: str = "shop.example", method: str = "back_office") -> Attestation:
    return Attestation.objects.create(
        organisation=owner.organisation, hostname=hostname, method=method, author="Olga", reason="seen"
    )


def test_a_new_domain_with_a_ground_is_verified_at_once(owner: Actor, stranger: Actor) -> None:
    attest(owner)
    assert ownership.domain_for(owner, "shop.example:8443").method == "back_office"
    assert not ownership.domain_for(stranger, "shop.example").verified


def test_what_users_placed_counts_more_than_a_ground(owner: Actor, domain: Domain) -> None:
    tell(domain, ok=True)
    word = attest(owner)
    ownership.reassess(domain)
    assert state("shop.example") == (True, "file", "")
    tell(domain, ok=False, reason="Token file not found.")
    assert state("shop.example") == (True, "back_office", "Token file not found.")
    word.delete()
    ownership.reassess(domain)
    assert state("shop.example") == (False, "back_office", grounds.LOST["back_office"])


def test_one_ground_stands_in_for_another(owner: Actor, domain: Domain) -> None:
    first = attest(owner, method="waved")
    attest(owner, method="whitelist")
    ownership.reassess(domain)
    assert state("shop.example")[1] == "waved"
    attest(owner)
    ownership.reassess(domain)
    assert state("shop.example")[1] == "waved"  # as long as it holds
    first.delete()
    ownership.reassess(domain)
    assert state("shop.example") == (True, "back_office", "")


def test_a_name_below_falls_back_on_a_ground_of_its_own(owner: Actor, domain: Domain) -> None:
    tell(domain, ok=True)
    ownership.domain_for(owner, "a.b.shop.example")
    ownership.domain_for(owner, "b.shop.example")
    attest(owner, "b.shop.example")
    tell(domain, ok=False)
    assert state("b.shop.example") == (True, "back_office", "")
    assert state("a.b.shop.example")[0]


def test_the_sweep_takes_back_what_has_lost_its_ground(owner: Actor, domain: Domain) -> None:
    other = ownership.domain_for(owner, "bank.example")
    tell(other, ok=True)
    word = attest(owner)
    ownership.reassess(domain)
    child = ownership.domain_for(owner, "www.shop.example")
    assert child.verified
    word.delete()
    ownership.sweep()
    assert [state(name)[0] for name in ("shop.example", "www.shop.example", "bank.example")] == [False, False, True]
    kinds = DomainEvent.objects.filter(object_id=domain.public_id).order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["domain.created", "domain.verified", "domain.unverified"]


def test_looking_again_asks_a_worker_only_for_what_users_placed(owner: Actor, domain: Domain, worker: Any) -> None:
    assert not ownership.look_again(owner, domain).verified
    attest(owner)
    assert ownership.look_again(owner, domain).method == "back_office"
    assert worker.jobs == []
    tell(domain, ok=True, method="dns_txt")
    domain.refresh_from_db()
    ownership.look_again(owner, domain)
    assert [job.ownership.method for job in worker.jobs] == ["dns_txt"]


def test_only_those_who_may_change_domains_have_them_looked_at_again(
    reader: Actor, stranger: Actor, domain: Domain
) -> None:
    with pytest.raises(NotAllowed):
        ownership.look_again(reader, domain)
    with pytest.raises(NotFound):
        ownership.look_again(stranger, domain)


def test_a_zone_that_nobody_looked_at_is_looked_at_for_a_new_domain(owner: Actor) -> None:
    connector = Connector.objects.create(organisation=owner.organisation, kind="aws")
    Zone.objects.create(connector=connector, hostname="shop.example")
    Zone.objects.create(connector=connector, hostname="bank.example", proven=False)
    ownership.domain_for(owner, "www.bank.example")
    assert not QueuedJob.objects.filter(name="connectors.refresh").exists()
    ownership.domain_for(owner, "www.shop.example")
    job = QueuedJob.objects.get(name="connectors.refresh")
    assert job.payload == {"connector": connector.public_id}


def test_what_stands_is_looked_at_without_a_write(owner: Actor, domain: Domain) -> None:
    attest(owner)
    other = ownership.domain_for(owner, "bank.example")
    ownership.reassess(domain)
    domain.refresh_from_db()
    with CaptureQueriesContext(connection) as seen:
        ownership.reassess(domain)
        ownership.reassess(other)
    assert seen.captured_queries
    assert all(query["sql"].startswith("SELECT") for query in seen.captured_queries)


def test_the_same_name_needs_a_proof_in_each_organisation(owner: Actor, stranger: Actor, domain: Domain) -> None:
    theirs = ownership.domain_for(stranger, "shop.example")
    assert theirs.token != domain.token
    tell(domain, ok=True, method="dns_txt")
    theirs.refresh_from_db()
    assert not theirs.verified
    tell(theirs, ok=True, method="dns_txt")
    tell(domain, ok=False, method="dns_txt")
    theirs.refresh_from_db()
    assert theirs.verified
