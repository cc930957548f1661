"""What protects the requests of a site: client certificates and their like, each at an address of its own."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from vedette.contract.job import CONTENT_ENCRYPTIONS
from vedette.server.targets import signatures

MAX_BYTES = 1024 * 1024


@extend_schema_field(OpenApiTypes.STR)
class FileOrTextField(serializers.Field[Any, Any, Any, Any]):
    """A file of a form in several parts, or its text in JSON; bytes either way."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid": "Hand in a file, or its text.",
        "large": "The file is too large.",
    }

    def to_internal_value(self, data: Any) -> bytes:
        """The bytes."""
        if hasattr(data, "read"):
            content: bytes = data.read(MAX_BYTES + 1)
            if len(content) > MAX_BYTES:
                self.fail("large")
            return content
        if not isinstance(data, str):
            self.fail("invalid")
        return data.encode()


class MtlsSchema(serializers.Serializer[Any]):
    """The client certificate of a site. `certificate` is PEM, which may hold the key too, or PKCS#12 (in JSON: as
    Base64)."""

    configured = serializers.BooleanField(read_only=True)
    enabled = serializers.BooleanField(required=False)
    certificate = FileOrTextField(write_only=True, required=False, allow_null=True)
    key = FileOrTextField(write_only=True, required=False, allow_null=True)
    password = serializers.CharField(
        write_only=True,
        required=False,
        allow_blank=True,
        allow_null=True,
        trim_whitespace=False,
        max_length=1024,
    )


def _text(limit: int) -> serializers.CharField:
    return serializers.CharField(required=False, allow_blank=True, allow_null=True, max_length=limit)


class SignatureSchema(serializers.Serializer[Any]):
    """How requests to a site are signed. `secret` is the shared secret or the private key (PEM)."""

    configured = serializers.BooleanField(read_only=True)
    enabled = serializers.BooleanField(required=False)
    signature_method = serializers.ChoiceField(choices=signatures.METHODS, required=False, allow_null=True)
    algorithm = serializers.ChoiceField(
        choices=signatures.ALGORITHMS, required=False, allow_null=True, allow_blank=True
    )
    key_id = _text(255)
    signed_headers = serializers.ListField(
        child=serializers.CharField(max_length=100), required=False, allow_null=True, max_length=signatures.MAX_HEADERS
    )
    header_name = _text(100)
    base_path = _text(signatures.MAX_PATH)
    secret = FileOrTextField(write_only=True, required=False, allow_null=True)


class FolderLoginSchema(serializers.Serializer[Any]):
    """The log-in by a folder of a Postman collection. The mapping is an object: a variable to the place of its value in
    an answer (`data.token`, `header:NAME`, `cookie:NAME`)."""

    postman_auth_folder = _text(255)
    postman_auth_var_mapping: Any = serializers.JSONField(required=False, allow_null=True)
    fail_fast = serializers.BooleanField(required=False)
    postman_authentication_enabled = serializers.BooleanField(required=False)
    postman_authentication_configured = serializers.BooleanField(read_only=True)


class FoldersSchema(serializers.Serializer[Any]):
    """The folders of a Postman collection, those within others with a slash between."""

    folders = serializers.ListField(child=serializers.CharField())


class EncryptionSchema(serializers.Serializer[Any]):
    """How messages to a site are encrypted. `key` is the public key or certificate of the site, `private_key` opens its
    answers; both are PEM."""

    configured = serializers.BooleanField(read_only=True)
    enabled = serializers.BooleanField(required=False)
    key_id = _text(255)
    scope = serializers.ListField(child=serializers.CharField(max_length=2048), required=False, allow_null=True)
    content_encryption = serializers.ChoiceField(choices=CONTENT_ENCRYPTIONS, required=False, allow_null=True)
    key = FileOrTextField(write_only=True, required=False, allow_null=True)
    private_key = FileOrTextField(write_only=True, required=False, allow_null=True)
