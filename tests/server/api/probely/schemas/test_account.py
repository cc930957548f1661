from __future__ import annotations

import pytest

from vedette.server.api.probely.schemas import account as schemas
from vedette.server.api.probely.shapes import account as shape
from vedette.server.api.probely.shapes import audit
from vedette.server.audit.models import DomainEvent
from vedette.server.tenancy.models import Organisation


def test_answers_are_declared_as_they_are():
    home = Organisation(public_id="2" * 12, name="Shop")
    shown = [
        (schemas.AccountSchema, shape.account(home, [])),
        (schemas.PlanSchema, shape.account(home, [])["plan"]),
        (schemas.SettingsSchema, shape.settings(home, None)),
        (schemas.KeyPolicySchema, shape.key_policy(home)),
        (schemas.EntitlementsSchema, shape.entitlements()),
        (schemas.AuditEntrySchema, audit.entry(DomainEvent())),
    ]
    for schema, data in shown:
        assert set(schema().fields) == set(data), schema


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"speed": 15}, "speed"),
        ({"max_urls": 50_001}, "max_urls"),
        ({"type": "host"}, "type"),
        ({"vulnerabilities": {}}, "vulnerabilities"),
        ({"name": "x" * 256}, "name"),
    ],
)
def test_wrong_profiles_are_refused(change, field):
    given = schemas.ProfileInputSchema(data={"name": "x", **change})
    assert not given.is_valid() and list(given.errors) == [field]


def test_profiles_are_answered_as_declared(api):
    data = api.get("/scan-profiles/normal/").data
    assert set(schemas.ProfileSchema().fields) == set(data)
