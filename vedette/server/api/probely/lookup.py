"""From ids in paths, queries and bodies to rows that the actor may see. What is missing reads as not found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from rest_framework.request import Request

from vedette.contract.exchange import Step
from vedette.server.api.probely import criteria, prefetch, query
from vedette.server.api.probely.shapes.finding import SHOWN_SEVERITIES
from vedette.server.api.probely.shapes.proof import heads
from vedette.server.findings import queries as findings
from vedette.server.findings.models import Finding
from vedette.server.findings.queries import FindingFilter
from vedette.server.kernel import unique
from vedette.server.kernel.errors import Invalid, NotAllowed, NotFound
from vedette.server.scans import queries as scans
from vedette.server.scans.models import Scan
from vedette.server.scans.queries import ScanFilter
from vedette.server.targets import queries as target_queries
from vedette.server.targets.models import ExtraHost, Target
from vedette.server.tenancy import queries as tenancy
from vedette.server.tenancy.actor import Actor
from vedette.server.tenancy.models import Label, User
from vedette.server.tenancy.services import labels as labelling

HOST_ORDERINGS = {"changed": "changed_at", "host": "host", "name": "name"}
"""Names to order extra hosts by, each also with `-`, and their columns."""


def required(given: Mapping[str, Any], name: str) -> Any:
    """A value that must be there even where the rest may be left out. Raises Invalid."""
    if name not in given:
        raise Invalid(fields={name: ["This field is required."]})
    return given[name]


def target(actor: Actor, public_id: str) -> Target:
    """One target, to do something with."""
    return target_queries.get(actor, public_id, whole=False)


def whole_target(actor: Actor, public_id: str) -> Target:
    """One target, with all that is shown of it read along."""
    return target_queries.get(actor, public_id)


def check_profile(actor: Actor, given: Mapping[str, Any], present: Sequence[Target] | None = None) -> None:
    """Raises Invalid when the scan profile of a new target, or the new one of those that are `present`, does not exist,
    is archived or is for targets of another type; anybody may repeat the one that is there."""
    wanted = given.get("scan_profile")
    if wanted is None or (present and all(row.profile == wanted for row in present)):
        return
    new = Target(kind=given.get("type") or "single")
    scans.require_fit(scans.profile(actor, wanted), [new] if present is None else present)


def extra_host(actor: Actor, target_id: str, public_id: str) -> ExtraHost:
    """One extra host of this target."""
    found = target_queries.get_extra_host(actor, public_id)
    if found.target.public_id != target_id:
        raise NotFound
    return found


def extra_hosts(actor: Actor, request: Request, *, targets: Sequence[str]) -> QuerySet[ExtraHost]:
    """The extra hosts that a list asks for, of these targets or of all."""
    rows = target_queries.extra_hosts_for_actor(actor)
    rows = rows.filter(target__public_id__in=targets) if targets else rows
    wanted = query.words(request, "id")
    if wanted:
        rows = rows.filter(public_id__in=wanted)
        if criteria.must_exist(request):
            check_ids(wanted, rows.values_list("public_id", flat=True))
    search = query.text(request, "search")
    if search:
        named = Q(host__icontains=search) | Q(name__icontains=search) | Q(desc__icontains=search)
        rows = rows.filter(named)
    return criteria.ordered(request, rows, HOST_ORDERINGS, ("-changed_at", "-id"))


def all_scans(actor: Actor) -> QuerySet[Scan]:
    """The scans that the actor may see, those of deleted targets left out."""
    return scans.for_actor(actor)


def scan(actor: Actor, public_id: str, *, target_id: str = "") -> Scan:
    """One scan, of this target when one is named."""
    criterion = ScanFilter(ids=(public_id,), targets=(target_id,) if target_id else ())
    found = unique.find(prefetch.scans(scans.filtered(all_scans(actor), criterion)))
    if found is None:
        raise NotFound
    return found


def running_scan(actor: Actor, target_id: str) -> Scan:
    """The scan that is under way on a target."""
    found = target(actor, target_id).running_scan
    if found is None:
        raise NotFound
    return scan(actor, found.public_id, target_id=target_id)


def several_scans(actor: Actor, public_ids: Sequence[str]) -> list[Scan]:
    """The scans of these ids, in the order given. Raises NotFound with `invalid_ids`."""
    rows = prefetch.scans(scans.filtered(all_scans(actor), ScanFilter(ids=tuple(public_ids))))
    found = {row.public_id: row for row in rows}
    return [found[one] for one in _all_known(public_ids, found)]


def scan_days(rows: QuerySet[Scan]) -> list[date]:
    """The days (UTC) on which scans started, each once, newest first."""
    moments = rows.order_by().values_list("started_at", flat=True)
    return sorted({at.astimezone(UTC).date() for at in moments if at is not None}, reverse=True)


def scans_after(actor: Actor, target_id: str, day: datetime) -> int:
    """How many scans of a target were made after this day."""
    rows = scans.filtered(all_scans(actor), ScanFilter(targets=(target_id,)))
    end = day.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return rows.filter(created_at__gte=end).count()


def finding(actor: Actor, target_id: str, number: int | str) -> Finding:
    """One finding that this dialect shows, by its target and its number there."""
    key = (target_id, _number(number))
    found = findings.with_related(findings.filtered(actor, FindingFilter(keys=(key,), severities=SHOWN_SEVERITIES)))
    return _only(found[:2])


def finding_of_account(actor: Actor, text: str) -> Finding:
    """One finding by `target-number`, or by its number alone when only one of the account has it."""
    target_id, dash, number = text.partition("-")
    if dash:
        return finding(actor, target_id, number)
    criterion = FindingFilter(numbers=(_number(text),), severities=SHOWN_SEVERITIES)
    return _only(findings.with_related(findings.filtered(actor, criterion))[:2])


def several_findings(actor: Actor, wanted: Sequence[tuple[str, int]], *, target_id: str = "") -> list[Finding]:
    """The findings of these targets and numbers, in the order given; a target of their own may only be repeated within
    a target. Raises NotFound with `invalid_ids`, Invalid for a number without a target."""
    keys = tuple((own or target_id, number) for own, number in wanted)
    if any(not own for own, _ in keys):
        raise Invalid(fields={"ids": ["Name the target: target_id and finding_id."]})
    within = (target_id,) if target_id else ()
    criterion = FindingFilter(keys=keys, targets=within, severities=SHOWN_SEVERITIES)
    rows = findings.with_related(findings.filtered(actor, criterion))
    found = {f"{row.target.public_id}-{row.number}": row for row in rows}
    return [found[one] for one in _all_known([f"{own}-{number}" for own, number in keys], found)]


def check_findings(actor: Actor, asked: FindingFilter) -> None:
    """Raises NotFound with `invalid_ids` when one of the findings asked for by id is not there."""
    criterion = FindingFilter(keys=asked.keys, numbers=asked.numbers, severities=SHOWN_SEVERITIES)
    rows = findings.filtered(actor, criterion).values_list("target__public_id", "number")
    if asked.keys:
        check_ids([f"{own}-{number}" for own, number in asked.keys], [f"{own}-{number}" for own, number in rows])
    elif asked.numbers:
        check_ids([str(number) for number in asked.numbers], [str(number) for _, number in rows])


def steps(actor: Actor, row: Finding) -> list[Step]:
    """The whole proof of a finding; nothing for those who may not see it."""
    try:
        return findings.steps(actor, row)
    except NotAllowed:
        return []


def heads_of(actor: Actor, row: Finding) -> list[Step]:
    """The proof without bodies, for a finding that was read with its evidence; nothing for those who may not see it."""
    teams = [team.pk for team in row.target.teams.all()]
    return heads(row) if actor.may("findings.evidence", target_id=row.target_id, team_ids=teams) else []


def person(actor: Actor, public_id: str, *, present: User | None = None) -> User | None:
    """Somebody to give a finding to, or who has it at present: everybody may repeat that. None for an empty id. Raises
    Invalid."""
    if not public_id or (present is not None and present.public_id == public_id):
        return present if public_id else None
    try:
        return tenancy.get_member(actor, public_id).user
    except NotFound:
        raise Invalid(fields={"assignee": [f'Invalid pk "{public_id}" - object does not exist.']}) from None


def team_names(actor: Actor) -> Callable[[str], str]:
    """What gives the id for the name or id of a team that the actor may see; what is neither is given back."""
    known = {row.name.lower(): row.public_id for row in tenancy.teams_for_actor(actor)}
    return lambda text: known.get(text.lower(), text)


def finding_labels(actor: Actor, choices: Iterable[dict[str, str]]) -> list[Label]:
    """Labels for findings by id or name; unknown names are made. Raises Invalid."""
    return [_finding_label(actor, choice) for choice in choices]


def _finding_label(actor: Actor, choice: dict[str, str]) -> Label:
    if not choice["id"]:
        return labelling.ensure(actor=actor, kind="finding", name=choice["name"], color=choice["color"])
    try:
        return tenancy.get_label(actor, "finding", choice["id"])
    except NotFound:
        raise Invalid(fields={"labels": ["There is no such label."]}) from None


def check_ids(wanted: Sequence[str], found: Iterable[str]) -> None:
    """Raises NotFound with `invalid_ids` when one of the wanted is not among the found."""
    _all_known(wanted, set(found))


def _all_known(wanted: Sequence[str], found: Iterable[str]) -> list[str]:
    known = set(found)
    once = list(dict.fromkeys(wanted))
    missing = [one for one in once if one not in known]
    if missing:
        raise NotFound(data={"invalid_ids": missing})
    return once


def _number(given: int | str) -> int:
    if not query.is_number(str(given)):
        raise NotFound
    return int(given)


def _only(rows: Iterable[Finding]) -> Finding:
    found = list(rows)
    if len(found) != 1:
        raise NotFound
    return found[0]
