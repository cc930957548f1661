"""Connected accounts: credentials sealed, zones asked for by a job, domains that follow."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.server.targets.account import Account
from vedette.server.audit.models import DomainEvent
from vedette.server.jobs import database
from vedette.server.kernel import clock
from vedette.server.kernel.errors import Conflict, Invalid, NotAllowed
from vedette.server.kernel.models import QueuedJob
from vedette.server.targets import grounds, ownership, rules
from vedette.server.targets.models import Connector, Domain, Zone
from vedette.server.targets.services import connectors
from vedette.server.tenancy.actor import Actor

NOW = datetime(2030, 1, 1, tzinfo=UTC)
TOKEN, OTHER = "t0ken-" + "x" * 34, "0ther-" + "y" * 34
KEY = {"access_key": "AKIAEXAMPLEEXAMPLE", "secret_key": "s3cret" + "k" * 34}
SERVERS = ("ns-1.dns.example", "ns-2.dns.example")


@pytest.fixture
def now() -> Any:
    with clock.frozen(NOW) as frozen:
        yield frozen


def connect(owner: Actor, **given: Any) -> Connector:
    return connectors.save(owner, "cloudflare", **({"whole": True, "token": TOKEN} | given))


def state(hostname: str) -> tuple[bool, str, str]:
    domain = Domain.objects.get(hostname=hostname)
    return domain.verified, domain.method, domain.last_error


def work() -> None:
    while database.work_off("me"):
        pass


# Credentials


def test_credentials_are_sealed_and_shown_obfuscated(owner: Actor) -> None:
    connectors.save(owner, "aws", whole=True, **KEY)
    connect(owner, name="Main")
    for row in Connector.objects.all():
        for secret in (*KEY.values(), TOKEN):
            assert secret.encode() not in bytes(row.sealed)
    aws, cloudflare = connectors.find(owner, "aws"), connectors.find(owner, "cloudflare")
    assert aws is not None and cloudflare is not None
    shown = connectors.shown(aws)
    assert shown["access_key"] == KEY["access_key"]
    assert shown["secret_key"].startswith("OBFUSCATED_")
    assert connectors.shown(cloudflare)["token"].startswith("OBFUSCATED_")
    assert (cloudflare.name, cloudflare.enabled) == ("Main", True)
    for fact in DomainEvent.objects.all():
        assert TOKEN not in str(fact.payload) and KEY["secret_key"] not in str(fact.payload)


def test_an_obfuscated_value_keeps_the_stored_one(owner: Actor) -> None:
    made = connect(owner)
    token = connectors.shown(made)["token"]
    again = connect(owner, token=token, name="Main")
    assert bytes(again.sealed) == bytes(made.sealed)
    changed = connectors.save(owner, "cloudflare", whole=False, enabled=False)
    assert (changed.name, changed.enabled, connectors.shown(changed)["token"]) == ("Main", False, token)
    assert connectors.shown(connect(owner, token=OTHER))["token"] != token
    with pytest.raises(Invalid) as refused:
        connect(owner, token=token)
    assert list(refused.value.fields) == ["token"]


@pytest.mark.parametrize(
    ("kind", "given", "field"),
    [
        ("cloudflare", {}, "token"),
        ("cloudflare", {"token": ""}, "token"),
        ("cloudflare", {"token": "x" * 40 + "\r\nHost: evil"}, "token"),
        ("cloudflare", {"token": "OBFUSCATED_" + "0" * 24}, "token"),
        ("aws", {"access_key": "akia", "secret_key": "s" * 40}, "access_key"),
        ("aws", {"access_key": "AKIAEXAMPLEEXAMPLE"}, "secret_key"),
    ],
)
def test_what_cannot_be_a_credential_is_refused(owner: Actor, kind: str, given: Any, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        connectors.save(owner, kind, whole=True, **given)
    assert list(refused.value.fields) == [field]
    assert not Connector.objects.exists()


def test_only_those_who_change_the_organisation_connect(owner: Actor, reader: Actor, stranger: Actor) -> None:
    connect(owner)
    assert connectors.find(reader, "cloudflare") is not None
    assert connectors.find(stranger, "cloudflare") is None
    for call in (
        lambda: connect(reader),
        lambda: connectors.remove(reader, "cloudflare"),
        lambda: connectors.ask(reader, "cloudflare"),
    ):
        with pytest.raises(NotAllowed):
            call()
    connectors.remove(stranger, "cloudflare")
    assert Connector.objects.count() == 1


# Zones and domains


def test_zones_show_domains_by_a_job(owner: Actor, stranger: Actor, account: Account) -> None:
    account.cloudflare_zones("shop.example", "other.example")
    for hostname in ("www.shop.example:8443", "shop.example", "bank.example"):
        ownership.domain_for(owner, hostname)
    ownership.domain_for(stranger, "shop.example.org")
    connect(owner)
    assert account.asked == []
    assert state("shop.example") == (False, "", "")
    work()
    assert state("shop.example") == (True, "cloudflare", "")
    assert state("www.shop.example:8443")[0]
    assert not state("bank.example")[0]
    assert not state("shop.example.org")[0]
    assert ownership.domain_for(owner, "new.other.example").method == "cloudflare"
    connector = Connector.objects.get()
    assert (connector.state, connector.can_list_zones, connector.can_list_records) == ("ok", True, True)


def test_an_aws_zone_is_looked_at_when_a_domain_in_it_comes(
    owner: Actor, account: Account, served: dict[str, frozenset[str]]
) -> None:
    account.aws_zones("shop.example", "victim.example")
    for name in ("shop.example", "victim.example"):
        account.aws_servers(name, *SERVERS)
    served |= {"shop.example": frozenset(SERVERS), "victim.example": frozenset({"ns-7.dns.example"})}
    connectors.save(owner, "aws", whole=True, **KEY)
    work()
    assert list(Zone.objects.values_list("proven", flat=True)) == [None, None]
    for hostname in ("www.shop.example", "victim.example"):
        assert not ownership.domain_for(owner, hostname).verified
    work()
    assert state("www.shop.example") == (True, "aws_route53", "")
    assert state("victim.example") == (False, "", "")


def test_a_connector_that_is_removed_or_switched_off_shows_nothing(owner: Actor, account: Account) -> None:
    account.cloudflare_zones("shop.example")
    ownership.domain_for(owner, "shop.example")
    connect(owner)
    work()
    connectors.save(owner, "cloudflare", whole=False, enabled=False)
    assert state("shop.example")[0] is False
    connectors.save(owner, "cloudflare", whole=False, enabled=True)
    work()
    assert state("shop.example")[0]
    connectors.remove(owner, "cloudflare")
    assert state("shop.example") == (False, "cloudflare", grounds.LOST["cloudflare"])
    assert not Zone.objects.exists()
    connectors.remove(owner, "cloudflare")


def test_an_account_that_refuses_shows_nothing_at_once(owner: Actor, account: Account) -> None:
    account.cloudflare_zones("shop.example")
    ownership.domain_for(owner, "shop.example")
    made = connect(owner)
    work()
    account.put("/zones", {}, status=403, page="1")
    connectors.refresh(made.public_id)
    made.refresh_from_db()
    assert (made.state, made.can_list_zones) == ("refused", False)
    assert "does not take the token" in made.last_error
    assert not state("shop.example")[0]


def test_an_outage_counts_only_after_days(owner: Actor, account: Account, now: Any) -> None:
    account.cloudflare_zones("shop.example")
    domain = ownership.domain_for(owner, "shop.example")
    made = connect(owner)
    work()
    account.put("/zones", {}, status=500, page="1")
    now.advance(86_400)
    connectors.refresh(made.public_id)
    made.refresh_from_db()
    assert (made.state, made.last_error) == ("failed", "Cloudflare answered with status 500.")
    domain.refresh_from_db()
    assert ownership.is_fresh(domain)
    now.advance(rules.ZONE_DAYS * 86_400)
    assert not ownership.is_fresh(domain)
    ownership.sweep()
    assert not state("shop.example")[0]


def test_a_zone_that_is_gone_shows_nothing(owner: Actor, account: Account) -> None:
    account.cloudflare_zones("shop.example", "bank.example")
    for hostname in ("shop.example", "bank.example"):
        ownership.domain_for(owner, hostname)
    made = connect(owner)
    work()
    account.cloudflare_zones("bank.example")
    connectors.refresh(made.public_id)
    assert [state(name)[0] for name in ("shop.example", "bank.example")] == [False, True]


def test_an_answer_for_other_credentials_is_thrown_away(
    owner: Actor, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    account.cloudflare_zones("shop.example")
    made = connect(owner)
    ask = connectors.KINDS["cloudflare"].ask

    def changed_meanwhile(*args: Any) -> Any:
        found = ask(*args)
        connect(owner, token=OTHER)
        return found

    monkeypatch.setitem(connectors.KINDS, "cloudflare", replace(connectors.KINDS["cloudflare"], ask=changed_meanwhile))
    connectors.refresh(made.public_id)
    assert not Zone.objects.exists()
    connectors.refresh("2" * 12)


# When they are asked


def test_all_are_asked_daily_and_sooner_after_an_outage(owner: Actor, account: Account, now: Any) -> None:
    account.cloudflare_zones("shop.example")
    made = connect(owner)
    work()
    asked = len(account.asked)
    for pause, due in ((3600, False), (23 * 3600, True)):
        now.advance(pause)
        connectors.ask_due()
        assert QueuedJob.objects.filter(name="connectors.refresh", state="ready").exists() is due
    account.put("/zones", {}, status=500, page="1")
    work()
    assert len(account.asked) == asked + 1
    for pause, due in ((60, False), (15 * 60, True)):
        now.advance(pause)
        connectors.ask_due()
        assert QueuedJob.objects.filter(name="connectors.refresh", state="ready").exists() is due
    work()
    Connector.objects.filter(pk=made.pk).update(enabled=False)
    now.advance(timedelta(days=9).total_seconds())
    connectors.ask_due()
    assert not QueuedJob.objects.filter(name="connectors.refresh", state="ready").exists()


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that is there while somebody waits."""
    monkeypatch.setattr(connectors.time, "sleep", lambda seconds: work())


def test_who_asks_waits_for_the_answer(owner: Actor, account: Account, answers: None) -> None:
    account.cloudflare_zones("shop.example")
    connect(owner)
    assert connectors.ask(owner, "cloudflare").state == "ok"
    account.put("/zones", {}, status=401, page="1")
    with pytest.raises(Conflict, match="does not take the token"):
        connectors.ask(owner, "cloudflare")


def test_without_a_worker_it_goes_on(owner: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connectors, "WAIT_S", 0.0)
    connect(owner)
    assert connectors.ask(owner, "cloudflare").asked_at is None
    assert QueuedJob.objects.filter(name="connectors.refresh").count() == 1


@pytest.mark.parametrize("enabled", [None, False])
def test_without_a_connector_there_is_nothing_to_ask(owner: Actor, enabled: bool | None) -> None:
    if enabled is not None:
        connect(owner, enabled=enabled)
    with pytest.raises(Conflict) as refused:
        connectors.ask(owner, "cloudflare")
    assert refused.value.code == "not_connected"
