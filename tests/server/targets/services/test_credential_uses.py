"""Only what one may see can be used, and what is used is known."""

from __future__ import annotations

import pytest

from vedette.server.kernel.errors import Conflict, Invalid
from vedette.server.scans.services import lifecycle, profiles
from vedette.server.targets import queries
from vedette.server.targets.items import RequestItem
from vedette.server.targets.models import Target
from vedette.server.targets.references import uri
from vedette.server.targets.services import (
    credential_uses,
    credentials,
    extra_hosts,
    request_settings,
    sequences,
    targets,
)
from vedette.server.tenancy.actor import Grant
from vedette.server.tenancy.rules import BUILTIN_ROLES


@pytest.fixture
def secret(owner):
    return credentials.create(owner, name="Test user", value="v")


@pytest.fixture
def developer(person):
    return person(Grant(BUILTIN_ROLES["developer"]))


def basic(credential):
    return {"has_basic_auth": True, "basic_auth": {"username": "ann", "password": uri(credential.public_id)}}


def item(credential):
    return RequestItem(name="X-Key", value=uri(credential.public_id), sensitive=True)


def test_what_refers_reads_back_as_it_is(owner, make, secret):
    target = make(**basic(secret), headers=[item(secret)])
    assert target.settings["basic_auth"]["password"] == uri(secret.public_id)
    assert request_settings.read(Target.objects.get(pk=target.pk), "header")[0]["value"] == uri(secret.public_id)


def test_only_what_one_may_see_can_be_used(owner, make, developer, secret, stranger):
    target = make()
    theirs = credentials.create(stranger, name="Theirs", value="v")
    for actor, credential in ((developer, secret), (owner, theirs)):
        with pytest.raises(Invalid) as refused:
            targets.change(actor, target, **basic(credential))
        assert list(refused.value.fields) == ["site.basic_auth"]
        with pytest.raises(Invalid) as refused:
            targets.change(actor, target, headers=[item(credential)])
        assert list(refused.value.fields) == ["site.headers"]
    with pytest.raises(Invalid) as refused:
        make("https://new.example/", **basic(theirs))
    assert not Target.objects.filter(host="new.example").exists()


def test_what_stands_there_may_be_repeated_by_anybody(owner, make, developer, secret):
    target = make(**basic(secret))
    targets.change(developer, target, name="Renamed", **basic(secret))
    assert credential_uses.of_target(target) == {secret.public_id}


def test_hosts_are_held_to_the_same(owner, make, developer, secret):
    host = extra_hosts.add(owner, make(), host="api.example.org", skip_reachability_check=True)
    with pytest.raises(Invalid) as refused:
        extra_hosts.change(developer, host, headers=[item(secret)])
    assert list(refused.value.fields) == ["headers"]
    extra_hosts.change(owner, host, headers=[item(secret)])
    assert [row.pk for row in credential_uses.users(secret)] == [host.target_id]


def test_a_credential_of_another_team_is_not_for_this_target(owner, make, team):
    own = credentials.create(owner, name="Own", value="v", team=team.public_id)
    with pytest.raises(Invalid):
        make(**basic(own))
    target = make("https://in.example/", teams=[team.public_id], **basic(own))
    credential_uses.require(target)
    targets.change(owner, target, teams=[])
    profiles.ensure_builtin()
    with pytest.raises(Conflict) as refused:
        lifecycle.check(actor=owner, target=queries.get(owner, target.public_id), profile="lightning")
    assert refused.value.code == "credential_missing"
    assert refused.value.data == {"credentials": [own.public_id]}


def test_what_only_looks_like_a_reference_is_refused(make):
    with pytest.raises(Invalid) as refused:
        make(has_basic_auth=True, basic_auth={"username": "ann", "password": "credentials://nobody"})
    assert list(refused.value.fields) == ["site.basic_auth"]


def test_sequences_are_held_to_the_same(owner, make, developer, secret):
    target = make()
    content = '[{"type": "fill_value", "css": "#p", "value": "[CUSTOM_PASSWORD]"}]'
    mappings = [{"name": "[CUSTOM_PASSWORD]", "value": uri(secret.public_id), "hidden": True}]
    fields = {"name": "Log in", "kind": "login", "content": content, "mappings": mappings}
    with pytest.raises(Invalid) as refused:
        sequences.add(developer, target, **fields)
    assert list(refused.value.fields) == ["custom_field_mappings"]
    row = sequences.add(owner, target, **fields)
    assert sequences.shown(row)[1][0].value == uri(secret.public_id)
    sequences.change(developer, row, **fields)
    with pytest.raises(Conflict):
        credentials.delete(owner, secret)
    typed = content.replace("[CUSTOM_PASSWORD]", uri(secret.public_id))
    with pytest.raises(Invalid) as refused:
        sequences.add(developer, make("https://new.example/"), **fields | {"content": typed, "mappings": None})
    assert list(refused.value.fields) == ["content"]


def test_users_are_those_that_are_left(owner, make, secret):
    first, second, third = (make(f"https://{name}.example/", **basic(secret)) for name in "abc")
    targets.delete(owner, second)
    targets.change(owner, third, has_basic_auth=False, basic_auth=None)
    assert [row.pk for row in credential_uses.users(secret)] == [first.pk]
