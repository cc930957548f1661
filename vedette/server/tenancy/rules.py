"""Permissions, built-in roles, who may grant what, and the form and life of keys. Nothing here asks the database."""

from __future__ import annotations

import hashlib
import re
import secrets
import string
from collections.abc import Collection
from datetime import datetime, timedelta

PERMISSIONS: dict[str, str] = {
    "organisation.view": "See the organisation and its settings",
    "organisation.change": "Change the organisation's settings",
    "organisation.stop_all": "Stop all scans at once, and allow them again",
    "organisation.own": "Own the organisation: make others its owners",
    "people.view": "See the people",
    "people.change": "Invite, change and remove people, and give them roles",
    "roles.view": "See the roles",
    "roles.change": "Make and change roles",
    "teams.view": "See the teams",
    "teams.change": "Make and change teams",
    "keys.view": "See the keys",
    "keys.change": "Make, change and revoke keys",
    "audit.view": "Read the audit log",
    "labels.change": "Make, change and delete labels",
    "targets.view": "See targets",
    "targets.create": "Add targets",
    "targets.change": "Change the settings of targets",
    "targets.delete": "Archive and delete targets",
    "credentials.view": "See stored credentials, and use them in targets",
    "credentials.change": "Add, change and delete stored credentials",
    "domains.view": "See domains and who owns them",
    "domains.change": "Add domains and show who owns them",
    "discovery.view": "See what was discovered",
    "discovery.change": "Discover names and assets, and decide what becomes of them",
    "scans.view": "See scans",
    "scans.start": "Start scans",
    "scans.control": "Pause, resume and stop scans",
    "findings.view": "See findings",
    "findings.change": "Comment on, assign and label findings, and ask for retests",
    "findings.triage": "Accept risks and mark findings as no flaws",
    "findings.severity": "Change the severity of findings",
    "findings.evidence": "See the requests and responses that prove a finding",
    "findings.replay": "Send the requests that prove a finding again",
    "profiles.view": "See scan profiles",
    "profiles.change": "Make and change scan profiles",
    "reports.view": "Read reports",
    "reports.create": "Make reports",
}
"""Every permission, with what it lets people do."""

ALL = frozenset(PERMISSIONS)
OWNER_ONLY = frozenset({"organisation.own"})
_VIEWS = frozenset(name for name in PERMISSIONS if name.endswith(".view"))
_SCANNING = {"scans.view", "scans.start", "scans.control", "profiles.view"}

_ANALYST = ("discovery.", "findings.", "profiles.", "reports.", "scans.")

BUILTIN_ROLES: dict[str, frozenset[str]] = {
    "owner": ALL,
    "admin": ALL - OWNER_ONLY,
    "analyst": frozenset(
        {name for name in PERMISSIONS if name.startswith(_ANALYST)}
        | {"targets.view", "targets.create", "targets.change", "domains.view", "domains.change"}
        | {"credentials.view", "credentials.change"}
        | {"labels.change", "organisation.view", "people.view", "teams.view"}
    ),
    "developer": frozenset(
        _SCANNING
        | {"targets.view", "targets.change", "domains.view", "reports.view", "organisation.view", "discovery.view"}
        | {"findings.view", "findings.change", "findings.evidence"}
    ),
    "auditor": _VIEWS | {"findings.evidence"},
    "scanner": frozenset(_SCANNING | {"targets.view", "findings.view"}),
}
"""The built-in roles, from the one that may do most. This table counts, not the copy in the database."""

ROLE_DESCRIPTIONS: dict[str, str] = {
    "owner": "May do everything, and make others owners.",
    "admin": "May do everything but make others owners.",
    "analyst": "Adds targets, scans them and decides about findings.",
    "developer": "Changes targets, scans them and works on findings without deciding about risks.",
    "auditor": "Sees everything, changes nothing.",
    "scanner": "Starts and follows scans; meant for keys in pipelines.",
}

TIERS = ("account", "team", "target")
TITLES = ("ceo", "cto", "cso", "seceng", "dev", "devop", "manager", "other", "")
LABEL_KINDS = ("target", "finding", "user")
LABEL_COLOR = re.compile(r"[a-zA-Z0-9#_-]{0,40}")

KEY_LETTERS: dict[str, str] = {"probely": "p", "invicti": "i", "cloneguard_app": "a", "cloneguard_access": "c"}
"""Kinds of keys, with the letter that tells them apart in a secret."""
PERSONAL_KEYS = frozenset({"invicti", "cloneguard_access"})
"""Kinds that act as the person who made them; a person has one of each."""

_BASE62 = string.ascii_letters + string.digits
_SECRET_LENGTH = 43  # 256 bits
_SECRET = re.compile(r"vdt_[piac][0-9A-Za-z]{43}")
_PREFIX_LENGTH = 11
_MAX_DAYS = 36_500


def rank(permissions: Collection[str]) -> int:
    """How much a role may do, for sorting: more permissions rank higher, and ownership above everything."""
    known = ALL.intersection(permissions)
    return len(known) + len(ALL) * bool(known & OWNER_ONLY)


def may_grant(held: Collection[str], wanted: Collection[str]) -> bool:
    """Whether someone who holds these permissions over the whole account may give, change or take away those."""
    return ALL.intersection(wanted) <= set(held)


def new_secret(kind: str) -> str:
    """A new secret for a key of this kind: `vdt_`, the letter of the kind, 256 bits in letters and digits."""
    return f"vdt_{KEY_LETTERS[kind]}" + "".join(secrets.choice(_BASE62) for _ in range(_SECRET_LENGTH))


def is_secret(text: str) -> bool:
    """Whether the text has the form of a key's secret."""
    return _SECRET.fullmatch(text) is not None


def prefix_of(secret: str) -> str:
    """The part of a secret that may be shown."""
    return secret[:_PREFIX_LENGTH]


def new_token() -> str:
    """A token for a link or a session: 256 random bits."""
    return secrets.token_urlsafe(32)


def hash_of(secret: str) -> str:
    """What is stored of a key or token. Plain SHA-256 is enough: the secrets are random and long."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def key_expiry(
    kind: str, days: int | None, *, limited: bool, max_days: int, now: datetime
) -> tuple[datetime | None, str]:
    """When a new key of this kind ends (None: never), or what is wrong with the wish. Only keys of the Probely dialect
    expire by policy; where the organisation limits them, its maximum is also the default."""
    if kind != "probely":
        return None, "" if days is None else "Keys of this kind do not expire."
    if days is None:
        days = max_days if limited else None
    elif not 1 <= days <= _MAX_DAYS:
        return None, f"Must be from 1 to {_MAX_DAYS} days."
    elif limited and days > max_days:
        return None, f"The organisation allows at most {max_days} days."
    return None if days is None else now + timedelta(days=days), ""
