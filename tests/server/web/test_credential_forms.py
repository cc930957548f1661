"""Forms of credentials, and what is offered in their stead."""

from __future__ import annotations

from tests.server import factories
from tests.server.layers import shared
from vedette.server.targets.models import Target
from vedette.server.targets.references import uri
from vedette.server.targets.services import credentials
from vedette.server.tenancy.services import teams
from vedette.server.web.credential_forms import CredentialForm, offered


@shared
def home():
    return factories.organisation()


@shared
def owner(home):
    return factories.actor(home)


def test_a_new_one_needs_a_value_and_an_old_one_keeps_it(owner):
    form = CredentialForm({"name": "Key"}, actor=owner)
    assert list(form.errors) == ["value"]
    row = credentials.create(owner, name="Key", value="v")
    form = CredentialForm({"name": "Other", "team": ""}, actor=owner, current=row)
    assert form.is_valid()
    assert form.values() == {"name": "Other", "desc": "", "sensitive": False, "team": ""}
    assert CredentialForm.start(row) == {"name": "Key", "desc": "", "sensitive": True, "team": ""}


def test_only_what_may_be_used_is_offered(home, owner):
    team = teams.create(actor=owner, name="Shop")
    target = factories.target(home)
    wide = credentials.create(owner, name="Wide", value="v")
    own = credentials.create(owner, name="Own", value="v", team=team.public_id)
    inside = factories.target(home, teams=[team.public_id])
    assert offered(owner, target) == [(uri(wide.public_id), "Wide")]
    assert offered(owner, inside) == [(uri(own.public_id), "Own"), (uri(wide.public_id), "Wide")]
    assert offered(factories.actor(home, "developer"), Target.objects.get(pk=inside.pk)) == []
