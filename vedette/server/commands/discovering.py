"""What `vedette discoveries` does once Django is up."""

from __future__ import annotations

from typing import Any

from vedette.server.commands.acting import actor_of
from vedette.server.discovery import queries
from vedette.server.discovery.services import runs
from vedette.server.kernel.errors import Conflict, Invalid
from vedette.server.targets import queries as targets
from vedette.server.targets.models import Domain
from vedette.server.tenancy.actor import Actor

MOST = 50


def start(*, domain: str, organisation: str) -> str:
    """Asks for a discovery of a domain; its id. Raises Invalid, Conflict."""
    actor = actor_of(organisation)
    return str(runs.start(actor, _domain(actor, domain)).public_id)


def cancel(*, domain: str, organisation: str) -> str:
    """Stops the one that is under way; its id. Raises Invalid, Conflict."""
    actor = actor_of(organisation)
    found = queries.active_run(_domain(actor, domain))
    if found is None:
        raise Conflict("invalid_state", f"No discovery of {domain} is under way.")
    return str(runs.cancel(actor, found).public_id)


def rows(*, organisation: str) -> list[dict[str, Any]]:
    """The last discoveries, newest first. Raises Invalid."""
    return [
        {
            "id": run.public_id,
            "domain": str(run.domain_then.get("hostname", "")),
            "status": run.status,
            "names": run.names_count,
            "assets": run.assets_count,
            "new": run.new_count,
        }
        for run in queries.runs_for_actor(actor_of(organisation))[:MOST]
    ]


def _domain(actor: Actor, hostname: str) -> Domain:
    found = targets.domains_for_actor(actor).filter(hostname=hostname.strip().lower()).first()
    if found is None:
        raise Invalid(fields={"domain": [f"{actor.organisation.name} has no domain {hostname}: add it first."]})
    return found
