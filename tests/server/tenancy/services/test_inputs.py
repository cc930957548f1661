"""What people type is checked before it is written."""

import pytest

from vedette.server.kernel.errors import Invalid
from vedette.server.tenancy.models import Label, User
from vedette.server.tenancy.services import inputs


def test_texts_lose_their_outer_space():
    assert inputs.text("  Shop ", field="name") == "Shop"
    assert inputs.text("", field="name", empty=True) == ""


@pytest.mark.parametrize("value", ["", "   ", "x" * 11, "a\nb", "a\x00b", "\ud800"])
def test_other_texts_are_refused_by_field(value):
    with pytest.raises(Invalid) as caught:
        inputs.text(value, field="name", limit=10)
    assert list(caught.value.fields) == ["name"]


def test_addresses_are_lower_case():
    assert inputs.email(" Ann@Shop.TEST ") == "ann@shop.test"


@pytest.mark.parametrize("value", ["", "ann", "ann@", "a b@shop.test", "x" * 64 + "@" + "y" * 250 + ".test", "a@b\n.c"])
def test_other_addresses_are_refused(value):
    with pytest.raises(Invalid):
        inputs.email(value)


@pytest.mark.parametrize("password", ["", "short", "password123", "ann@shop.test"])
def test_weak_passwords_are_refused(password):
    with pytest.raises(Invalid) as caught:
        inputs.password_hash(password, address="ann@shop.test")
    assert caught.value.fields["password"]


def test_a_good_password_becomes_a_hash():
    hashed = inputs.password_hash("correct horse 42", address="ann@shop.test")
    assert "correct" not in hashed
    assert User(password=hashed).check_password("correct horse 42")


def test_titles_come_from_the_list():
    assert inputs.title("cto") == "cto"
    with pytest.raises(Invalid):
        inputs.title("king")


def test_only_labels_for_people_of_the_organisation_fit(organisation, other):
    fits = Label(organisation=organisation, kind="user", name="a")
    assert inputs.person_labels([fits], organisation) == [fits]
    for misfit in (Label(organisation=other, kind="user"), Label(organisation=organisation, kind="target")):
        with pytest.raises(Invalid):
            inputs.person_labels([fits, misfit], organisation)
