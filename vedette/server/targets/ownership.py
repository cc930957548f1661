"""Who owns a domain: what to place there, the check by a worker, and what follows from its answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from vedette.contract.events import Event, OwnershipChecked, ScanFinished
from vedette.contract.job import Job, JobKind, Limits, OwnershipProof
from vedette.contract.verdict import Verdict
from vedette.server.agents import services as agents
from vedette.server.agents.models import Run
from vedette.server.audit import services as audit
from vedette.server.kernel import clock
from vedette.server.kernel.errors import Invalid, NotAllowed, NotFound
from vedette.server.targets import queries, rules
from vedette.server.targets.models import Domain, Target
from vedette.server.targets.rules import EXISTING_DOMAIN
from vedette.server.tenancy.actor import Actor, system_actor

WAIT_S = 10.0
RUNNING = "The check is still running."
NO_PARENT = "No domain above this one was shown to be yours."
PARENT_LOST = "The domain above this one is no longer shown to be yours."
_MAX_REASON = 300


@dataclass(frozen=True, slots=True)
class Instruction:
    """What to place to show that a domain is ours: `content` at `place`, a URL or the name of a record."""

    method: str
    place: str
    content: str


def instructions(domain: Domain) -> tuple[Instruction, ...]:
    """For each way that this domain has, what to place where. Addresses have no records; `existing_domain` needs
    nothing but the domain that is named as its place."""
    base, token = _start_page(domain), domain.token
    name, _ = rules.split_port(domain.hostname)
    found = [
        Instruction("file", f"{base}vedette-{token}.txt", f"Vedette={token}"),
        Instruction("meta_tag", base, f'<meta name="vedette-verification" content="{token}">'),
    ]
    if "." in name and not name.startswith("[") and not name.rpartition(".")[2].isdigit():
        found.append(Instruction("dns_txt", name, f"Vedette={token}"))
        found.append(Instruction("dns_cname", f"vedette-{token}.{name}", name))
    parent = _parent(domain)
    if parent is not None:
        found.append(Instruction(EXISTING_DOMAIN, parent.hostname, ""))
    return tuple(found)


def domain_for(actor: Actor, hostname: str) -> Domain:
    """The organisation's domain of this name, made when missing, in the caller's transaction. A new one is verified at
    once when a verified domain above speaks for it."""
    domain, made = Domain.objects.get_or_create(organisation=actor.organisation, hostname=hostname)
    if made:
        _record("domain.created", actor, domain)
        if _parent(domain) is not None:
            _settle(domain, ok=True, method=EXISTING_DOMAIN, reason="", now=clock.now(), actor=actor)
    return domain


def start_check(actor: Actor, domain: Domain, method: str) -> Domain:
    """Looks for what shows the owner, and waits up to WAIT_S for the answer; without one, `last_error` says that the
    check is still running. Never call this within a transaction.

    Raises Invalid under `type` for a way that users cannot ask for, NotFound and NotAllowed.
    """
    if method not in rules.SELF_SERVICE:
        raise Invalid(fields={"type": [f"Choose one of: {', '.join(rules.SELF_SERVICE)}."]})
    if not queries.domains_for_actor(actor, "domains.change").filter(pk=domain.pk).exists():
        if queries.domains_for_actor(actor).filter(pk=domain.pk).exists():
            raise NotAllowed(data={"permission": "domains.change"})
        raise NotFound
    return _check(actor, domain, method)


def refresh(domain: Domain, *, asked_by: str = "Vedette") -> Domain:
    """Looks again for the proof behind a verified domain, as before an active scan; waits like `start_check`. Asks no
    permission: it is for the platform itself. A domain that was never verified stays as it is."""
    proof = proof_of(domain)
    if proof is None or proof.method not in rules.SELF_SERVICE:
        return domain
    _check(system_actor(domain.organisation, asked_by), proof, proof.method)
    domain.refresh_from_db()
    return domain


def ask_again(domain: Domain) -> None:
    """Has the proof behind a verified domain looked for again, without waiting for the answer; once, until it is
    there."""
    proof = proof_of(domain)
    if proof is None or proof.method not in rules.SELF_SERVICE or proof.last_error == RUNNING:
        return
    actor = system_actor(proof.organisation)
    with transaction.atomic():
        _begin(actor, proof, proof.method)
    _submit(actor, proof, proof.method)


def is_being_checked(domain: Domain) -> bool:
    """Whether the proof behind a verified domain is being looked for at this moment."""
    proof = proof_of(domain)
    return proof is not None and proof.last_error == RUNNING


def proof_of(domain: Domain) -> Domain | None:
    """The domain whose own check counts for this one: itself, or the one above that it inherits from."""
    if not domain.verified:
        return None
    return _parent(domain) if domain.method == EXISTING_DOMAIN else domain


def is_fresh(domain: Domain) -> bool:
    """Whether the domain is verified, by a check that is not too old for an active scan."""
    proof = proof_of(domain)
    if proof is None or proof.checked_at is None:
        return False
    if proof.method not in rules.SELF_SERVICE:
        return True  # the platform's own word: there is nothing to look for
    return proof.checked_at > clock.now() - timedelta(days=rules.FRESH_DAYS)


def apply_ownership(*, subject: str, events: Sequence[Event], now: datetime) -> Domain | None:
    """Stores what the check of `domain:ID` found, in the caller's transaction; None for another subject, or when the
    events do not tell. A failed check takes back an earlier proof; names below follow, whichever way it went."""
    kind, _, public_id = subject.partition(":")
    checked = next((event for event in events if isinstance(event, OwnershipChecked)), None)
    if kind != "domain" or checked is None:
        return None
    domain = _lock(public_id)
    if domain is None:
        return None
    _settle(domain, ok=checked.ok, method=checked.method, reason=checked.reason, now=now)
    return domain


def note_unchecked(*, subject: str, reason: str) -> None:
    """Notes why a check of `domain:ID` came to no answer, as when its worker was lost; nothing else changes."""
    kind, _, public_id = subject.partition(":")
    if kind == "domain":
        Domain.objects.filter(public_id=public_id, last_error=RUNNING).update(last_error=reason[:_MAX_REASON])


def _check(actor: Actor, domain: Domain, method: str) -> Domain:
    with transaction.atomic():
        locked = _begin(actor, domain, method)
    if method == EXISTING_DOMAIN:
        return locked
    events = agents.wait(_submit(actor, locked, method), timeout_s=WAIT_S)
    if events is not None and not any(isinstance(event, OwnershipChecked) for event in events):
        note_unchecked(subject=_subject(locked), reason=_why(events))
    locked.refresh_from_db()
    return locked


def _begin(actor: Actor, domain: Domain, method: str) -> Domain:
    """Notes that a check was asked for, in the caller's transaction; what needs no looking is settled at once."""
    locked = _lock(domain.public_id)
    if locked is None:
        raise NotFound
    _record("domain.checked", actor, locked, {"method": method})
    if method == EXISTING_DOMAIN:
        if _parent(locked) is None:
            raise Invalid(fields={"type": [NO_PARENT]})
        _settle(locked, ok=True, method=method, reason="", now=clock.now(), actor=actor)
        return locked
    locked.last_error = RUNNING
    locked.save(update_fields=("last_error",))
    return locked


def _submit(actor: Actor, domain: Domain, method: str) -> Run:
    return agents.submit(
        organisation=actor.organisation, job=_job(domain, method), subject=_subject(domain), asked_by=actor.name
    )


def _subject(domain: Domain) -> str:
    return f"domain:{domain.public_id}"


def _job(domain: Domain, method: str) -> Job:
    url = _start_page(domain)
    proof = OwnershipProof(url=url, method="dns_txt" if method == "dns" else method, token=str(domain.token))
    return Job(id="", kind=JobKind.OWN, start_urls=(url,), limits=Limits(timeout_s=WAIT_S - 2), ownership=proof)


def _why(events: Sequence[Event]) -> str:
    end = next((event for event in events if isinstance(event, ScanFinished)), None)
    if end is not None and end.verdict == Verdict.FAILED and end.reasons:
        return " ".join(end.reasons)
    return "The check could not be made; try again."


def _start_page(domain: Domain) -> str:
    """With the scheme of the oldest target on this host, or of one that it is an extra host of."""
    own = Target.objects.filter(domain=domain, archived_at=None).order_by("id").values_list("url", flat=True)
    above = Target.objects.filter(extra_hosts__domain=domain, archived_at=None).order_by("id")
    url = own.first() or above.values_list("url", flat=True).first() or "https:"
    return f"{url.partition(':')[0]}://{domain.hostname}/"


def _lock(public_id: str) -> Domain | None:
    rows = Domain.objects.select_for_update(of=("self",), no_key=True).select_related("organisation")
    return rows.filter(public_id=public_id).first()


def _parent(domain: Domain) -> Domain | None:
    """The nearest domain of the same organisation that was verified itself and speaks for this one."""
    name, _ = rules.split_port(domain.hostname)
    labels = name.split(".")
    names = [".".join(labels[start:]) for start in range(1, len(labels) - 1)]
    if not names:
        return None
    # With a port, too: what stands in the name system speaks for every port, wherever it was asked for.
    above = Q(hostname__in=names)
    for parent in names:
        above |= Q(hostname__startswith=f"{parent}:")
    rows = Domain.objects.filter(above, organisation=domain.organisation_id, verified=True)
    found = rows.exclude(method=EXISTING_DOMAIN).order_by("id")
    covering = [row for row in found if rules.covers(row.hostname, row.method, domain.hostname)]
    return max(covering, key=lambda row: len(row.hostname), default=None)


def _settle(domain: Domain, *, ok: bool, method: str, reason: str, now: datetime, actor: Actor | None = None) -> None:
    before = domain.verified
    inherits = not ok and _parent(domain) is not None
    domain.verified = ok or inherits
    domain.method = EXISTING_DOMAIN if inherits else method
    domain.checked_at, domain.last_error = now, "" if ok else reason[:_MAX_REASON]
    domain.save(update_fields=("verified", "method", "checked_at", "last_error"))
    data: dict[str, str | bool] = {"method": method, "reason": reason, "before": before}
    _record("domain.verified" if ok else "domain.unverified", actor, domain, data)
    _cascade(domain, now)


def _cascade(parent: Domain, now: datetime) -> None:
    """Lets the names below inherit what they may, and takes back what they may no longer."""
    name, _ = rules.split_port(parent.hostname)
    below = Domain.objects.select_for_update(of=("self",), no_key=True).filter(
        organisation=parent.organisation_id, hostname__contains=f".{name}"
    )
    speaks = parent.verified and parent.method != EXISTING_DOMAIN
    for domain in below.order_by("id"):
        if speaks and not domain.verified and rules.covers(parent.hostname, parent.method, domain.hostname):
            _inherit(domain, now, "")
        elif domain.verified and domain.method == EXISTING_DOMAIN and _parent(domain) is None:
            _inherit(domain, now, PARENT_LOST)


def _inherit(domain: Domain, now: datetime, reason: str) -> None:
    domain.verified, domain.method = not reason, EXISTING_DOMAIN
    domain.checked_at, domain.last_error = now, reason
    domain.save(update_fields=("verified", "method", "checked_at", "last_error"))
    kind = "domain.unverified" if reason else "domain.verified"
    _record(kind, None, domain, {"method": EXISTING_DOMAIN, "reason": reason})


def _record(kind: str, actor: Actor | None, domain: Domain, data: dict[str, str | bool] | None = None) -> None:
    audit.record(
        kind=kind,
        actor=actor,
        organisation=domain.organisation,
        object_kind="domain",
        object_id=domain.public_id,
        object_name=domain.hostname,
        data=data,
    )
