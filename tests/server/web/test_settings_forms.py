"""Forms of the settings."""

import pytest

from tests.server import factories
from tests.server.layers import shared
from vedette.server.scans.services import profiles
from vedette.server.tenancy import queries
from vedette.server.tenancy.services import account, teams
from vedette.server.web import settings_forms as forms

pytestmark = pytest.mark.django_db


@shared
def home():
    return factories.organisation()


@shared
def owner(home):
    return factories.actor(home)


def test_the_organisation_s_form_has_the_services_fields(owner):
    fields = set(forms.OrganisationForm.base_fields)
    assert fields == {"name", "maximum_acceptance_period", "max_api_key_days", *account.SWITCHES}
    assert forms.OrganisationForm.start(owner)["max_api_key_days"] == 90


def test_roles_above_one_s_own_rank_are_not_offered(home, owner):
    names = {one.key for one in forms.grantable(factories.actor(home, "admin")).values()}
    assert "owner" not in names and "admin" in names
    assert "owner" in {one.key for one in forms.grantable(owner).values()}


def test_a_grant_is_over_the_account_a_team_or_a_target(home, owner):
    role = queries.builtin_role("analyst")
    team, target = teams.create(actor=owner, name="Shop team"), factories.target(home)
    for scope, tier, place in (
        ("account", "account", None),
        (f"team:{team.public_id}", "team", team),
        (f"target:{target.public_id}", "target", target),
    ):
        form = forms.GrantForm({"role": role.public_id, "scope": scope}, actor=owner)
        assert form.is_valid(), form.errors
        wish = form.wish()
        assert (wish.role, wish.tier, wish.team or wish.target) == (role, tier, place)


def test_what_belongs_to_others_cannot_be_granted_over(owner):
    theirs = factories.target(factories.organisation("Rival"))
    role = queries.builtin_role("analyst")
    form = forms.GrantForm({"role": role.public_id, "scope": f"target:{theirs.public_id}"}, actor=owner)
    assert "scope" in form.errors


def key_form(actor, **given):
    return forms.KeyForm({"name": "Pipeline", **given}, actor=actor)


def test_an_api_key_needs_a_role_and_a_personal_one_has_none(owner):
    assert "role" in key_form(owner, kind="probely").errors
    role = queries.builtin_role("scanner").public_id
    form = key_form(owner, kind="probely", role=role, scope="account", days_valid_for="7")
    assert form.is_valid()
    assert form.values()["days_valid_for"] == 7
    assert [wish.role.key for wish in form.values()["grants"]] == ["scanner"]
    personal = key_form(owner, kind="invicti", role=role, scope="account", days_valid_for="7")
    assert personal.is_valid()
    assert personal.values() == {"kind": "invicti", "name": "Pipeline"}


def test_whoever_may_make_no_keys_may_make_personal_ones(home):
    form = key_form(factories.actor(home, "developer"), kind="probely")
    assert "kind" in form.errors
    assert set(form.fields) == {"kind", "name"}
    assert key_form(factories.actor(home, "developer"), kind="cloneguard_access").is_valid()


def test_a_role_offers_no_permission_that_one_lacks(home, owner):
    def offered(actor):
        groups = forms.RoleForm(actor=actor).fields["permissions"].choices
        return {name for _, choices in groups for name, _ in choices}

    assert "organisation.own" not in offered(owner)  # of the built-in role alone
    assert offered(factories.actor(home, "analyst")) <= factories.actor(home, "analyst").held()


def test_a_label_keeps_a_colour_that_no_menu_has():
    form = forms.LabelForm({"name": "x", "color": "#12ab34"}, current="#12ab34", kind=False)
    assert form.is_valid() and form.cleaned_data == {"name": "x", "color": "#12ab34"}
    assert "color" in forms.LabelForm({"name": "x", "kind": "finding", "color": "#12ab34"}).errors


def test_a_scan_profile_comes_back_as_it_was_stored(owner):
    made = profiles.create(actor=owner, name="Mine", type="web", checks=["xss", "-xss-stored"], max_run_time=60)
    start = forms.ScanProfileForm.start(made)
    assert start["checks"] == "xss\n-xss-stored"
    form = forms.ScanProfileForm({name: "" if value is None else value for name, value in start.items()})
    assert form.is_valid(), form.errors
    for name, value in form.values().items():
        assert getattr(made, name) == value, name


def test_no_form_starts_with_a_role_that_may_do_much(home, owner):
    developer, scanner = (queries.builtin_role(key).public_id for key in ("developer", "scanner"))
    assert forms.InviteForm(actor=owner).initial["role"] == developer
    assert forms.GrantForm(actor=owner).initial["role"] == developer
    assert forms.KeyForm(actor=owner).initial["role"] == scanner
