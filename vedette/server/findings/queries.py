"""Reads of findings. `for_actor`, `get` and `page` are the only doors to rows; totals come without counting where the
kept counts can tell them."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import product
from typing import TypeVar

from django.db.models import Count, Model, Q, QuerySet, Sum

from vedette.contract.exchange import Step
from vedette.server.findings import evidence, rules, search
from vedette.server.findings.models import CheckCount, Decision, Finding, FindingCount, FindingLog, SavedView, Sighting
from vedette.server.findings.order import Order
from vedette.server.kernel import clock, unique
from vedette.server.kernel.errors import NotFound
from vedette.server.targets.models import Target
from vedette.server.tenancy.actor import Actor
from vedette.server.tenancy.models import Label, Organisation, User

RETESTING = "retesting"
"""May stand among the states of a filter: being tested again right now, whatever the state."""
NOBODY = ""
"""May stand among the assignees of a filter."""

ORDERINGS: dict[str, tuple[str, ...]] = {
    "last_found": ("last_found_at", "id"),
    "severity": ("severity", "last_found_at", "id"),
    "state": ("state", "last_found_at", "id"),
    "changed": ("changed_at", "id"),
    "created": ("id",),  # keys are given when a finding is first seen
    "number": ("number", "id"),
    "title": ("title", "id"),
    "target": ("target__name", "id"),
}
"""Names to order by, each also with `-`, and the columns they stand for; the last one makes every order total."""

T = TypeVar("T", int, str)
M = TypeVar("M", bound=Model)

MAX_LEGS = 20
_KEEP_S = 10
_KEPT = 2000
_BY_INDEX = ("last_found", "severity", "state")
_NOT_LISTED = ("search_text", "request", "identity_parts")
_SORTED = 2000
"""Up to so many findings are sorted when no index has just them in order; with more, an index in the wanted order is
walked until the page is full."""
_MOST_SORTED = 50_000
_MOST_READ = 20_000
"""The same for findings with the words of a text: what may be sorted, and what may be read until the page is full."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingFilter:
    """Which findings are meant; an empty field leaves all. Ids are public ids, `keys` pairs of a target's id and a
    number, `numbers` and `not_numbers` numbers within targets. Ranges include their ends; `search` is free text."""

    ids: tuple[str, ...] = ()
    keys: tuple[tuple[str, int], ...] = ()
    numbers: tuple[int, ...] = ()
    not_numbers: tuple[int, ...] = ()
    targets: tuple[str, ...] = ()
    severities: tuple[int, ...] = ()
    states: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    every_label: bool = False
    assignees: tuple[str, ...] = ()
    new: bool | None = None
    review_statuses: tuple[str, ...] = ()
    scans: tuple[str, ...] = ()
    target_labels: tuple[str, ...] = ()
    every_target_label: bool = False
    teams: tuple[str, ...] = ()
    found_after: datetime | None = None
    found_before: datetime | None = None
    changed_after: datetime | None = None
    changed_before: datetime | None = None
    expiration_date: date | None = None
    approval_date: date | None = None
    search: str = ""
    checks: tuple[str, ...] = ()
    proofs: tuple[str, ...] = ()
    reachable: bool | None = None
    include_tentative: bool = False

    @property
    def countable(self) -> bool:
        """Whether the kept counts can tell how many there are: nothing but targets, severities and states matters."""
        plain = FindingFilter(
            targets=self.targets,
            severities=self.severities,
            states=self.states,
            target_labels=self.target_labels,
            every_target_label=self.every_target_label,
            teams=self.teams,
        )
        return self == plain and RETESTING not in self.states


ALL = FindingFilter()


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list. `total` is exact; `page` counts from 1."""

    rows: list[Finding]
    total: int
    page: int
    length: int

    @property
    def pages(self) -> int:
        """How many pages there are; an empty list has one."""
        return max(1, -(-self.total // self.length))


@dataclass(frozen=True, slots=True)
class Scope:
    """Which targets count: `only` these primary keys (None: all), never those in `hidden`."""

    only: frozenset[int] | None = None
    hidden: frozenset[int] = field(default_factory=frozenset)


# Doors to rows


def for_actor(actor: Actor, *, tentative: bool = False) -> QuerySet[Finding]:
    """The findings that the actor may see; `tentative` adds those that lists hide."""
    return filtered(actor, FindingFilter(include_tentative=tentative))


def filtered(actor: Actor, filter: FindingFilter) -> QuerySet[Finding]:  # noqa: A002 - what it is
    """The findings that the actor may see and the filter means, in no order."""
    return _rows(actor, filter, scope_of(actor, filter))


def get(actor: Actor, public_id: str) -> Finding:
    """One finding, tentative or not. Raises NotFound."""
    return _one(for_actor(actor, tentative=True).filter(public_id=public_id))


def get_numbered(actor: Actor, target_id: str, number: int) -> Finding:
    """One finding by its target's public id and its number there. Raises NotFound."""
    return _one(for_actor(actor, tentative=True).filter(target__public_id=target_id, number=number))


def steps(actor: Actor, finding: Finding) -> list[Step]:
    """The exchanges that prove it. Raises NotAllowed for those who may not see evidence."""
    teams = set(finding.target.teams.values_list("pk", flat=True))
    actor.require("findings.evidence", target_id=finding.target_id, team_ids=teams)
    return evidence.steps_of(finding)


def logs(finding: Finding, types: Sequence[str] = ()) -> QuerySet[FindingLog]:
    """The history of a finding, newest first."""
    found = FindingLog.objects.filter(finding=finding).select_related("user").order_by("-id")
    return found.filter(type__in=types) if types else found


def decision(finding: Finding) -> Decision | None:
    """The decision in force, if any."""
    return Decision.objects.filter(finding=finding, ended_at=None).first()


def scan_ids(findings: Iterable[Finding]) -> dict[int, list[str]]:
    """Public ids of the scans that saw each finding, oldest first, by the finding's primary key."""
    found: dict[int, list[str]] = {finding.pk: [] for finding in findings}
    seen = Sighting.objects.filter(finding_id__in=list(found), outcome="seen").order_by("scan_id")
    for pk, scan in seen.values_list("finding_id", "scan__public_id"):
        found[pk].append(scan)
    return found


def seen_in(scan_pk: int) -> dict[int, int]:
    """How many open findings a scan has seen, per severity number; all numbers are present."""
    rows = Sighting.objects.filter(scan_id=scan_pk, outcome="seen", finding__shown=True, finding__state=rules.OPEN)
    found = rows.order_by().values_list("finding__severity").annotate(count=Count("pk"))
    return dict.fromkeys(rules.SEVERITIES, 0) | dict(found)


def saved_views(actor: Actor, page: str = "findings") -> QuerySet[SavedView]:
    """The filters that the acting person kept for a page, by name."""
    return SavedView.objects.filter(organisation=actor.organisation, user=actor.user, page=page).order_by("name")


def _one(found: QuerySet[Finding]) -> Finding:
    near = found.select_related("target", "target__domain", "assignee", "changed_by", "last_scan", "first_scan")
    finding = unique.find(near.prefetch_related("labels", "target__labels", "target__teams").defer("search_text"))
    if finding is None:
        raise NotFound
    return finding


def with_related(findings: QuerySet[Finding]) -> QuerySet[Finding]:
    """With what a list shows of each, in a handful of queries whatever their number; never with evidence."""
    # Fetched apart from the findings: the rows of a page share a few targets and people.
    return findings.prefetch_related("target", "assignee", "changed_by", "labels").defer(*_NOT_LISTED)


# Filters


def scope_of(actor: Actor, filter: FindingFilter) -> Scope:  # noqa: A002
    """The targets that count for the actor: live, in reach, and meant by the filter."""
    own = Target.objects.filter(organisation=actor.organisation).order_by()
    wanted = own.filter(archived_at=None)
    limited = False
    if not actor.everywhere("findings.view"):
        limited = True
        granted = set(actor.targets("findings.view"))
        by_team = own.filter(teams__in=actor.teams("findings.view")).values_list("pk", flat=True)
        wanted = wanted.filter(pk__in=granted | set(by_team))
    if filter.targets:
        limited, wanted = True, wanted.filter(public_id__in=filter.targets)
    if filter.teams:
        in_teams = own.filter(teams__public_id__in=filter.teams).values("pk")
        limited, wanted = True, wanted.filter(pk__in=in_teams)
    for group in _label_groups(filter.target_labels, every=filter.every_target_label):
        labelled = own.filter(labels__public_id__in=group).values("pk")
        limited, wanted = True, wanted.filter(pk__in=labelled)
    if limited:
        return Scope(only=frozenset(wanted.values_list("pk", flat=True)))
    return Scope(hidden=frozenset(own.filter(archived_at__isnull=False).values_list("pk", flat=True)))


def _label_groups(labels: Sequence[str], *, every: bool) -> list[tuple[str, ...]]:
    return [(label,) for label in labels] if every else [tuple(labels)] if labels else []


def _rows(actor: Actor, filter: FindingFilter, scope: Scope, way: str = "") -> QuerySet[Finding]:  # noqa: A002
    rows = Finding.objects.filter(organisation=actor.organisation)
    if not filter.include_tentative:
        # SQLite uses the index for a list of one, not for a bare truth value.
        rows = rows.filter(shown__in=(True,))
    if scope.only is not None:
        rows = rows.filter(target_id__in=sorted(scope.only))
    if scope.hidden:
        rows = rows.exclude(target_id__in=sorted(scope.hidden))
    rows = _by_state(rows, filter.states)
    rows = _by_columns(rows, filter)
    rows = _by_relations(rows, filter)
    return search.narrow(rows, filter.search, way)


def _by_state(rows: QuerySet[Finding], states: Sequence[str]) -> QuerySet[Finding]:
    if not states:
        return rows
    stored = [state for state in states if state != RETESTING]
    wanted = Q(state__in=stored) if stored else Q()
    if RETESTING in states:
        wanted |= Q(retesting__in=(True,))
    return rows.filter(wanted)


def _by_columns(rows: QuerySet[Finding], filter: FindingFilter) -> QuerySet[Finding]:  # noqa: A002
    wanted = {
        "public_id__in": filter.ids,
        "number__in": filter.numbers,
        "severity__in": filter.severities,
        "review_status__in": filter.review_statuses,
        "check_id__in": filter.checks,
        "proof__in": filter.proofs,
        "last_found_at__gte": filter.found_after,
        "last_found_at__lte": filter.found_before,
        "changed_at__gte": filter.changed_after,
        "changed_at__lte": filter.changed_before,
        "expiration_date": filter.expiration_date,
        "approval_date": filter.approval_date,
    }
    rows = rows.filter(**{name: value for name, value in wanted.items() if value})
    if filter.not_numbers:
        rows = rows.exclude(number__in=filter.not_numbers)
    if filter.new is not None:
        rows = rows.filter(new__in=(filter.new,))
    if filter.reachable is not None:
        rows = rows.filter(reachable__in=(filter.reachable,))
    return rows


def _by_relations(rows: QuerySet[Finding], filter: FindingFilter) -> QuerySet[Finding]:  # noqa: A002
    if filter.keys:
        by_target: dict[str, list[int]] = {}
        for target, number in filter.keys:
            by_target.setdefault(target, []).append(number)
        one_of = Q()
        for target, numbers in by_target.items():
            one_of |= Q(target__public_id=target, number__in=numbers)
        rows = rows.filter(one_of)
    if filter.assignees:
        named = [one for one in filter.assignees if one != NOBODY]
        pks = list(User.objects.filter(public_id__in=named).values_list("pk", flat=True)) if named else []
        people = Q(assignee_id__in=pks)
        rows = rows.filter(people | Q(assignee_id=None) if NOBODY in filter.assignees else people)
    for group in _label_groups(filter.labels, every=filter.every_label):
        pks = list(Label.objects.filter(public_id__in=group).values_list("pk", flat=True))
        rows = rows.filter(pk__in=Finding.labels.through.objects.filter(label_id__in=pks).values("finding_id"))
    if filter.scans:
        seen = Sighting.objects.filter(scan__public_id__in=filter.scans, outcome="seen")
        rows = rows.filter(pk__in=seen.values("finding_id"))
    return rows


# Totals


class _Kept:
    """Totals of this process that are at most `_KEEP_S` seconds old."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._totals: OrderedDict[tuple[str, Scope, FindingFilter], tuple[datetime, int]] = OrderedDict()

    def get(self, key: tuple[str, Scope, FindingFilter]) -> int | None:
        with self._lock:
            at, total = self._totals.get(key, (None, 0))
        if at is None or not timedelta(0) <= clock.now() - at < timedelta(seconds=_KEEP_S):
            return None
        return total

    def put(self, key: tuple[str, Scope, FindingFilter], total: int) -> None:
        with self._lock:
            self._totals[key] = (clock.now(), total)
            while len(self._totals) > _KEPT:
                self._totals.popitem(last=False)

    def forget(self, organisation: str | None) -> None:
        with self._lock:
            for key in [key for key in self._totals if organisation in (None, key[0])]:
                del self._totals[key]


_kept = _Kept()


def forget_counts(organisation: Organisation | None = None) -> None:
    """Drops the totals of an organisation, or of all, that this process remembers, after a change of its own."""
    _kept.forget(organisation.public_id if organisation is not None else None)


def count(actor: Actor, filter: FindingFilter = ALL) -> int:  # noqa: A002
    """How many there are, exactly; unless the kept counts tell it, the answer may be ten seconds old."""
    return _count(actor, filter, scope_of(actor, filter))


def counts(actor: Actor, filter: FindingFilter = ALL) -> dict[tuple[int, str], int]:  # noqa: A002
    """How many there are per severity and state. Raises ValueError for a filter that the kept counts cannot serve."""
    if not filter.countable:
        raise ValueError("only targets, severities, states, teams and target labels can be counted by")
    rows = _kept_counts(actor, filter, scope_of(actor, filter))
    found = rows.values_list("severity", "state").annotate(count=Sum("count")).order_by("severity", "state")
    return {(severity, state): number for severity, state, number in found if number}


def open_by_check(actor: Actor, filter: FindingFilter = ALL) -> dict[str, int]:  # noqa: A002
    """How many open findings each check has; of the filter, its targets, their labels and teams, and its severities
    count. Checks without any are left out."""
    rows = _in_scope(CheckCount.objects.filter(organisation=actor.organisation), scope_of(actor, filter))
    rows = rows.filter(severity__in=filter.severities) if filter.severities else rows
    found = rows.order_by().values_list("check_id").annotate(found=Sum("count"))
    return {check: number for check, number in found if number}


def _count(actor: Actor, filter: FindingFilter, scope: Scope) -> int:  # noqa: A002
    if filter.countable:
        return int(_kept_counts(actor, filter, scope).aggregate(total=Sum("count"))["total"] or 0)
    key = (actor.organisation.public_id, scope, filter)
    total = _kept.get(key)
    if total is None:
        total = _rows(actor, filter, scope).count()
        _kept.put(key, total)
    return total


def _kept_counts(actor: Actor, filter: FindingFilter, scope: Scope) -> QuerySet[FindingCount]:  # noqa: A002
    rows = _in_scope(FindingCount.objects.filter(organisation=actor.organisation).order_by(), scope)
    if filter.severities:
        rows = rows.filter(severity__in=filter.severities)
    return rows.filter(state__in=filter.states) if filter.states else rows


def _in_scope(rows: QuerySet[M], scope: Scope) -> QuerySet[M]:
    if scope.only is not None:
        rows = rows.filter(target_id__in=sorted(scope.only))
    return rows.exclude(target_id__in=sorted(scope.hidden)) if scope.hidden else rows


# Pages


def page(
    actor: Actor,
    filter: FindingFilter = ALL,  # noqa: A002
    ordering: str = "-last_found",
    page: int = 1,
    length: int = 50,
) -> Page:
    """One page with the total. `ordering` is a name of ORDERINGS, with `-` for the largest first; another one gives the
    default. A page behind the last is empty. Fast at both ends of a list of any length."""
    name = ordering.removeprefix("-")
    descending = ordering.startswith("-")
    if name not in ORDERINGS:
        name, descending = "last_found", True
    scope = scope_of(actor, filter)
    total = _count(actor, filter, scope)
    start = (page - 1) * length
    stop = min(start + length, total)
    if page < 1 or start >= stop:
        return Page([], total, page, length)
    backwards = start > total // 2
    first, last = (total - stop, total - start) if backwards else (start, stop)
    way = _way(actor, filter, scope, name, last, total) if filter.search else ""
    order = Order(ORDERINGS[name], descending != backwards, by_index=total > _SORTED and way != search.HITS)
    ids = order.ids(_legs(actor, filter, scope, name, way), first, last)
    return Page(by_pk(ids[::-1] if backwards else ids), total, page, length)


def _way(actor: Actor, filter: FindingFilter, scope: Scope, name: str, last: int, total: int) -> str:  # noqa: A002
    """How to find the rows of a page among those with the words of a text, when so many of them come before its end."""
    rest = replace(filter, search="")
    if name in _BY_INDEX and rest.countable and scope.only is None:
        read = last * _count(actor, rest, scope) / total
        if read <= _MOST_READ:
            return search.TEXT
    return search.HITS if total <= _MOST_SORTED else search.LIST


def by_pk(pks: Sequence[int]) -> list[Finding]:
    """Findings by their primary keys, in that order, with what a list shows of them."""
    rows = {row.pk: row for row in with_related(Finding.objects.filter(pk__in=pks))}
    return [rows[pk] for pk in pks if pk in rows]


def _legs(
    actor: Actor,
    filter: FindingFilter,  # noqa: A002
    scope: Scope,
    name: str,
    way: str,
) -> list[QuerySet[Finding]]:
    """The list as parts that an index holds in the wanted order, to be merged; one part when that does not help."""
    if name not in _BY_INDEX or not filter.countable or scope.only is not None:
        return [_rows(actor, filter, scope, way)]
    severities = _choices(filter.severities, rules.SEVERITIES)
    states = _choices(filter.states, rules.STATES)
    parts = [replace(filter, severities=one, states=other) for one, other in product(severities, states)]
    return [_rows(actor, part, scope) for part in (parts if len(parts) <= MAX_LEGS else [filter])]


def _choices(wanted: tuple[T, ...], every: Sequence[T]) -> list[tuple[T, ...]]:
    """The wanted values one by one; nothing to choose by when all are wanted, or none is."""
    if not wanted or set(wanted) >= set(every):
        return [()]
    return [(value,) for value in dict.fromkeys(wanted)]
