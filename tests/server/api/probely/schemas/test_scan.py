from __future__ import annotations

from tests.server import factories
from vedette.server.api.probely.schemas.scan import (
    BulkStartSchema,
    ResumeSchema,
    ScanSchema,
    StartSchema,
    TargetOptionsSchema,
)
from vedette.server.api.probely.shapes import scan_full
from vedette.server.api.probely.shapes.target import profiles


def test_answers_are_declared_whole(home):
    shown = scan_full.full(factories.start(factories.target(home)), profiles(()))
    assert set(shown) == set(ScanSchema().fields)
    assert set(shown["target_options"]) == set(TargetOptionsSchema().fields)


def test_only_the_free_text_can_be_changed():
    assert [name for name, field in ScanSchema().fields.items() if not field.read_only] == ["user_data"]


def test_nothing_is_needed():
    for schema in (StartSchema, ResumeSchema):
        assert schema(data={}).is_valid()


def test_targets_by_id():
    read = BulkStartSchema(data={"targets": ["a", {"id": "b"}], "overrides": {"scan_profile": {"id": "safe"}}})
    assert read.is_valid()
    assert read.validated_data["targets"] == ["a", "b"]
    assert read.validated_data["overrides"]["scan_profile"] == "safe"
