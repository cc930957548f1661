"""Teams."""

import pytest

from vedette.server.kernel.errors import Invalid, NotAllowed
from vedette.server.targets.models import Target
from vedette.server.tenancy.models import RoleGrant, Team
from vedette.server.tenancy.services import teams

pytestmark = pytest.mark.django_db


def test_a_team_is_made_changed_and_deleted(admin, kinds):
    team = teams.create(actor=admin, name=" Web ", quota=3)
    assert (team.name, team.quota, team.reserve) == ("Web", 3, False)
    teams.change(actor=admin, team=team, name="Apps", quota=None, reserve=True)
    team.refresh_from_db()
    assert (team.name, team.quota, team.reserve) == ("Apps", None, True)
    teams.change(actor=admin, team=team, name="Apps")
    teams.delete(actor=admin, team=team)
    assert not Team.objects.exists()
    assert [kind for kind in kinds() if kind.startswith("team")] == ["team.created", "team.changed", "team.deleted"]


def test_an_absent_quota_stays(admin):
    team = teams.create(actor=admin, name="Web", quota=3)
    assert teams.change(actor=admin, team=team, name="Apps").quota == 3


def test_names_are_unique_within_the_organisation(admin, actor, other):
    teams.create(actor=admin, name="Web")
    apps = teams.create(actor=admin, name="Apps")
    teams.create(actor=actor(other), name="Web")
    with pytest.raises(Invalid):
        teams.create(actor=admin, name="wEB")
    with pytest.raises(Invalid):
        teams.change(actor=admin, team=apps, name="web")
    assert Team.objects.get(pk=apps.pk).name == "Apps"


@pytest.mark.parametrize("quota", [-1, 1.5, "3", True, 2**31])
def test_a_quota_is_a_whole_number(admin, quota):
    with pytest.raises(Invalid) as caught:
        teams.create(actor=admin, name="Web", quota=quota)
    assert list(caught.value.fields) == ["quota"]


def test_a_quota_is_not_below_what_the_team_has(admin, organisation):
    team = teams.create(actor=admin, name="Web")
    for number in range(2):
        target = Target.objects.create(organisation=organisation, url=f"http://{number}.test/", host=f"{number}.test")
        target.teams.add(team)
    with pytest.raises(Invalid):
        teams.change(actor=admin, team=team, quota=1)
    assert teams.change(actor=admin, team=team, quota=2).quota == 2


def test_what_people_held_through_a_team_ends_with_it(admin, person, organisation):
    team = teams.create(actor=admin, name="Web")
    user = person(organisation, "developer", tier="team", team=team)
    teams.delete(actor=admin, team=team)
    assert not RoleGrant.objects.filter(user=user).exists()


def test_others_may_not(admin, actor, organisation, other):
    team = teams.create(actor=admin, name="Web")
    for someone in (actor(organisation, "analyst"), actor(other, "owner")):
        with pytest.raises(NotAllowed):
            teams.change(actor=someone, team=team, name="Mine")
        with pytest.raises(NotAllowed):
            teams.delete(actor=someone, team=team)
    with pytest.raises(NotAllowed):
        teams.create(actor=actor(organisation, "auditor"), name="X")
