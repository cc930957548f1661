"""Who sees which scans, filtered and ordered how."""

from datetime import timedelta

import pytest

from tests.server import factories
from tests.server.layers import shared
from vedette.server.kernel import clock
from vedette.server.kernel.errors import Invalid, NotFound
from vedette.server.scans import queries
from vedette.server.scans.models import Scan
from vedette.server.scans.queries import ScanFilter
from vedette.server.tenancy import queries as tenancy
from vedette.server.tenancy.actor import system_actor
from vedette.server.tenancy.services import keys, roles, teams

pytestmark = pytest.mark.django_db


@shared
def home():
    return factories.organisation()


@shared
def owner(home):
    return system_actor(home)


def ids(rows):
    return sorted(row.public_id for row in rows)


def test_a_neighbours_scan_is_not_there(home, owner):
    scan = factories.start(factories.target(home))
    neighbour = system_actor(factories.organisation("Other"))
    assert queries.get(owner, scan.public_id).pk == scan.pk
    with pytest.raises(NotFound):
        queries.get(neighbour, scan.public_id)
    assert not queries.for_actor(neighbour).exists()


def test_a_key_for_one_team_sees_its_teams_scans_once(home, owner):
    team = teams.create(actor=owner, name="Shop")
    other = teams.create(actor=owner, name="Blog")
    mine = factories.start(factories.target(home, teams=[team.public_id, other.public_id]))
    factories.start(factories.target(home))
    wishes = [roles.NewGrant(tenancy.builtin_role("developer"), tier="team", team=row) for row in (team, other)]
    _, secret = keys.create_key(actor=owner, name="k", grants=wishes)
    actor = tenancy.authenticate_key(secret, kinds=("probely",), address="127.0.0.1")
    assert ids(queries.for_actor(actor)) == [mine.public_id]
    assert queries.running_count(actor) == 1


def test_filters(home, owner):
    done = factories.run_scan(factories.target(home, name="Shop"))
    waiting = factories.start(factories.target(home, name="Blog"), profile="full")
    rows = queries.for_actor(owner)

    def found(**given):
        return ids(queries.filtered(rows, ScanFilter(**given)))

    assert found(statuses=("queued",)) == [waiting.public_id]
    assert found(profiles=("full",)) == [waiting.public_id]
    assert found(targets=(done.target.public_id,)) == [done.public_id]
    assert found(search="bLOG") == [waiting.public_id]
    assert found(ids=(done.public_id,)) == [done.public_id]
    assert found(exclude=(done.public_id,)) == [waiting.public_id]
    assert found(started_after=clock.now() - timedelta(hours=1)) == [done.public_id]
    assert found(started_before=clock.now() - timedelta(hours=1)) == []
    assert found(completed_to=clock.now()) == [done.public_id]
    assert found(partial=True) == []
    assert len(found(partial=False)) == 2
    for name in ("ids", "targets", "profiles", "labels", "teams"):
        assert found(**{name: ("a\0b", "\ud800")}) == [], "no database can be asked for these"
    assert len(found(exclude=("a\0b",))) == 2


def test_a_warning_is_found_by_its_code(home, owner):
    scan = factories.run_scan(factories.target(home))
    Scan.objects.filter(pk=scan.pk).update(warnings=[{"code": "login_failed", "message": "x"}])
    rows = queries.for_actor(owner)
    assert ids(queries.filtered(rows, ScanFilter(warnings=("login_failed",)))) == [scan.public_id]
    assert ids(queries.filtered(rows, ScanFilter(warnings=("env_error",)))) == []


@pytest.mark.parametrize("ordering", [*queries.ORDERINGS, *(f"-{name}" for name in queries.ORDERINGS)])
def test_every_ordering_works(home, owner, ordering):
    factories.start(factories.target(home))
    factories.run_scan(factories.target(home))
    assert len(queries.ordered(queries.for_actor(owner), ordering)) == 2


@pytest.mark.parametrize("ordering", ["id); drop table", "target__organisation", "--changed", ""])
def test_no_other_does(owner, ordering):
    with pytest.raises(Invalid):
        queries.ordered(queries.for_actor(owner), ordering)


def test_a_page_of_scans_costs_a_bounded_number_of_queries(home, owner, django_assert_max_num_queries):
    for _ in range(5):
        factories.start(factories.target(home))
    with django_assert_max_num_queries(5):
        for row in queries.with_parts(queries.for_actor(owner)):
            str((row.target.name, row.live.phase, list(row.target.labels.all()), list(row.target.teams.all())))


def test_events_come_in_order_from_where_one_left_off(home):
    scan = factories.run_scan(factories.target(home), factories.flaw())
    rows = list(queries.events(scan))
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))
    assert [row.number for row in queries.events(scan, after=1)] == [row.number for row in rows[1:]]
    assert [row.kind for row in queries.events(scan, kinds=("finding",))] == ["finding"]
