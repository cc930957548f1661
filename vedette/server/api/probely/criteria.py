"""What lists are narrowed to, read from the query as this vendor's clients write it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from django.db.models import Model, QuerySet
from rest_framework.request import Request

from vedette.contract.discovery import SCORES
from vedette.server.api.probely import query
from vedette.server.api.probely.shapes import discovery as discovery_shape
from vedette.server.api.probely.shapes.finding import LOG_TYPES, SHOWN_SEVERITIES
from vedette.server.definitions.queries import Definition
from vedette.server.definitions.technologies import Technology, all_technologies
from vedette.server.discovery.queries import AssetFilter
from vedette.server.discovery.rules import LOG_KINDS, RISKS
from vedette.server.discovery.rules import STATES as ASSET_STATES
from vedette.server.discovery.rules import TYPES as ASSET_TYPES
from vedette.server.findings.queries import ORDERINGS, RETESTING, FindingFilter
from vedette.server.findings.rules import REVIEW_STATUSES, STATES
from vedette.server.kernel.errors import Invalid
from vedette.server.scans.queries import ScanFilter
from vedette.server.scans.rules import STATUSES
from vedette.server.schedules.queries import ScheduleFilter
from vedette.server.targets.queries import TargetFilter

M = TypeVar("M", bound=Model)
TYPES = ("single", "api")
_RISKS = (None, 0, *SHOWN_SEVERITIES)
_FINDING_ORDER = {"created_at": "created", "id": "number", "target__name": "target"}
_RANGES = {
    "started_from": "started__gte",
    "started_to": "started__lte",
    "started_after": "started__gt",
    "started_before": "started__lt",
    "completed_from": "completed__gte",
    "completed_to": "completed__lte",
    "completed_after": "completed__gt",
    "completed_before": "completed__lt",
}


def must_exist(request: Request) -> bool:
    """Whether an id that is not found is to be an error (`is_id_404_validation`)."""
    return query.flag(request, "is_id_404_validation") is True


def ordering(request: Request, default: str) -> str:
    """The order that is asked for."""
    return query.text(request, "ordering") or default


def ordered(request: Request, rows: QuerySet[M], names: Mapping[str, str], default: Sequence[str]) -> QuerySet[M]:
    """The rows in the order asked for: by a name, with `-` for the largest first; equal ones by id. Raises Invalid."""
    asked = ordering(request, "")
    if not asked:
        return rows.order_by(*default)
    column = names.get(asked.removeprefix("-"))
    if column is None:
        raise Invalid(fields={"ordering": [f"Order by one of: {', '.join(names)}."]})
    sign = "-" if asked.startswith("-") else ""
    return rows.order_by(f"{sign}{column}", f"{sign}id")


def targets(request: Request) -> TargetFilter:
    """Of `/targets/`."""
    risks = query.numbers(request, "risk")
    if any(risk not in _RISKS for risk in risks):
        raise Invalid(fields={"risk": ["Select a valid choice."]})
    types = query.choices(request, "type", TYPES)
    return TargetFilter(
        ids=query.words(request, "id"),
        exclude=query.words(request, "exclude"),
        labels=query.words(request, "label"),
        label_operator="and" if query.every(request, "label_logical_operator") else "or",
        risks=risks,
        profiles=query.words(request, "scan_profile"),
        teams=query.words(request, "team"),
        exclude_teams=query.words(request, "exclude_team"),
        kind=types[0] if len(types) == 1 else "",
        unlimited=query.flag(request, "unlimited"),
        verified=query.flag(request, "verified"),
        search=query.text(request, "search"),
    )


def assets(request: Request) -> AssetFilter:
    """Of `/discovery/assets/`. Technologies are asked for by id or name, sources by id."""
    risks = query.numbers(request, "risk")
    if any(risk not in RISKS for risk in risks):
        raise Invalid(fields={"risk": ["Select a valid choice."]})
    technologies = discovery_shape.technology_words(query.words(request, "technology"), all_technologies())
    return AssetFilter(
        states=query.choices(request, "state", ASSET_STATES),
        types=query.choices(request, "type", ASSET_TYPES),
        scores=query.choices(request, "score", SCORES),
        risks=risks,
        sources=query.words(request, "source"),
        labels=query.words(request, "label"),
        every_label=query.every(request, "label_logical_operator"),
        owners=query.words(request, "owner"),
        every_owner=query.every(request, "owner_logical_operator"),
        technologies=technologies,
        has_target=query.flag(request, "has_target"),
        search=query.text(request, "search"),
    )


def asset_log_kinds(request: Request) -> tuple[str, ...]:
    """The kinds of lines that are asked for; none for all."""
    return query.choices(request, "event_type", LOG_KINDS)


def scans(request: Request, *, target: str = "") -> ScanFilter:
    """Of `/scans/`, or of the scans of one target."""
    ranges = {name: query.moment(request, theirs) for name, theirs in _RANGES.items()}
    # Older names of the same bounds.
    ranges["started_from"] = ranges["started_from"] or query.moment(request, "started_after")
    ranges["started_to"] = ranges["started_to"] or query.moment(request, "started_before")
    return ScanFilter(
        ids=() if target else query.words(request, "id"),
        exclude=query.words(request, "exclude"),
        targets=(target,) if target else query.words(request, "target"),
        labels=query.words(request, "label"),
        teams=query.words(request, "team"),
        profiles=query.words(request, "scan_profile"),
        statuses=query.choices(request, "status", STATUSES),
        warnings=query.words(request, "warning"),
        partial=query.flag(request, "partial"),
        search=query.text(request, "search"),
        **ranges,
    )


def schedules(request: Request, *, target: str = "") -> ScheduleFilter:
    """Of `/scheduledscans/`, or of the schedules of one target."""
    return ScheduleFilter(
        ids=query.words(request, "id"),
        targets=(target,) if target else query.words(request, "target"),
        labels=query.words(request, "label"),
        teams=query.words(request, "team"),
        search=query.text(request, "search"),
    )


def findings(request: Request, *, target: str = "") -> FindingFilter:
    """Of `/findings/`, or of the findings of one target."""
    keys, numbers = ((), ()) if target else finding_ids(request)
    excluded = query.numbers(request, "exclude") if target else ()
    return FindingFilter(
        keys=keys,
        numbers=numbers,
        not_numbers=tuple(number for number in excluded if number is not None),
        targets=(target,) if target else query.words(request, "target"),
        severities=_severities(request) or SHOWN_SEVERITIES,
        states=query.choices(request, "state", (*STATES, RETESTING)),
        labels=query.words(request, "label"),
        every_label=query.every(request, "label_logical_operator"),
        assignees=query.words(request, "assignee"),
        new=query.flag(request, "new"),
        review_statuses=query.choices(request, "review_status", REVIEW_STATUSES),
        scans=query.words(request, "scan"),
        target_labels=() if target else query.words(request, "target_label"),
        every_target_label=query.every(request, "target_label_logical_operator"),
        teams=() if target else query.words(request, "team"),
        found_after=query.moment(request, "lastfound_after"),
        found_before=query.moment(request, "lastfound_before"),
        changed_after=query.moment(request, "changed_after"),
        changed_before=query.moment(request, "changed_before"),
        expiration_date=query.day(request, "expiration_date"),
        approval_date=query.day(request, "approval_date"),
        search=query.text(request, "search"),
    )


def chart(request: Request, *, target: str = "") -> FindingFilter:
    """Of charts: the targets that count, or one of them, and the severities."""
    return FindingFilter(
        targets=(target,) if target else query.words(request, "target"),
        target_labels=() if target else query.words(request, "label"),
        teams=() if target else query.words(request, "team"),
        severities=_severities(request),
    )


def _severities(request: Request) -> tuple[int, ...]:
    severities = tuple(number for number in query.numbers(request, "severity") if number is not None)
    if any(number not in SHOWN_SEVERITIES for number in severities):
        raise Invalid(fields={"severity": ["Select a valid choice."]})
    return severities


def finding_ids(request: Request) -> tuple[tuple[tuple[str, int], ...], tuple[int, ...]]:
    """The `id` filter: pairs of target and number, or numbers alone."""
    keys: list[tuple[str, int]] = []
    numbers: list[int] = []
    for word in query.words(request, "id"):
        target, dash, number = word.rpartition("-")
        if not query.is_number(number) or (dash and not target):
            raise Invalid(fields={"id": ["Enter a number, or a target's id and a number: target-1."]})
        if target:
            keys.append((target, int(number)))
        else:
            numbers.append(int(number))
    if keys and numbers:
        raise Invalid(fields={"id": ["Numbers alone and numbers with targets cannot be mixed."]})
    return tuple(keys), tuple(numbers)


def finding_ordering(request: Request) -> str:
    """The order of findings that is asked for. Raises Invalid."""
    asked = ordering(request, "-last_found")
    name = _FINDING_ORDER.get(asked.removeprefix("-"), asked.removeprefix("-"))
    if name not in ORDERINGS:
        raise Invalid(fields={"ordering": [f"Order by one of: {', '.join(ORDERINGS)}."]})
    return f"-{name}" if asked.startswith("-") else name


def log_types(request: Request) -> tuple[str, ...]:
    """Our types of history lines for the ones asked for; none for all."""
    asked = query.choices(request, "message_type", tuple(LOG_TYPES))
    return tuple(kind for name in asked for kind in LOG_TYPES[name])


def definitions(request: Request, rows: Sequence[Definition]) -> list[Definition]:
    """Those of `/definitions/`, in the order asked for."""
    passive, search = query.flag(request, "passive"), query.text(request, "search").lower()
    severities = query.numbers(request, "severity")
    found = [
        row
        for row in rows
        if (passive is None or row.passive is passive)
        and (not severities or row.severity in severities)
        and search in f"{row.name}\n{row.desc}".lower()
    ]
    asked = ordering(request, "name")
    if asked.removeprefix("-") not in ("name", "severity"):
        raise Invalid(fields={"ordering": ["Order by one of: name, severity."]})
    if asked.removeprefix("-") == "severity":
        found.sort(key=lambda row: row.severity)
    return found[::-1] if asked.startswith("-") else found


def technologies(request: Request, rows: Sequence[Technology]) -> list[Technology]:
    """Those of `/frameworks/`."""
    search = query.text(request, "search").lower()
    return [row for row in rows if search in row.name]
