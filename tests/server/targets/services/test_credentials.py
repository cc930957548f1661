"""The store of credentials: sealed, told apart by name, not deleted from under a target."""

from __future__ import annotations

import pytest

from vedette.server.audit.models import DomainEvent
from vedette.server.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from vedette.server.kernel.sealing import SealError
from vedette.server.targets.models import Credential
from vedette.server.targets.references import uri
from vedette.server.targets.services import archive, credentials, stored_values, targets
from vedette.server.tenancy.actor import Grant
from vedette.server.tenancy.models import Team
from vedette.server.tenancy.rules import BUILTIN_ROLES
from vedette.server.tenancy.services import teams


@pytest.fixture
def secret(owner):
    return credentials.create(owner, name="Test user", value="canary-77", desc="of the shop")


def basic(credential):
    return {"has_basic_auth": True, "basic_auth": {"username": "ann", "password": uri(credential.public_id)}}


def events():
    rows = DomainEvent.objects.filter(object_kind="credential").order_by("id")
    return [(row.kind, row.object_name) for row in rows]


def test_a_value_is_sealed_and_stands_in_no_log(owner, secret):
    row = Credential.objects.get(pk=secret.pk)
    assert b"canary-77" not in bytes(row.sealed)
    assert stored_values.opened(row) == "canary-77"
    credentials.change(owner, row, value="canary-78", name="Renamed")
    credentials.delete(owner, row)
    assert events() == [
        ("credential.created", "Test user"),
        ("credential.changed", "Renamed"),
        ("credential.deleted", "Renamed"),
    ]
    assert not any("canary" in str(row.payload) for row in DomainEvent.objects.all())


def test_a_sealed_value_opens_in_its_own_row_alone(owner, secret):
    other = credentials.create(owner, name="Other", value="x")
    Credential.objects.filter(pk=other.pk).update(sealed=secret.sealed)
    with pytest.raises(SealError):
        stored_values.opened(Credential.objects.get(pk=other.pk))


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("name", {"name": " "}),
        ("name", {"name": "Test user"}),
        ("name", {"name": "x" * 256}),
        ("value", {"value": ""}),
        ("value", {"value": "a\nb"}),
        ("value", {"value": "credentials://" + "2" * 12}),
        ("value", {"value": "x" * 8193}),
        ("is_sensitive", {"sensitive": "yes"}),
        ("description", {"desc": 3}),
        ("team", {"team": "2" * 12}),
    ],
)
def test_what_is_wrong_is_said(owner, secret, field, wrong):
    with pytest.raises(Invalid) as refused:
        credentials.create(owner, **({"name": "New", "value": "v"} | wrong))
    assert list(refused.value.fields) == [field]
    assert Credential.objects.count() == 1


def test_what_was_secret_becomes_readable_only_by_being_given_anew(owner, secret):
    with pytest.raises(Invalid) as refused:
        credentials.change(owner, secret, sensitive=False)
    assert list(refused.value.fields) == ["is_sensitive"]
    assert credentials.change(owner, secret, sensitive=False, value="new").sensitive is False


def test_what_was_shown_in_its_place_changes_nothing(owner, secret):
    credentials.change(owner, secret, value="OBFUSCATED_" + "0" * 24, desc="new")
    found = Credential.objects.get(pk=secret.pk)
    assert (stored_values.opened(found), found.desc) == ("canary-77", "new")


def test_one_that_is_used_stays_and_says_where(owner, make, secret):
    target = make(name="Shop", **basic(secret))
    away = make("https://away.example/", **basic(secret))
    archive.archive(owner, [away.public_id])
    with pytest.raises(Conflict) as refused:
        credentials.delete(owner, secret)
    assert refused.value.data == {"targets": [target.public_id]}
    assert f"Shop ({target.public_id}), 1 more" in refused.value.message
    for one in (target, away):
        if one == away:
            archive.activate(owner, [away.public_id])
        targets.delete(owner, one)
    credentials.delete(owner, secret)
    assert not Credential.objects.exists()


def test_it_moves_to_a_team_whose_targets_use_it_and_to_no_other(owner, organisation, make, team, secret):
    make(teams=[team.public_id], **basic(secret))
    other = Team.objects.create(organisation=organisation, name="Bank")
    with pytest.raises(Conflict):
        credentials.change(owner, secret, team=other.public_id)
    assert credentials.change(owner, secret, team=team.public_id).team == team
    with pytest.raises(Conflict) as refused:
        teams.delete(actor=owner, team=team)
    assert refused.value.code == "in_use"
    assert credentials.change(owner, secret, team="").team is None


def test_only_those_who_may(person, stranger, reader, team, secret, owner):
    narrow = person(Grant(BUILTIN_ROLES["analyst"], "team", team.pk))
    own = credentials.create(narrow, name="Own", value="v", team=team.public_id)
    for act in (
        lambda: credentials.create(narrow, name="Wide", value="v"),
        lambda: credentials.change(narrow, own, team=""),
        lambda: credentials.change(narrow, secret, name="mine"),
        lambda: credentials.delete(reader, secret),
    ):
        with pytest.raises(NotAllowed):
            act()
    with pytest.raises(NotFound):
        credentials.delete(stranger, secret)
    assert Credential.objects.count() == 2
