"""Who owns a domain: what to place there, the check by a worker, grounds without one, and what follows from each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from vedette.contract.events import Event, OwnershipChecked, ScanFinished
from vedette.contract.job import Job, JobKind, Limits, OwnershipProof
from vedette.contract.verdict import Verdict
from vedette.server.agents import services as agents
from vedette.server.agents.models import Run
from vedette.server.audit import services as audit
from vedette.server.kernel import clock, unique
from vedette.server.kernel.errors import Invalid, NotAllowed, NotFound
from vedette.server.kernel.queue import enqueue
from vedette.server.targets import domain_login, grounds, queries, rules
from vedette.server.targets.grounds import Ground
from vedette.server.targets.models import Connector, Domain, Target
from vedette.server.targets.rules import EXISTING_DOMAIN
from vedette.server.tenancy import queries as tenancy
from vedette.server.tenancy.actor import Actor, system_actor
from vedette.server.tenancy.models import User

WAIT_S = 10.0
RUNNING = "The check is still running."
_MAX_REASON = 300


@dataclass(frozen=True, slots=True)
class Instruction:
    """What to place to show that a domain is ours: `content` at `place`, a URL or the name of a record."""

    method: str
    place: str
    content: str


def record(kind: str, actor: Actor | None, domain: Domain, **parts: Any) -> None:
    """Writes down what was done to a domain, by whom (None: by the house). `parts` are the `before`, `after` and `data`
    of an audit entry."""
    audit.record(
        kind=kind,
        actor=actor,
        organisation=domain.organisation,
        object_kind="domain",
        object_id=domain.public_id,
        object_name=domain.hostname,
        **parts,
    )


def instructions(domain: Domain) -> tuple[Instruction, ...]:
    """For each way that this domain has and users may ask for, what to place where. Addresses have no records."""
    base, token = _start_page(domain), domain.token
    name, _ = rules.split_port(domain.hostname)
    found = [
        Instruction("file", f"{base}vedette-{token}.txt", f"Vedette={token}"),
        Instruction("meta_tag", base, f'<meta name="vedette-verification" content="{token}">'),
    ]
    if "." in name and not name.startswith("[") and not name.rpartition(".")[2].isdigit():
        found.append(Instruction("dns_txt", name, f"Vedette={token}"))
        found.append(Instruction("dns_cname", f"vedette-{token}.{name}", name))
    return tuple(found)


def domain_for(actor: Actor, hostname: str) -> Domain:
    """The organisation's domain of this name, made when missing, in the caller's transaction. A new one is verified at
    once when there is a ground for it."""
    domain, made = Domain.objects.get_or_create(organisation=actor.organisation, hostname=hostname)
    if made:
        record("domain.created", actor, domain)
        _reassess(domain, clock.now(), actor)
        for zone in grounds.zones(domain).filter(proven=None).select_related("connector"):
            ask_for_zones(zone.connector)
    return domain


def start_check(actor: Actor, domain: Domain, method: str) -> Domain:
    """Looks for what shows the owner, and waits up to WAIT_S for the answer; without one, `last_error` says that the
    check is still running. Never call this within a transaction.

    Raises Invalid under `type` for a way that users cannot ask for, NotFound and NotAllowed.
    """
    if method not in rules.SELF_SERVICE:
        raise Invalid(fields={"type": [f"Choose one of: {', '.join(rules.SELF_SERVICE)}."]})
    _permit(actor, domain)
    return _check(actor, domain, method)


def look_again(actor: Actor, domain: Domain) -> Domain:
    """Looks again for what the domain rests on, or for any ground when it rests on nothing. Waits like `start_check`
    for what a worker must look for. Raises NotFound and NotAllowed."""
    _permit(actor, domain)
    if domain.verified and domain.method in rules.SELF_SERVICE:
        return _check(actor, domain, domain.method)
    reassess(domain, actor=actor)
    domain.refresh_from_db()
    return domain


def refresh(domain: Domain, *, asked_by: str = "Vedette") -> Domain:
    """Looks again for the proof behind a verified domain, as before an active scan; waits like `start_check`. Asks no
    permission: it is for the platform itself. A domain that was never verified stays as it is."""
    proof = proof_of(domain)
    if proof is None:
        # What it was inherited from is gone, unless it was never shown.
        reassess(domain)
    elif proof.method in rules.SELF_SERVICE:
        _check(system_actor(domain.organisation, asked_by), proof, proof.method)
    else:
        reassess(proof)
    domain.refresh_from_db()
    return domain


def reassess(domain: Domain, *, actor: Actor | None = None) -> None:
    """Looks at the grounds of a domain again, in a transaction of its own: without any it is no longer verified, with
    one it is. What users have placed is left to a worker's look."""
    # Most stand as they are: the write lock is for those that do not.
    seen = Domain.objects.select_related("organisation").filter(pk=domain.pk).first()
    if seen is None or _stands(seen) or not (seen.verified or grounds.find(seen)):
        return
    with transaction.atomic():
        locked = _lock(domain.public_id)
        if locked is not None:
            _reassess(locked, clock.now(), actor)


def reassess_all(rows: QuerySet[Domain]) -> None:
    """The same for many, each by itself; names above others come first, as they speak for them."""
    for domain in sorted(rows.exclude(method__in=rules.SELF_SERVICE, verified=True), key=_by_depth):
        reassess(domain)


def ask_for_zones(connector: Connector) -> None:
    """Has the worker ask an account for its zones, in the caller's transaction; once, however often it is asked for."""
    enqueue("connectors.refresh", key=connector.public_id, payload={"connector": connector.public_id})


def mailbox_confirmed(user: User) -> None:
    """Looks again at the domains for which a person's mailbox may speak now, wherever they are a member."""
    place = user.email.lower().rpartition("@")[2]
    for organisation in tenancy.organisations_of(user):
        reassess_all(Domain.objects.filter(grounds.named(place), organisation=organisation))


def release(domain: Domain) -> None:
    """Lets go of the names below a domain that was just removed, in the caller's transaction."""
    domain.verified = False
    _cascade(domain, clock.now())


def sweep() -> None:
    """Looks again at all that rests on a ground, for what ended without a word: a role, a membership, an account that
    has not answered for long."""
    reassess_all(Domain.objects.filter(verified=True))


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
    return grounds.parent(domain) if domain.method == EXISTING_DOMAIN else domain


def is_fresh(domain: Domain) -> bool:
    """Whether the domain is verified, by a check that is not too old for an active scan or by a ground that still
    holds."""
    proof = proof_of(domain)
    if proof is None or proof.checked_at is None:
        return False
    if proof.method not in rules.SELF_SERVICE:
        return grounds.holds(proof, proof.method) is not None
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
    events = agents.wait(_submit(actor, locked, method), timeout_s=WAIT_S)
    if events is not None and not any(isinstance(event, OwnershipChecked) for event in events):
        note_unchecked(subject=_subject(locked), reason=_why(events))
    locked.refresh_from_db()
    return locked


def _begin(actor: Actor, domain: Domain, method: str) -> Domain:
    """Notes that a check was asked for, in the caller's transaction."""
    locked = _lock(domain.public_id)
    if locked is None:
        raise NotFound
    record("domain.checked", actor, locked, data={"method": method})
    locked.last_error = RUNNING
    locked.save(update_fields=("last_error",))
    return locked


def _submit(actor: Actor, domain: Domain, method: str) -> Run:
    secrets = domain_login.secrets(domain)
    return agents.submit(
        organisation=actor.organisation,
        job=_job(domain, method, login=next(iter(secrets), "")),
        secrets=secrets,
        subject=_subject(domain),
        asked_by=actor.name,
    )


def _subject(domain: Domain) -> str:
    return f"domain:{domain.public_id}"


def _job(domain: Domain, method: str, *, login: str) -> Job:
    url = _start_page(domain)
    known = "dns_txt" if method == "dns" else method
    proof = OwnershipProof(url=url, method=known, token=str(domain.token), login=login)
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
    return unique.find(rows.filter(public_id=public_id))


def _permit(actor: Actor, domain: Domain) -> None:
    if queries.domains_for_actor(actor, "domains.change").filter(pk=domain.pk).exists():
        return
    if queries.domains_for_actor(actor).filter(pk=domain.pk).exists():
        raise NotAllowed(data={"permission": "domains.change"})
    raise NotFound


def _settle(domain: Domain, *, ok: bool, method: str, reason: str, now: datetime) -> None:
    """What a worker's look gave. A failed one takes back an earlier proof, unless there is a ground beside it."""
    before = domain.verified
    ground = None if ok else grounds.find(domain)
    domain.verified = ok or ground is not None
    domain.method = ground.method if ground is not None else method
    domain.checked_at, domain.last_error = now, "" if ok else reason[:_MAX_REASON]
    domain.save(update_fields=("verified", "method", "checked_at", "last_error"))
    data: dict[str, str | bool] = {"method": method, "reason": reason, "before": before}
    if ground is not None:
        data |= {"ground": ground.method, "source": ground.source}
    record("domain.verified" if ok else "domain.unverified", None, domain, data=data)
    _cascade(domain, now)


def _reassess(domain: Domain, now: datetime, actor: Actor | None = None) -> None:
    if _stands(domain):
        return
    ground = grounds.find(domain)
    if ground is not None:
        _found(domain, ground, now, actor)
    elif domain.verified:
        _lost(domain, now, actor)
    else:
        return
    _cascade(domain, now)


def _stands(domain: Domain) -> bool:
    # Grounds do not take turns: the one that it rests on stays while it holds.
    return domain.verified and (domain.method in rules.SELF_SERVICE or grounds.holds(domain, domain.method) is not None)


def _found(domain: Domain, ground: Ground, now: datetime, actor: Actor | None = None) -> None:
    domain.verified, domain.method, domain.checked_at, domain.last_error = True, ground.method, now, ""
    domain.save(update_fields=("verified", "method", "checked_at", "last_error"))
    record("domain.verified", actor, domain, data={"method": ground.method, "source": ground.source})


def _lost(domain: Domain, now: datetime, actor: Actor | None = None) -> None:
    reason = grounds.LOST.get(domain.method, "Nothing shows any more that it is yours.")
    domain.verified, domain.checked_at, domain.last_error = False, now, reason
    domain.save(update_fields=("verified", "checked_at", "last_error"))
    record("domain.unverified", actor, domain, data={"method": domain.method, "reason": reason})


def _cascade(parent: Domain, now: datetime) -> None:
    """Lets the names below inherit what they may, and looks again at what they may inherit no longer."""
    name, _ = rules.split_port(parent.hostname)
    below = Domain.objects.select_for_update(of=("self",), no_key=True).filter(
        organisation=parent.organisation_id, hostname__contains=f".{name}"
    )
    speaks = parent.verified and parent.method != EXISTING_DOMAIN
    for domain in sorted(below, key=_by_depth):
        if speaks and not domain.verified and rules.covers(parent.hostname, parent.method, domain.hostname):
            _found(domain, Ground(EXISTING_DOMAIN, parent.hostname), now)
        elif domain.verified and not _stands(domain):
            ground = grounds.find(domain)
            if ground is not None:
                _found(domain, ground, now)
            else:
                _lost(domain, now)


def _by_depth(domain: Domain) -> tuple[int, int]:
    return domain.hostname.count("."), domain.pk
