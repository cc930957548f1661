"""What people change about themselves."""

from __future__ import annotations

from zoneinfo import available_timezones

from django.db import transaction

from vedette.server.audit import services as audit
from vedette.server.kernel import clock
from vedette.server.kernel.errors import Invalid, NotAllowed, NotFound
from vedette.server.tenancy import queries
from vedette.server.tenancy.actor import Actor
from vedette.server.tenancy.models import Organisation, User
from vedette.server.tenancy.services import inputs

THEMES = ("", "light", "dark")


@transaction.atomic
def change(
    *,
    actor: Actor,
    name: str | None = None,
    title: str | None = None,
    timezone: str | None = None,
    theme: str | None = None,
) -> User:
    """Changes the actor's own name, title, time zone (an IANA name) or theme (empty: as the browser says)."""
    if actor.kind != "person" or actor.user is None:
        raise NotAllowed()
    user = User.objects.select_for_update(no_key=True).get(pk=actor.user.pk)
    before = {"name": user.name, "title": user.title, "timezone": user.timezone, "theme": user.theme}
    if name is not None:
        user.name = inputs.text(name, field="name", limit=60, empty=True)
    if title is not None:
        user.title = inputs.title(title)
    if timezone is not None:
        user.timezone = _one_of(timezone, available_timezones(), "timezone")
    if theme is not None:
        user.theme = _one_of(theme, THEMES, "theme")
    after = {"name": user.name, "title": user.title, "timezone": user.timezone, "theme": user.theme}
    if after != before:
        user.changed_at, user.changed_by = clock.now(), user
        user.save(update_fields=(*after, "changed_at", "changed_by"))
        audit.record(
            kind="person.changed",
            actor=actor,
            organisation=actor.organisation,
            object_kind="person",
            object_id=user.public_id,
            object_name=user.email,
            before=before,
            after=after,
        )
    return user


def switch_organisation(*, user: User, organisation: Organisation) -> None:
    """Chooses where a person works now. Raises NotFound when they do not belong there."""
    if not queries.organisations_of(user).filter(pk=organisation.pk).exists():
        raise NotFound()
    User.objects.filter(pk=user.pk).update(current_organisation=organisation)
    user.current_organisation = organisation


def _one_of(value: str, choices: tuple[str, ...] | set[str], field: str) -> str:
    if value not in choices:
        raise Invalid(fields={field: [f'"{value}" is not a valid choice.']})
    return value
