"""Reads together what this dialect tells of a user."""

from __future__ import annotations

from vedette.server.api.cloneguard.auth import ACCESS
from vedette.server.api.cloneguard.errors import Refused
from vedette.server.api.cloneguard.shapes import user as shape
from vedette.server.tenancy import holders, queries
from vedette.server.tenancy.actor import Actor
from vedette.server.tenancy.services import second_factor


def shown(actor: Actor) -> shape.Json:
    """The user whom an actor stands for."""
    person = actor.user
    if person is None:
        raise Refused(401, "unauthorized")
    latest = queries.sessions_for_actor(actor).first()
    about = shape.About(
        methods=second_factor.methods(person),
        recovery_codes_left=second_factor.recovery_codes_left(person),
        access_token=holders.personal_key(actor, ACCESS),
        partner=holders.has_dependents(actor.organisation),
        last_sign_in_at=latest.created_at if latest else None,
    )
    return shape.full(actor, person, about)
