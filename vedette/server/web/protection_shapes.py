"""What protects the requests of a target, as its page shows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django import forms
from django.urls import reverse

from vedette.server.kernel import clock
from vedette.server.targets import folder_logins, protections
from vedette.server.targets.models import Target
from vedette.server.targets.services import folder_logins as services
from vedette.server.web.protection_forms import (
    METHOD_NAMES,
    CertificateForm,
    EncryptionForm,
    FolderLoginForm,
    SignatureForm,
)

Facts = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Protection:
    """One protection: `known` is what may be shown of it (empty: not set up), `url` takes its form."""

    block: str
    name: str
    lede: str
    known: dict[str, Any]
    facts: Facts
    form: forms.Form
    url: str


class _Kind(NamedTuple):
    name: str
    lede: str
    form: Callable[[Target, Mapping[str, Any]], forms.Form]
    facts: Callable[[Mapping[str, Any]], Facts]
    route: str


def _certificate(known: Mapping[str, Any]) -> Facts:
    ends = datetime.fromisoformat(known["expires"])
    word = "expired" if ends < clock.now() else "expires"
    return [("Issued to", known["subject"]), ("Validity", f"{word} on {ends:%Y-%m-%d}")]


def _signature(known: Mapping[str, Any]) -> Facts:
    facts = [("Method", f"{METHOD_NAMES[known['signature_method']]}, {known['algorithm']}")]
    if known["key_id"]:
        facts.append(("Key", known["key_id"]))
    if known["signature_method"] == "http-v1":
        facts.append(("Signed headers", " ".join(known["signed_headers"])))
    if known["signature_method"] == "jwt-v1":
        facts.append(("Header", known["header_name"]))
    return facts


def _encryption(known: Mapping[str, Any]) -> Facts:
    facts = [("Key", known["key_id"])] if known["key_id"] else []
    where = ", ".join(known["scope"]) or "the whole site"
    return [*facts, ("Content", known["content_encryption"]), ("Addresses", where)]


def _folder(known: Mapping[str, Any]) -> Facts:
    facts = [("Folder", known[folder_logins.FOLDER])]
    places = known[folder_logins.MAPPING] or {}
    facts += [(f"Variable {name}", place) for name, place in places.items()]
    return [*facts, ("A refused request", "ends the log-in" if known[folder_logins.FAIL_FAST] else "is passed over")]


def _folder_form(target: Target, known: Mapping[str, Any]) -> forms.Form:
    start = FolderLoginForm.start(known, target.settings)
    return FolderLoginForm(initial=start, folders=services.folders(target))


_KINDS = {
    protections.MTLS: _Kind(
        "Client certificate (mTLS)",
        "Shown to the site and its extra hosts when they ask who connects.",
        lambda target, known: CertificateForm(),
        _certificate,
        "web:targets-certificate",
    ),
    protections.SIGNATURE: _Kind(
        "Request signing",
        "Every request is signed as it leaves, those of tests and of the browser too.",
        lambda target, known: SignatureForm(initial=SignatureForm.start(known)),
        _signature,
        "web:targets-signature",
    ),
    protections.MLE: _Kind(
        "Message encryption (MLE)",
        "JSON bodies travel as encData; tests see what stands within. Pages in a browser encrypt by themselves.",
        lambda target, known: EncryptionForm(initial=EncryptionForm.start(known)),
        _encryption,
        "web:targets-encryption",
    ),
    protections.POSTMAN: _Kind(
        "Log-in by a folder of the collection",
        "Its requests are sent in order; what their scripts put into variables goes with all other requests.",
        _folder_form,
        _folder,
        "web:targets-folder-login",
    ),
}


OF_LOGIN = (protections.MTLS, protections.SIGNATURE, protections.MLE)
"""Those that stand on the page of the log-in."""


def of_api(target: Target) -> tuple[str, ...]:
    """Those that stand on the page of an API."""
    return (protections.POSTMAN,) if services.is_possible(target) else ()


def shown(target: Target, blocks: Sequence[str]) -> list[Protection]:
    """These kinds, in this order."""
    found = []
    for block in blocks:
        kind = _KINDS[block]
        known = protections.of(target.settings, block)
        facts = kind.facts(known) if known else []
        url = reverse(kind.route, args=(target.public_id,))
        form = kind.form(target, known)
        form.auto_id = f"{block}-%s"  # they stand on one page, and have fields of the same names
        found.append(Protection(block, kind.name, kind.lede, known, facts, form, url))
    return found
