"""Forms of targets: what browsers send, as the arguments of services."""

from __future__ import annotations

from tests.server import factories
from tests.server.layers import shared
from vedette.server.scans.models import ScanProfile
from vedette.server.targets.rules import ACTIONS
from vedette.server.tenancy.models import Team
from vedette.server.web import target_forms as forms


@shared
def actor():
    return factories.actor(factories.organisation())


def test_every_action_has_a_name():
    assert set(forms.ACTION_NAMES) == set(ACTIONS)


def test_lines_become_a_list():
    form = forms.ScopeForm({"whitelist": " /a \r\n\r\n/b", "blacklist": ""})
    assert form.is_valid()
    told = form.values()
    assert (told["whitelist"], told["blacklist"], told["incremental"]) == (["/a", "/b"], [], False)
    assert told["schedule_incremental"] is False
    ticked = forms.ScopeForm({"whitelist": "", "blacklist": "", "schedule_reduced_scope": "on"})
    assert ticked.is_valid() and ticked.values()["schedule_reduced_scope"] is True


def test_lists_become_lines(actor):
    target = factories.target(actor.organisation, whitelist=["/a", "/b"])
    target.settings = {"incremental": True}
    start = forms.ScopeForm.start(target)
    assert (start["whitelist"], start["blacklist"]) == ("/a\n/b", "")
    assert (start["incremental"], start["reduced_scope"]) == (True, False)


def test_profiles_are_those_of_the_targets_kind_and_the_one_that_it_has(actor):
    for key, fields in (("sp-a", {"type": "api"}), ("sp-b", {"archived": True}), ("sp-c", {})):
        ScanProfile.objects.create(organisation=actor.organisation, key=key, name=key, **fields)
    web, api = factories.target(actor.organisation), factories.target(actor.organisation, kind="api")
    assert [one.key for one in forms.target_profiles(actor, web)] == ["lightning", "safe", "normal", "full", "sp-c"]
    found = [one.key for one in forms.target_profiles(actor, api)]
    assert found == ["api_lightning", "api_safe", "api_normal", "api_full", "sp-a"]
    api.profile = "normal"
    assert "normal" in [one.key for one in forms.target_profiles(actor, api)]


def test_a_dialog_asks_for_the_profile_alone(actor):
    assert list(forms.ProfileForm(profiles=forms.profiles_for(actor, ["single"])).fields) == ["profile"]


def test_a_value_keeps_its_spaces():
    form = forms.ItemForm({"kind": "header", "name": "X", "value": "  a "})
    assert form.is_valid()
    assert form.cleaned_data["value"] == "  a "


def test_secrets_are_the_default():
    assert forms.ItemForm()["sensitive"].initial is True


def test_what_there_is_none_of_is_not_asked_for(actor):
    assert list(forms.BelongingForm(actor=actor).fields) == ["new_label"]
    Team.objects.create(organisation=actor.organisation, name="Mine")
    assert list(forms.BelongingForm(actor=actor).fields) == ["new_label", "teams"]


def test_a_tick_is_needed():
    assert not forms.AuthoriseForm({}).is_valid()
