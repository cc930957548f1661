"""The small objects that larger ones hold, and fields that take what this vendor's clients send."""

from __future__ import annotations

from functools import cache
from typing import Any

from drf_spectacular.utils import extend_schema_field, inline_serializer
from rest_framework import serializers
from rest_framework.fields import empty


class UserSchema(serializers.Serializer[Any]):
    """A person by id, address and name."""

    id = serializers.CharField(read_only=True)
    email = serializers.CharField(read_only=True)
    name = serializers.CharField(read_only=True)


class TeamSchema(serializers.Serializer[Any]):
    """A team by id and name."""

    id = serializers.CharField()
    name = serializers.CharField(read_only=True)


class LabelSchema(serializers.Serializer[Any]):
    """A label. Where labels are given, one without an id is found by its name, or made."""

    id = serializers.CharField(required=False)
    name = serializers.CharField(required=False, max_length=255)
    color = serializers.CharField(required=False, allow_blank=True)
    changed_by = UserSchema(read_only=True)
    changed = serializers.DateTimeField(read_only=True)


class FrameworkSchema(serializers.Serializer[Any]):
    """A technology."""

    id = serializers.CharField(read_only=True)
    name = serializers.CharField(read_only=True)
    desc = serializers.CharField(read_only=True)


class WholeSchema(serializers.Serializer[Any]):
    """One of a list: it is given as a whole, also where the rest of the body may be left out."""

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Tells what is missing and puts in the defaults: a partial change of the whole body would let both pass."""
        left_out = {name: field for name, field in self.fields.items() if name not in attrs}
        missing = [name for name, field in left_out.items() if field.required]
        if missing:
            raise serializers.ValidationError({name: ["This field is required."] for name in missing})
        defaults = {name: field.default for name, field in left_out.items() if field.default is not empty}
        return {**defaults, **attrs}


class HeaderSchema(WholeSchema):
    """A header or cookie."""

    name = serializers.CharField(max_length=255)
    value = serializers.CharField(allow_blank=True, trim_whitespace=False, default="")
    allow_testing = serializers.BooleanField(required=False, default=False)
    authentication = serializers.BooleanField(required=False, default=False)
    authentication_secondary = serializers.BooleanField(required=False, default=False)
    value_is_sensitive = serializers.BooleanField(required=False, default=False)


class NameValueSchema(WholeSchema):
    """A name with a value."""

    name = serializers.CharField(allow_blank=True)
    value = serializers.CharField(allow_blank=True, trim_whitespace=False)


class CodedErrorSchema(serializers.Serializer[Any]):
    """A code for programs with a message for people."""

    code = serializers.CharField()
    message = serializers.CharField()


class OwnershipSchema(serializers.Serializer[Any]):
    """What is known of the owner of a host."""

    verified = serializers.BooleanField(read_only=True)
    verification_token = serializers.CharField(read_only=True)
    verification_date = serializers.DateTimeField(read_only=True, allow_null=True)
    verification_method = serializers.CharField(read_only=True)
    verification_last_error = serializers.CharField(read_only=True)


@extend_schema_field({"type": "object", "properties": {"id": {"type": "string"}}})
class Reference(serializers.Field[str, Any, Any, Any]):
    """Another object by its id, alone or within an object: `"x"` or `{"id": "x", ...}`. Read as the id."""

    default_error_messages = {"invalid": "Not a valid id."}  # noqa: RUF012 - as the framework has it

    def to_internal_value(self, data: Any) -> str:
        """The id."""
        found = data.get("id") if isinstance(data, dict) else data
        if not isinstance(found, str) or "\0" in found:
            self.fail("invalid")
        return found

    def to_representation(self, value: Any) -> Any:
        """As it is."""
        return value


@extend_schema_field(TeamSchema)
class TeamReference(Reference):
    """A team by its id."""


@extend_schema_field(UserSchema)
class UserReference(Reference):
    """A person by their id; an object without one means nobody."""

    def to_internal_value(self, data: Any) -> str:
        """The id, empty for nobody."""
        return "" if isinstance(data, dict) and not data.get("id") else super().to_internal_value(data)


_PROFILE = {"id": "string", "name": "string", "description": "string", "builtin": "boolean"}


@extend_schema_field(
    {
        "oneOf": [
            {"type": "string"},
            {"type": "object", "properties": {name: {"type": kind} for name, kind in _PROFILE.items()}},
        ]
    }
)
class ProfileReference(Reference):
    """A scan profile by its id. Shown as an object where `scan_profile_name` asks for that."""


@extend_schema_field(LabelSchema)
class LabelReference(serializers.Field[dict[str, str], Any, Any, Any]):
    """A label by its id or name. Read as an object of `id`, `name` and `color`, empty where not given."""

    default_error_messages = {"invalid": "A label needs an id or a name."}  # noqa: RUF012 - as the framework has it

    def to_internal_value(self, data: Any) -> dict[str, str]:
        """What tells the label."""
        given = {"id": data} if isinstance(data, str) else data
        if not isinstance(given, dict):
            self.fail("invalid")
        found = {name: given.get(name) or "" for name in ("id", "name", "color")}
        texts = all(isinstance(text, str) and "\0" not in text for text in found.values())
        if not texts or not (found["id"] or found["name"]):
            self.fail("invalid")
        return found

    def to_representation(self, value: Any) -> Any:
        """As it is."""
        return value


class Included(serializers.DictField):
    """What an answer holds where `include` asks for it. Bodies may hold it too: it is ignored there."""

    def __init__(self) -> None:
        super().__init__(required=False)

    def get_value(self, dictionary: Any) -> Any:
        """Nothing."""
        return serializers.empty


class IdsSchema(serializers.Serializer[Any]):
    """Ids of several objects."""

    ids = serializers.ListField(child=serializers.CharField(), allow_empty=False, max_length=1000)


class PlainIdsSchema(serializers.Serializer[Any]):
    """Ids of several objects: `{"ids": [...]}`, or the list alone as older clients send it."""

    ids = serializers.ListField(child=serializers.CharField(), allow_empty=False, max_length=1000)

    def to_internal_value(self, data: Any) -> Any:
        """The ids, whichever way they were given."""
        return super().to_internal_value({"ids": data} if isinstance(data, list) else data)


@cache
def page_of(row: type[serializers.Serializer[Any]]) -> serializers.Serializer[Any]:
    """The envelope around a page of these."""
    page: serializers.Serializer[Any] = inline_serializer(
        name=f"{row.__name__.removesuffix('Schema')}Page",
        fields={
            "count": serializers.IntegerField(),
            "page_total": serializers.IntegerField(),
            "page": serializers.IntegerField(),
            "length": serializers.IntegerField(),
            "results": row(many=True),
        },
    )
    return page


class ErrorSchema(serializers.Serializer[Any]):
    """What went wrong, in a sentence."""

    detail = serializers.CharField()


class MissingSchema(ErrorSchema):
    """What is not there; which ids are meant, where several were asked for."""

    is_id_404_validation = serializers.BooleanField(required=False)
    invalid_ids = serializers.ListField(child=serializers.CharField(), required=False)
