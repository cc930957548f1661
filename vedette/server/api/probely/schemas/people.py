"""People, keys, roles, grants, teams and labels."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from vedette.server.api.probely.schemas.small import (
    LabelReference,
    LabelSchema,
    Reference,
    TeamReference,
    TeamSchema,
    UserSchema,
)
from vedette.server.tenancy.rules import TIERS, TITLES

COLOR = r"^[a-zA-Z0-9#_-]*$"
MAX_AT_ONCE = 500


class PermissionSchema(serializers.Serializer[Any]):
    """Something that a role lets people do."""

    id = serializers.CharField()
    name = serializers.CharField()


@extend_schema_field(PermissionSchema)
class PermissionReference(Reference):
    """A permission by its id."""


class RoleSchema(serializers.Serializer[Any]):
    """A set of permissions; only `custom` ones can be changed."""

    id = serializers.CharField(read_only=True)
    name = serializers.CharField(max_length=255)
    description = serializers.CharField(required=False, allow_null=True, allow_blank=True, max_length=2000)
    permissions = serializers.ListField(child=PermissionReference(), max_length=200)
    custom = serializers.BooleanField(read_only=True)


class RoleBriefSchema(serializers.Serializer[Any]):
    """A role without its permissions."""

    id = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField(allow_null=True)
    custom = serializers.BooleanField()


class TargetBriefSchema(serializers.Serializer[Any]):
    """A target by id, name and URL."""

    id = serializers.CharField()
    name = serializers.CharField()
    url = serializers.CharField()


@extend_schema_field(RoleBriefSchema)
class RoleReference(Reference):
    """A role by its id."""


@extend_schema_field(TargetBriefSchema)
class TargetReference(Reference):
    """A target by its id."""


class ScopeSchema(serializers.Serializer[Any]):
    """What a role is given over."""

    tier = serializers.ChoiceField(choices=TIERS, default="account")
    team = TeamReference(required=False, allow_null=True)
    target = TargetReference(required=False, allow_null=True)


class GivenRoleSchema(serializers.Serializer[Any]):
    """A role to give to somebody who is known already."""

    role = RoleReference()
    scope = ScopeSchema(required=False, default={"tier": "account"})


@extend_schema_field(UserSchema)
class HolderReference(Reference):
    """A person or key by its id."""


class NewGrantSchema(GivenRoleSchema):
    """A role to give."""

    user = HolderReference()


class GrantChangeSchema(GivenRoleSchema):
    """What a grant becomes. Whom it is for cannot be changed."""

    user = HolderReference(required=False)
    role = RoleReference(required=False)
    scope = ScopeSchema(required=False)


class BulkGrantChangeSchema(GrantChangeSchema):
    """The same for one of several."""

    id = serializers.CharField()


class NewGrantsSchema(serializers.Serializer[Any]):
    """Roles to give; a bare array is taken too."""

    user_roles = serializers.ListField(child=NewGrantSchema(), allow_empty=False, max_length=MAX_AT_ONCE)


class GrantChangesSchema(serializers.Serializer[Any]):
    """Grants to change; a bare array is taken too."""

    user_roles = serializers.ListField(child=BulkGrantChangeSchema(), allow_empty=False, max_length=MAX_AT_ONCE)


class GrantIdsSchema(serializers.Serializer[Any]):
    """Grants to take away, by id or as objects with one; a bare array is taken too."""

    ids = serializers.ListField(child=Reference(), allow_empty=False, max_length=MAX_AT_ONCE)


class GrantOperationsSchema(serializers.Serializer[Any]):
    """Grants to give, change and take away: all of it or nothing."""

    create: Any = serializers.ListField(child=NewGrantSchema(), required=False, max_length=MAX_AT_ONCE)
    update: Any = serializers.ListField(child=BulkGrantChangeSchema(), required=False, max_length=MAX_AT_ONCE)
    delete = serializers.ListField(child=Reference(), required=False, max_length=MAX_AT_ONCE)


class GrantSchema(serializers.Serializer[Any]):
    """A role that somebody holds."""

    id = serializers.CharField()
    user = UserSchema()
    role = RoleBriefSchema()
    scope = ScopeSchema()


class GrantOutcomeSchema(serializers.Serializer[Any]):
    """What came of several operations."""

    created = GrantSchema(many=True)
    updated = GrantSchema(many=True)
    deleted = serializers.ListField(child=serializers.CharField())


class HolderChangeSchema(serializers.Serializer[Any]):
    """What people and keys have in common."""

    active = serializers.BooleanField(required=False)
    labels = serializers.ListField(child=LabelReference(), required=False, max_length=100)
    user_roles = serializers.ListField(child=GivenRoleSchema(), required=False, max_length=MAX_AT_ONCE)


class PersonChangeSchema(HolderChangeSchema):
    """What may be changed of a person."""

    name = serializers.CharField(required=False, allow_blank=True, max_length=60)
    title = serializers.ChoiceField(choices=TITLES, required=False, allow_blank=True)


class NewPersonSchema(PersonChangeSchema):
    """A person to invite."""

    email = serializers.EmailField(max_length=254)


class BulkPersonSchema(HolderChangeSchema):
    """The same change to several people."""

    ids = serializers.ListField(child=Reference(), allow_empty=False, max_length=MAX_AT_ONCE)
    title = serializers.ChoiceField(choices=TITLES, required=False, allow_blank=True)


class PersonSchema(serializers.Serializer[Any]):
    """A person, or a key where both are meant (`is_apiuser`)."""

    id = serializers.CharField()
    email = serializers.CharField()
    name = serializers.CharField()
    title = serializers.CharField()
    is_billing_admin = serializers.BooleanField()
    is_owner = serializers.BooleanField()
    is_sso = serializers.BooleanField()
    active = serializers.BooleanField()
    labels = LabelSchema(many=True)
    user_roles = GrantSchema(many=True)
    last_login = serializers.DateTimeField(allow_null=True)
    is_apiuser = serializers.BooleanField()
    mfa_enabled = serializers.BooleanField()
    changed = serializers.DateTimeField()
    changed_by = UserSchema()


class InvitedSchema(PersonSchema):
    """A person just invited. The token, shown this once, lets them in: hand it on."""

    invitation_token = serializers.CharField()


class KeyChangeSchema(HolderChangeSchema):
    """What may be changed of a key."""

    name = serializers.CharField(required=False, max_length=255)


class NewKeySchema(KeyChangeSchema):
    """A key to make. Without roles it opens nothing."""

    name = serializers.CharField(max_length=255)
    days_valid_for = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=36_500)


class BulkKeySchema(HolderChangeSchema):
    """The same change to several keys."""

    ids = serializers.ListField(child=Reference(), allow_empty=False, max_length=MAX_AT_ONCE)


class KeySchema(serializers.Serializer[Any]):
    """A key. `key` is the secret where it was just made, and a beginning to tell it by everywhere else."""

    id = serializers.CharField()
    name = serializers.CharField()
    active = serializers.BooleanField()
    labels = LabelSchema(many=True)
    user_roles = GrantSchema(many=True)
    is_apiuser = serializers.BooleanField()
    key = serializers.CharField()
    expiration_date = serializers.DateTimeField(allow_null=True)
    days_valid_for = serializers.IntegerField(allow_null=True)
    last_login = serializers.DateTimeField(allow_null=True)
    changed = serializers.DateTimeField()
    changed_by = UserSchema()


class OlderKeySchema(serializers.Serializer[Any]):
    """A key as older clients know it."""

    id = serializers.CharField(read_only=True)
    name = serializers.CharField(max_length=255)
    key = serializers.CharField(read_only=True)


class TeamFullSchema(TeamSchema):
    """A team with its numbers."""

    id = serializers.CharField(read_only=True)
    name = serializers.CharField(max_length=255)
    quota = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=2**31 - 1)
    reserve = serializers.BooleanField(required=False)
    num_api_keys = serializers.IntegerField(read_only=True)
    num_users = serializers.IntegerField(read_only=True)
    num_targets = serializers.IntegerField(read_only=True)
    num_available_targets = serializers.IntegerField(read_only=True, allow_null=True)
    targets = TargetBriefSchema(many=True, read_only=True)
    scanning_agents = serializers.ListField(child=serializers.DictField(), read_only=True)


class TeamSlotsSchema(TeamSchema):
    """How many more targets a team may have; null where nothing limits them."""

    available_slots = serializers.IntegerField(allow_null=True)


class SlotsSchema(serializers.Serializer[Any]):
    """How many more targets there may be; null where nothing limits them."""

    available_slots = serializers.IntegerField(allow_null=True)


class TeamsSlotsSchema(SlotsSchema):
    """The same in all teams together, and in each."""

    teams = TeamSlotsSchema(many=True)


class MoveSchema(serializers.Serializer[Any]):
    """The team to move to; null for none."""

    team = Reference(allow_null=True)


class BulkMoveSchema(MoveSchema):
    """Which targets to move, and where to."""

    ids = serializers.ListField(child=Reference(), allow_empty=False, max_length=1000)


class NewLabelSchema(serializers.Serializer[Any]):
    """A label to make or change."""

    name = serializers.CharField(max_length=255)
    color = serializers.RegexField(COLOR, required=False, allow_blank=True, max_length=40)
