"""What `vedette domains` does once Django is up."""

from __future__ import annotations

from typing import Any

from vedette.server.commands.first_steps import first_steps
from vedette.server.kernel.errors import Invalid
from vedette.server.targets.services import attestations
from vedette.server.tenancy import queries as tenancy
from vedette.server.tenancy.models import Organisation


def give(*, method: str, hostname: str, organisation: str, author: str, reason: str, agreement: str) -> str:
    """Records the operator's word about a name; its id. Raises Invalid, Conflict."""
    first_steps()
    given = attestations.give(
        method=method,
        hostname=hostname,
        organisation=_organisation(organisation) if organisation else None,
        author=author,
        reason=reason,
        agreement=agreement,
    )
    return str(given.public_id)


def withdraw(*, public_id: str, author: str, reason: str) -> str:
    """Takes a word back; the name that it was about. Raises NotFound, Invalid."""
    first_steps()
    return attestations.withdraw(public_id=public_id, author=author, reason=reason).hostname


def rows() -> list[dict[str, Any]]:
    """What is in force; the organisation is `*` for all."""
    first_steps()
    return [
        {
            "id": row.public_id,
            "method": row.method,
            "name": row.hostname,
            "organisation": _whose(row.organisation),
            "by": row.author,
            "why": row.reason,
        }
        for row in attestations.in_force()
    ]


def _whose(organisation: Organisation | None) -> str:
    return organisation.name if organisation is not None else "*"


def _organisation(text: str) -> Organisation:
    found = tenancy.organisation_named(text)
    if found is None:
        raise Invalid(fields={"organisation": [f"There is none (or more than one) named {text!r}."]})
    return found
