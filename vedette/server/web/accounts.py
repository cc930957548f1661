"""How django-allauth behaves here: nobody signs up by themselves, second factors are sealed, facts are recorded."""

from __future__ import annotations

import base64
import logging
import smtplib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.email_verification import send_verification_email_to_address
from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed
from allauth.account.utils import filter_users_by_email
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib import messages
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

from vedette.server.audit import services as audit
from vedette.server.kernel import sealing
from vedette.server.targets import ownership
from vedette.server.tenancy import queries as tenancy
from vedette.server.tenancy.actor import Actor
from vedette.server.tenancy.models import User
from vedette.server.tenancy.services import addresses, lockout, signin
from vedette.server.web import errors, theme

_PLACE = {"organisation": "", "table": "mfa_authenticator", "public_id": "", "column": "data"}
_KEY_ID = "00000001"
_NOT_SENT = "vedette.mail_not_sent"
_log = logging.getLogger(__name__)

FACTS = {
    "mfa/email/totp_activated": "person.factor_enabled",
    "mfa/email/totp_deactivated": "person.factor_disabled",
    "mfa/email/recovery_codes_generated": "person.recovery_codes",
    "account/email/password_changed": "person.password_changed",
    "account/email/password_set": "person.password_changed",
    "account/email/password_reset": "person.password_changed",
}
"""What allauth notifies a person of, and the kind of fact that it is."""


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts come from set-up links and invitations alone. Signing in and out goes into the audit log, and failures
    count towards the same lock as those of the APIs."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuses an account that is locked, whether or not anybody has it."""
        super().pre_authenticate(request, **credentials)
        if lockout.seconds_left(_named(credentials), _name(credentials)):
            raise self.validation_error("too_many_login_attempts")

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Counts and records it. What was typed as a name is not kept: it may be a password in the wrong field."""
        user, address = _named(credentials), _address(request)
        lockout.failed(user, _name(credentials), address=address)
        audit.record(
            kind="session.failed",
            actor=None,
            organisation=tenancy.current_organisation(user) if user else None,
            object_kind="person",
            object_id=user.public_id if user else "",
            object_name=user.email if user else "an unknown name",
            data={"reason": "invalid_credentials", "address": address, "way": "pages"},
        )

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Records it, forgets failures, shows the person's theme. The session has a new key by now."""
        answer: HttpResponse = super().post_login(request, user, **kwargs)
        lockout.clear(user)
        _record("session.signed_in", request, user)
        return theme.remember(answer, user.theme) if user.theme else answer

    def logout(self, request: HttpRequest) -> None:
        """Records it."""
        if isinstance(request.user, User):
            _record("session.signed_out", request, request.user)
        super().logout(request)

    def send_notification_mail(self, template_prefix: str, user: User, *args: Any, **kwargs: Any) -> None:
        """Records what is worth a notice; a mail goes out where one is set up."""
        if template_prefix in FACTS:
            _record(FACTS[template_prefix], self.request, user)
        if FACTS.get(template_prefix) == "person.password_changed":
            signin.end_sessions(user)
        super().send_notification_mail(template_prefix, user, *args, **kwargs)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Sends it if it can: most instances have no mail server, and an error would tell who has an account."""
        try:
            super().send_mail(template_prefix, email, context)
        except (OSError, smtplib.SMTPException) as error:
            _log.warning("mail %s was not sent: %s", template_prefix, type(error).__name__)
            self.request.META[_NOT_SENT] = True


@receiver(email_confirmed)
def mailbox_confirmed(request: HttpRequest, email_address: EmailAddress, **_: Any) -> None:
    """Records it when it is the address by which the person signs in, and lets their domains follow."""
    user = email_address.user
    if user.email.lower() == email_address.email.lower():
        addresses.note_confirmed(user, address=_address(request))
        ownership.mailbox_confirmed(user)


def send_confirmation(request: HttpRequest, user: User) -> str:
    """Sends a person the link that confirms their address. Why it did not go out, for people; empty when it did."""
    if not send_verification_email_to_address(request, addresses.address_of(user)):
        return "A link was sent a moment ago. Look for it, or try again in some minutes."
    if _NOT_SENT not in request.META:
        return ""
    # allauth has left word of a mail that went out.
    list(messages.get_messages(request))
    return "The link could not be sent: the mail server does not take it. Tell whoever runs this platform."


def _key() -> sealing.DataKey:
    return sealing.DataKey(_KEY_ID, sealing.instance_ring().derive("second factors"))


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Seeds and recovery codes lie sealed in the database."""

    def encrypt(self, text: str) -> str:
        """The sealed form."""
        return base64.b64encode(sealing.seal(_key(), text, **_PLACE)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The value again."""
        return sealing.open_sealed(_key(), base64.b64decode(encrypted_text), **_PLACE).decode()


def locked_out(request: HttpRequest, response: Any = None, credentials: Any = None, *args: Any) -> HttpResponse:
    """What somebody sees who failed to sign in too often."""
    return errors.page(request, 429, "Too many failed sign-ins for this account from this address.")


def _name(credentials: dict[str, Any]) -> str:
    return str(credentials.get("email") or credentials.get("username") or "").strip().lower()


def _named(credentials: dict[str, Any]) -> User | None:
    found = filter_users_by_email(_name(credentials))
    return found[0] if found else None


def _record(kind: str, request: HttpRequest, user: User) -> None:
    """A fact about the person, by themselves, in the organisation where they work now."""
    organisation = tenancy.current_organisation(user)
    actor: Actor | None = None
    if organisation is not None:
        actor = tenancy.actor_for_user(user, organisation, _address(request))
    audit.record(
        kind=kind,
        actor=actor,
        organisation=organisation,
        object_kind="person",
        object_id=user.public_id,
        object_name=user.email,
    )


def _address(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR") or "")
