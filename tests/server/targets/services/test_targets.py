"""Adding, changing and deleting targets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from vedette.contract.events import EndpointFound, ScanFinished
from vedette.server.agents.models import Run
from vedette.server.audit.models import DomainEvent
from vedette.server.kernel import clock, ids, sealing
from vedette.server.kernel.errors import Conflict, Invalid, LimitReached, NotAllowed, NotFound
from vedette.server.scans.models import Scan
from vedette.server.targets import queries
from vedette.server.targets.items import RequestItem
from vedette.server.targets.models import Domain, RequestSetting, Target
from vedette.server.targets.services import request_settings, targets
from vedette.server.targets.services.belongings import LabelChoice
from vedette.server.targets.services.targets import CreateChecks
from vedette.server.tenancy.actor import Actor, Grant
from vedette.server.tenancy.models import Label, Organisation, Team

Make = Callable[..., Target]
URL = "https://shop.example/app/"
UNSEEN = CreateChecks(skip_reachability_check=True)
NOW = datetime(2030, 1, 1, 12, tzinfo=UTC)
LOGIN = RequestItem(name="Authorization", value="Bearer canary-77", authentication=True)


def fields(refused: pytest.ExceptionInfo[Invalid]) -> list[str]:
    return list(refused.value.fields)


def run_scan(target: Target) -> None:
    run = Run.objects.create(organisation=target.organisation)
    scan = Scan.objects.create(organisation=target.organisation, target=target, run=run, profile="normal")
    Target.objects.filter(pk=target.pk).update(running_scan=scan)


# Adding


def test_a_url_is_all_that_is_needed(owner: Actor) -> None:
    with clock.frozen(NOW):
        target = targets.create(owner, url="HTTPS://Shop.example:443/app/#x", checks=UNSEEN)
    target = Target.objects.get(pk=target.pk)
    assert (target.url, target.host, target.kind, target.profile) == (URL, "shop.example", "single", "normal")
    assert ids.is_id(target.site_id_public)
    assert target.site_id_public != target.public_id
    assert (target.created_by, target.created_at, target.risk) == ("Ada", NOW, None)
    assert (target.name, target.whitelist, target.blacklist, target.settings) == ("", [], [], {})
    assert target.domain is not None
    assert (target.domain.hostname, target.domain.verified) == ("shop.example", False)


def test_all_settings_can_be_given_at_once(owner: Actor, team: Team) -> None:
    target = targets.create(
        owner,
        url=URL,
        name=" Shop ",
        desc="ours",
        profile="safe",
        unlimited=False,
        report_type="owasp",
        report_fileformat="docx",
        fail_fast=False,
        whitelist=["/x"],
        blacklist=["https://shop.example/app/logout"],
        allow_actions=["pay"],
        max_rate=7,
        authorized=True,
        auth_enabled=True,
        headers=[LOGIN],
        cookies=[RequestItem(name="lang", value="en")],
        labels=[LabelChoice(name="prod", color="#ff0000")],
        teams=[team.public_id],
        checks=UNSEEN,
    )
    target = queries.get(owner, target.public_id)
    assert (target.name, target.profile, target.report_type, target.report_fileformat) == (
        *("Shop", "safe", "owasp"),
        "docx",
    )
    assert (target.unlimited, target.fail_fast, target.max_rate) == (False, False, 7)
    assert target.settings == {"auth_enabled": True}
    assert target.authorized_by == "Ada <ada@example.org>"
    assert [label.name for label in target.labels.all()] == ["prod"]
    assert list(target.teams.all()) == [team]
    assert request_settings.read(target, "cookie")[0]["value"] == "en"


def test_adding_is_a_fact_without_secrets(owner: Actor) -> None:
    target = targets.create(owner, url=URL, headers=[LOGIN], checks=UNSEEN)
    event = DomainEvent.objects.get(kind="target.created")
    assert (event.object_id, event.target_id, event.actor_name) == (target.public_id, target.public_id, "Ada")
    assert "canary" not in str(list(DomainEvent.objects.values()))


def test_one_domain_serves_all_targets_of_a_host(owner: Actor, stranger: Actor, make: Make) -> None:
    assert make("https://shop.example/a").domain == make("http://shop.example/b").domain
    assert make("https://shop.example:8443/").domain != make().domain
    theirs = targets.create(stranger, url="https://shop.example/", checks=UNSEEN)
    assert theirs.domain != make().domain


@pytest.mark.parametrize("kind", ["host", "free", "", None, 7])
def test_only_web_targets_and_apis_can_be_added(owner: Actor, kind: object) -> None:
    with pytest.raises(Invalid) as refused:
        targets.create(owner, url=URL, kind=kind, checks=UNSEEN)
    assert fields(refused) == ["type"]
    assert not Domain.objects.exists()


def test_everything_wrong_is_said_at_once(owner: Actor) -> None:
    with pytest.raises(Invalid) as refused:
        targets.create(
            owner,
            url="ftp://x/",
            kind="host",
            name="a" * 300,
            blacklist=["x"],
            has_otp=True,
            profile="a b",
            blackout_period={"begin": "late"},
        )
    assert set(fields(refused)) == {
        *("site.url", "type", "site.name", "site.otp_secret", "scan_profile", "blackout_period")
    }


def test_an_obfuscated_value_is_no_value_for_a_new_target(owner: Actor, make: Make, worker: Any) -> None:
    shown = request_settings.read(make(headers=[LOGIN]), "header")[0]["value"]
    assert sealing.is_obfuscated(shown)
    with pytest.raises(Invalid) as refused:
        targets.create(owner, url="https://evil.example/", headers=[RequestItem(name="Authorization", value=shown)])
    assert fields(refused) == ["site.headers"]
    assert worker.jobs == []


def test_a_misspelt_setting_is_a_fault_of_the_caller(owner: Actor, make: Make) -> None:
    with pytest.raises(TypeError, match="nmae"):
        targets.create(owner, url=URL, nmae="x", checks=UNSEEN)
    with pytest.raises(TypeError):
        targets.change(owner, make(), archived_at=None)


def test_adding_needs_the_permission(owner: Actor, reader: Actor, person: Callable[..., Actor], team: Team) -> None:
    create = frozenset({"targets.create", "targets.view", "teams.view"})
    mine = person(Grant(create, "team", team_id=team.pk))
    other = Team.objects.create(organisation=owner.organisation, name="Other")
    for actor, teams in ((reader, []), (mine, []), (person(Grant(create, "target", target_id=1)), [])):
        with pytest.raises(NotAllowed):
            targets.create(actor, url=URL, teams=teams, checks=UNSEEN)
    with pytest.raises(Invalid):
        targets.create(mine, url=URL, teams=[other.public_id], checks=UNSEEN)
    both = person(*mine.grants, Grant(frozenset({"teams.view"})))
    with pytest.raises(NotAllowed):
        targets.create(both, url=URL, teams=[team.public_id, other.public_id], checks=UNSEEN)
    assert not Target.objects.exists()
    assert targets.create(mine, url=URL, teams=[team.public_id], checks=UNSEEN).pk


# Checks of creation


def test_the_same_url_twice_is_refused_when_asked_for(owner: Actor, stranger: Actor, make: Make, worker: Any) -> None:
    first = make(URL)
    once = CreateChecks(duplicate_check=True)
    for url in (URL, "https://SHOP.example:443/app/#again"):
        with pytest.raises(Invalid) as refused:
            targets.create(owner, url=url, checks=once)
        assert (refused.value.code, fields(refused)) == ("target_exists", ["site.url"])
    assert worker.jobs == []
    assert make(URL).pk != first.pk
    assert targets.create(stranger, url=URL, checks=once).pk
    for target in queries.for_actor(owner):
        targets.delete(owner, target)
    assert targets.create(owner, url=URL, checks=once).pk


def test_a_path_is_refused_when_asked_for(owner: Actor) -> None:
    strict = CreateChecks(check_fullpath=True, skip_reachability_check=True)
    for url in (URL, "https://shop.example/?q=1"):
        with pytest.raises(Invalid) as refused:
            targets.create(owner, url=url, checks=strict)
        assert refused.value.code == "target_has_path"
    assert targets.create(owner, url="https://shop.example", checks=strict).pk
    warned = CreateChecks(check_fullpath=True, skip_fullpath_warning=True, skip_reachability_check=True)
    assert targets.create(owner, url=URL, checks=warned).pk


def test_a_url_that_cannot_be_reached_is_refused(owner: Actor, worker: Any) -> None:
    worker.events = [ScanFinished(verdict="failed", reasons=("Nothing answers at shop.example.",))]
    with pytest.raises(Invalid) as refused:
        targets.create(owner, url=URL)
    assert refused.value.code == "target_unreachable"
    assert refused.value.fields == {"site.url": ["Nothing answers at shop.example."]}
    assert not Target.objects.exists()
    assert targets.create(owner, url=URL, checks=UNSEEN).pk
    assert len(worker.jobs) == 1


def test_a_redirect_is_refused_unless_it_is_expected(owner: Actor, worker: Any) -> None:
    worker.events = [EndpointFound(method="GET", url=URL, status=302, source="start"), ScanFinished(verdict="clean")]
    with pytest.raises(Invalid) as refused:
        targets.create(owner, url=URL)
    assert refused.value.code == "target_redirects"
    target = targets.create(owner, url=URL, checks=CreateChecks(skip_redirect_check=True))
    assert target.reach_warning == ""


def test_without_a_worker_the_target_is_made_with_a_warning(owner: Actor, worker: Any) -> None:
    target = targets.create(owner, url=URL, headers=[LOGIN], cookies=[RequestItem(name="sid", value="1")])
    assert "not known" in Target.objects.get(pk=target.pk).reach_warning
    assert worker.secrets == [{"header-1": "Bearer canary-77", "cookie-1": "1"}]


def test_a_wrong_order_never_reaches_a_worker(owner: Actor, reader: Actor, worker: Any) -> None:
    with pytest.raises(Invalid):
        targets.create(owner, url=URL, has_otp=True)
    with pytest.raises(NotAllowed):
        targets.create(reader, url=URL)
    assert worker.jobs == []


# Teams and quotas


def test_a_full_team_takes_no_more(owner: Actor, make: Make, team: Team) -> None:
    Team.objects.filter(pk=team.pk).update(quota=1)
    first = make(teams=[team.public_id])
    with pytest.raises(LimitReached) as full:
        make("https://b.example/", teams=[team.public_id])
    assert (full.value.code, full.value.data["quota"]) == ("team_quota", 1)
    assert Target.objects.count() == 1
    assert not Domain.objects.filter(hostname="b.example").exists()
    targets.change(owner, first, teams=[team.public_id], name="same team")
    other = make("https://b.example/")
    with pytest.raises(LimitReached):
        targets.change(owner, other, teams=[team.public_id])
    targets.delete(owner, first)
    targets.change(owner, other, teams=[team.public_id])


def test_a_foreign_team_or_label_is_none(owner: Actor, stranger: Actor, make: Make) -> None:
    theirs = Team.objects.create(organisation=stranger.organisation, name="Theirs")
    label = Label.objects.create(organisation=stranger.organisation, kind="target", name="theirs")
    for settings in ({"teams": [theirs.public_id]}, {"labels": [LabelChoice(id=label.public_id)]}):
        with pytest.raises(Invalid) as refused:
            make(**settings)
        assert fields(refused) == list(settings)


# Changing


def test_only_what_is_given_changes(owner: Actor, make: Make) -> None:
    target = make(name="Shop", desc="ours", headers=[LOGIN])
    with clock.frozen(NOW):
        targets.change(owner, target, profile="full")
    target = Target.objects.get(pk=target.pk)
    assert (target.name, target.desc, target.profile) == ("Shop", "ours", "full")
    assert (target.changed_at, target.changed_by) == (NOW, owner.user)
    assert request_settings.logs_in(target, "header")
    event = DomainEvent.objects.get(kind="target.changed")
    assert (event.payload["before"], event.payload["after"]) == ({"profile": "normal"}, {"profile": "full"})


def test_a_change_to_what_is_there_already_is_none(owner: Actor, make: Make, team: Team) -> None:
    target = make(name="Shop", headers=[LOGIN], labels=[LabelChoice(name="x")], teams=[team.public_id])
    before = target.changed_at
    label = Label.objects.get()
    targets.change(
        owner,
        target,
        url="https://shop.example",
        kind="single",
        name="Shop",
        headers=[LOGIN],
        labels=[LabelChoice(id=label.public_id, name="ignored")],
        teams=[team.public_id],
    )
    assert Target.objects.get(pk=target.pk).changed_at == before
    assert not DomainEvent.objects.filter(kind__in=("target.changed", "target.headers_changed")).exists()


@pytest.mark.parametrize("url", ["https://other.example/", "http://shop.example/", "https://shop.example/a", "", None])
def test_the_url_is_set_once(owner: Actor, make: Make, url: object) -> None:
    with pytest.raises(Invalid) as refused:
        targets.change(owner, make(), url=url, name="new")
    assert fields(refused) == ["site.url"]
    assert Target.objects.get().name == ""


def test_the_kind_is_set_once(owner: Actor, make: Make) -> None:
    with pytest.raises(Invalid) as refused:
        targets.change(owner, make(), kind="api")
    assert fields(refused) == ["type"]


def test_a_fetched_target_can_be_posted_back(owner: Actor, make: Make) -> None:
    target = make(headers=[LOGIN], auth_enabled=True)
    shown = request_settings.read(target, "header")[0]
    targets.change(
        owner,
        target,
        has_form_login=False,
        form_login=None,
        basic_auth={"username": "", "password": ""},
        otp_digits=6,
        otp_type="totp",
        blackout_period=None,
        scanning_agent=None,
        incremental=False,
        auth_enabled=True,
        headers=[RequestItem(name=shown["name"], value=shown["value"], authentication=True)],
    )
    assert not DomainEvent.objects.filter(kind__startswith="target.", kind__contains="changed").exists()


def test_a_list_of_headers_is_replaced_as_a_whole(owner: Actor, make: Make) -> None:
    target = make(headers=[LOGIN], cookies=[RequestItem(name="sid", value="1")])
    targets.change(owner, target, headers=[RequestItem(name="X", value="canary-88", sensitive=True)])
    target = Target.objects.get(pk=target.pk)
    assert [item["name"] for item in request_settings.read(target, "header")] == ["X"]
    assert [item["name"] for item in request_settings.read(target, "cookie")] == ["sid"]
    event = DomainEvent.objects.get(kind="target.headers_changed")
    assert event.payload["after"] == {"header_names": ["X"]}
    assert "canary" not in str(list(DomainEvent.objects.values()))


def test_a_log_in_needs_something_that_logs_in(owner: Actor, make: Make) -> None:
    target = make()
    with pytest.raises(Invalid) as refused:
        targets.change(owner, target, auth_enabled=True, headers=[RequestItem(name="X", value="y")])
    assert fields(refused) == ["site.auth_enabled"]
    assert not RequestSetting.objects.exists()
    targets.change(owner, target, auth_enabled=True, headers=[LOGIN])
    targets.change(owner, target, cookies=[])
    assert Target.objects.get().settings == {"auth_enabled": True}
    with pytest.raises(Invalid):
        targets.change(owner, target, auth_enabled=True, headers=[])
    targets.change(owner, target, headers=[])
    assert Target.objects.get().settings == {}


def test_who_allowed_a_scan_is_kept_until_it_is_taken_back(
    owner: Actor, person: Callable[..., Actor], make: Make
) -> None:
    target = make(authorized=True)
    eve = person(*owner.grants, name="Eve")
    targets.change(eve, target, authorized=True)
    assert Target.objects.get().authorized_by == "Ada <ada@example.org>"
    targets.change(eve, target, authorized=False)
    assert (Target.objects.get().authorized_by, Target.objects.get().authorized_at) == ("", None)
    with clock.frozen(NOW):
        targets.change(eve, target, authorized=True)
    assert Target.objects.get().authorized_by.startswith("Eve")
    assert Target.objects.get().authorized_at == NOW


def test_labels_and_teams_are_set_as_a_whole_and_noted(owner: Actor, make: Make, team: Team) -> None:
    target = make(labels=[LabelChoice(name="one")])
    targets.change(owner, target, labels=[LabelChoice(name="ONE"), LabelChoice(name="two")], teams=[team.public_id])
    assert [label.name for label in target.labels.order_by("id")] == ["one", "two"]
    event = DomainEvent.objects.get(kind="target.changed")
    assert event.payload["before"] == {"labels": ["one"], "teams": []}
    assert event.payload["after"] == {"labels": ["one", "two"], "teams": ["Shop"]}
    targets.change(owner, target, labels=[], teams=[])
    assert not target.labels.exists()
    assert not target.teams.exists()


def test_moving_between_teams_needs_both(owner: Actor, person: Callable[..., Actor], make: Make, team: Team) -> None:
    other = Team.objects.create(organisation=owner.organisation, name="Other")
    target = make(teams=[team.public_id])
    rights = frozenset({"targets.view", "targets.change", "teams.view"})
    mine = person(Grant(rights, "team", team_id=team.pk))
    with pytest.raises(Invalid):
        targets.change(mine, target, teams=[other.public_id])
    seeing = person(*mine.grants, Grant(frozenset({"teams.view"})))
    for teams in ([other.public_id], [team.public_id, other.public_id]):
        with pytest.raises(NotAllowed):
            targets.change(seeing, target, teams=teams)
    target.teams.set([team, other])
    with pytest.raises(NotAllowed):
        targets.change(seeing, target, teams=[team.public_id])
    assert target.teams.count() == 2
    both = person(*mine.grants, Grant(rights, "team", team_id=other.pk))
    targets.change(both, target, teams=[other.public_id])
    assert list(target.teams.all()) == [other]


def test_changing_needs_the_permission(reader: Actor, stranger: Actor, make: Make) -> None:
    target = make()
    with pytest.raises(NotAllowed):
        targets.change(reader, target, name="x")
    with pytest.raises(NotFound):
        targets.change(stranger, target, name="x")
    with pytest.raises(NotAllowed):
        targets.delete(reader, target)
    with pytest.raises(NotFound):
        targets.delete(stranger, target)
    assert (Target.objects.get().name, Target.objects.get().archived_at) == ("", None)


def test_a_change_works_on_the_row_as_it_stands(owner: Actor, make: Make) -> None:
    target = make()
    stale = Target.objects.get(pk=target.pk)
    targets.change(owner, target, name="new")
    targets.change(owner, stale, desc="later")
    assert (Target.objects.get().name, Target.objects.get().desc) == ("new", "later")
    targets.delete(owner, target)
    with pytest.raises(NotFound):
        targets.change(owner, stale, name="ghost")


# In bulk


def test_a_bulk_change_changes_all_or_none(owner: Actor, stranger: Actor, make: Make) -> None:
    made = [make(f"https://{name}.example/") for name in "abc"]
    wanted = [target.public_id for target in made]
    changed = targets.change_many(owner, wanted[::-1], profile="safe", labels=[LabelChoice(name="bulk")])
    assert [target.public_id for target in changed] == wanted[::-1]
    assert set(Target.objects.values_list("profile", flat=True)) == {"safe"}
    assert Label.objects.count() == 1
    with pytest.raises(NotFound) as missing:
        targets.change_many(owner, [*wanted, "unknown"], profile="full")
    assert missing.value.data == {"invalid_ids": ["unknown"]}
    with pytest.raises(Invalid):
        targets.change_many(owner, wanted, profile="full", url="https://a.example/")
    with pytest.raises(NotFound) as missing:
        targets.change_many(stranger, wanted, profile="full")
    assert missing.value.data == {"invalid_ids": wanted}
    assert set(Target.objects.values_list("profile", flat=True)) == {"safe"}


def test_a_bulk_change_needs_the_permission_on_each(owner: Actor, person: Callable[..., Actor], make: Make) -> None:
    one, two = make("https://a.example/"), make("https://b.example/")
    view = Grant(frozenset({"targets.view"}))
    some = person(view, Grant(frozenset({"targets.change"}), "target", target_id=one.pk))
    with pytest.raises(NotAllowed):
        targets.change_many(some, [one.public_id, two.public_id], name="x")
    assert not Target.objects.exclude(name="").exists()
    targets.change_many(some, [one.public_id], name="x")


def test_a_bulk_is_bounded(owner: Actor) -> None:
    with pytest.raises(Invalid) as refused:
        targets.change_many(owner, [ids.new_id() for _ in range(1001)], name="x")
    assert fields(refused) == ["ids"]
    assert targets.change_many(owner, [], name="x") == []


# Deleting


def test_a_deleted_target_keeps_its_history_and_forgets_its_secrets(owner: Actor, make: Make) -> None:
    target = make(headers=[LOGIN])
    with clock.frozen(NOW):
        targets.delete(owner, target)
    row = Target.objects.get()
    assert (row.archived_at, row.changed_at) == (NOW, NOW)
    assert not RequestSetting.objects.exists()
    assert Domain.objects.count() == 1
    assert DomainEvent.objects.filter(kind="target.deleted", object_id=target.public_id).exists()
    with pytest.raises(NotFound):
        targets.delete(owner, target)


def test_a_target_is_not_deleted_while_it_is_scanned(owner: Actor, make: Make) -> None:
    busy, idle = make("https://a.example/"), make("https://b.example/")
    run_scan(busy)
    with pytest.raises(Conflict) as running:
        targets.delete(owner, busy)
    assert (running.value.code, running.value.data) == ("scan_running", {"running_ids": [busy.public_id]})
    with pytest.raises(Conflict):
        targets.delete_many(owner, [idle.public_id, busy.public_id])
    assert not Target.objects.exclude(archived_at=None).exists()
    assert targets.delete_many(owner, [idle.public_id]) == [idle.public_id]
    with pytest.raises(NotFound) as missing:
        targets.delete_many(owner, [busy.public_id, idle.public_id])
    assert missing.value.data == {"invalid_ids": [idle.public_id]}


# Counts


@pytest.mark.parametrize(
    ("counts", "assessed", "risk"),
    [
        ({}, False, None),
        ({}, True, 0),
        ({10: 0, 40: 0}, True, 0),
        ({10: 3}, True, 10),
        ({10: 3, 20: 1}, True, 20),
        ({30: 2, 10: 9}, True, 30),
        ({40: 1, 30: 2}, True, 40),
        ({20: 1}, False, 20),
        ({0: 7}, True, 0),
    ],
)
def test_the_risk_is_the_worst_open_severity(
    make: Make, counts: dict[int, int], assessed: bool, risk: int | None
) -> None:
    target = make()
    changed_at = target.changed_at
    targets.recount(target_pk=target.pk, counts=counts, assessed=assessed)
    row = Target.objects.get()
    assert row.risk == risk
    assert (row.lows, row.mediums, row.highs, row.criticals) == tuple(counts.get(n, 0) for n in (10, 20, 30, 40))
    assert row.changed_at == changed_at


def test_counts_go_to_one_target_alone(organisation: Organisation, make: Make) -> None:
    one, two = make("https://a.example/"), make("https://b.example/")
    targets.recount(target_pk=one.pk, counts={40: 1}, assessed=True)
    assert Target.objects.get(pk=two.pk).risk is None
