"""People, their roles, teams."""

import re

import pytest
from django.test import Client

from tests.server import factories
from tests.server.layers import shared
from vedette.server.tenancy import queries
from vedette.server.tenancy.models import Invitation, Membership, RoleGrant, Team, User


@shared
def grace(home):
    return factories.person(home, "analyst", email="grace@example.org")


def member_path(user, rest=""):
    return f"/ui/settings/people/{user.public_id}/{rest}"


def test_members_are_listed_with_what_they_may(client, grace, words):
    text = words(client.get("/ui/settings/people/"))
    assert "grace@example.org" in text and "Analyst" in text and "Owner" in text
    assert "grace@example.org" in words(client.get("/ui/settings/people/?q=grace"))
    assert "grace@example.org" not in words(client.get("/ui/settings/people/?q=nobody"))


def test_an_invitation_s_link_is_shown_once_and_works(client, home, words):
    role = queries.builtin_role("developer").public_id
    answer = client.post("/ui/settings/people/invite/", {"email": "new@example.org", "role": role})
    link = re.search(r"http://testserver(/ui/join/[\w-]+/)", answer.content.decode())[1]
    assert answer["Cache-Control"] == "no-store"
    assert "new@example.org" in words(client.get("/ui/settings/people/"))
    assert link not in client.get("/ui/settings/people/").content.decode()
    assert "Join Acme" in words(Client().get(link))


@pytest.mark.parametrize(
    ("given", "text"), [({"email": "x"}, "valid email"), ({"email": "grace@example.org"}, "a member already")]
)
def test_whom_one_cannot_invite(client, grace, words, given, text):
    role = queries.builtin_role("developer").public_id
    answer = client.post("/ui/settings/people/invite/", {"role": role, **given})
    assert answer.status_code == 422
    assert text in words(answer)
    assert not Invitation.objects.exists()


def test_nobody_invites_above_their_own_rank(enter):
    role = queries.builtin_role("owner").public_id
    answer = enter("admin").post("/ui/settings/people/invite/", {"email": "new@example.org", "role": role})
    assert answer.status_code == 422
    assert not Invitation.objects.exists()


def test_roles_are_given_and_taken_away(client, home, grace, words):
    role = queries.builtin_role("auditor").public_id
    team = Team.objects.create(organisation=home, name="Shop team")
    answer = client.post(member_path(grace, "give/"), {"role": role, "scope": f"team:{team.public_id}"})
    assert answer["HX-Refresh"] == "true"
    assert "team Shop team" in words(client.get(member_path(grace)))
    grant = RoleGrant.objects.get(user=grace, team=team)
    answer = client.post(
        f"/ui/settings/people/roles/{grant.public_id}/withdraw/", {"next": member_path(grace)}, follow=True
    )
    assert answer.redirect_chain == [(member_path(grace), 302)]
    assert not RoleGrant.objects.filter(pk=grant.pk).exists()


def test_a_member_is_switched_off_and_on_and_removed(client, home, grace):
    inside = Client()
    inside.force_login(grace, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert inside.get("/ui/findings/").status_code == 200
    client.post(member_path(grace, "do/deactivate/"))
    assert inside.get("/ui/findings/").status_code == 403
    client.post(member_path(grace, "do/activate/"))
    assert inside.get("/ui/findings/").status_code == 200
    client.post(member_path(grace, "do/remove/"))
    assert not Membership.objects.filter(user=grace, organisation=home).exists()
    assert User.objects.filter(pk=grace.pk).exists()


def test_the_last_owner_stays(client, actor, words):
    for word in ("deactivate", "remove"):
        answer = client.post(member_path(actor.user, f"do/{word}/"), follow=True)
        assert "The organisation needs an owner" in words(answer)
    assert Membership.objects.get(user=actor.user).active


def test_who_may_not_change_people_does_not(enter, grace, home):
    analyst = enter("analyst")
    role = queries.builtin_role("analyst").public_id
    assert analyst.post("/ui/settings/people/invite/", {"email": "a@example.org", "role": role}).status_code == 422
    analyst.post(member_path(grace, "do/remove/"))
    assert Membership.objects.filter(user=grace).exists()
    assert enter("scanner").get("/ui/settings/people/").status_code == 403


def test_a_name_is_changed(client, grace):
    assert client.post(member_path(grace, "name/"), {"name": "Grace", "title": "dev"})["HX-Refresh"] == "true"
    grace.refresh_from_db()
    assert (grace.name, grace.title) == ("Grace", "dev")


def test_people_of_others_are_not_found(client, rival):
    stranger = factories.person(rival[0].organisation)
    for rest in ("", "name/", "give/"):
        assert client.get(member_path(stranger, rest)).status_code == 404
    assert client.post(member_path(stranger, "do/remove/")).status_code == 404


def test_teams_are_made_changed_and_deleted(client, home, words):
    assert client.post("/ui/settings/teams/new/", {"name": "Shop team", "quota": "3"})["HX-Refresh"] == "true"
    team = Team.objects.get()
    assert "Shop team" in words(client.get("/ui/settings/teams/"))
    assert client.post("/ui/settings/teams/new/", {"name": "shop TEAM"}).status_code == 422
    client.post(f"/ui/settings/teams/{team.public_id}/", {"name": "Shops"})
    team.refresh_from_db()
    assert (team.name, team.quota) == ("Shops", None)
    client.post(f"/ui/settings/teams/{team.public_id}/delete/")
    assert not Team.objects.exists()
