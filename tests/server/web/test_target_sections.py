"""The sections of a target's settings; storing them is in the tests of the view."""

from __future__ import annotations

import pytest
from django.http import QueryDict

from tests.server import factories
from tests.server.layers import shared
from vedette.server.kernel.errors import Invalid
from vedette.server.targets.services import targets
from vedette.server.web import target_sections as sections
from vedette.server.web.target_forms import ItemForm


@shared
def actor():
    return factories.actor(factories.organisation())


@shared
def target(actor):
    return factories.target(actor.organisation)


@pytest.mark.parametrize("section", sections.NAMES)
def test_each_section_has_a_template_and_its_context(actor, target, section):
    shown = sections.context(actor, target, section, QueryDict())
    assert (shown["section"], shown["may"]) == (section, True)


def test_items_are_told_with_their_kind_and_secrets_hidden(actor, target):
    for kind, name in (("cookie", "session"), ("header", "X-Key")):
        given = {"kind": kind, "name": name, "value": "hidden-value", "authentication": False, "sensitive": True}
        targets.change(actor, target, **sections.with_item(target, given))
        target = type(target).objects.get(pk=target.pk)
    found = sections.items(target)
    assert [(one["kind"], one["name"]) for one in found] == [("header", "X-Key"), ("cookie", "session")]
    assert all("hidden-value" not in one["value"] for one in found)


def test_an_unknown_kind_removes_nothing(target):
    assert sections.without_item(target, "nonsense", "x") == {}


def test_the_tester_is_silent_until_asked(actor, target):
    assert sections.context(actor, target, "scope", QueryDict())["answer"] is None
    assert sections.context(actor, target, "scope", QueryDict("url=x"))["answer"].reason


def test_faults_of_a_form_are_told_as_services_tell_theirs():
    form = ItemForm({"kind": "x"})
    error = sections.invalid(form)
    assert isinstance(error, Invalid)
    assert set(error.fields) == {"kind", "name"}
