"""`/discovery/`: how it stands, where names come from, how assets are kept."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from vedette.server.api.probely import paging
from vedette.server.api.probely.base import ProbelyView
from vedette.server.api.probely.errors import renamed
from vedette.server.api.probely.parameters import LIST
from vedette.server.api.probely.schemas.account import NamedSchema
from vedette.server.api.probely.schemas.discovery import DiscoverySettingsSchema, DiscoveryStatusSchema
from vedette.server.api.probely.schemas.small import page_of
from vedette.server.api.probely.shapes import discovery as shape
from vedette.server.discovery import providers, queries
from vedette.server.discovery.services import settings


class DiscoveryStatus(ProbelyView):
    """How discovery stands."""

    @extend_schema(responses=DiscoveryStatusSchema)
    def get(self, request: Request) -> Response:
        """Runs under way, the last that was completed, the next that is planned."""
        return Response(shape.status(queries.status(self.actor)))


class DiscoverySources(ProbelyView):
    """Where names come from."""

    @extend_schema(parameters=LIST, responses=page_of(NamedSchema))
    def get(self, request: Request) -> Response:
        """Every source, asked or not, the platform's own ways first."""
        self.actor.require(queries.VIEW)
        return paging.listed(request, providers.sources(self.actor.organisation), shape.source)


class DiscoverySettings(ProbelyView):
    """How assets are kept."""

    @extend_schema(responses=DiscoverySettingsSchema)
    def get(self, request: Request) -> Response:
        """The settings."""
        return Response(shape.settings(settings.current(self.actor)))

    @extend_schema(request=DiscoverySettingsSchema, responses=DiscoverySettingsSchema)
    def put(self, request: Request) -> Response:
        """As PATCH."""
        return self.patch(request)

    @extend_schema(request=DiscoverySettingsSchema, responses=DiscoverySettingsSchema)
    def patch(self, request: Request) -> Response:
        """Changes what is given."""
        given = shape.settings_fields(self.read(DiscoverySettingsSchema, partial=True))
        with renamed({ours: theirs for theirs, ours in shape.SETTINGS.items()}):
            return Response(shape.settings(settings.change(self.actor, **given)))
