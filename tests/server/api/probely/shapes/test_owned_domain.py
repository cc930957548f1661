from __future__ import annotations

from vedette.server.api.probely.schemas.account import DomainSchema
from vedette.server.api.probely.shapes import owned_domain as shape
from vedette.server.targets.models import Domain


def test_a_domain_keeps_its_port_in_its_name():
    row = Domain(public_id="2" * 12, hostname="shop.example:8443", verified=True, method="file")
    data = shape.full(row)
    assert (data["hostname"], data["port"], data["verified"]) == ("shop.example:8443", 8443, True)
    assert data["verification_token"] == str(row.token)
    assert set(DomainSchema().fields) == set(data)
