"""`/targets/{t}/mtls/` and its like: what protects the requests of a site, set up, switched and wiped."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from vedette.server.api.probely import lookup
from vedette.server.api.probely.base import ProbelyView
from vedette.server.api.probely.schemas.protections import EncryptionSchema, MtlsSchema, SignatureSchema
from vedette.server.api.probely.shapes import protections as shape
from vedette.server.kernel.errors import Invalid
from vedette.server.targets.models import Target
from vedette.server.targets.protections import MLE, MTLS, SIGNATURE
from vedette.server.targets.services import client_certificates, message_encryption, signatures
from vedette.server.targets.services import protections as services

GONE = {204: OpenApiResponse(description="Wiped.")}
"""What a wiped protection answers."""


def _either(schema: type[Serializer[Any]]) -> dict[str, type[Serializer[Any]]]:
    """A body in several parts, or JSON."""
    return {"multipart/form-data": schema, "application/json": schema}


class ProtectionView(ProbelyView):
    """The base of what shows and wipes one protection."""

    block = ""

    def shown(self, row: Target) -> dict[str, Any]:
        """What may be shown of it."""
        return shape.state(row, self.block)

    def wiped(self, target: str) -> Response:
        """Forgets it with its secrets."""
        services.wipe(self.actor, lookup.target(self.actor, target), self.block)
        return Response(status=204)


class Mtls(ProtectionView):
    """The client certificate."""

    block = MTLS

    @extend_schema(responses=MtlsSchema)
    def get(self, request: Request, target: str) -> Response:
        """Whether there is one, and whether it is shown to the site."""
        return Response(self.shown(lookup.target(self.actor, target)))

    @extend_schema(request=_either(MtlsSchema), responses=MtlsSchema)
    def put(self, request: Request, target: str) -> Response:
        """Changes what is given, as PATCH does."""
        return self.patch(request, target)

    @extend_schema(request=_either(MtlsSchema), responses=MtlsSchema)
    def patch(self, request: Request, target: str) -> Response:
        """Keeps a certificate, or switches the one that is kept."""
        row = lookup.target(self.actor, target)
        given = self.read(MtlsSchema, partial=True)
        certificate, key = given.get("certificate") or b"", given.get("key") or b""
        if certificate:
            row = client_certificates.store(
                self.actor,
                row,
                certificate=certificate,
                key=key,
                password=given.get("password") or "",
                enabled=given.get("enabled", True),
            )
        elif key:
            raise Invalid(fields={"certificate": ["Hand in the certificate with its key."]})
        elif "enabled" in given:
            row = services.switch(self.actor, row, self.block, enabled=given["enabled"])
        return Response(self.shown(row))

    @extend_schema(responses=GONE)
    def delete(self, request: Request, target: str) -> Response:
        """Forgets the certificate with its key."""
        return self.wiped(target)


class Signature(ProtectionView):
    """The signature of requests."""

    block = SIGNATURE

    def shown(self, row: Target) -> dict[str, Any]:
        """How requests are signed, without the key."""
        return shape.signature(row)

    @extend_schema(responses=SignatureSchema)
    def get(self, request: Request, target: str) -> Response:
        """How requests are signed."""
        return Response(self.shown(lookup.target(self.actor, target)))

    @extend_schema(request=_either(SignatureSchema), responses=SignatureSchema)
    def put(self, request: Request, target: str) -> Response:
        """Changes what is given, as PATCH does."""
        return self.patch(request, target)

    @extend_schema(request=_either(SignatureSchema), responses=SignatureSchema)
    def patch(self, request: Request, target: str) -> Response:
        """Changes what is given."""
        row = lookup.target(self.actor, target)
        given = self.read(SignatureSchema, partial=True)
        secret, enabled = given.pop("secret", None), given.pop("enabled", None)
        text = secret.decode(errors="replace") if secret else None
        return Response(self.shown(signatures.change(self.actor, row, given, secret=text, enabled=enabled)))

    @extend_schema(responses=GONE)
    def delete(self, request: Request, target: str) -> Response:
        """Forgets how requests are signed, with the key."""
        return self.wiped(target)


class MessageEncryption(ProtectionView):
    """The encryption of messages."""

    block = MLE

    def shown(self, row: Target) -> dict[str, Any]:
        """How messages are encrypted, without keys."""
        return shape.encryption(row)

    @extend_schema(responses=EncryptionSchema)
    def get(self, request: Request, target: str) -> Response:
        """How messages are encrypted."""
        return Response(self.shown(lookup.target(self.actor, target)))

    @extend_schema(request=_either(EncryptionSchema), responses=EncryptionSchema)
    def put(self, request: Request, target: str) -> Response:
        """Changes what is given, as PATCH does."""
        return self.patch(request, target)

    @extend_schema(request=_either(EncryptionSchema), responses=EncryptionSchema)
    def patch(self, request: Request, target: str) -> Response:
        """Changes what is given."""
        row = lookup.target(self.actor, target)
        given = self.read(EncryptionSchema, partial=True)
        taken = {name: given.pop(name, None) for name in ("key", "private_key")}
        keys = {name: content.decode(errors="replace") for name, content in taken.items() if content is not None}
        enabled = given.pop("enabled", None)
        return Response(self.shown(message_encryption.change(self.actor, row, given, keys=keys, enabled=enabled)))

    @extend_schema(responses=GONE)
    def delete(self, request: Request, target: str) -> Response:
        """Forgets how messages are encrypted, with the keys."""
        return self.wiped(target)
