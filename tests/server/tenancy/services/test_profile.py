"""What people change about themselves."""

import pytest

from vedette.server.kernel.errors import Invalid, NotAllowed, NotFound
from vedette.server.tenancy import queries
from vedette.server.tenancy.models import Membership
from vedette.server.tenancy.services import profile

pytestmark = pytest.mark.django_db


def test_everybody_changes_themselves(actor, organisation, kinds):
    me = actor(organisation, "scanner")
    user = profile.change(actor=me, name=" Ann ", title="cto", timezone="Europe/Berlin", theme="dark")
    user.refresh_from_db()
    assert (user.name, user.title, user.timezone, user.theme) == ("Ann", "cto", "Europe/Berlin", "dark")
    assert user.changed_by == user
    profile.change(actor=me, name="Ann")
    assert kinds().count("person.changed") == 1


@pytest.mark.parametrize(
    ("field", "value"), [("timezone", "../etc/passwd"), ("theme", "pink"), ("title", "king"), ("name", "x" * 61)]
)
def test_wrong_values_are_refused_by_field(admin, field, value):
    with pytest.raises(Invalid) as caught:
        profile.change(actor=admin, **{field: value})
    assert list(caught.value.fields) == [field]


def test_the_system_has_no_profile(system):
    with pytest.raises(NotAllowed):
        profile.change(actor=system, name="Robot")


def test_people_switch_between_their_organisations(person, organisation, other):
    user = person(organisation)
    with pytest.raises(NotFound):
        profile.switch_organisation(user=user, organisation=other)
    Membership.objects.create(user=user, organisation=other)
    profile.switch_organisation(user=user, organisation=other)
    user.refresh_from_db()
    assert queries.current_organisation(user) == other
