"""What people type, checked before anything is written: names, addresses, passwords, labels."""

from __future__ import annotations

from collections.abc import Collection

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from vedette.server.kernel.errors import Invalid
from vedette.server.tenancy import rules
from vedette.server.tenancy.models import Label, Organisation, User


def text(value: str, *, field: str, limit: int = 255, empty: bool = False) -> str:
    """The text without outer space. Raises Invalid when it is empty without leave, too long, or has control signs."""
    stripped = value.strip()
    if not stripped and not empty:
        raise Invalid(fields={field: ["This field may not be blank."]})
    if len(stripped) > limit:
        raise Invalid(fields={field: [f"Ensure this field has no more than {limit} characters."]})
    if any(ord(character) < 0x20 or 0xD800 <= ord(character) < 0xE000 for character in stripped):
        raise Invalid(fields={field: ["Control characters are not allowed."]})
    return stripped


def email(value: str, *, field: str = "email") -> str:
    """The address in lower case. Raises Invalid when it cannot be one."""
    address = value.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise Invalid(fields={field: ["Enter a valid email address."]}) from None
    if len(address) > 254:
        raise Invalid(fields={field: ["Ensure this field has no more than 254 characters."]})
    return address


def password_hash(password: str, *, address: str) -> str:
    """The hash of a new password. Slow on purpose: call it outside of transactions. Raises Invalid for a weak one."""
    try:
        validate_password(password, User(email=address))
    except ValidationError as error:
        raise Invalid(fields={"password": list(error.messages)}) from None
    return make_password(password)


def title(value: str) -> str:
    """A job title of the list. Raises Invalid for any other."""
    if value not in rules.TITLES:
        raise Invalid(fields={"title": [f'"{value}" is not a valid choice.']})
    return value


def person_labels(labels: Collection[Label], organisation: Organisation) -> list[Label]:
    """The labels, when they are for people of this organisation. Raises Invalid otherwise."""
    if any(label.kind != "user" or label.organisation_id != organisation.pk for label in labels):
        raise Invalid(fields={"labels": ["These are not labels for people of this organisation."]})
    return list(labels)
