"""The mailbox behind the address by which a person signs in: whether they have shown that it is theirs."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.db import transaction

from vedette.server.audit import services as audit
from vedette.server.tenancy import queries
from vedette.server.tenancy.models import User


def address_of(user: User) -> EmailAddress:
    """The record of the person's address, made when missing; not confirmed until somebody opens the link that was sent
    there."""
    with transaction.atomic():
        first = not EmailAddress.objects.filter(user=user, primary=True).exists()
        found, _ = EmailAddress.objects.get_or_create(user=user, email=user.email.lower(), defaults={"primary": first})
    return found


def is_confirmed(user: User) -> bool:
    """Whether the person has shown that the mailbox of their address is theirs."""
    return bool(EmailAddress.objects.filter(user=user, email__iexact=user.email, verified=True).exists())


def note_confirmed(user: User, *, address: str = "") -> None:
    """Records that a person has confirmed their address, in each organisation that they belong to; `address` is where
    the request came from."""
    with transaction.atomic():
        for organisation in queries.organisations_of(user):
            audit.record(
                kind="person.address_confirmed",
                actor=queries.actor_for_user(user, organisation, address),
                organisation=organisation,
                object_kind="person",
                object_id=user.public_id,
                object_name=user.email,
            )
