"""Reading tenancy: from credentials to an actor, what an actor may see, and the organisation's key for secrets."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from functools import lru_cache
from typing import TypeVar

from allauth.account.models import EmailAddress
from django.db.models import F, Model, Q, QuerySet

from vedette.server.kernel import clock, ids, sealing, unique
from vedette.server.kernel.errors import Conflict, NotAllowed, NotFound
from vedette.server.tenancy import rules
from vedette.server.tenancy.actor import Actor, Grant
from vedette.server.tenancy.models import (
    AccessSession,
    ApiKey,
    Invitation,
    Label,
    Membership,
    Organisation,
    Role,
    RoleGrant,
    Team,
    User,
)
from vedette.server.tenancy.services import stamps

SESSION_IDLE = timedelta(hours=2)
_Row = TypeVar("_Row", bound=Model)


# Who acts


def authenticate_key(secret: str, *, kinds: Collection[str], address: str, user_id: str = "") -> Actor | None:
    """The actor behind the secret of a key of one of these kinds, or None when it opens nothing (any more).

    A personal key acts as its person, any other by its own grants. `user_id` is the first half of Basic authentication
    in the Invicti dialect: when given, 32 hexadecimal digits that must name the same person.
    """
    key = _live_key(secret, kinds)
    if key is None or key.organisation is None or key.organisation.suspended:
        return None
    if user_id and (key.user is None or not _names(user_id, key.user)):
        return None
    if key.kind in rules.PERSONAL_KEYS:
        actor = actor_for_user(key.user, key.organisation, address, key=key) if key.user else None
    else:
        actor = _actor_for_key(key, key.organisation, address)
    if actor is not None:
        stamps.key_used(key)
    return actor


def application_key(secret: str) -> ApiKey | None:
    """The key that names a client application of the Clone Guard dialect. It lets nobody do anything by itself; without
    an organisation it serves the whole instance."""
    key = _live_key(secret, ("cloneguard_app",))
    if key is None or (key.organisation is not None and key.organisation.suspended):
        return None
    stamps.key_used(key)
    return key


def actor_for_user(user: User, organisation: Organisation, address: str, *, key: ApiKey | None = None) -> Actor | None:
    """The person as a member of this organisation; None when they are none, or either is switched off."""
    if not user.is_active or organisation.suspended:
        return None
    member = unique.find(Membership.objects.filter(user=user, organisation=organisation, active=True))
    if member is None:
        return None
    stamps.member_seen(member)
    grants = _grants(RoleGrant.objects.filter(user=user, organisation=organisation))
    return Actor("person", user.public_id, str(user), user.email, organisation, user, key, address, grants)


def authenticate_session(token: str, *, address: str) -> Actor | None:
    """The actor behind a token of an API sign-in; None when it is unknown. Raises NotAllowed `token_expired` when its
    time is up, `organisation_suspended` when the organisation is."""
    found = AccessSession.objects.select_related("user", "organisation")
    session = unique.find(found.filter(token_hash=rules.hash_of(token)))
    if session is None:
        return None
    now = clock.now()
    if session.expires_at <= now or session.last_used_at <= now - SESSION_IDLE:
        raise NotAllowed("token_expired", "The session is over; sign in again.")
    if session.organisation.suspended:
        raise NotAllowed("organisation_suspended", "The organisation is suspended.")
    actor = actor_for_user(session.user, session.organisation, address)
    if actor is not None:
        stamps.session_used(session)
    return actor


def organisations_of(user: User) -> QuerySet[Organisation]:
    """Where a person may work, oldest membership first."""
    return Organisation.objects.filter(memberships__user=user, memberships__active=True, suspended=False).order_by(
        "memberships__pk"
    )


def current_organisation(user: User) -> Organisation | None:
    """Where a person works now: as they chose, or the first they may."""
    found = organisations_of(user)
    return found.filter(pk=user.current_organisation_id or 0).first() or found.first()


def confirmed_addresses(organisation: Organisation, at: Collection[str], permission: str) -> list[str]:
    """The addresses at one of these domains by which people sign in, and which they confirmed: of active members who
    hold the permission over the whole account. In the order of the alphabet, lower-case."""
    placed = Q()
    for name in at:
        placed |= Q(email__iendswith=f"@{name}")
    mine = {"user__memberships__organisation": organisation, "user__memberships__active": True}
    rows = EmailAddress.objects.filter(
        placed, **mine, verified=True, user__is_active=True, email__iexact=F("user__email")
    )
    found = rows.select_related("user").order_by("email") if at else rows.none()
    return sorted(row.email.lower() for row in found if _holds_everywhere(row.user, organisation, permission))


def organisation_named(text: str) -> Organisation | None:
    """The organisation with this public id or name, whatever its case; None for no or several such. For whoever runs
    the machine: it looks at all of them."""
    found = list(Organisation.objects.filter(Q(public_id=text) | Q(name__iexact=text))[:2])
    return found[0] if len(found) == 1 else None


def is_fresh_instance() -> bool:
    """Whether nobody has been set up yet."""
    return not User.objects.exists()


def permissions_of(role: Role) -> frozenset[str]:
    """What a role lets people do; permissions that no longer exist are left out."""
    if role.organisation_id is None:
        return rules.BUILTIN_ROLES.get(role.key, frozenset())
    return rules.ALL.intersection(role.permissions)


def held_by(holder: User | ApiKey, organisation: Organisation) -> frozenset[str]:
    """The permissions that a person or key holds anywhere in an organisation: what changing them needs as rank."""
    grants = _grants(grants_of(holder, organisation))
    return frozenset().union(*(grant.permissions for grant in grants))


def grants_of(holder: User | ApiKey, organisation: Organisation) -> QuerySet[RoleGrant]:
    """The role grants of a person or key in an organisation, oldest first."""
    whose = Q(user=holder) if isinstance(holder, User) else Q(key=holder)
    return (
        RoleGrant.objects.filter(whose, organisation=organisation)
        .select_related("role", "team", "target")
        .order_by("pk")
    )


def active_owners(organisation: Organisation) -> QuerySet[User]:
    """The people who own an organisation and can sign in."""
    return User.objects.filter(
        Q(memberships__organisation=organisation, memberships__active=True),
        Q(grants__organisation=organisation, grants__tier="account", grants__role__key="owner"),
        grants__role__organisation=None,
        is_active=True,
    ).distinct()


def open_invitation(token: str) -> Invitation:
    """The invitation behind a token. Raises NotFound when unknown, Conflict `already_processed` or `expired`."""
    found = Invitation.objects.select_related("organisation", "role", "created_by")
    invitation = found.filter(token_hash=rules.hash_of(token)).first()
    if invitation is None:
        raise NotFound()
    if invitation.used_at is not None:
        raise Conflict("already_processed", "This invitation was used already.")
    if invitation.expires_at <= clock.now():
        raise Conflict("expired", "This invitation is no longer valid; ask for a new one.")
    return invitation


def _holds_everywhere(user: User, organisation: Organisation, permission: str) -> bool:
    grants = _grants(grants_of(user, organisation))
    return any(grant.tier == "account" and permission in grant.permissions for grant in grants)


def _live_key(secret: str, kinds: Collection[str]) -> ApiKey | None:
    # Found by the hash: how long this takes tells nothing about the secret.
    if not rules.is_secret(secret):
        return None
    # Without its people: most keys are nobody's own, and whoever made one is only asked whether they still work here.
    found = ApiKey.objects.select_related("organisation")
    key = unique.find(found.filter(key_hash=rules.hash_of(secret), kind__in=kinds, active=True))
    if key is None or (key.expires_at is not None and key.expires_at <= clock.now()):
        return None
    return key


def _names(user_id: str, user: User) -> bool:
    return bool(ids.from_uuid("user", user_id) == user.public_id)


def _actor_for_key(key: ApiKey, organisation: Organisation, address: str) -> Actor | None:
    maker = key.created_by_id
    if maker is not None and organisation.disable_keys_on_user_disabled:
        members = Membership.objects.filter(organisation=organisation, active=True, user__is_active=True)
        if not members.filter(user=maker).exists():
            return None
    grants = _grants(RoleGrant.objects.filter(key=key, organisation=organisation))
    return Actor("key", key.public_id, key.name, "", organisation, key.user, key, address, grants)


def _grants(rows: QuerySet[RoleGrant]) -> tuple[Grant, ...]:
    return tuple(
        Grant(permissions_of(row.role), row.tier, row.team_id, row.target_id, row.role.public_id)
        for row in rows.select_related("role").order_by("pk")
    )


# What an actor may see


def members_for_actor(actor: Actor) -> QuerySet[Membership]:
    """The people of the organisation; only oneself without the right to see them."""
    found = Membership.objects.filter(organisation=actor.organisation).select_related("user").order_by("pk")
    return found if actor.everywhere("people.view") else found.filter(user=actor.user)


def keys_for_actor(actor: Actor) -> QuerySet[ApiKey]:
    """The keys of the organisation; only one's own without the right to see them."""
    found = ApiKey.objects.filter(organisation=actor.organisation).order_by("pk")
    if actor.everywhere("keys.view"):
        return found
    own = Q(user__isnull=False, user=actor.user)
    return found.filter(own | Q(pk=actor.key.pk) if actor.key else own)


def teams_for_actor(actor: Actor) -> QuerySet[Team]:
    """The teams of the organisation; only those one belongs to without the right to see them all."""
    found = Team.objects.filter(organisation=actor.organisation).order_by("pk")
    if actor.everywhere("teams.view"):
        return found
    return found.filter(pk__in=[grant.team_id for grant in actor.grants if grant.tier == "team"])


def roles_for_actor(actor: Actor) -> QuerySet[Role]:
    """The built-in roles and those of the organisation; only one's own without the right to see them all."""
    found = Role.objects.filter(Q(organisation=None) | Q(organisation=actor.organisation)).order_by("pk")
    if actor.everywhere("roles.view"):
        return found
    return found.filter(public_id__in=[grant.role for grant in actor.grants])


def grants_for_actor(actor: Actor) -> QuerySet[RoleGrant]:
    """Who holds which role in the organisation; only one's own without the right to see people."""
    found = RoleGrant.objects.filter(organisation=actor.organisation)
    found = found.select_related("role", "user", "key", "team", "target").order_by("pk")
    if actor.everywhere("people.view"):
        return found
    if actor.kind == "key":
        return found.filter(key=actor.key)
    return found.filter(user__isnull=False, user=actor.user)


def labels_for_actor(actor: Actor, kind: str = "") -> QuerySet[Label]:
    """The labels of the organisation, of one kind or all: everybody sees them."""
    found = Label.objects.filter(organisation=actor.organisation).select_related("changed_by").order_by("pk")
    return found.filter(kind=kind) if kind else found


def invitations_for_actor(actor: Actor) -> QuerySet[Invitation]:
    """The invitations that are still open."""
    if not actor.everywhere("people.view"):
        return Invitation.objects.none()
    found = Invitation.objects.filter(organisation=actor.organisation, used_at=None, expires_at__gt=clock.now())
    return found.select_related("role", "created_by").order_by("-pk")


def sessions_for_actor(actor: Actor) -> QuerySet[AccessSession]:
    """The person's own API sessions, newest first."""
    return AccessSession.objects.filter(user__isnull=False, user=actor.user, expires_at__gt=clock.now()).order_by("-pk")


def get_member(actor: Actor, public_id: str) -> Membership:
    """A member by the person's public id. Raises NotFound."""
    return _named(members_for_actor(actor), public_id, "user__public_id")


def get_key(actor: Actor, public_id: str) -> ApiKey:
    """A key. Raises NotFound."""
    return _named(keys_for_actor(actor), public_id)


def get_team(actor: Actor, public_id: str) -> Team:
    """A team. Raises NotFound."""
    return _named(teams_for_actor(actor), public_id)


def get_role(actor: Actor, public_id: str) -> Role:
    """A role. Raises NotFound."""
    return _named(roles_for_actor(actor), public_id)


def get_grant(actor: Actor, public_id: str) -> RoleGrant:
    """A role grant. Raises NotFound."""
    return _named(grants_for_actor(actor), public_id)


def get_label(actor: Actor, kind: str, public_id: str) -> Label:
    """A label of this kind. Raises NotFound."""
    return _named(labels_for_actor(actor, kind), public_id)


def builtin_role(key: str) -> Role:
    """A built-in role by its key (`owner`). Raises NotFound."""
    return _one(Role.objects.filter(organisation=None, key=key))


def _named(found: QuerySet[_Row], public_id: str, field: str = "public_id") -> _Row:
    # Texts in no form of an id are not worth a query, and some make the database raise.
    return _one(found.filter(**{field: public_id}) if ids.is_id(public_id) else found.none())


def _one(found: QuerySet[_Row]) -> _Row:
    row = unique.find(found)
    if row is None:
        raise NotFound()
    return row


# Secrets of an organisation


def data_key(organisation: Organisation) -> sealing.DataKey:
    """The organisation's key for secrets."""
    return _unwrapped(organisation.public_id, bytes(organisation.data_key))


def seal(organisation: Organisation, value: bytes | str, *, table: str, public_id: str, column: str) -> bytes:
    """The value, enciphered for this organisation, table, row and column; texts as UTF-8."""
    return sealing.seal(
        data_key(organisation),
        value,
        organisation=organisation.public_id,
        table=table,
        public_id=public_id,
        column=column,
    )


def unseal(organisation: Organisation, sealed: sealing.Blob, *, table: str, public_id: str, column: str) -> bytes:
    """The value again. Raises SealError when it was sealed for another place, or changed."""
    return sealing.open_sealed(
        data_key(organisation),
        sealed,
        organisation=organisation.public_id,
        table=table,
        public_id=public_id,
        column=column,
    )


def obfuscated(organisation: Organisation, value: str) -> str:
    """What is shown in place of a secret; the same value reads the same within the organisation."""
    return sealing.obfuscated(data_key(organisation), value)


@lru_cache(maxsize=256)
def _unwrapped(public_id: str, wrapped: bytes) -> sealing.DataKey:
    # Rotation of the key ring wraps anew, so that other bytes stand here.
    return sealing.instance_ring().unwrap(wrapped, public_id)
