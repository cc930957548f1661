"""The word of whoever operates the instance about who owns a name: given and taken back on the machine, never by an
organisation. What rests on it follows at once."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, QuerySet

from vedette.server.audit import services as audit
from vedette.server.kernel import clock, ids
from vedette.server.kernel.errors import Conflict, Invalid, NotFound
from vedette.server.targets import grounds, ownership, rules
from vedette.server.targets.models import Attestation, Domain
from vedette.server.targets.values import FieldError
from vedette.server.tenancy.models import Organisation

MAX_REASON = 1000
MAX_AGREEMENT = 200_000


@dataclass(frozen=True, slots=True)
class Operator:
    """Who works on the machine, by the name that they give: nobody there signs in."""

    name: str
    kind: str = "system"
    id: str = ""
    address: str = ""


def give(
    *,
    method: str,
    hostname: str,
    organisation: Organisation | None,
    author: str,
    reason: str,
    agreement: str = "",
) -> Attestation:
    """Records that a name, with all ports and what lies below it, belongs to an organisation. `method` is one of
    `rules.ATTESTED`; only a whitelist may be for each organisation (None), and `waved` needs the text of the agreement.

    Raises Invalid under `hostname`, `by`, `why`, `agreement`, `organisation`; Conflict `already_attested`.
    """
    faults: dict[str, list[str]] = {}
    name = _name(hostname, faults)
    by, why = _line(author, "by", rules.MAX_NAME, faults), _line(reason, "why", MAX_REASON, faults)
    if organisation is None and method != rules.WHITELIST:
        faults["organisation"] = ["Say whose name it is."]
    if (method == rules.WAVED) != bool(agreement.strip()) or len(agreement) > MAX_AGREEMENT:
        faults["agreement"] = [f"Give the text of the agreement, at most {MAX_AGREEMENT} characters."]
    if faults:
        raise Invalid(fields=faults)
    with transaction.atomic():
        same = in_force().filter(method=method, hostname=name, organisation=organisation)
        if same.exists():
            raise Conflict("already_attested", f"{name} is attested in this way already.")
        given = Attestation.objects.create(
            organisation=organisation, hostname=name, method=method, author=by, reason=why, agreement=agreement.strip()
        )
        _record("attestation.recorded", given, by, why)
    _follow(given)
    return given


def withdraw(*, public_id: str, author: str, reason: str) -> Attestation:
    """Takes an attestation back; it stays on record. Raises NotFound, Invalid under `by` and `why`."""
    faults: dict[str, list[str]] = {}
    by, why = _line(author, "by", rules.MAX_NAME, faults), _line(reason, "why", MAX_REASON, faults)
    if faults:
        raise Invalid(fields=faults)
    with transaction.atomic():
        rows = in_force().select_for_update(of=("self",), no_key=True)
        given = rows.filter(public_id=public_id).first() if ids.is_id(public_id) else None
        if given is None:
            raise NotFound(message="No attestation in force has this id.")
        given.withdrawn_at, given.withdrawn_by, given.withdrawn_reason = clock.now(), by, why
        given.save(update_fields=("withdrawn_at", "withdrawn_by", "withdrawn_reason"))
        _record("attestation.withdrawn", given, by, why)
    _follow(given)
    return given


def in_force() -> QuerySet[Attestation]:
    """What was given and not taken back, oldest first, of all organisations: for whoever runs the machine."""
    return Attestation.objects.filter(withdrawn_at=None).select_related("organisation").order_by("id")


def _follow(given: Attestation) -> None:
    whose = Q() if given.organisation is None else Q(organisation=given.organisation)
    ownership.reassess_all(Domain.objects.filter(whose, grounds.named(given.hostname)))


def _name(text: str, faults: dict[str, list[str]]) -> str:
    try:
        name, port = rules.split_port(rules.extra_host(text))
    except FieldError as error:
        faults["hostname"] = [str(error)]
        return ""
    if port:
        faults["hostname"] = ["Leave out the port: it is the name that is attested, with all of its ports."]
    return name


def _line(text: str, field: str, limit: int, faults: dict[str, list[str]]) -> str:
    line = " ".join(text.split())
    if not line or len(line) > limit or not line.isprintable():
        faults[field] = [f"Enter one line of at most {limit} characters."]
    return line


def _record(kind: str, given: Attestation, author: str, reason: str) -> None:
    audit.record(
        kind=kind,
        actor=Operator(author),
        organisation=given.organisation,
        object_kind="attestation",
        object_id=given.public_id,
        object_name=given.hostname,
        data={"method": given.method, "why": reason, "agreement": given.agreement},
    )
