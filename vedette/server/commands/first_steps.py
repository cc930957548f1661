"""What an instance needs before anybody signs in: its schema, its key ring, and the rows that every instance has."""

from __future__ import annotations

from vedette.server.commands import standing, upgrade
from vedette.server.scans.services import profiles
from vedette.server.tenancy.models import Organisation, User
from vedette.server.tenancy.services import setup


def first_steps(*, retry_upgrade: bool = False) -> dict[str, object]:
    """Makes the instance ready; gives a one-time set-up token while nobody can sign in, and the number of
    organisations. Raises Problem where it would be wrong to go on."""
    upgrade.migrate(again=retry_upgrade)
    standing.open_keys(create=True)
    setup.ensure_builtin_roles()
    profiles.ensure_builtin()
    token = "" if User.objects.exists() else setup.setup_link()
    return {"setup_token": token, "organisations": Organisation.objects.count()}
