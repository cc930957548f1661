from __future__ import annotations

import pytest

from tests.server import factories
from vedette.server.api.probely.schemas.target import SimpleTargetSchema, SiteBaseSchema, SiteSchema, TargetSchema
from vedette.server.api.probely.shapes import target as shape
from vedette.server.targets.models import Target


@pytest.fixture
def row(home):
    factories.target(home)
    return Target.objects.get()


def test_answers_are_declared_whole(row):
    assert set(shape.full(row, shape.profiles(()))) == set(TargetSchema().fields)
    assert set(shape.simple(row)) == set(SimpleTargetSchema().fields)
    assert set(shape.site(row)) == set(SiteSchema().fields)
    assert set(shape.site_base(row)) == set(SiteBaseSchema().fields)


def test_what_the_server_sets_is_ignored():
    read = TargetSchema(data={"id": "x", "highs": 9, "site": {"id": "y", "verified": True}, "unknown": 1}, partial=True)
    assert read.is_valid()
    assert read.validated_data == {"site": {}}


def test_null_means_unset():
    read = TargetSchema(
        data={"site": {"desc": None, "headers": None, "form_login": None}, "blackout_period": None}, partial=True
    )
    assert read.is_valid(), read.errors
