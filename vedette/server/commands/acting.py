"""For which organisation a command works: the one that is named, or the only one."""

from __future__ import annotations

from vedette.server.commands import standing
from vedette.server.kernel.errors import Invalid
from vedette.server.tenancy import queries as tenancy
from vedette.server.tenancy.actor import Actor, system_actor
from vedette.server.tenancy.models import Organisation

WHO = "the command line"


def actor_of(text: str) -> Actor:
    """The system, acting in the organisation of this name or id; without one, in the only one there is. Raises Invalid,
    and Problem when this instance cannot be worked with."""
    standing.usable()
    several: list[Organisation] = []
    if text:
        found = tenancy.organisation_named(text)
    else:
        several = list(Organisation.objects.order_by("pk")[:2])
        found = several[0] if len(several) == 1 else None
    if found is None:
        raise Invalid(fields={"organisation": [_none_found(text, any_at_all=bool(several))]})
    return system_actor(found, WHO)


def _none_found(text: str, *, any_at_all: bool) -> str:
    if text:
        return f"There is none (or more than one) named {text!r}."
    return "There are several: name one by --organisation." if any_at_all else "There is none yet."
