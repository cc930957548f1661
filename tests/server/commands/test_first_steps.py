"""What every instance has before anybody signs in."""

import pytest

from tests.server import factories
from vedette.server.commands.first_steps import first_steps
from vedette.server.scans.models import ScanProfile
from vedette.server.tenancy import rules
from vedette.server.tenancy.models import Role
from vedette.server.tenancy.services import setup

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_fresh_instance_gets_roles_profiles_and_a_link(place):
    state = first_steps()
    assert state["organisations"] == 0
    assert setup.setup_open(state["setup_token"])
    assert set(Role.objects.values_list("key", flat=True)) == set(rules.BUILTIN_ROLES)
    assert ScanProfile.objects.filter(organisation=None, key="normal").exists()


def test_each_start_makes_a_new_link_until_somebody_is_there(place):
    first = first_steps()["setup_token"]
    second = first_steps()["setup_token"]
    assert not setup.setup_open(first)
    assert setup.setup_open(second)
    factories.person(factories.organisation())
    assert first_steps() == {"setup_token": "", "organisations": 1}
