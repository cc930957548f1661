"""Wipes settings that belong together, with the rows that they rest on."""

from __future__ import annotations

from django.db import transaction

from vedette.server.agents import services as agents
from vedette.server.agents.models import Run
from vedette.server.targets import api_settings, logins
from vedette.server.targets.models import LogoutDetector, Sequence, Target
from vedette.server.targets.services import switches, targets
from vedette.server.targets.services.permits import permit
from vedette.server.tenancy.actor import Actor

API = "api-auth"
BLOCKS = (*logins.BLOCKS, API)


def wipe(actor: Actor, target: Target, block: str) -> Target:
    """Sets all settings of a block (one of BLOCKS) back to their defaults; its sequences or detectors are removed,
    and a running scan goes on without them. Raises NotAllowed, NotFound."""
    with transaction.atomic():
        locked = permit(actor, target, lock=True)
        if block == "sequence-login":
            Sequence.objects.filter(target=locked, kind="login").delete()
        if block == "logout-detection":
            LogoutDetector.objects.filter(target=locked).delete()
        if block != API:
            given = {name: logins.DEFAULTS[name] for name in logins.BLOCKS[block]}
        elif locked.kind == "api":
            given = {api_settings.NAME: {name: api_settings.DEFAULTS[name] for name in api_settings.LOGIN}}
        else:
            given = {}
        changed = targets.change(actor, locked, **given)
        switches.settle(actor, changed)
        # A worker keeps what it was told: only one that is told anew knows the settings of now.
        agents.take_back(Run.objects.filter(scan__target=locked))
    return changed
