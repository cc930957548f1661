"""`/scans/`, `/targets/{t}/scans/` and `/targets/{t}/scan/`: lists, details, what starts and steers scans."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from vedette.server.api.probely import bulk, criteria, lookup, paging, prefetch
from vedette.server.api.probely.parameters import LIST, SCAN_FILTERS, SCAN_OF_TARGET_FILTERS
from vedette.server.api.probely.schemas.scan import (
    BulkScanSchema,
    BulkStartSchema,
    ResumeSchema,
    ScanSchema,
    StartSchema,
    WarningSchema,
)
from vedette.server.api.probely.schemas.small import page_of
from vedette.server.api.probely.shapes import scan_full, warning
from vedette.server.api.probely.shapes.scan_full import start_options
from vedette.server.api.probely.views.targets import TargetView
from vedette.server.scans import queries as scans
from vedette.server.scans.models import Scan
from vedette.server.scans.services import lifecycle
from vedette.server.targets import queries as targets


class ScanView(TargetView):
    """The base of views that show scans."""

    def shown(self, row: Scan) -> Response:
        """One scan."""
        return Response(scan_full.full(row, self.profiles()))

    def page(self, target: str = "") -> Response:
        """A page of scans, of one target or of all."""
        criterion = criteria.scans(self.request, target=target)
        if criteria.must_exist(self.request):
            lookup.several_scans(self.actor, criterion.ids)
        rows = scans.ordered(
            scans.filtered(lookup.all_scans(self.actor), criterion), criteria.ordering(self.request, "-created")
        )
        return paging.respond(self.request, prefetch.scans(rows), partial(scan_full.full, known=self.profiles()))


class ScanList(ScanView):
    """The scans of all targets; also at its older address."""

    @extend_schema(parameters=[*LIST, *SCAN_FILTERS], responses=page_of(ScanSchema))
    def get(self, request: Request) -> Response:
        """Scans, the newest first."""
        return self.page()


class AllTargetsScanList(ScanList):
    """The scans of all targets, at their older address."""


class ScanOfAccount(ScanView):
    """One scan, whatever its target."""

    @extend_schema(responses=ScanSchema)
    def get(self, request: Request, scan: str) -> Response:
        """The scan."""
        return self.shown(lookup.scan(self.actor, scan))


class ScanListOfTarget(ScanView):
    """The scans of a target."""

    @extend_schema(parameters=[*LIST, *SCAN_OF_TARGET_FILTERS], responses=page_of(ScanSchema))
    def get(self, request: Request, target: str) -> Response:
        """Scans, the newest first."""
        lookup.target(self.actor, target)
        return self.page(target)


class ScanDetail(ScanView):
    """One scan of a target."""

    @extend_schema(responses=ScanSchema)
    def get(self, request: Request, target: str, scan: str) -> Response:
        """The scan."""
        return self.shown(lookup.scan(self.actor, scan, target_id=target))

    @extend_schema(request=ScanSchema, responses=ScanSchema)
    def put(self, request: Request, target: str, scan: str) -> Response:
        """Changes the free text, as PATCH does."""
        return self.patch(request, target, scan)

    @extend_schema(request=ScanSchema, responses=ScanSchema)
    def patch(self, request: Request, target: str, scan: str) -> Response:
        """Changes the free text."""
        row = lookup.scan(self.actor, scan, target_id=target)
        given = self.read(ScanSchema, partial=True)
        text = given.get("user_data", row.user_data)
        return self.shown(lifecycle.change(actor=self.actor, scan=row, user_data=text))


class RunningScan(ScanView):
    """The scan that is under way on a target."""

    @extend_schema(responses=ScanSchema)
    def get(self, request: Request, target: str) -> Response:
        """The scan; not found when none is under way."""
        return self.shown(lookup.running_scan(self.actor, target))


# What starts scans


class ScanNow(ScanView):
    """A scan of a target, at once."""

    @extend_schema(request=StartSchema, responses=ScanSchema)
    def post(self, request: Request, target: str) -> Response:
        """Queues a scan."""
        row = lookup.target(self.actor, target)
        given = start_options(self.read(StartSchema))
        return self.shown(lifecycle.start(actor=self.actor, target=row, **given))


class ScanBulkStart(ScanView):
    """Scans of several targets, at once."""

    @extend_schema(request=BulkStartSchema, responses=ScanSchema(many=True))
    def post(self, request: Request) -> Response:
        """Queues a scan for each target."""
        given = self.read(BulkStartSchema)
        options = start_options({**given, **(given.get("overrides") or {})})
        rows = targets.require(self.actor, given["targets"])
        made = bulk.start(rows, lambda row: lifecycle.start(actor=self.actor, target=row, **options))
        known = self.profiles()
        return Response([scan_full.full(row, known) for row in made])


# What steers scans


def steer(view: ScanView, action: str, row: Scan, given: Mapping[str, Any]) -> Scan:
    """Pauses, cancels or resumes a scan."""
    if action == "resume":
        return lifecycle.resume(actor=view.actor, scan=row, ignore_blackout=given.get("ignore_blackout_period"))
    service = lifecycle.pause if action == "pause" else lifecycle.cancel
    return service(actor=view.actor, scan=row)


class ScanAction(ScanView):
    """The base of what can be done with one scan."""

    action = ""

    @extend_schema(request=ResumeSchema, responses=ScanSchema)
    def post(self, request: Request, target: str, scan: str) -> Response:
        """Tells the scan."""
        row = lookup.scan(self.actor, scan, target_id=target)
        return self.shown(steer(self, self.action, row, self.read(ResumeSchema)))


class RunningScanAction(ScanView):
    """The base of what can be done with the scan that is under way."""

    action = ""

    @extend_schema(request=ResumeSchema, responses=ScanSchema)
    def post(self, request: Request, target: str) -> Response:
        """Tells the scan."""
        row = lookup.running_scan(self.actor, target)
        return self.shown(steer(self, self.action, row, self.read(ResumeSchema)))


class BulkScanAction(ScanView):
    """The base of what can be done with several scans."""

    action = ""

    @extend_schema(request=BulkScanSchema, responses=ScanSchema(many=True))
    def post(self, request: Request) -> Response:
        """Tells the scans."""
        given = self.read(BulkScanSchema)
        rows = lookup.several_scans(self.actor, given["scans"])
        told = bulk.act(self.action, rows, lambda row: steer(self, self.action, row, given.get("overrides") or {}))
        known = self.profiles()
        return Response([scan_full.full(row, known) for row in told])


class ScanPause(ScanAction):
    """Pauses a scan."""

    action = "pause"


class ScanResume(ScanAction):
    """Resumes a scan."""

    action = "resume"


class ScanCancel(ScanAction):
    """Stops a scan for good."""

    action = "cancel"


class ScanStop(ScanCancel):
    """The same under another name."""


class RunningScanPause(RunningScanAction):
    """Pauses the scan under way."""

    action = "pause"


class RunningScanResume(RunningScanAction):
    """Resumes the paused scan."""

    action = "resume"


class RunningScanCancel(RunningScanAction):
    """Stops the scan under way for good."""

    action = "cancel"


class ScanBulkPause(BulkScanAction):
    """Pauses scans."""

    action = "pause"


class ScanBulkResume(BulkScanAction):
    """Resumes scans."""

    action = "resume"


class ScanBulkCancel(BulkScanAction):
    """Stops scans for good."""

    action = "cancel"


# Kinds of warnings


class WarningList(ScanView):
    """The kinds of warnings that scans may give."""

    @extend_schema(parameters=LIST[:2], responses=page_of(WarningSchema))
    def get(self, request: Request) -> Response:
        """All kinds, by id."""
        return paging.listed(request, warning.ALL, warning.full)


class WarningDetail(ScanView):
    """One kind of warning."""

    @extend_schema(responses=WarningSchema)
    def get(self, request: Request, warning_id: str) -> Response:
        """The kind."""
        return Response(warning.by_id(warning_id))
