"""What a site wants of who asks, with an address of its own in the API: it is set up there, with its secrets, and is
switched on there or among the settings of the site. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MTLS = "mtls"
SIGNATURE = "signature"
MLE = "mle"
POSTMAN = "postman_authentication"
BLOCKS = (MTLS, SIGNATURE, MLE, POSTMAN)
"""Each is a name in `Target.settings`; what stands there holds no secret."""
SWITCHES = {
    "is_mtls_active": MTLS,
    "is_signature_active": SIGNATURE,
    "is_mle_active": MLE,
    "postman_authentication_enabled": POSTMAN,
}
"""The setting of the site that switches each on."""
_MISSING = {
    MTLS: "Hand in a client certificate first.",
    SIGNATURE: "Say first how requests are signed.",
    MLE: "Hand in the key first for which messages are encrypted.",
    POSTMAN: "Name first the folder whose requests log in.",
}


def of(settings: Mapping[str, Any], block: str) -> dict[str, Any]:
    """What is known of a protection; empty when it is not set up."""
    return dict(settings.get(block) or {})


def is_on(settings: Mapping[str, Any], block: str) -> bool:
    """Whether it is set up, and switched on."""
    return bool(of(settings, block).get("enabled"))


def faults(settings: Mapping[str, Any], values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Which of the switches given cannot be switched on, and why."""
    return [(name, _MISSING[block]) for name, block in SWITCHES.items() if values.get(name) and not of(settings, block)]


def missing(block: str) -> str:
    """What to say to whoever switches on what is not set up."""
    return _MISSING[block]


def switched(settings: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """The settings with the switches among the values set; those of what is not set up stay off."""
    found = dict(settings)
    for name, block in SWITCHES.items():
        if name in values and of(settings, block):
            found[block] = {**of(settings, block), "enabled": bool(values[name])}
    return found
