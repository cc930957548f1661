"""Sessions that a copy of the database does not open: what a cookie carries is there only by half.

A session's key is a random name and the digest of it with a key of the key ring. The name alone is stored, in Django's
table of sessions and in the one that lists them for people; in memory it is always the whole key, so that neither needs
to know.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import VALID_KEY_CHARS
from django.contrib.sessions.models import Session
from django.db.models import CharField, Model
from django.utils.crypto import get_random_string

from vedette.server.kernel import sealing

_NAME = 20
"""Characters of 36: more than a hundred bits. As many digits of the digest follow, eighty bits."""


class SessionStore(db.SessionStore):
    """Django's store of sessions, with keys of this form."""

    def _get_new_session_key(self) -> str:
        while True:
            key = whole(get_random_string(_NAME, VALID_KEY_CHARS))
            if not self.exists(key):
                return key


class SessionKeyField(CharField):  # type: ignore[type-arg]
    """A whole key in memory, its name in the database. A key whose digest is wrong is that of no row."""

    def get_prep_value(self, value: Any) -> Any:
        """The name of a key; nothing for what is none."""
        return None if value is None else name_of(str(value))

    def from_db_value(self, value: str | None, *_: Any) -> str | None:
        """The key of a name."""
        return None if value is None else whole(value)

    def deconstruct(self) -> Any:
        """For migrations it is what it replaces."""
        name, _, arguments, options = super().deconstruct()
        return name, "django.db.models.CharField", arguments, options


def whole(name: str) -> str:
    """The key of a session of this name."""
    digest = hmac.new(sealing.instance_ring().derive("session keys"), name.encode(), hashlib.sha256)
    return name + digest.hexdigest()[:_NAME]


def name_of(key: str) -> str:
    """The name within a key; empty when the key was not made here."""
    name = key[:_NAME]
    return name if hmac.compare_digest(whole(name).encode(), key.encode()) else ""


def install() -> None:
    """Has both tables keep names only. Their models are Django's and allauth's: neither lets its field be chosen."""
    kept: tuple[type[Model], ...] = (Session, UserSession)
    for model in kept:
        model._meta.get_field("session_key").__class__ = SessionKeyField
