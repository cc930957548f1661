"""Targets from a list: the good ones are added, the others told why not."""

from __future__ import annotations

import pytest

from tests.server import factories
from tests.server.layers import shared
from vedette.server.kernel.errors import Invalid, NotAllowed
from vedette.server.targets import rules
from vedette.server.targets.models import Target
from vedette.server.targets.services import importing
from vedette.server.tenancy.actor import system_actor


@shared
def home():
    return factories.organisation("Home")


def rows(*given):
    return [lambda one=one: one for one in given]


def test_good_rows_are_added_and_bad_ones_told(home):
    good = {"url": "http://a.example.org/", "name": "A"}
    found = importing.add_all(
        system_actor(home), rows(good, {"url": "nonsense"}, good, {"url": "http://b.example.org/"})
    )
    assert [(row, target.url) for row, target in found.added] == [
        (1, "http://a.example.org/"),
        (4, "http://b.example.org/"),
    ]
    assert [(fault.row, list(fault.error.fields)) for fault in found.faults] == [(2, ["site.url"]), (3, ["site.url"])]
    assert Target.objects.count() == 2


@pytest.mark.parametrize("count", [0, rules.MAX_BULK + 1])
def test_not_none_and_not_too_many(home, count):
    with pytest.raises(Invalid) as refused:
        importing.add_all(system_actor(home), rows(*[{"url": "http://a.example.org/"}] * count))
    assert list(refused.value.fields) == ["file"]


def test_needs_the_right(home):
    with pytest.raises(NotAllowed):
        importing.add_all(factories.actor(home, "developer"), rows({"url": "http://a.example.org/"}))
    assert not Target.objects.exists()
