"""What an actor may do follows from their grants alone."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette.server.kernel.errors import NotAllowed
from vedette.server.tenancy import rules
from vedette.server.tenancy.actor import Actor, Grant, system_actor
from vedette.server.tenancy.models import Organisation

SHOP = Organisation(name="Shop")


def acting(*grants):
    return Actor("person", "x", "X", "x@shop.test", SHOP, None, None, "", grants)


VIEW = frozenset({"targets.view"})


def test_an_account_grant_counts_everywhere():
    actor = acting(Grant(VIEW))
    assert actor.everywhere("targets.view")
    assert actor.may("targets.view")
    assert actor.may("targets.view", target_id=7, team_ids=[3])
    assert not actor.may("targets.change", target_id=7)


def test_a_team_grant_counts_for_what_is_in_the_team():
    actor = acting(Grant(VIEW, "team", team_id=3))
    assert actor.may("targets.view", target_id=7, team_ids={3, 4})
    assert not actor.may("targets.view", target_id=7, team_ids={4})
    assert not actor.may("targets.view")
    assert actor.teams("targets.view") == {3}
    assert actor.targets("targets.view") == frozenset()


def test_a_target_grant_counts_for_that_target():
    actor = acting(Grant(VIEW, "target", target_id=7))
    assert actor.may("targets.view", target_id=7)
    assert not actor.may("targets.view", target_id=8, team_ids={7})
    assert not actor.may("targets.view")
    assert actor.targets("targets.view") == {7}


def test_a_narrow_grant_shows_buttons_but_is_no_rank():
    actor = acting(Grant(VIEW, "target", target_id=7), Grant(frozenset({"scans.view"})))
    assert actor.anywhere("targets.view")
    assert not actor.everywhere("targets.view")
    assert actor.held() == {"scans.view"}


def test_a_grant_without_a_target_matches_no_absent_target():
    actor = acting(Grant(VIEW, "target", target_id=None), Grant(VIEW, "team", team_id=None))
    assert not actor.may("targets.view", target_id=None)
    assert actor.targets("targets.view") == actor.teams("targets.view") == frozenset()


def test_require_raises_with_the_permission():
    with pytest.raises(NotAllowed) as caught:
        acting().require("targets.view")
    assert caught.value.data == {"permission": "targets.view"}
    acting(Grant(VIEW)).require("targets.view")


@pytest.mark.parametrize("method", ["may", "everywhere", "anywhere", "teams", "targets", "require"])
def test_a_misspelt_permission_is_an_error(method):
    with pytest.raises(ValueError, match=r"target\.view"):
        getattr(acting(Grant(VIEW)), method)("target.view")


def test_the_system_may_do_everything():
    system = system_actor(SHOP)
    assert (system.kind, system.id, system.user) == ("system", "", None)
    assert all(system.everywhere(permission) for permission in rules.PERMISSIONS)


def test_an_actor_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        acting().grants = (Grant(rules.ALL),)


GRANTS = st.builds(
    Grant,
    st.frozensets(st.sampled_from(sorted(rules.PERMISSIONS)), max_size=4),
    st.sampled_from(rules.TIERS),
    st.none() | st.integers(1, 3),
    st.none() | st.integers(1, 3),
)


@given(st.lists(GRANTS, max_size=4), st.sampled_from(sorted(rules.PERMISSIONS)), st.integers(1, 3), st.integers(1, 3))
def test_the_questions_agree_with_each_other(grants, permission, target, team):
    actor = acting(*grants)
    by_scope = target in actor.targets(permission) or team in actor.teams(permission)
    assert actor.may(permission, target_id=target, team_ids=[team]) == (actor.everywhere(permission) or by_scope)
    assert actor.everywhere(permission) == (permission in actor.held())
    assert not actor.may(permission, target_id=target, team_ids=[team]) or actor.anywhere(permission)
