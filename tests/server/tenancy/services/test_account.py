"""Settings of an organisation, and its emergency stop."""

import pytest

from vedette.server.audit.models import DomainEvent
from vedette.server.kernel.errors import Invalid, NotAllowed
from vedette.server.tenancy import queries
from vedette.server.tenancy.models import Organisation
from vedette.server.tenancy.services import account

pytestmark = pytest.mark.django_db


def test_settings_are_changed_and_recorded_with_what_stood_there(owner, organisation):
    account.change_settings(
        actor=owner, name="Shop Ltd", require_approver_name=True, maximum_acceptance_period=30, max_api_key_days=90
    )
    organisation.refresh_from_db()
    assert organisation.name == "Shop Ltd"
    assert organisation.require_approver_name
    assert organisation.maximum_acceptance_period == 30
    event = DomainEvent.objects.get(kind="organisation.changed")
    assert event.payload["before"] == {
        "name": "Shop",
        "require_approver_name": False,
        "maximum_acceptance_period": None,
    }
    assert event.payload["after"]["maximum_acceptance_period"] == 30


def test_the_same_again_is_no_change(owner, kinds):
    before = kinds()
    account.change_settings(actor=owner, require_approver_name=False, name="Shop")
    assert kinds() == before


def test_an_empty_period_is_none(owner, organisation):
    account.change_settings(actor=owner, maximum_acceptance_period=5)
    assert account.change_settings(actor=owner, maximum_acceptance_period=None).maximum_acceptance_period is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("require_approver_name", "yes"),
        ("require_approver_name", None),
        ("max_api_key_days", None),
        ("max_api_key_days", 0),
        ("max_api_key_days", True),
        ("maximum_acceptance_period", 4000),
        ("suspended", False),
        ("data_key", b"x"),
        ("name", 5),
        ("name", " "),
    ],
)
def test_wrong_values_are_refused_by_field(owner, organisation, field, value):
    with pytest.raises(Invalid) as caught:
        account.change_settings(actor=owner, **{field: value})
    assert list(caught.value.fields) == [field]
    assert Organisation.objects.get(pk=organisation.pk).name == "Shop"


@pytest.mark.parametrize("role", ["analyst", "developer", "auditor", "scanner"])
def test_only_owners_and_admins_may(actor, organisation, role):
    someone = actor(organisation, role)
    for act in (account.change_settings, account.stop_all, account.lift_stop, account.suspend, account.restore):
        with pytest.raises(NotAllowed):
            act(actor=someone)


def test_the_stop_is_set_and_lifted_once(admin, kinds, organisation):
    assert account.stop_all(actor=admin).paused
    account.stop_all(actor=admin)
    assert not account.lift_stop(actor=admin).paused
    account.lift_stop(actor=admin)
    assert [kind for kind in kinds() if kind.startswith("stop_all")] == ["stop_all.set", "stop_all.lifted"]


def test_operators_suspend_and_restore(owner, person, organisation, system):
    with pytest.raises(NotAllowed):
        account.suspend(actor=owner)
    account.suspend(actor=system)
    organisation.refresh_from_db()
    assert queries.actor_for_user(owner.user, organisation, "") is None
    account.restore(actor=system)
    organisation.refresh_from_db()
    assert queries.actor_for_user(owner.user, organisation, "").held() == owner.held()
