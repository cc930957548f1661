"""Who sees which targets, hosts and domains, and how lists are narrowed and ordered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from vedette.server.kernel.errors import Invalid, NotFound
from vedette.server.targets import queries
from vedette.server.targets.items import RequestItem
from vedette.server.targets.models import Domain, Target
from vedette.server.targets.queries import TargetFilter
from vedette.server.targets.services import extra_hosts, request_settings, targets
from vedette.server.targets.services.belongings import LabelChoice
from vedette.server.tenancy.actor import Actor, Grant
from vedette.server.tenancy.models import Label, Team

Make = Callable[..., Target]
VIEW = frozenset({"targets.view", "domains.view"})


def urls(actor: Actor, **criteria: object) -> list[str]:
    rows = queries.listed(actor, criteria=TargetFilter(**criteria), order="name")  # type: ignore[arg-type]
    return [row.host.partition(".")[0] for row in rows]


@pytest.fixture
def three(make: Make) -> list[Target]:
    return [make(f"https://{name}.example/", name=name) for name in ("a", "b", "c")]


# Who sees what


def test_only_one_s_own_organisation_is_seen(owner: Actor, stranger: Actor, three: list[Target]) -> None:
    assert queries.for_actor(owner).count() == 3
    assert queries.domains_for_actor(owner).count() == 3
    extra = extra_hosts.add(owner, three[0], host="x.example", skip_reachability_check=True)
    assert extra.domain is not None
    assert not queries.for_actor(stranger).exists()
    assert not queries.domains_for_actor(stranger).exists()
    assert not queries.extra_hosts_for_actor(stranger).exists()
    for read, public_id in (
        (queries.get, three[0].public_id),
        (queries.get_extra_host, extra.public_id),
        (queries.get_domain, extra.domain.public_id),
    ):
        assert read(owner, public_id).public_id == public_id
        with pytest.raises(NotFound):
            read(stranger, public_id)


def test_grants_for_teams_and_targets_open_just_those(
    owner: Actor, person: Callable[..., Actor], team: Team, three: list[Target]
) -> None:
    one, two, _ = three
    targets.change(owner, one, teams=[team.public_id])
    extra_hosts.add(owner, two, host="x.example", skip_reachability_check=True)
    by_team = person(Grant(VIEW, "team", team_id=team.pk))
    by_target = person(Grant(VIEW, "target", target_id=two.pk))
    by_both = person(*by_team.grants, *by_target.grants, Grant(VIEW, "target", target_id=one.pk))
    assert urls(by_team) == ["a"]
    assert urls(by_target) == ["b"]
    assert urls(by_both) == ["a", "b"]
    assert urls(person()) == []
    assert [domain.hostname for domain in queries.domains_for_actor(by_target)] == ["b.example", "x.example"]
    assert [domain.hostname for domain in queries.domains_for_actor(by_team)] == ["a.example"]
    assert queries.extra_hosts_for_actor(by_target).count() == 1
    assert queries.extra_hosts_for_actor(by_team).count() == 0
    assert not queries.for_actor(by_both, "targets.change").exists()


def test_deleted_targets_are_not_seen(owner: Actor, three: list[Target]) -> None:
    host = extra_hosts.add(owner, three[1], host="x.example", skip_reachability_check=True)
    targets.delete(owner, three[1])
    assert urls(owner) == ["a", "c"]
    with pytest.raises(NotFound):
        queries.get_extra_host(owner, host.public_id)
    with pytest.raises(NotFound):
        queries.get(owner, three[1].public_id)


@pytest.mark.parametrize("public_id", ["", "x", "111111111111", "1' OR 1=1 --", "\0" * 12, "ü" * 12, "a" * 5000])
def test_what_is_no_id_finds_nothing(owner: Actor, three: list[Target], public_id: str) -> None:
    for read in (queries.get, queries.get_extra_host, queries.get_domain):
        with pytest.raises(NotFound):
            read(owner, public_id)
    assert urls(owner, ids=(public_id,)) == []
    assert urls(owner, exclude=(public_id,)) == ["a", "b", "c"]
    assert urls(owner, labels=(public_id,)) == []
    assert urls(owner, teams=(public_id,)) == []


def test_missing_ids_are_named(owner: Actor, stranger: Actor, three: list[Target]) -> None:
    known = [target.public_id for target in three]
    assert [row.public_id for row in queries.require(owner, [*reversed(known), known[0]])] == known[::-1]
    with pytest.raises(NotFound) as missing:
        queries.require(owner, [known[0], "nonsense", "1' --"])
    assert missing.value.data == {"invalid_ids": ["nonsense", "1' --"]}
    with pytest.raises(NotFound) as missing:
        queries.require(stranger, known)
    assert missing.value.data == {"invalid_ids": known}


# Filters


def test_ids_and_exclusions(owner: Actor, three: list[Target]) -> None:
    a, b, _ = (target.public_id for target in three)
    assert urls(owner, ids=(a, b, "x")) == ["a", "b"]
    assert urls(owner, exclude=(a, b)) == ["c"]
    assert urls(owner, ids=(a, b), exclude=(b,)) == ["a"]


def test_labels_with_or_and_and(owner: Actor, three: list[Target]) -> None:
    targets.change(owner, three[0], labels=[LabelChoice(name="one"), LabelChoice(name="two")])
    targets.change(owner, three[1], labels=[LabelChoice(name="two")])
    ids = {label.name: label.public_id for label in Label.objects.all()}
    assert urls(owner, labels=(ids["one"], ids["two"])) == ["a", "b"]
    assert urls(owner, labels=(ids["one"], ids["two"], ids["two"]), label_operator="and") == ["a"]
    assert urls(owner, labels=(ids["two"], "unknown"), label_operator="and") == []
    assert urls(owner, labels=(ids["two"], "unknown")) == ["a", "b"]


def test_teams_and_exclusions(owner: Actor, team: Team, three: list[Target]) -> None:
    targets.change(owner, three[0], teams=[team.public_id])
    assert urls(owner, teams=(team.public_id,)) == ["a"]
    assert urls(owner, exclude_teams=(team.public_id,)) == ["b", "c"]


def test_risk_may_be_not_assessed(owner: Actor, three: list[Target]) -> None:
    targets.recount(target_pk=three[0].pk, counts={30: 1}, assessed=True)
    targets.recount(target_pk=three[1].pk, counts={}, assessed=True)
    assert urls(owner, risks=(30,)) == ["a"]
    assert urls(owner, risks=(0,)) == ["b"]
    assert urls(owner, risks=(None,)) == ["c"]
    assert urls(owner, risks=(None, 30)) == ["a", "c"]
    assert urls(owner, risks=(40,)) == []


def test_profile_kind_unlimited_and_verified(owner: Actor, three: list[Target]) -> None:
    targets.change(owner, three[0], profile="safe", unlimited=False)
    Domain.objects.filter(hostname="b.example").update(verified=True)
    assert urls(owner, profiles=("safe", "full")) == ["a"]
    assert urls(owner, profiles=("sa\0fe",)) == []
    assert urls(owner, kind="single") == ["a", "b", "c"]
    assert urls(owner, kind="api") == []
    assert urls(owner, kind="single\0") == []
    assert urls(owner, unlimited=False) == ["a"]
    assert urls(owner, verified=True) == ["b"]
    assert urls(owner, verified=False) == ["a", "c"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A.EXAMPLE", ["a"]),
        ("needle", ["b"]),
        ("  c  ", ["c"]),
        ("%", []),
        ("_", []),
        ("'", []),
        ("\\", []),
        ("a\0", []),
        ("\ud800", []),
    ],
)
def test_text_is_looked_for_as_it_is(owner: Actor, three: list[Target], text: str, found: list[str]) -> None:
    targets.change(owner, three[1], desc="with a needle")
    targets.change(owner, three[2], name="third")
    assert urls(owner, search=text) == found


# Order


@pytest.mark.parametrize("order", ["", "id", "organisation__data_key", "-name, id", "?", "name'"])
def test_order_is_one_of_a_few(owner: Actor, order: str) -> None:
    with pytest.raises(Invalid) as refused:
        queries.listed(owner, order=order)
    assert list(refused.value.fields) == ["ordering"]


def test_every_order_is_total_and_its_reverse_reversed(owner: Actor, make: Make) -> None:
    start = datetime(2030, 1, 1, tzinfo=UTC)
    for number in range(6):
        target = make(f"https://t{number}.example/", name="same" if number < 3 else "other")
        Target.objects.filter(pk=target.pk).update(
            risk=(None, 0, 40)[number % 3],
            latest_scan_at=None if number % 2 else start + timedelta(days=number // 4),
            changed_at=start,
        )
    for order in ("name", "risk", "latest_scan_date", "changed"):
        upward = [row.pk for row in queries.listed(owner, order=order)]
        assert [row.pk for row in queries.listed(owner, order=f"-{order}")] == upward[::-1]
    risks = list(queries.listed(owner, order="-risk").values_list("risk", flat=True))
    assert risks == [40, 40, 0, 0, None, None]
    scanned = list(queries.listed(owner, order="latest_scan_date").values_list("latest_scan_at", flat=True))
    assert scanned[:3] == [None] * 3


# Cost


def show(rows: list[Target]) -> None:
    for row in rows:
        assert row.domain is not None
        assert row.organisation.name
        assert [(label.name, label.changed_by) for label in row.labels.all()]
        assert [team.name for team in row.teams.all()]
        assert row.changed_by is not None
        assert (row.last_scan, row.running_scan) == (None, None)
        assert request_settings.read(row, "header")[0]["value"] == "v"
        for host in row.extra_hosts.all():
            assert host.domain is not None
            assert host.changed_by is not None
            assert list(host.request_settings.all()) == []


def test_a_page_costs_the_same_however_long_it_is(owner: Actor, make: Make, team: Team) -> None:
    for number in range(5):
        target = make(
            f"https://t{number}.example/",
            labels=[LabelChoice(name="one"), LabelChoice(name=f"l{number}")],
            teams=[team.public_id],
            headers=[RequestItem(name="X", value="v")],
        )
        extra_hosts.add(owner, target, host=f"x{number}.example", skip_reachability_check=True)
    costs = []
    for length in (1, 5):
        with CaptureQueriesContext(connection) as captured:
            page = list(queries.for_page(queries.listed(owner))[:length])
            show(page)
        assert len(page) == length
        costs.append(len(captured))
    assert costs[0] == costs[1] <= 7
