"""`/findings/` and `/targets/{t}/findings/`: lists, details, decisions, retests, history."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from vedette.server.api.probely import criteria, lookup, paging, prefetch, query
from vedette.server.api.probely.parameters import (
    FINDING_FILTERS,
    FINDING_OF_TARGET_FILTERS,
    INCLUDE,
    LIST,
    LOG_FILTERS,
)
from vedette.server.api.probely.schemas.finding import (
    BulkFindingSchema,
    BulkRetestSchema,
    FindingChangeSchema,
    FindingIdsSchema,
    FindingSchema,
    LogSchema,
    OtherBulkFindingSchema,
    RetestSchema,
)
from vedette.server.api.probely.schemas.scan import ScanSchema
from vedette.server.api.probely.schemas.small import page_of
from vedette.server.api.probely.shapes import finding as shape
from vedette.server.api.probely.shapes import scan_full
from vedette.server.api.probely.shapes import target as target_shape
from vedette.server.api.probely.views.targets import TargetView
from vedette.server.findings import queries as findings
from vedette.server.findings.models import Finding
from vedette.server.findings.queries import FindingFilter
from vedette.server.findings.services import triage
from vedette.server.scans.services import retesting


class FindingView(TargetView):
    """The base of views that show findings."""

    @property
    def with_scan(self) -> bool:
        """Whether the answer is to hold the scan that saw it last."""
        return "last_found_scan" in query.words(self.request, "include")

    def shown(self, row: Finding) -> Response:
        """One finding with its whole proof."""
        seen = findings.scan_ids([row])[row.pk]
        steps = lookup.steps(self.actor, row)
        return Response(shape.full(row, scans=seen, steps=steps, last_scan=self.with_scan))

    def page(self, criterion: FindingFilter) -> Response:
        """A page of findings: those asked for by id with their whole proof, others without the bodies in it."""
        asked = paging.asked(self.request)
        order = criteria.finding_ordering(self.request)
        found = findings.page(self.actor, criterion, order, asked.number, asked.length)
        rows = prefetch.findings(found.rows, last_scan=self.with_scan)
        seen, prove = findings.scan_ids(rows), lookup.steps if criterion.keys or criterion.numbers else lookup.heads_of
        # The findings of a page share a few targets.
        of = {row.target_id: row.target for row in rows}
        targets = {pk: target_shape.simple(target) for pk, target in of.items()}
        shown = (
            shape.full(
                row,
                scans=seen[row.pk],
                steps=prove(self.actor, row),
                last_scan=self.with_scan,
                of=targets[row.target_id],
            )
            for row in rows
        )
        return paging.envelope(asked, found.total, shown)

    def changes(self, given: dict[str, Any], row: Finding | None = None) -> dict[str, Any]:
        """What is to change, with people and labels found."""
        found = shape.changes(given)
        if "assignee" in given:
            present = row.assignee if row else None
            found["assignee"] = lookup.person(self.actor, given["assignee"] or "", present=present)
        if "labels" in given:
            found["labels"] = lookup.finding_labels(self.actor, given["labels"])
        return found


# Lists


class FindingList(FindingView):
    """The findings of all targets."""

    @extend_schema(parameters=[*LIST, *FINDING_FILTERS], responses=page_of(FindingSchema))
    def get(self, request: Request) -> Response:
        """Findings, the last found first."""
        criterion = criteria.findings(request)
        if criteria.must_exist(request):
            lookup.check_findings(self.actor, criterion)
        return self.page(criterion)


class FindingListOfTarget(FindingView):
    """The findings of a target."""

    @extend_schema(parameters=[*LIST, *FINDING_OF_TARGET_FILTERS], responses=page_of(FindingSchema))
    def get(self, request: Request, target: str) -> Response:
        """Findings, the last found first."""
        lookup.target(self.actor, target)
        return self.page(criteria.findings(request, target=target))


# One finding


class FindingDetail(FindingView):
    """One finding of a target."""

    def row(self, target: str, finding: int) -> Finding:
        """The finding."""
        return lookup.finding(self.actor, target, finding)

    @extend_schema(parameters=[INCLUDE], responses=FindingSchema)
    def get(self, request: Request, target: str, finding: int) -> Response:
        """The finding."""
        return self.shown(self.row(target, finding))

    @extend_schema(request=FindingSchema, responses=FindingSchema)
    def put(self, request: Request, target: str, finding: int) -> Response:
        """Changes what is given, as PATCH does."""
        return self.patch(request, target, finding)

    @extend_schema(request=FindingSchema, responses=FindingSchema)
    def patch(self, request: Request, target: str, finding: int) -> Response:
        """Changes what is given."""
        row = self.row(target, finding)
        given = self.changes(self.read(FindingChangeSchema, partial=True), row)
        return self.shown(triage.change(actor=self.actor, finding=row, **given))


class FindingOfAccount(FindingView):
    """One finding, by its target and number (`target-1`), or by a number that only one has."""

    @extend_schema(parameters=[INCLUDE], responses=FindingSchema)
    def get(self, request: Request, finding: str) -> Response:
        """The finding."""
        return self.shown(lookup.finding_of_account(self.actor, finding))

    @extend_schema(request=FindingSchema, responses=FindingSchema)
    def put(self, request: Request, finding: str) -> Response:
        """Changes what is given, as PATCH does."""
        return self.patch(request, finding)

    @extend_schema(request=FindingSchema, responses=FindingSchema)
    def patch(self, request: Request, finding: str) -> Response:
        """Changes what is given."""
        row = lookup.finding_of_account(self.actor, finding)
        given = self.changes(self.read(FindingChangeSchema, partial=True), row)
        return self.shown(triage.change(actor=self.actor, finding=row, **given))


class FindingRetest(FindingView):
    """A retest of one finding."""

    @extend_schema(request=RetestSchema, responses=ScanSchema)
    def post(self, request: Request, target: str, finding: int) -> Response:
        """Starts the scan that tests it again."""
        row = lookup.finding(self.actor, target, finding)
        given = shape.retest_options(self.read(RetestSchema))
        scan = retesting.retest(actor=self.actor, findings=[row], **given)[0]
        return Response(scan_full.full(scan, self.profiles()))


class FindingLogs(FindingView):
    """The history of a finding."""

    @extend_schema(parameters=[*LIST[:2], *LOG_FILTERS], responses=page_of(LogSchema))
    def get(self, request: Request, target: str, finding: int) -> Response:
        """What happened to it, newest first."""
        types = criteria.log_types(request)
        rows = findings.logs(lookup.finding(self.actor, target, finding), types)
        return paging.respond(request, rows.select_related("scan"), shape.log)


class OlderFindingLog(FindingLogs):
    """The same at its older address."""


# Several findings


class FindingBulkUpdate(FindingView):
    """The same change to several findings."""

    @extend_schema(request=BulkFindingSchema, responses=FindingIdsSchema)
    def post(self, request: Request, target: str = "") -> Response:
        """Changes all of them or none."""
        given = self.read(BulkFindingSchema)
        rows = lookup.several_findings(self.actor, given["ids"], target_id=target)
        triage.bulk_change(actor=self.actor, findings=rows, **self.changes(given))
        return Response({"ids": [row.number if target else shape.identity(row) for row in rows]})


class FindingBulkUpdateOfTarget(FindingBulkUpdate):
    """The same change to several findings of a target."""

    @extend_schema(request=BulkFindingSchema, responses=FindingIdsSchema)
    def patch(self, request: Request, target: str) -> Response:
        """The older method."""
        return self.post(request, target)


class OtherFindingBulkUpdate(FindingView):
    """The same change to several findings of a target, under the address that some clients use."""

    @extend_schema(
        operation_id="post_targets_target_findings_bulkupdate",
        request=OtherBulkFindingSchema,
        responses=FindingIdsSchema,
    )
    def post(self, request: Request, target: str) -> Response:
        """Changes all of them or none."""
        given = self.read(OtherBulkFindingSchema)
        rows = lookup.several_findings(self.actor, given["findingIds"], target_id=target)
        triage.bulk_change(actor=self.actor, findings=rows, **self.changes(given))
        return Response({"ids": [row.number for row in rows]})


class FindingBulkRetest(FindingView):
    """A retest of several findings."""

    @extend_schema(request=BulkRetestSchema, responses=FindingIdsSchema)
    def post(self, request: Request, target: str = "") -> Response:
        """Starts one scan for each of their targets."""
        given = self.read(BulkRetestSchema)
        rows = lookup.several_findings(self.actor, given["ids"], target_id=target)
        retesting.retest(actor=self.actor, findings=rows, **shape.retest_options(given))
        return Response({"ids": [row.number if target else shape.identity(row) for row in rows]})


class FindingBulkRetestOfTarget(FindingBulkRetest):
    """A retest of several findings of a target."""
