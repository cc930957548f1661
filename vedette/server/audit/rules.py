"""What may be recorded, how it reads as a sentence, what is hidden before it is written, how rows are chained."""

from __future__ import annotations

import hashlib
import hmac
import json
import math
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Protocol
from uuid import UUID

from django.db.models import Model

HIDDEN = "[hidden]"
MAX_TEXT = 4096
MAX_ITEMS = 500
MAX_DEPTH = 8

KINDS: dict[str, str] = {
    "organisation.created": "{actor} created the organisation {object}",
    "organisation.changed": "{actor} changed the settings of {object}",
    "organisation.suspended": "{actor} suspended the organisation {object}",
    "organisation.restored": "{actor} restored the organisation {object}",
    "stop_all.set": "{actor} stopped all scans",
    "stop_all.lifted": "{actor} allowed scans again",
    "person.added": "{actor} added {object}",
    "person.invited": "{actor} invited {object}",
    "person.joined": "{object} joined",
    "person.changed": "{actor} changed {object}",
    "person.activated": "{actor} activated {object}",
    "person.deactivated": "{actor} deactivated {object}",
    "person.removed": "{actor} removed {object}",
    "person.left": "{object} left",
    "person.locked": "{object} was locked out after too many failed sign-ins",
    "person.unlocked": "{actor} unlocked {object}",
    "person.password_changed": "{actor} changed the password of {object}",
    "person.factor_enabled": "{actor} enabled a second factor for {object}",
    "person.factor_disabled": "{actor} disabled a second factor of {object}",
    "person.recovery_codes": "{actor} made new recovery codes for {object}",
    "session.signed_in": "{actor} signed in",
    "session.failed": "A sign-in of {object} failed",
    "session.signed_out": "{actor} signed out",
    "session.revoked": "{actor} ended sessions of {object}",
    "key.created": "{actor} created the key {object}",
    "key.changed": "{actor} changed the key {object}",
    "key.revoked": "{actor} revoked the key {object}",
    "key.deleted": "{actor} deleted the key {object}",
    "role.created": "{actor} created the role {object}",
    "role.changed": "{actor} changed the role {object}",
    "role.deleted": "{actor} deleted the role {object}",
    "role.granted": "{actor} gave a role to {object}",
    "role.withdrawn": "{actor} withdrew a role of {object}",
    "team.created": "{actor} created the team {object}",
    "team.changed": "{actor} changed the team {object}",
    "team.deleted": "{actor} deleted the team {object}",
    "label.created": "{actor} created the label {object}",
    "label.changed": "{actor} changed the label {object}",
    "label.deleted": "{actor} deleted the label {object}",
    "target.created": "{actor} added the target {object}",
    "target.changed": "{actor} changed the target {object}",
    "target.archived": "{actor} archived the target {object}",
    "target.restored": "{actor} restored the target {object}",
    "target.deleted": "{actor} deleted the target {object}",
    "target.code_address_changed": "{actor} made the address for one-time codes of {object} anew",
    "target.headers_changed": "{actor} changed headers or cookies of {object}",
    "credential.created": "{actor} stored the credential {object}",
    "credential.changed": "{actor} changed the credential {object}",
    "credential.deleted": "{actor} deleted the credential {object}",
    "blackout.changed": "{actor} changed the blackout period of {object}",
    "domain.created": "{actor} added the domain {object}",
    "domain.changed": "{actor} changed the domain {object}",
    "domain.checked": "{actor} asked to check who owns {object}",
    "domain.verified": "{object} was shown to belong to the organisation",
    "domain.unverified": "{object} could not be shown to belong to the organisation",
    "domain.deleted": "{actor} removed the domain {object}",
    "attestation.recorded": "{actor} attested who owns {object}",
    "attestation.withdrawn": "{actor} withdrew the attestation of who owns {object}",
    "connector.changed": "{actor} changed the connector to {object}",
    "connector.deleted": "{actor} removed the connector to {object}",
    "person.address_confirmed": "{object} confirmed the mail address",
    "discovery.enabled": "{actor} switched discovery of {object} on",
    "discovery.disabled": "{actor} switched discovery of {object} off",
    "discovery.created": "{actor} asked for a discovery of {object}",
    "discovery.cancel_asked": "{actor} asked a discovery of {object} to stop",
    "discovery.canceled": "A discovery of {object} was cancelled",
    "discovery.completed": "A discovery of {object} ended",
    "discovery.failed": "A discovery of {object} failed",
    "discovery.asset_changed": "{actor} changed the asset {object}",
    "discovery.settings_changed": "{actor} changed how discovery works for {object}",
    "discovery.source_changed": "{actor} changed the source of names {object}",
    "extra_host.created": "{actor} added the extra host {object}",
    "extra_host.changed": "{actor} changed the extra host {object}",
    "extra_host.deleted": "{actor} removed the extra host {object}",
    "sequence.created": "{actor} added the sequence {object}",
    "sequence.changed": "{actor} changed the sequence {object}",
    "sequence.deleted": "{actor} removed the sequence {object}",
    "logout_detector.created": "{actor} added the log-out detector {object}",
    "logout_detector.changed": "{actor} changed the log-out detector {object}",
    "logout_detector.deleted": "{actor} removed the log-out detector {object}",
    "reduced_scope.created": "{actor} added the reduced scope {object}",
    "reduced_scope.changed": "{actor} changed the reduced scope {object}",
    "reduced_scope.deleted": "{actor} removed the reduced scope {object}",
    "api_description.stored": "{actor} handed in the API description {object}",
    "api_description.deleted": "{actor} removed the API description {object}",
    "profile.created": "{actor} created the scan profile {object}",
    "profile.changed": "{actor} changed the scan profile {object}",
    "profile.archived": "{actor} archived the scan profile {object}",
    "profile.restored": "{actor} restored the scan profile {object}",
    "profile.deleted": "{actor} deleted the scan profile {object}",
    "scan.created": "{actor} asked for a scan of {object}",
    "scan.changed": "{actor} changed a scan of {object}",
    "scan.started": "A scan of {object} started",
    "scan.pause_asked": "{actor} asked a scan of {object} to pause",
    "scan.paused": "A scan of {object} paused",
    "scan.resumed": "{actor} resumed a scan of {object}",
    "scan.cancel_asked": "{actor} asked a scan of {object} to stop",
    "scan.canceled": "A scan of {object} was cancelled",
    "scan.completed": "A scan of {object} ended",
    "scan.failed": "A scan of {object} failed",
    "scan.waits_for_blackout": "A scan of {object} waits for the end of a blackout period",
    "scan.blackout_long": "A scan of {object} has waited for more than a day for the end of a blackout period",
    "schedule.created": "{actor} scheduled scans of {object}",
    "schedule.changed": "{actor} changed a schedule of {object}",
    "schedule.deleted": "{actor} deleted a schedule of {object}",
    "schedule.enabled": "{actor} switched a schedule of {object} on",
    "schedule.disabled": "{actor} switched a schedule of {object} off",
    "schedule.skipped": "A scheduled scan of {object} was left out",
    "schedule.failed": "A scheduled scan of {object} could not start",
    "schedule.stopped": "A schedule of {object} switched itself off after too many failures",
    "finding.detected": "{object} was found",
    "finding.fixed": "{object} was fixed",
    "finding.reopened": "{object} was opened again",
    "finding.accepted": "{actor} accepted the risk of {object}",
    "finding.invalid": "{actor} marked {object} as no flaw",
    "finding.expired": "The acceptance of {object} expired",
    "finding.severity": "{actor} changed the severity of {object}",
    "finding.assigned": "{actor} assigned {object}",
    "finding.note": "{actor} commented on {object}",
    "finding.labelled": "{actor} changed the labels of {object}",
    "finding.changed": "{actor} changed {object}",
    "finding.retest": "{actor} asked for a retest of {object}",
    "finding.replayed": "{actor} replayed the evidence of {object}",
    "finding.reviewed": "{actor} reviewed {object}",
}
"""Every kind of fact, with the sentence that tells it. `{actor}` and `{object}` are names."""


class Actor(Protocol):
    """Who did it. The tenancy room has the real one; this is all that the log needs of it."""

    @property
    def kind(self) -> str:
        """`person`, `key` or `system`."""

    @property
    def id(self) -> str:
        """Public id; empty for the system."""

    @property
    def name(self) -> str:
        """As people read it."""

    @property
    def address(self) -> str:
        """Where the request came from; empty when there was none."""


def sentence(kind: str, *, actor: str, object_name: str) -> str:
    """What happened, in one line; plain text that still needs escaping. Kinds of a newer version read as themselves."""
    return KINDS.get(kind, kind).format(actor=actor or "Vedette", object=object_name)


_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_SECRET_NAME = re.compile(
    r"(?:^|_)(?:authori[sz]ation|cookies?|credentials?|headers?|otp|pass(?:code|phrase|wd|words?)|pin|pwd|sealed|seed"
    r"|secrets?|tokens?|totp|(?:access|api|data|private|signing)_keys?|key_hash|recovery_codes?)(?:_|$)"
)
# What only counts, dates or names a secret does not tell it.
_HARMLESS_NAME = re.compile(r"(?:^|_)(?:at|count|days|enabled|ids?|kind|methods?|names?|prefix|required)$")
_SECRET_TEXT = (
    re.compile(r"vdt_[a-z][0-9A-Za-z]{16,}"),
    re.compile(r"(?<=\bBearer )[^\s\"',]+", re.IGNORECASE),
    re.compile(r"(?<=\bBasic )[A-Za-z0-9+/=_-]{8,}", re.IGNORECASE),
    re.compile(r"\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*"),
    re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*", re.DOTALL),
    re.compile(r"(?<=://)[^/\s@]*:[^/\s@]+(?=@)"),
    re.compile(r"(?<=[?&])((?:[\w-]*[_-])?(?:token|secret|password|passwd|api_?key|auth)=)[^&#\s]+", re.IGNORECASE),
)


def looks_secret(name: str) -> bool:
    """Whether a field of this name holds something that no log may keep."""
    words = "_".join(_WORD.findall(name)).lower()
    return _SECRET_NAME.search(words) is not None and _HARMLESS_NAME.search(words) is None


def clean_text(text: str, limit: int = MAX_TEXT) -> str:
    """The text without secrets in a form that can be recognised, cut, in characters that every database stores."""
    # Cut generously before the search, to bound it, and to size only after: half a secret would not be recognised.
    text = text[: limit + MAX_TEXT].replace("\x00", "\N{REPLACEMENT CHARACTER}")
    text = text.encode("utf-8", "replace").decode("utf-8")
    for pattern in _SECRET_TEXT:
        text = pattern.sub(lambda match: (match.group(1) if match.re.groups else "") + HIDDEN, text)
    return text if len(text) <= limit else text[: limit - 1] + "\N{HORIZONTAL ELLIPSIS}"


def redact(value: Any, *, depth: int = 0) -> Any:
    """The value as JSON, with everything hidden that looks secret by its name or form. Raises TypeError for a type that
    a log has no business with."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, Enum):
        return redact(value.value, depth=depth)
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, Mapping | list | tuple | set | frozenset):
        if depth >= MAX_DEPTH:
            return "[deep]"
        return _redact_mapping(value, depth) if isinstance(value, Mapping) else _redact_items(value, depth)
    return _plain(value)


def _redact_mapping(value: Mapping[Any, Any], depth: int) -> dict[str, Any]:
    # A pair of name and value, as headers and form fields are written: the name tells what the value is.
    pair = "value" in value and looks_secret(str(value.get("name", "")))
    result: dict[str, Any] = {}
    for key in list(value)[:MAX_ITEMS]:
        item, name = value[key], clean_text(str(key), 255)
        secret = looks_secret(name) or (pair and key == "value")
        keep = not secret or item is None or isinstance(item, bool)
        result[name] = redact(item, depth=depth + 1) if keep else HIDDEN
    return result


def _redact_items(value: list[Any] | tuple[Any, ...] | set[Any] | frozenset[Any], depth: int) -> list[Any]:
    ordered = sorted(value, key=str) if isinstance(value, set | frozenset) else value
    return [redact(item, depth=depth + 1) for item in list(ordered)[:MAX_ITEMS]]


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        # The databases write whole and endless numbers in forms of their own; the digest must not depend on that.
        if not math.isfinite(value):
            return str(value)
        return int(value) if value.is_integer() else value
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID | Decimal):
        return str(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return HIDDEN
    if isinstance(value, Model):
        return str(getattr(value, "public_id", value.pk))
    raise TypeError(f"a {type(value).__name__} cannot be recorded")


def moment(at: datetime) -> str:
    """A moment as the chain and the payloads write it: UTC, six digits of fraction."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def canonical(value: Any) -> bytes:
    """The one way to write JSON that digests are taken of."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(value: Any) -> str:
    """SHA-256 of the canonical form, in hex."""
    return hashlib.sha256(canonical(value)).hexdigest()


def link(key: bytes, previous: str, row: list[Any]) -> str:
    """The keyed digest of a row in its chain: over the one before it and the row's canonical form."""
    return hmac.new(key, previous.encode() + canonical(row), hashlib.sha256).hexdigest()
