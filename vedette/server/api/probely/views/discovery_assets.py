"""`/discovery/assets/`: what was found, and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from vedette.server.api.probely import criteria, lookup, paging, prefetch
from vedette.server.api.probely.base import ProbelyView
from vedette.server.api.probely.errors import within
from vedette.server.api.probely.parameters import ASSET_FILTERS, ASSET_LOG_FILTERS, LIST
from vedette.server.api.probely.schemas.discovery import (
    AssetLogSchema,
    CreatedTargetSchema,
    CreateTargetSchema,
    DiscoveryAssetSchema,
    DiscoveryStatsSchema,
)
from vedette.server.api.probely.schemas.small import page_of
from vedette.server.api.probely.shapes import discovery as shape
from vedette.server.api.probely.shapes import scan_full
from vedette.server.api.probely.shapes import target as target_shape
from vedette.server.api.probely.shapes.small import Json
from vedette.server.api.probely.views.targets import TargetView
from vedette.server.discovery import history, queries
from vedette.server.discovery.models import DiscoveryAsset
from vedette.server.discovery.services import assets


class AssetView(ProbelyView):
    """The base of views that show assets."""

    def shown(self, row: DiscoveryAsset) -> Response:
        """One asset, as it is now."""
        found = queries.get(self.actor, row.public_id)
        return Response(self.shape(queries.redirecting([found]))(found))

    def shape(self, redirect_from: Mapping[int, str]) -> Callable[[DiscoveryAsset], Json]:
        """How this request shows assets."""
        return partial(shape.asset, actor=self.actor, base=self.base, redirect_from=redirect_from)


class AssetList(AssetView):
    """All assets."""

    @extend_schema(parameters=[*LIST, *ASSET_FILTERS], responses=page_of(DiscoveryAssetSchema))
    def get(self, request: Request) -> Response:
        """Assets, the last seen first."""
        order = criteria.ordering(request, "-last_seen")
        found = queries.listed(self.actor, criteria=criteria.assets(request), order=order)
        page, total = paging.asked(request), found.count()
        rows: Sequence[DiscoveryAsset] = list(prefetch.assets(found)[page.start : page.start + page.length])
        return paging.envelope(page, total, map(self.shape(queries.redirecting(rows)), rows))


class AssetStats(ProbelyView):
    """Counters."""

    @extend_schema(responses=DiscoveryStatsSchema)
    def get(self, request: Request) -> Response:
        """Over what is neither hidden nor archived."""
        return Response(shape.stats(queries.stats(self.actor)))


class AssetDetail(AssetView):
    """One asset."""

    @extend_schema(responses=DiscoveryAssetSchema)
    def get(self, request: Request, asset: str) -> Response:
        """The asset."""
        return self.shown(queries.get(self.actor, asset))

    @extend_schema(request=DiscoveryAssetSchema, responses=DiscoveryAssetSchema)
    def put(self, request: Request, asset: str) -> Response:
        """As PATCH."""
        return self.patch(request, asset)

    @extend_schema(request=DiscoveryAssetSchema, responses=DiscoveryAssetSchema)
    def patch(self, request: Request, asset: str) -> Response:
        """Changes what is given of state, owners, comment and labels."""
        row = queries.get(self.actor, asset)
        given = shape.asset_changes(self.read(DiscoveryAssetSchema, partial=True))
        return self.shown(assets.change(self.actor, row, **given))


class AssetLogs(ProbelyView):
    """The history of an asset."""

    @extend_schema(parameters=[*LIST, *ASSET_LOG_FILTERS], responses=page_of(AssetLogSchema))
    def get(self, request: Request, asset: str) -> Response:
        """Its lines, newest first."""
        row = queries.get(self.actor, asset)
        kinds, order = criteria.asset_log_kinds(request), criteria.ordering(request, "-created")
        return paging.respond(request, history.lines(row, kinds=kinds, order=order), shape.log)


class AssetCreateTarget(TargetView):
    """A target made of an asset."""

    @extend_schema(request=CreateTargetSchema, responses=CreatedTargetSchema)
    def post(self, request: Request, asset: str) -> Response:
        """Makes the target, and starts a scan of it if wanted. One that may not be scanned yet is made all the same."""
        row = queries.get(self.actor, asset)
        given = self.read(CreateTargetSchema)
        wish = target_shape.changes(given.get("target") or {})
        with within("target"):
            made = assets.promote(self.actor, row, scan=given["is_create_and_scan"], **wish)
        profiles = self.profiles()
        scan = lookup.scan(self.actor, made.scan.public_id) if made.scan else None
        target = lookup.whole_target(self.actor, made.target.public_id)
        return Response(
            {
                "target": target_shape.full(target, profiles),
                "scan": scan_full.full(scan, profiles) if scan else None,
                "scan_refused": made.refused,
            }
        )


class AssetDescriptionDownload(ProbelyView):
    """The description of an API that was found."""

    @extend_schema(
        responses={
            (200, "application/json"): OpenApiTypes.ANY,
            (200, "application/yaml"): OpenApiTypes.STR,
            (200, "text/plain"): OpenApiTypes.STR,
        }
    )
    def get(self, request: Request, asset: str) -> HttpResponse:
        """The text as it was found."""
        found = queries.description(self.actor, asset)
        name, media_type = shape.file_of(found, asset)
        answer = HttpResponse(found.text, content_type=f"{media_type}; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        answer["X-Content-Type-Options"] = "nosniff"
        return answer


class AssetScreenshot(ProbelyView):
    """What a browser showed."""

    @extend_schema(responses={(200, "image/*"): OpenApiTypes.BINARY})
    def get(self, request: Request, asset: str) -> HttpResponse:
        """The last picture."""
        found = queries.picture(self.actor, asset)
        answer = HttpResponse(bytes(found.content), content_type=found.media_type)
        answer["X-Content-Type-Options"] = "nosniff"
        return answer
