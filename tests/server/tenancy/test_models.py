"""What the tables themselves refuse."""

import pytest
from django.db import IntegrityError, transaction

from vedette.server.tenancy import queries, rules
from vedette.server.tenancy.models import ApiKey, Label, Membership, Role, RoleGrant, Team, User

pytestmark = pytest.mark.django_db


def refused(make):
    with pytest.raises(IntegrityError), transaction.atomic():
        make()


def test_addresses_are_unique_whatever_their_case():
    user = User.objects.create_user("Ann@Shop.test", "x")
    assert user.email == "ann@shop.test"
    assert User.objects.get_by_natural_key("ANN@shop.test") == user
    refused(lambda: User.objects.create(email="ANN@shop.test"))


def test_a_user_without_a_password_cannot_use_one():
    assert not User.objects.create_user("bob@shop.test").has_usable_password()


def test_names_are_unique_within_an_organisation_whatever_their_case(organisation, other):
    for model, fields in ((Team, {}), (Role, {}), (Label, {"kind": "target"})):
        model.objects.create(organisation=organisation, name="Blue", **fields)
        model.objects.create(organisation=other, name="Blue", **fields)
        refused(
            lambda model=model, fields=fields: model.objects.create(organisation=organisation, name="bLUE", **fields)
        )
    Label.objects.create(organisation=organisation, name="Blue", kind="finding")


def test_a_built_in_role_exists_once(organisation):
    refused(lambda: Role.objects.create(organisation=None, key="owner", name="Boss"))


def test_people_belong_once(organisation, person):
    user = person(organisation)
    refused(lambda: Membership.objects.create(organisation=organisation, user=user))


def test_a_grant_has_exactly_one_holder(organisation, person):
    role, user = queries.builtin_role("admin"), person(organisation)
    key = ApiKey.objects.create(organisation=organisation, name="k", key_hash=rules.hash_of("k"))
    refused(lambda: RoleGrant.objects.create(organisation=organisation, role=role))
    refused(lambda: RoleGrant.objects.create(organisation=organisation, role=role, user=user, key=key))


def test_names_stand_for_the_rows(organisation, person):
    user = person(organisation)
    assert str(user) == user.name
    assert str(User(email="x@y.test")) == "x@y.test"
    assert str(organisation) == "Shop"
