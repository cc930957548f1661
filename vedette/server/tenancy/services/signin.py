"""Signing in over an API: password, second factor, lockout; then a token that works for a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import NoReturn

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import Q

from vedette.server.audit import services as audit
from vedette.server.kernel import clock, ratelimit
from vedette.server.kernel.errors import Conflict, LimitReached, NotAllowed
from vedette.server.tenancy import queries, rules
from vedette.server.tenancy.models import AccessSession, ApiKey, Organisation, User
from vedette.server.tenancy.services import lockout, second_factor

SESSION_LIFE = timedelta(hours=24)
BY_NAME = ratelimit.Limit("sign-in", 10, 60)
BY_ADDRESS = ratelimit.Limit("sign-in-address", 60, 60)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A successful sign-in. `token` is told once and stored as its hash."""

    token: str
    session: AccessSession


@dataclass(frozen=True, slots=True)
class SecondStep:
    """What a sign-in needs beside the password; `required` by the person's own choice or the organisation's."""

    methods: list[str]
    required: bool


def sign_in(
    *,
    username: str,
    password: str,
    otp: str = "",
    recovery: str = "",
    address: str = "",
    app_key: ApiKey | None = None,
) -> SignedIn:
    """Signs a person in by username or e-mail address, whatever its case. `app_key` limits it to the people of its
    organisation and dependents.

    Raises NotAllowed `invalid_credentials`, `two_factor_required` (data: methods, default_method, phone_hint),
    `invalid_otp`, `invalid_recovery_code`, `organisation_suspended`; LimitReached `account_locked`, `rate_limited`;
    Conflict `invalid_state` for a recovery code of someone without a second factor.
    """
    user, organisation = _first_step(username, password, address, app_key)
    _second_step(user, organisation, otp, recovery, username, address)
    lockout.clear(user)
    token, now = rules.new_token(), clock.now()
    with transaction.atomic():
        AccessSession.objects.filter(user=user, expires_at__lte=now).delete()
        session = AccessSession.objects.create(
            token_hash=rules.hash_of(token),
            user=user,
            organisation=organisation,
            created_at=now,
            expires_at=now + SESSION_LIFE,
            last_used_at=now,
            address=address[:45],
        )
        actor = queries.actor_for_user(user, organisation, address)
        audit.record(
            kind="session.signed_in",
            actor=actor,
            organisation=organisation,
            object_kind="person",
            object_id=user.public_id,
            object_name=user.email,
            data={"application": app_key.name if app_key else None},
        )
    return SignedIn(token, session)


def check_second_step(*, username: str, password: str, address: str = "", app_key: ApiKey | None = None) -> SecondStep:
    """Whether a sign-in with this password needs a second step. Raises what `sign_in` does about the password."""
    user, organisation = _first_step(username, password, address, app_key)
    methods = second_factor.methods(user)
    return SecondStep(methods, bool(methods) or organisation.require_second_factor)


@transaction.atomic
def sign_out(*, token: str, address: str = "") -> bool:
    """Ends the session of a token. Returns whether there was one."""
    found = AccessSession.objects.select_related("user", "organisation").filter(token_hash=rules.hash_of(token))
    session = found.first()
    if session is None:
        return False
    audit.record(
        kind="session.signed_out",
        actor=queries.actor_for_user(session.user, session.organisation, address),
        organisation=session.organisation,
        object_kind="person",
        object_id=session.user.public_id,
        object_name=session.user.email,
    )
    session.delete()
    return True


def _first_step(username: str, password: str, address: str, app_key: ApiKey | None) -> tuple[User, Organisation]:
    name = username.strip().lower()
    _check_rate(name, address)
    user = _find(name)
    wait = lockout.seconds_left(user, name)
    if wait:
        raise LimitReached("account_locked", "Too many failed sign-ins; try again later.", retry_after=wait)
    if user is None:
        make_password(password)  # takes as long as checking one
        _fail("invalid_credentials", "Wrong name or password.", None, name, address)
    right = check_password(password, user.password)
    organisations = _within(user, app_key)
    if not right or not user.is_active or not organisations:
        _fail("invalid_credentials", "Wrong name or password.", user, name, address)
    open_ones = [organisation for organisation in organisations if not organisation.suspended]
    if not open_ones:
        raise NotAllowed("organisation_suspended", "The organisation is suspended.")
    chosen = [organisation for organisation in open_ones if organisation.pk == user.current_organisation_id]
    return user, (chosen or open_ones)[0]


def _second_step(user: User, organisation: Organisation, otp: str, recovery: str, name: str, address: str) -> None:
    methods = second_factor.methods(user)
    if not methods:
        if recovery:
            raise Conflict("invalid_state", "No second factor is set up for this account.")
        if organisation.require_second_factor:
            _ask_for_second_step(methods)
    elif recovery:
        if not second_factor.use_recovery_code(user, recovery):
            _fail("invalid_recovery_code", "Wrong recovery code.", user, name, address)
    elif otp:
        if not second_factor.use_code(user, otp):
            _fail("invalid_otp", "Wrong or used code.", user, name, address)
    else:
        _ask_for_second_step(methods)


def _ask_for_second_step(methods: list[str]) -> NoReturn:
    data = {"methods": methods, "default_method": methods[0] if methods else None, "phone_hint": None}
    raise NotAllowed("two_factor_required", "A second factor is required.", data)


def _check_rate(name: str, address: str) -> None:
    for key, limit in ((f"{address} {name}", BY_NAME), (address, BY_ADDRESS)):
        verdict = ratelimit.check(key, (limit,))
        if not verdict.allowed:
            raise LimitReached("rate_limited", "Too many sign-ins.", retry_after=verdict.retry_after)


def _find(name: str) -> User | None:
    if not name or len(name) > 254 or "\x00" in name:
        return None
    found = User.objects.select_related("current_organisation")
    return found.filter(Q(email__iexact=name) | Q(username__iexact=name)).order_by("pk").first()


def _within(user: User, app_key: ApiKey | None) -> list[Organisation]:
    """Where the person belongs, within reach of the application's key; suspended organisations too."""
    found = Organisation.objects.filter(memberships__user=user, memberships__active=True)
    if app_key is not None and app_key.organisation is not None:
        found = found.filter(Q(pk=app_key.organisation.pk) | Q(partner=app_key.organisation))
    return list(found.order_by("memberships__pk"))


def _fail(code: str, message: str, user: User | None, name: str, address: str) -> NoReturn:
    """Counts and records a failure. What was typed as a name is not kept: it may be a password in the wrong field."""
    lockout.failed(user, name, address=address)
    audit.record(
        kind="session.failed",
        actor=None,
        organisation=user.current_organisation if user else None,
        object_kind="person",
        object_id=user.public_id if user else "",
        object_name=user.email if user else "an unknown name",
        data={"reason": code, "address": address},
    )
    raise NotAllowed(code, message)


def end_sessions(user: User) -> None:
    """Ends what a person's password has opened by API: whoever changes it may have lost it to somebody."""
    AccessSession.objects.filter(user=user).delete()
