"""Ownership checks under the addresses of what is checked: a target, its site, an extra host."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from vedette.server.api.probely import lookup
from vedette.server.api.probely.base import ProbelyView
from vedette.server.api.probely.schemas.account import VerifySchema
from vedette.server.api.probely.schemas.extra_host import ExtraHostSchema
from vedette.server.api.probely.schemas.target import SiteSchema, TargetSchema
from vedette.server.api.probely.shapes import target as shape
from vedette.server.api.probely.views.targets import TargetView
from vedette.server.kernel.errors import NotFound
from vedette.server.targets import ownership
from vedette.server.targets.models import Domain


def check(view: ProbelyView, domain: Domain | None) -> None:
    """Looks for the proof now. What came of it stands with the domain."""
    method = view.read(VerifySchema)["type"]
    if domain is None:
        raise NotFound
    ownership.start_check(view.actor, domain, method)


class TargetVerify(TargetView):
    """The proof that a target is ours."""

    @extend_schema(request=VerifySchema, responses=TargetSchema)
    def post(self, request: Request, target: str) -> Response:
        """Looks for the proof now; the answer says how it went, or that it is still running."""
        check(self, lookup.target(self.actor, target).domain)
        return Response(shape.full(lookup.target(self.actor, target), self.profiles()))


class SiteVerify(ProbelyView):
    """The same, answered with the site."""

    @extend_schema(request=VerifySchema, responses=SiteSchema)
    def post(self, request: Request, target: str) -> Response:
        """Looks for the proof now."""
        check(self, lookup.target(self.actor, target).domain)
        return Response(shape.site(lookup.target(self.actor, target), base=self.base))


class ExtraHostVerify(ProbelyView):
    """The proof that an extra host is ours."""

    @extend_schema(request=VerifySchema, responses=ExtraHostSchema)
    def post(self, request: Request, target: str, host: str) -> Response:
        """Looks for the proof now."""
        check(self, lookup.extra_host(self.actor, target, host).domain)
        return Response(shape.asset(lookup.extra_host(self.actor, target, host), with_target=False))
