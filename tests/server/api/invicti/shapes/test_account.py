from __future__ import annotations

from vedette.server.api.invicti.shapes import account


def test_a_person_is_told_who_they_are(actor):
    actor.user.timezone = "Europe/Berlin"
    assert account.health_check(actor) == {
        "DateFormat": "dd/MM/yyyy",
        "DisplayName": actor.name,
        "Email": actor.email,
        "AlternateLoginEmail": None,
        "TimeZoneInfo": "Europe/Berlin",
    }
