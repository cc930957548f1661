"""What protects the requests of a target, as its page shows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django import forms
from django.urls import reverse

from vedette.server.kernel import clock
from vedette.server.targets import protections
from vedette.server.targets.models import Target
from vedette.server.web.protection_forms import METHOD_NAMES, CertificateForm, SignatureForm

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
    form: Callable[[Mapping[str, Any]], forms.Form]
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


_KINDS = {
    protections.MTLS: _Kind(
        "Client certificate (mTLS)",
        "Shown to the site and its extra hosts when they ask who connects.",
        lambda known: CertificateForm(),
        _certificate,
        "web:targets-certificate",
    ),
    protections.SIGNATURE: _Kind(
        "Request signing",
        "Every request is signed as it leaves, those of tests and of the browser too.",
        lambda known: SignatureForm(initial=SignatureForm.start(known)),
        _signature,
        "web:targets-signature",
    ),
}


def shown(target: Target) -> list[Protection]:
    """All kinds, in one order."""
    found = []
    for block, kind in _KINDS.items():
        known = protections.of(target.settings, block)
        facts = kind.facts(known) if known else []
        url = reverse(kind.route, args=(target.public_id,))
        found.append(Protection(block, kind.name, kind.lede, known, facts, kind.form(known), url))
    return found
