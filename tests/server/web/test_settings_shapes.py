"""How the settings read."""

import pytest
from django.test import RequestFactory
from django.urls import resolve, reverse

from tests.server import factories
from vedette.server.audit.models import DomainEvent
from vedette.server.tenancy.rules import PERMISSIONS
from vedette.server.tenancy.services import teams
from vedette.server.web import settings_shapes as shapes


def test_every_section_has_a_route_that_lights_up_settings():
    for _, _, name, permission in shapes.SECTIONS:
        assert resolve(reverse(f"web:{name}")).url_name.partition("-")[0] == "settings"
        assert not permission or permission in PERMISSIONS


def test_every_permission_stands_under_a_heading():
    told = [text for _, texts in shapes.permissions({"targets.view"}) for text, _ in texts]
    assert sorted(told) == sorted(PERMISSIONS.values())
    held = [text for _, texts in shapes.permissions({"targets.view"}) for text, has in texts if has]
    assert held == [PERMISSIONS["targets.view"]]


@pytest.mark.parametrize(
    ("payload", "changes"),
    [
        ({}, []),
        ({"before": {"a": 1}, "after": {"a": 2}}, [("a", "1", "2")]),
        ({"before": {"same": "x"}, "after": {"same": "x"}}, []),
        ({"after": {"some_flag": True}, "salt": "s"}, [("some flag", "", "yes")]),
        ({"data": {"kind": "probely", "none": None}}, [("kind", "", "probely")]),
        ({"before": {"l": ["a", "b"]}, "after": {"l": []}}, [("l", "a, b", "")]),
        ({"data": {"d": {"x": False}}}, [("d", "", "x: no")]),
    ],
)
def test_a_fact_tells_what_changed(payload, changes):
    assert shapes.changes(payload) == changes


def test_a_fact_is_a_sentence():
    (fact,) = shapes.facts([DomainEvent(kind="key.created", actor_name="Ada", object_name="Pipeline")])
    assert fact.text == "Ada created the key Pipeline"


@pytest.mark.django_db
def test_only_what_one_may_see_is_offered_and_health_to_operators_alone():
    home = factories.organisation()

    def entries(actor):
        request = RequestFactory().get("/ui/settings/teams/")
        request.user, request.actor, request.resolver_match = actor.user, actor, resolve("/ui/settings/teams/")
        request._messages = []
        answer = shapes.show(request, actor, "web/people/teams.html", "teams", {"rows": []}, status=200)
        return {entry.key for entry in shapes_entries(answer)}

    owner = factories.actor(home)
    owner.user.is_operator = False
    assert "audit" in entries(owner) and "health" not in entries(owner)
    owner.user.is_operator = True
    assert "health" in entries(owner)
    assert entries(factories.actor(home, "scanner")) == {"keys", "profiles"}


def shapes_entries(answer):
    """The entries by their links."""
    body = answer.content.decode()
    known = [(key, reverse(f"web:{name}")) for key, _, name, _ in shapes.SECTIONS]
    known.append(("health", reverse("web:settings-health")))
    nav = body.partition('aria-label="Settings"')[2].partition("</nav>")[0]
    return [shapes.Entry(key, "", url) for key, url in known if f'href="{url}"' in nav]


@pytest.mark.django_db
def test_a_scope_is_told_in_words():
    home = factories.organisation()
    actor = factories.actor(home)
    (grant,) = actor.user.grants.all()
    assert shapes.scope(grant) == "whole account"
    grant.tier, grant.team = "team", teams.create(actor=actor, name="Shop team")
    assert shapes.scope(grant) == "team Shop team"
