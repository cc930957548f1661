"""What protects the requests of a site, as it is shown: never with a key."""

from __future__ import annotations

from vedette.server.api.probely.shapes.small import Json
from vedette.server.targets import folder_logins, message_encryption, protections, signatures
from vedette.server.targets.models import Target


def state(row: Target, block: str) -> Json:
    """Whether it is set up, and switched on."""
    known = protections.of(row.settings, block)
    return {"configured": bool(known), "enabled": protections.is_on(row.settings, block)}


def signature(row: Target) -> Json:
    """How requests are signed; null where that was not said."""
    known = protections.of(row.settings, protections.SIGNATURE)
    return {**state(row, protections.SIGNATURE), **{name: known.get(name) for name in signatures.DEFAULTS}}


def folder_login(row: Target) -> Json:
    """The log-in by a folder of a Postman collection."""
    block = protections.POSTMAN
    known = protections.of(row.settings, block)
    return {
        **{name: known.get(name, default) for name, default in folder_logins.DEFAULTS.items()},
        "postman_authentication_configured": bool(known),
        "postman_authentication_enabled": protections.is_on(row.settings, block),
    }


def encryption(row: Target) -> Json:
    """How messages are encrypted; null where that was not said."""
    known = protections.of(row.settings, protections.MLE)
    return {**state(row, protections.MLE), **{name: known.get(name) for name in message_encryption.DEFAULTS}}
