"""Filters of lists that a person keeps under a name."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from vedette.server.findings import queries
from vedette.server.findings.models import SavedView
from vedette.server.kernel.errors import Invalid, LimitReached, NotAllowed, NotFound
from vedette.server.tenancy.actor import Actor
from vedette.server.tenancy.services import inputs

MOST = 50
_MAX_NAME, _MAX_QUERY = 80, 1000


def save(*, actor: Actor, name: str, query: str, page: str = "findings") -> SavedView:
    """Keeps a query string under a name. Raises Invalid for a name that is taken, LimitReached for one too many."""
    if actor.user is None:
        raise NotAllowed()
    chosen = inputs.text(name, field="name", limit=_MAX_NAME)
    if len(query) > _MAX_QUERY:
        raise Invalid(fields={"name": ["This filter is too long to be kept."]})
    if queries.saved_views(actor, page).count() >= MOST:
        raise LimitReached("too_many_views", f"At most {MOST} views can be kept; delete one first.")
    try:
        with transaction.atomic():
            return SavedView.objects.create(
                organisation=actor.organisation, user=actor.user, page=page, name=chosen, query=query
            )
    except IntegrityError:
        raise Invalid(fields={"name": ["You have a view of this name already."]}) from None


def delete(*, actor: Actor, public_id: str) -> None:
    """Forgets a view of one's own. Raises NotFound."""
    own = SavedView.objects.filter(organisation=actor.organisation, user__isnull=False, user=actor.user)
    if not own.filter(public_id=public_id).delete()[0]:
        raise NotFound()
