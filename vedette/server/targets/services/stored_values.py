"""What stored credentials put in the place of references to them, in the settings of a target."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote_plus

from django.db.models import Q, QuerySet

from vedette.server.targets import references
from vedette.server.targets.logins import Pair
from vedette.server.targets.models import Credential, Target
from vedette.server.tenancy import queries as tenancy

TABLE = "credential"
COLUMN = "value"


def opened(row: Credential) -> str:
    """The value of a credential, in the open."""
    sealed = tenancy.unseal(row.organisation, row.sealed, table=TABLE, public_id=row.public_id, column=COLUMN)
    return sealed.decode()


def usable(target: Target) -> QuerySet[Credential]:
    """The credentials that may be used in a target: those of the account, and those of its teams."""
    rows = Credential.objects.select_related("organisation").filter(organisation=target.organisation_id)
    teams = list(target.teams.values_list("pk", flat=True))
    return rows.filter(Q(team=None) | Q(team__in=teams))


def filled(target: Target, text: str, written: Callable[[str], str] = str) -> str:
    """The text with values in the place of references, each as `written` where the text needs another form. What the
    target may not use, or what does not exist, stays as it is: a reference tells nobody anything."""
    known = _known(target, text)
    return references.filled(text, lambda one: written(opened(known[one])) if one in known else None)


def filled_pairs(target: Target, pairs: list[Pair]) -> list[Pair]:
    """Names with values; what comes from a sensitive credential is hidden."""
    found: list[Pair] = []
    for pair in pairs:
        known = _known(target, pair.value)
        hidden = pair.hidden or any(row.sensitive for row in known.values())
        found.append(replace(pair, value=filled(target, pair.value), hidden=hidden) if known else pair)
    return found


def filled_payload(target: Target, text: str) -> str:
    """A payload with values in the place of references, written as its form (JSON, or a form's) asks for it."""
    if references.is_reference(text):
        return filled(target, text)
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return filled(target, text, quote_plus)
    return filled(target, text, lambda value: json.dumps(value)[1:-1])


def _known(target: Target, text: str) -> dict[str, Credential]:
    wanted = references.ids_in(text)
    if not wanted:
        return {}
    return {row.public_id: row for row in usable(target).filter(public_id__in=wanted)}
