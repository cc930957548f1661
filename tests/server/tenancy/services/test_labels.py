"""Labels."""

import pytest

from vedette.server.kernel.errors import Invalid, NotAllowed
from vedette.server.tenancy.models import Label
from vedette.server.tenancy.services import labels

pytestmark = pytest.mark.django_db


def test_a_label_is_made_changed_and_deleted(admin, kinds):
    label = labels.create(actor=admin, kind="target", name=" prod ", color="#ff0000")
    assert (label.name, label.color, label.changed_by) == ("prod", "#ff0000", admin.user)
    labels.change(actor=admin, label=label, name="live", color="")
    label.refresh_from_db()
    assert (label.name, label.color) == ("live", "")
    labels.change(actor=admin, label=label, name="live")
    labels.delete(actor=admin, label=label)
    assert not Label.objects.exists()
    assert [kind for kind in kinds() if kind.startswith("label")] == ["label.created", "label.changed", "label.deleted"]


@pytest.mark.parametrize("color", ["red;", "#ff 000", "x" * 41, "url(x)", "\n"])
def test_a_colour_cannot_carry_anything_else(admin, color):
    with pytest.raises(Invalid) as caught:
        labels.create(actor=admin, kind="target", name="a", color=color)
    assert list(caught.value.fields) == ["color"]


def test_names_are_unique_by_kind(admin):
    labels.create(actor=admin, kind="target", name="prod")
    labels.create(actor=admin, kind="finding", name="prod")
    with pytest.raises(Invalid) as caught:
        labels.create(actor=admin, kind="target", name="PROD")
    assert list(caught.value.fields) == ["name"]
    with pytest.raises(Invalid):
        labels.create(actor=admin, kind="scan", name="prod")


def test_unknown_names_are_made_and_known_ones_found(actor, organisation, other):
    developer = actor(organisation, "developer")
    made = labels.ensure(actor=developer, kind="target", name="Prod", color="blue")
    assert labels.ensure(actor=developer, kind="target", name=" pROD ") == made
    assert labels.ensure(actor=developer, kind="finding", name="Prod") != made
    assert labels.ensure(actor=actor(other), kind="target", name="Prod") != made
    assert Label.objects.count() == 3


def test_those_who_change_nothing_make_no_labels(actor, organisation, admin):
    labels.create(actor=admin, kind="target", name="prod")
    auditor = actor(organisation, "auditor")
    assert labels.ensure(actor=auditor, kind="target", name="prod").name == "prod"
    with pytest.raises(NotAllowed):
        labels.ensure(actor=auditor, kind="target", name="new")
    with pytest.raises(NotAllowed):
        labels.ensure(actor=actor(organisation, "developer"), kind="user", name="new")
    with pytest.raises(Invalid):
        labels.ensure(actor=admin, kind="target", name="  ")
    with pytest.raises(Invalid):
        labels.ensure(actor=admin, kind="target", name="a\x00b")


def test_others_may_not(admin, actor, organisation, other):
    label = labels.create(actor=admin, kind="target", name="prod")
    for someone in (actor(organisation, "developer"), actor(other, "owner")):
        with pytest.raises(NotAllowed):
            labels.change(actor=someone, label=label, name="mine")
        with pytest.raises(NotAllowed):
            labels.delete(actor=someone, label=label)
