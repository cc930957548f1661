"""Organisations, people, teams, roles, keys."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from vedette.server.kernel import clock
from vedette.server.kernel.models import PublicIdField


class Organisation(models.Model):
    """A tenant: everything belongs to exactly one. `data_key` is its key for secrets, wrapped by the key ring."""

    public_id = PublicIdField()
    name = models.CharField(max_length=255)
    partner = models.ForeignKey("self", models.PROTECT, null=True, related_name="dependents")
    suspended = models.BooleanField(default=False)
    paused = models.BooleanField(default=False)  # stop-all: nothing new starts until it is lifted
    data_key = models.BinaryField(default=bytes)
    created_at = models.DateTimeField(default=clock.now)
    require_expiration_date = models.BooleanField(default=False)
    maximum_acceptance_period = models.PositiveIntegerField(null=True)  # days
    require_approver_name = models.BooleanField(default=False)
    require_approval_date = models.BooleanField(default=False)
    self_findings_review_enabled = models.BooleanField(default=False)
    max_api_key_days = models.PositiveIntegerField(default=90)
    limit_api_key_days = models.BooleanField(default=True)
    disable_keys_on_user_disabled = models.BooleanField(default=True)
    require_second_factor = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """Makes users; e-mail addresses are unique whatever their case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A person who may sign in, without any membership yet."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        """By e-mail address, whatever its case."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A person. What they may do stands in their role grants, one organisation at a time."""

    public_id = PublicIdField()
    email = models.EmailField(max_length=254, unique=True)
    username = models.CharField(max_length=150, null=True, unique=True)
    name = models.CharField(max_length=60, default="")
    title = models.CharField(max_length=12, default="", blank=True)
    is_active = models.BooleanField(default=True)
    is_operator = models.BooleanField(default=False)  # of the instance as a whole
    timezone = models.CharField(max_length=64, default="UTC")
    theme = models.CharField(max_length=5, default="")
    current_organisation = models.ForeignKey("server.Organisation", models.SET_NULL, null=True, related_name="+")
    locked_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)
    changed_by = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        """One account per address."""

        constraints = (models.UniqueConstraint(Lower("email"), name="user_email_once"),)

    def __str__(self) -> str:
        return self.name or self.email


class Membership(models.Model):
    """That a person belongs to an organisation; without an active one they see nothing of it."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    active = models.BooleanField(default=True)
    labels = models.ManyToManyField("server.Label", related_name="+")
    last_seen_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        """Once per organisation."""

        constraints = (models.UniqueConstraint(fields=("organisation", "user"), name="member_once"),)


class Team(models.Model):
    """People and targets that belong together. `quota` caps its targets when set."""

    public_id = PublicIdField()
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="teams")
    name = models.CharField(max_length=255)
    quota = models.PositiveIntegerField(null=True)
    reserve = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        """Names are unique within an organisation."""

        constraints = (models.UniqueConstraint("organisation", Lower("name"), name="team_name_once"),)

    def __str__(self) -> str:
        return self.name


class Role(models.Model):
    """A set of permissions (`rules.PERMISSIONS`). Built-in ones belong to no organisation and have a `key`."""

    public_id = PublicIdField()
    organisation = models.ForeignKey(Organisation, models.CASCADE, null=True, related_name="roles")
    key = models.CharField(max_length=20, default="")
    name = models.CharField(max_length=255)
    description = models.TextField(default="")
    permissions = models.JSONField(default=list)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        """Names are unique within an organisation, keys among the built-in ones."""

        constraints = (
            models.UniqueConstraint("organisation", Lower("name"), name="role_name_once"),
            models.UniqueConstraint(fields=("key",), condition=models.Q(organisation=None), name="role_builtin_once"),
        )

    def __str__(self) -> str:
        return self.name


class ApiKey(models.Model):
    """A secret that scripts use. Only its hash is kept; `prefix` tells keys apart and lets secret scanners find them.

    Kinds: `probely` (an API user of its own, with role grants), `invicti` (a person's token), `cloneguard_app` (names
    the client application), `cloneguard_access` (a person's access token), `agent`.
    """

    public_id = PublicIdField()
    organisation = models.ForeignKey(Organisation, models.CASCADE, null=True, related_name="keys")
    kind = models.CharField(max_length=20, default="probely")
    name = models.CharField(max_length=255)
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="keys")  # whom it acts for
    prefix = models.CharField(max_length=16, default="")
    key_hash = models.CharField(max_length=64, unique=True)
    active = models.BooleanField(default=True)
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    labels = models.ManyToManyField("server.Label", related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    changed_at = models.DateTimeField(default=clock.now)
    changed_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    changed_by_key = models.JSONField(null=True)

    class Meta:
        """Listed per organisation."""

        indexes = (models.Index(fields=("organisation", "kind", "id"), name="key_listed"),)

    def __str__(self) -> str:
        return self.name


class RoleGrant(models.Model):
    """A role for a person or a key, over the whole account, a team or one target."""

    public_id = PublicIdField()
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="grants")
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="grants")
    key = models.ForeignKey(ApiKey, models.CASCADE, null=True, related_name="grants")
    role = models.ForeignKey(Role, models.PROTECT, related_name="grants")
    tier = models.CharField(max_length=8, default="account")  # account, team, target
    team = models.ForeignKey(Team, models.CASCADE, null=True, related_name="grants")
    target = models.ForeignKey("server.Target", models.CASCADE, null=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        """Looked up per person or key."""

        constraints = (
            models.CheckConstraint(
                condition=models.Q(user=None, key__isnull=False) | models.Q(user__isnull=False, key=None),
                name="grant_has_one_holder",
            ),
        )


class Label(models.Model):
    """A coloured word on targets, findings or people."""

    public_id = PublicIdField()
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="labels")
    kind = models.CharField(max_length=8)  # target, finding, user
    name = models.CharField(max_length=255)
    color = models.CharField(max_length=40, default="")
    changed_at = models.DateTimeField(default=clock.now)
    changed_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    changed_by_key = models.JSONField(null=True)

    class Meta:
        """Names are unique within an organisation and kind."""

        constraints = (models.UniqueConstraint("organisation", "kind", Lower("name"), name="label_once"),)

    def __str__(self) -> str:
        return self.name


class Invitation(models.Model):
    """An open door for one address: single use, with an end. Only the hash of its token is kept."""

    public_id = PublicIdField()
    organisation = models.ForeignKey(Organisation, models.CASCADE, null=True, related_name="invitations")
    email = models.EmailField(max_length=254, default="", blank=True)
    name = models.CharField(max_length=60, default="")
    role = models.ForeignKey(Role, models.CASCADE, null=True, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=clock.now)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")


class AccessSession(models.Model):
    """A bearer token given at an API sign-in, stored as its hash."""

    token_hash = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(default=clock.now)
    address = models.CharField(max_length=45, default="")
