"""What `vedette user` does once Django is up."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse

from vedette.server.commands.first_steps import first_steps
from vedette.server.commands.running import shown
from vedette.server.kernel.errors import Invalid
from vedette.server.tenancy import queries as tenancy
from vedette.server.tenancy.models import Organisation
from vedette.server.tenancy.services import setup


@dataclass(frozen=True, slots=True)
class Added:
    """What the new person needs: the key's secret, or the path of the page on which they choose a password."""

    key: str = ""
    path: str = ""


def add_person(*, email: str, role: str, name: str, organisation: str, password: str | None, with_key: bool) -> Added:
    """Adds a person to an organisation, made when there is none. Raises Invalid, Conflict."""
    first_steps()
    home = _organisation(organisation) if organisation else None
    if password is None and not with_key:
        token = setup.invite_user(email=email, role=role, name=name, organisation=home)
        return Added(path=reverse("web:join", args=[token]))
    _, secret = setup.add_user(
        email=email, role=role, name=name, password=password, organisation=home, with_key=with_key
    )
    return Added(key=secret or "")


def set_password(*, email: str, password: str) -> None:
    """A new password for somebody who cannot sign in. Raises NotFound, Invalid."""
    first_steps()
    setup.set_password(email=email, password=password)


def address(path: str) -> str:
    """A page's address as people of this platform open it."""
    chosen = settings.VEDETTE
    scheme = "https" if chosen.https else "http"
    name = next((host for host in chosen.hosts if not host.startswith((".", "*"))), "")
    return f"{scheme}://{name}{path}" if name else f"{scheme}://{shown(chosen.host)}:{chosen.port}{path}"


def _organisation(text: str) -> Organisation:
    found = tenancy.organisation_named(text)
    if found is None:
        raise Invalid(fields={"organisation": [f"There is none (or more than one) named {text!r}."]})
    return found
