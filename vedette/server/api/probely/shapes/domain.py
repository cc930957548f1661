"""What is known of the owner of a host."""

from __future__ import annotations

from vedette.server.api.probely.shapes.small import Json, moment
from vedette.server.targets.models import Domain


def ownership(domain: Domain | None) -> Json:
    """The verification fields of a site or extra host. Date and error may be those of a check that failed."""
    if domain is None:
        return {
            "verified": False,
            "verification_token": "",
            "verification_date": None,
            "verification_method": "",
            "verification_last_error": "",
        }
    return {
        "verified": domain.verified,
        "verification_token": str(domain.token),
        "verification_date": moment(domain.checked_at),
        "verification_method": domain.method,
        "verification_last_error": domain.last_error,
    }
