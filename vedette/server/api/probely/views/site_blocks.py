"""`/targets/{t}/form-login/` and the like: wiped, each answers the whole target. And the description of an API."""

from __future__ import annotations

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from vedette.server.api.probely import lookup
from vedette.server.api.probely.base import ProbelyView
from vedette.server.api.probely.schemas.site_parts import LoginCheckSchema, OtpCodeSchema, OtpResetSchema, UploadSchema
from vedette.server.api.probely.schemas.small import ErrorSchema
from vedette.server.api.probely.schemas.target import TargetSchema
from vedette.server.api.probely.shapes import target as shape
from vedette.server.api.probely.views.targets import TargetView
from vedette.server.kernel.errors import NotFound
from vedette.server.targets.services import blocks, descriptions, login_check, otp_codes


class BlockView(TargetView):
    """The base of what wipes a block of settings."""

    block = ""

    @extend_schema(responses={200: TargetSchema})
    def delete(self, request: Request, target: str) -> Response:
        """Wipes it."""
        row = lookup.target(self.actor, target)
        blocks.wipe(self.actor, row, self.block)
        return Response(shape.full(lookup.whole_target(self.actor, target), self.profiles()))


class FormLogin(BlockView):
    """The form log-in."""

    block = "form-login"


class SequenceLogin(BlockView):
    """The recorded log-in, with its sequences."""

    block = "sequence-login"


class BasicAuth(BlockView):
    """Basic authentication."""

    block = "basic-auth"


class LogoutDetection(BlockView):
    """What tells that nobody is logged in any more, with the detectors."""

    block = "logout-detection"


class SecondFactor(BlockView):
    """The second factor."""

    block = "otp"


class ApiAuth(BlockView):
    """The log-in of an API."""

    block = "api-auth"


class OtpReset(TargetView):
    """The address for one-time codes, made anew."""

    @extend_schema(request=None, responses=OtpResetSchema)
    def post(self, request: Request, target: str) -> Response:
        """The new address; the one before leads nowhere."""
        row = otp_codes.reset(self.actor, lookup.target(self.actor, target))
        return Response({"detail": {"otp_url": shape.otp_url(row, self.base)}})


class OtpCode(ProbelyView):
    """Where one-time codes are handed in: whoever knows the address may."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(request=OtpCodeSchema, responses=ErrorSchema)
    def post(self, request: Request, target: str, otp_url_token: str) -> Response:
        """Passes a code on to the log-in that waits for it."""
        given = self.read(OtpCodeSchema)
        otp_codes.hand_in(target, otp_url_token, given.get("otp") or given.get("otp_code"))
        return Response({"detail": "The code is passed on."})


class LoginCheck(TargetView):
    """A log-in, tried now."""

    @extend_schema(request=None, responses=LoginCheckSchema)
    def post(self, request: Request, target: str) -> Response:
        """Has a worker log in, and waits a while for what comes of it."""
        row = lookup.target(self.actor, target)
        tried = login_check.wait(self.actor, row, login_check.start(self.actor, row))
        status = "in_progress" if tried.ok is None else "success" if tried.ok else "failed"
        return Response({"status": status, "detail": tried.reason, "url": tried.url})


class DescriptionUpload(TargetView):
    """The description of an API, handed in."""

    @extend_schema(request={"multipart/form-data": UploadSchema}, responses={201: TargetSchema})
    def post(self, request: Request, target: str) -> Response:
        """Keeps the file in the place of the one before."""
        row = lookup.target(self.actor, target)
        given = self.read(UploadSchema)["file"]
        descriptions.store(self.actor, row, name=given.name, content=given.read())
        return Response(shape.full(lookup.whole_target(self.actor, target), self.profiles()), status=201)


class DescriptionDownload(TargetView):
    """The description of an API, given back."""

    @extend_schema(responses={(200, "application/json"): OpenApiTypes.ANY, (200, "application/yaml"): OpenApiTypes.STR})
    def get(self, request: Request, target: str) -> HttpResponse:
        """The file as it was handed in, for those who may change the target."""
        row = lookup.target(self.actor, target)
        known = descriptions.of(row)
        if known is None:
            raise NotFound
        answer = HttpResponse(descriptions.read(self.actor, row), content_type=known.media_type)
        answer["Content-Disposition"] = f'attachment; filename="{row.public_id}-api-schema.{known.suffix}"'
        answer["X-Content-Type-Options"] = "nosniff"
        return answer
