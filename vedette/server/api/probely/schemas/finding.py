"""Findings, definitions, and what changes findings."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from vedette.server.api.probely import query
from vedette.server.api.probely.schemas.small import LabelReference, ProfileReference, UserReference, UserSchema
from vedette.server.api.probely.schemas.target import SimpleTargetSchema
from vedette.server.findings.rules import REVIEW_STATUSES, STATES

SEVERITIES = (10, 20, 30, 40)


class SimpleDefinitionSchema(serializers.Serializer[Any]):
    """What was found, in general."""

    id = serializers.CharField()
    name = serializers.CharField()
    desc = serializers.CharField()
    cwe_id = serializers.CharField(allow_null=True)
    cwe_name = serializers.CharField(allow_null=True)


class DefinitionSchema(SimpleDefinitionSchema):
    """Something that scans look for. `severity` is null for what is no flaw by itself."""

    severity = serializers.IntegerField(allow_null=True)
    cvss_vector = serializers.CharField(allow_null=True)
    passive = serializers.BooleanField()
    changed = serializers.DateTimeField()


class ExchangeSchema(serializers.Serializer[Any]):
    """A request and its answer, as Markdown."""

    request = serializers.CharField()
    response = serializers.CharField()


class FindingChangeSchema(serializers.Serializer[Any]):
    """What people may change of a finding."""

    state = serializers.ChoiceField(choices=STATES, required=False)
    severity = serializers.ChoiceField(choices=SEVERITIES, required=False)
    assignee = UserReference(required=False, allow_null=True)
    labels = serializers.ListField(child=LabelReference(), required=False)
    comment = serializers.CharField(required=False, allow_blank=True, max_length=65_536)
    review_status = serializers.ChoiceField(choices=REVIEW_STATUSES, required=False, allow_null=True, allow_blank=True)
    review_reason = serializers.CharField(required=False, allow_null=True, allow_blank=True, max_length=65_536)
    change_reason = serializers.CharField(required=False, allow_null=True, allow_blank=True, max_length=65_536)
    expiration_date = serializers.DateField(required=False, allow_null=True)
    approver_name = serializers.CharField(required=False, allow_null=True, allow_blank=True, max_length=255)
    approval_date = serializers.DateField(required=False, allow_null=True)


class FindingSchema(FindingChangeSchema):
    """A finding. `id` is its number within its target."""

    id = serializers.IntegerField(read_only=True)
    target = SimpleTargetSchema(read_only=True)
    scans = serializers.ListField(child=serializers.CharField(), read_only=True)
    fix = serializers.CharField(read_only=True)
    requests = ExchangeSchema(many=True, read_only=True)
    evidence = serializers.CharField(read_only=True, allow_null=True)
    extra = serializers.CharField(read_only=True)
    definition = SimpleDefinitionSchema(read_only=True)
    url = serializers.CharField(read_only=True)
    path = serializers.CharField(read_only=True)
    method = serializers.CharField(read_only=True)
    insertion_point = serializers.CharField(read_only=True)
    parameter = serializers.CharField(read_only=True)
    value = serializers.CharField(read_only=True)
    params = serializers.DictField(read_only=True, allow_null=True)
    cvss_score = serializers.FloatField(read_only=True)
    cvss_vector = serializers.CharField(read_only=True)
    last_found = serializers.DateTimeField(read_only=True)
    created_at = serializers.DateTimeField(read_only=True)
    retesting = serializers.BooleanField(read_only=True)
    new = serializers.BooleanField(read_only=True)
    changed = serializers.DateTimeField(read_only=True)
    changed_by = UserSchema(read_only=True)


class RetestSchema(serializers.Serializer[Any]):
    """How to test findings again; everything may be left out."""

    scan_profile = ProfileReference(required=False, allow_null=True)
    ignore_blackout_period = serializers.BooleanField(required=False, default=False)


@extend_schema_field(serializers.DictField())
class FindingReference(serializers.Field[tuple[str, int], Any, Any, Any]):
    """A finding: `{"target_id": "x", "finding_id": "1"}`, `"x-1"`, or its number where the target is known. Read as the
    target's id, empty when not given, and the number."""

    default_error_messages = {"invalid": "Not a valid finding id."}  # noqa: RUF012 - as the framework has it

    def to_internal_value(self, data: Any) -> tuple[str, int]:
        """Target and number."""
        if isinstance(data, dict):
            target, number = data.get("target_id") or "", data.get("finding_id")
        elif isinstance(data, str) and "-" in data:
            target, _, number = data.partition("-")
        else:
            target, number = "", data
        whole = isinstance(number, int | str) and not isinstance(number, bool) and query.is_number(str(number))
        if not whole or not isinstance(target, str) or "\0" in target:
            self.fail("invalid")
        return target, int(str(number))

    def to_representation(self, value: Any) -> Any:
        """As it is."""
        return value


class _SeveralSchema(serializers.Serializer[Any]):
    ids = serializers.ListField(child=FindingReference(), allow_empty=False, max_length=1000)


class BulkFindingSchema(_SeveralSchema, FindingChangeSchema):
    """The same change to several findings."""


class OtherBulkFindingSchema(FindingChangeSchema):
    """The same change, with the name that some clients give to the ids."""

    findingIds = serializers.ListField(  # noqa: N815 - the clients' word
        child=FindingReference(), allow_empty=False, max_length=1000
    )


class BulkRetestSchema(_SeveralSchema, RetestSchema):
    """Which findings to test again, and how."""


class FindingIdsSchema(serializers.Serializer[Any]):
    """Findings by target and number, or by number where the target is known."""

    ids = serializers.ListField(child=serializers.JSONField())


class LogSchema(serializers.Serializer[Any]):
    """A line of a finding's history."""

    message_type = serializers.CharField()
    message = serializers.CharField()
    created = serializers.DateTimeField()
    user = UserSchema()
    scan = serializers.CharField(allow_null=True)
    before = serializers.DictField()
    after = serializers.DictField()
