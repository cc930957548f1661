"""What `vedette audit` does once Django is up."""

from __future__ import annotations

from vedette.server.audit import queries, services
from vedette.server.commands import standing
from vedette.server.tenancy.models import Organisation


def verify_all() -> list[str]:
    """Seals what waits, then one line per organisation, `ok` or `BROKEN` with what is wrong."""
    standing.usable()
    while services.seal():
        pass
    lines = []
    for organisation in [None, *Organisation.objects.order_by("pk")]:
        name = organisation.name if organisation else "the instance"
        faults = queries.verify(organisation)
        lines += [f"BROKEN {name}: {fault.text}" for fault in faults] or [f"ok {name}"]
    return lines
