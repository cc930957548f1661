"""`/account/`: the organisation and its settings."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from vedette.server.api.probely.base import ProbelyView
from vedette.server.api.probely.schemas.account import AccountSchema, EntitlementsSchema, SettingsSchema
from vedette.server.api.probely.schemas.people import SlotsSchema
from vedette.server.api.probely.shapes import account as shape
from vedette.server.scans import queries as scans
from vedette.server.targets.services import blackouts
from vedette.server.tenancy.models import Organisation
from vedette.server.tenancy.services import account as services


class Account(ProbelyView):
    """The account as a whole."""

    @extend_schema(responses=AccountSchema)
    def get(self, request: Request) -> Response:
        """The organisation, its plan (none) and its limits (none)."""
        self.need("organisation.view")
        profiles = (row.key for row in scans.profiles(self.actor).order_by("pk"))
        return Response(shape.account(self.actor.organisation, profiles))


class AccountSettings(ProbelyView):
    """The settings for the whole account."""

    @extend_schema(responses=SettingsSchema)
    def get(self, request: Request) -> Response:
        """The settings."""
        self.need("organisation.view")
        return self.shown(self.actor.organisation)

    @extend_schema(request=SettingsSchema, responses=SettingsSchema)
    def put(self, request: Request) -> Response:
        """Changes what is given, as PATCH does."""
        return self.patch(request)

    @extend_schema(request=SettingsSchema, responses=SettingsSchema)
    def patch(self, request: Request) -> Response:
        """Changes what is given."""
        given = self.read(SettingsSchema, partial=True)
        given.pop("secrets_obfuscation", None)
        if blackouts.NAME in given:
            blackouts.change_organisation(actor=self.actor, given=given.pop(blackouts.NAME))
        return self.shown(services.change_settings(actor=self.actor, **given))

    def shown(self, row: Organisation) -> Response:
        """The settings, with the blackout period for all targets."""
        return Response(shape.settings(row, blackouts.of_organisation(row)))


class AvailableSlots(ProbelyView):
    """Room for more targets."""

    @extend_schema(responses=SlotsSchema)
    def get(self, request: Request) -> Response:
        """How many more targets there may be: null, as nothing limits them."""
        return Response({"available_slots": None})


class Entitlements(ProbelyView):
    """What this installation can do."""

    @extend_schema(responses=EntitlementsSchema)
    def get(self, request: Request) -> Response:
        """Features and limits."""
        return Response(shape.entitlements())
