"""From nothing to a first owner: organisations, the one-time set-up link, and people added at the command line."""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta

from django.db import transaction

from vedette.server.audit import services as audit
from vedette.server.kernel import clock, sealing
from vedette.server.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from vedette.server.kernel.ids import new_id
from vedette.server.kernel.models import InstanceValue
from vedette.server.tenancy import queries, rules
from vedette.server.tenancy.actor import Actor, system_actor
from vedette.server.tenancy.models import Membership, Organisation, Role, User
from vedette.server.tenancy.services import inputs, keys, lockout, people, roles, signin

LINK_LIFE = timedelta(hours=1)
FIRST_NAME = "My organisation"
"""What the first organisation is called when nobody names it."""


def ensure_builtin_roles() -> None:
    """Makes the rows of the built-in roles what `rules.BUILTIN_ROLES` says; run at each start."""
    present = {role.key: role for role in Role.objects.filter(organisation=None)}
    missing: list[Role] = []
    for key, permissions in rules.BUILTIN_ROLES.items():
        role = present.get(key)
        wanted = {
            "name": key.capitalize(),
            "description": rules.ROLE_DESCRIPTIONS[key],
            "permissions": sorted(permissions),
        }
        if role is None:
            missing.append(Role(key=key, **wanted))
        elif any(getattr(role, field) != value for field, value in wanted.items()):
            Role.objects.filter(pk=role.pk).update(**wanted)
    # Several processes may start at once: whoever is second finds them there.
    if missing:
        Role.objects.bulk_create(missing, ignore_conflicts=True)


def create_organisation(name: str, *, actor: Actor | None = None) -> Organisation:
    """A new organisation with its own key for secrets, and without any people. Unless the system makes it, only an
    operator of the instance may. Raises NotAllowed, Invalid."""
    if actor is not None and not keys.is_operator(actor):
        raise NotAllowed()
    ensure_builtin_roles()
    public_id = new_id()
    wrapped = sealing.instance_ring().wrap(sealing.new_data_key(), public_id)
    with transaction.atomic():
        organisation = Organisation.objects.create(
            public_id=public_id, name=inputs.text(name, field="name"), data_key=wrapped
        )
        audit.record(
            kind="organisation.created",
            actor=actor,
            organisation=organisation,
            object_kind="organisation",
            object_id=public_id,
            object_name=organisation.name,
        )
    return organisation


def setup_link() -> str:
    """The token of a new set-up link, which replaces the one before: one use, one hour. Raises Conflict
    `already_set_up` once there is a user."""
    if not queries.is_fresh_instance():
        raise Conflict("already_set_up", "This instance is set up already.")
    token, now = rules.new_token(), clock.now()
    value = {"hash": rules.hash_of(token), "expires_at": (now + LINK_LIFE).isoformat()}
    InstanceValue.objects.update_or_create(name="setup", defaults={"value": value, "changed_at": now})
    return token


def setup_open(token: str) -> bool:
    """Whether this token still opens the set-up page."""
    row = InstanceValue.objects.filter(name="setup").first()
    return row is not None and _opens(row, token) and queries.is_fresh_instance()


def redeem_setup(
    *, token: str, email: str, name: str, password: str, organisation_name: str, address: str = ""
) -> User:
    """Uses the set-up link: makes the first organisation and its owner, who also operates the instance. Raises
    NotAllowed `setup_closed` for a wrong, used or old token, Invalid."""
    if not setup_open(token):
        raise _closed()
    fields = _first_fields(email, name, password)
    organisation_name = inputs.text(organisation_name, field="organisation_name")
    with transaction.atomic():
        row = InstanceValue.objects.select_for_update(no_key=True).filter(name="setup").first()
        if row is None or not _opens(row, token) or not queries.is_fresh_instance():
            raise _closed()
        row.delete()
        return _first_owner(fields, organisation_name, address)


def first_owner(*, email: str, name: str, password: str | None, organisation_name: str = FIRST_NAME) -> User:
    """The first organisation and its owner, without a link: for whoever runs the machine. Raises Conflict
    `already_set_up` once there is a user."""
    fields = _first_fields(email, name, password)
    with transaction.atomic():
        if not queries.is_fresh_instance():
            raise Conflict("already_set_up", "This instance is set up already.")
        InstanceValue.objects.filter(name="setup").delete()
        return _first_owner(fields, organisation_name, "")


def add_user(
    *,
    email: str,
    role: str,
    name: str = "",
    password: str | None = None,
    organisation: Organisation | None = None,
    with_key: bool = False,
) -> tuple[User, str | None]:
    """Adds a person at the command line, with a built-in role (`owner`), and with a key of that role when asked for.
    Returns the person and the key's secret. Without an organisation it is the only one there is, or a new one. An
    account of that address which exists keeps its password. Raises Invalid, Conflict `already_member`."""
    _check_role(role)
    fields = _first_fields(email, name, password)
    home = organisation or _only_organisation() or create_organisation(FIRST_NAME)
    system = system_actor(home, "Command line")
    with transaction.atomic():
        user = User.objects.filter(email=fields["email"]).first()
        if user is None:
            user = User.objects.create(**fields, is_operator=queries.is_fresh_instance())
        elif Membership.objects.filter(user=user, organisation=home).exists():
            raise Conflict("already_member", "This person is a member already.")
        InstanceValue.objects.filter(name="setup").delete()
        _join(user, home, role, system)
        if not with_key:
            return user, None
        wish = roles.NewGrant(queries.builtin_role(role))
        key_name = f"{user.email} (command line)"
        _, secret = keys.create_key(actor=system, name=key_name, grants=(wish,), made_by=user)
    return user, secret


def invite_user(*, email: str, role: str, name: str = "", organisation: Organisation | None = None) -> str:
    """Adds a person at the command line, as `add_user` does, who has yet to choose a password: the token of the link by
    which they do. Raises Invalid, Conflict `already_member`."""
    _check_role(role)
    home = organisation or _only_organisation() or create_organisation(FIRST_NAME)
    wish = roles.NewGrant(queries.builtin_role(role))
    with transaction.atomic():
        first = queries.is_fresh_instance()
        system = system_actor(home, "Command line")
        member, token = people.create_member(actor=system, email=email, name=name, grants=(wish,))
        if first:
            User.objects.filter(pk=member.user.pk).update(is_operator=True)
        InstanceValue.objects.filter(name="setup").delete()
    return token


def set_password(*, email: str, password: str) -> User:
    """A new password for whoever cannot sign in, set by whoever runs the machine; sessions end, second factors stay.
    Raises NotFound, Invalid."""
    address = inputs.email(email)
    hashed = inputs.password_hash(password, address=address)
    with transaction.atomic():
        user = User.objects.filter(email=address).first()
        if user is None:
            raise NotFound(message="Nobody has this address.")
        user.password, user.changed_at = hashed, clock.now()
        user.save(update_fields=("password", "changed_at"))
        signin.end_sessions(user)
        lockout.clear(user)
        for organisation in queries.organisations_of(user):
            audit.record(
                kind="person.password_changed",
                actor=system_actor(organisation, "Command line"),
                organisation=organisation,
                object_kind="person",
                object_id=user.public_id,
                object_name=user.email,
            )
    return user


def _check_role(role: str) -> None:
    if role not in rules.BUILTIN_ROLES:
        raise Invalid(fields={"role": [f"Must be one of {', '.join(rules.BUILTIN_ROLES)}."]})


def _first_fields(email: str, name: str, password: str | None) -> dict[str, str]:
    # The password is hashed here, before any transaction.
    address = inputs.email(email)
    known = inputs.text(name, field="name", limit=60, empty=True)
    unusable = User()
    unusable.set_unusable_password()
    hashed = unusable.password if password is None else inputs.password_hash(password, address=address)
    return {"email": address, "name": known, "password": hashed}


def _first_owner(fields: dict[str, str], organisation_name: str, address: str) -> User:
    organisation = _waiting_for_people() or create_organisation(organisation_name)
    user = User.objects.create(**fields, is_operator=True)
    _join(user, organisation, "owner", system_actor(organisation, "Set-up"), address=address)
    return user


def _join(user: User, organisation: Organisation, role: str, system: Actor, *, address: str = "") -> None:
    Membership.objects.create(user=user, organisation=organisation)
    if user.current_organisation_id is None:
        user.current_organisation = organisation
        user.save(update_fields=("current_organisation",))
    audit.record(
        kind="person.added",
        actor=system,
        organisation=organisation,
        object_kind="person",
        object_id=user.public_id,
        object_name=user.email,
        data={"address": address} if address else None,
    )
    roles.grant(actor=system, holder=user, role=queries.builtin_role(role))


def _waiting_for_people() -> Organisation | None:
    """The one organisation, when nobody belongs to it yet: that of the demo, whose first user is to find its scan."""
    found = list(Organisation.objects.order_by("pk")[:2])
    if len(found) != 1 or Membership.objects.filter(organisation=found[0]).exists():
        return None
    return found[0]


def _only_organisation() -> Organisation | None:
    found = list(Organisation.objects.order_by("pk")[:2])
    if len(found) == 2:
        raise Invalid(fields={"organisation": ["There are several; name one."]})
    return found[0] if found else None


def _opens(row: InstanceValue, token: str) -> bool:
    alike = hmac.compare_digest(str(row.value.get("hash", "")), rules.hash_of(token))
    return alike and datetime.fromisoformat(row.value["expires_at"]) > clock.now()


def _closed() -> NotAllowed:
    return NotAllowed("setup_closed", "This set-up link is no longer valid; a new start prints a new one.")
