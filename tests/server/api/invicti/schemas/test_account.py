from __future__ import annotations

from vedette.server.api.invicti.schemas.account import UserHealthCheckApiModel
from vedette.server.api.invicti.shapes import account


def test_the_declaration_names_what_is_answered(actor):
    assert list(UserHealthCheckApiModel().fields) == list(account.health_check(actor))
