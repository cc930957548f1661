from __future__ import annotations

import pytest

from tests.server import factories
from tests.server.api.probely.cast import cast_of
from tests.server.layers import shared
from vedette.server.api.probely import people_lookup as lookup
from vedette.server.kernel.errors import Invalid, NotFound
from vedette.server.tenancy.models import Label

MISSING = "2" * 12


@shared
def cast(home):
    return cast_of(home)


@shared
def actor(home):
    return factories.actor(home)


def faults(call, *given):
    with pytest.raises(Invalid) as caught:
        call(*given)
    return list(caught.value.fields)


def test_roles_with_their_scopes(cast, actor):
    role, team, target = cast.role.public_id, cast.team.public_id, cast.target.public_id
    assert lookup.new_grant(actor, {"role": role}).tier == "account"
    assert lookup.new_grant(actor, {"role": role, "scope": {"tier": "team", "team": team}}).team == cast.team
    found = lookup.new_grant(actor, {"role": role, "scope": {"tier": "target", "target": target, "team": None}})
    assert (found.target, found.team, found.role) == (cast.target, None, cast.role)
    assert lookup.new_grants(actor, None) is None and lookup.new_grants(actor, []) == []


def test_what_is_missing_is_named(cast, actor):
    role = cast.role.public_id
    assert faults(lookup.new_grant, actor, {"role": MISSING}) == ["role"]
    assert faults(lookup.new_grant, actor, {"role": role, "scope": {"tier": "team", "team": MISSING}}) == ["scope.team"]
    assert faults(lookup.new_grant, actor, {"role": role, "scope": {"tier": "target", "target": "x"}}) == [
        "scope.target"
    ]
    assert faults(lookup.holding, actor, "user", {"role": role, "user": cast.key.public_id}) == ["user"]
    assert faults(lookup.person_labels, actor, [{"id": MISSING, "name": "", "color": ""}]) == ["labels"]


def test_nothing_of_another_organisation_is_found(cast):
    stranger = factories.actor(factories.organisation("Foreign"))
    assert faults(lookup.new_grant, stranger, {"role": cast.role.public_id}) == ["role"]
    own = lookup.new_grant(stranger, {"role": cast.user_grant.role.public_id}).role.public_id
    assert faults(lookup.holding, stranger, "user", {"role": own, "user": cast.user.user.public_id}) == ["user"]
    with pytest.raises(NotFound):
        lookup.changed_grants(stranger, "user", [{"id": cast.user_grant.public_id}])


def test_holders_are_people_or_keys(cast, actor):
    role = cast.role.public_id
    assert lookup.holding(actor, "key", {"role": role, "user": cast.key.public_id}).holder == cast.key
    assert lookup.holding(actor, "user", {"role": role, "user": cast.user.user.public_id}).holder == cast.user.user


def test_what_is_not_given_of_a_grant_stays(cast, actor):
    row = cast.user_grant
    assert lookup.changed_grant(actor, row, {}).role == row.role
    assert lookup.changed_grant(actor, row, {"role": cast.role.public_id}).tier == "account"
    scope = {"tier": "team", "team": cast.team.public_id}
    assert lookup.changed_grant(actor, row, {"scope": scope, "user": cast.user.user.public_id}).team == cast.team
    assert faults(lookup.changed_grant, actor, row, {"user": MISSING}) == ["user"]


def test_unknown_labels_are_made_and_known_ones_found(cast, actor):
    by_name = {"id": "", "name": "Night", "color": "blue"}
    made = lookup.person_labels(actor, [by_name, {"id": cast.labels["user"].public_id, "name": "", "color": ""}])
    assert made is not None and [label.name for label in made] == ["Night", "user label"]
    assert lookup.person_labels(actor, [by_name]) == made[:1]
    assert Label.objects.filter(kind="user").count() == 2
    assert lookup.person_labels(actor, None) is None


def test_the_caller_hands_on_what_they_hold(actor):
    assert [(wish.role.key, wish.tier) for wish in lookup.as_caller(actor)] == [("owner", "account")]
