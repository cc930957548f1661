from __future__ import annotations

from vedette.server.api.probely.shapes.domain import ownership
from vedette.server.kernel import clock
from vedette.server.targets.models import Domain


def test_without_a_domain_nothing_is_null_that_may_not_be():
    assert ownership(None) == {
        "verified": False,
        "verification_token": "",
        "verification_date": None,
        "verification_method": "",
        "verification_last_error": "",
    }


def test_a_failed_check_shows_too():
    domain = Domain(hostname="x.example.org", method="file", last_error="Not there.", checked_at=clock.now())
    shown = ownership(domain)
    assert (shown["verified"], shown["verification_last_error"]) == (False, "Not there.")
    assert shown["verification_token"] == str(domain.token)
    assert shown["verification_date"].endswith("Z")
