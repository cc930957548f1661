"""Older addresses of ownership checks: of a target, of its site, of an extra host. Each looks at the host's domain."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from vedette.server.api.probely import lookup
from vedette.server.api.probely.schemas.account import VerifySchema
from vedette.server.api.probely.schemas.extra_host import ExtraHostSchema
from vedette.server.api.probely.schemas.target import SiteSchema, TargetSchema
from vedette.server.api.probely.shapes import target as shape
from vedette.server.api.probely.views.targets import TargetView
from vedette.server.kernel.errors import Conflict
from vedette.server.targets import ownership
from vedette.server.targets.models import Domain


class VerifyView(TargetView):
    """The base of checks: the answer says how it went, or that it is still running."""

    def check(self, domain: Domain | None) -> None:
        """Looks for the proof now."""
        method = self.read(VerifySchema)["type"]
        if domain is None:
            raise Conflict("no_domain", "This has no domain that ownership could be shown of.")
        ownership.start_check(self.actor, domain, method)


class TargetVerify(VerifyView):
    """The owner of a target's host."""

    @extend_schema(request=VerifySchema, responses=TargetSchema)
    def post(self, request: Request, target: str) -> Response:
        """Looks for the proof now."""
        self.check(lookup.target(self.actor, target).domain)
        return Response(shape.full(lookup.whole_target(self.actor, target), self.profiles()))


class SiteVerify(VerifyView):
    """The same, answered with the site."""

    @extend_schema(request=VerifySchema, responses=SiteSchema)
    def post(self, request: Request, target: str) -> Response:
        """Looks for the proof now."""
        self.check(lookup.target(self.actor, target).domain)
        return Response(shape.site(lookup.whole_target(self.actor, target), base=self.base))


class ExtraHostVerify(VerifyView):
    """The owner of an extra host."""

    @extend_schema(request=VerifySchema, responses=ExtraHostSchema)
    def post(self, request: Request, target: str, host: str) -> Response:
        """Looks for the proof now."""
        self.check(lookup.extra_host(self.actor, target, host).domain)
        return Response(shape.asset(lookup.extra_host(self.actor, target, host), with_target=False))
