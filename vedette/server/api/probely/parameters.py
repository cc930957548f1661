"""Names in queries, declared for the OpenAPI document."""

from __future__ import annotations

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from vedette.contract.discovery import SCORES
from vedette.server.discovery.rules import LOG_KINDS
from vedette.server.discovery.rules import STATES as ASSET_STATES
from vedette.server.discovery.rules import TYPES as ASSET_TYPES
from vedette.server.findings.queries import RETESTING
from vedette.server.findings.rules import REVIEW_STATUSES, STATES
from vedette.server.scans.rules import STATUSES


def _one(name: str, kind: OpenApiTypes = OpenApiTypes.STR, about: str = "", **more: object) -> OpenApiParameter:
    return OpenApiParameter(name, kind, description=about, **more)  # type: ignore[arg-type]


def _many(name: str, kind: OpenApiTypes = OpenApiTypes.STR, about: str = "", **more: object) -> OpenApiParameter:
    return OpenApiParameter(name, kind, many=True, description=about, **more)  # type: ignore[arg-type]


LIST = [
    _one("page", OpenApiTypes.INT, "From 1."),
    _one("length", OpenApiTypes.INT, "Rows a page; 10 unless told."),
    _one("ordering", about="A name, with `-` in front for the largest first."),
    _one("search"),
]
BY_ID = (_many("id"), _one("is_id_404_validation", OpenApiTypes.BOOL, "Answer 404 when an id is not found."))
INCLUDE = _many("include")
_AND_OR = ("and", "or")
_NAMED = _one("scan_profile_name", OpenApiTypes.BOOL, "Show scan profiles as objects.")

TARGET_FILTERS = [
    *BY_ID,
    _many("exclude"),
    _many("label"),
    _one("label_logical_operator", enum=_AND_OR),
    _many("risk", about="A number, or `null` for never assessed."),
    _many("scan_profile"),
    _many("team"),
    _many("exclude_team"),
    _many("type", enum=("single", "api")),
    _one("unlimited", OpenApiTypes.BOOL),
    _one("verified", OpenApiTypes.BOOL),
    _NAMED,
]
TARGET_CREATE = [
    _one(name, OpenApiTypes.BOOL)
    for name in (
        "duplicate_check",
        "check_fullpath",
        "skip_fullpath_warning",
        "skip_reachability_check",
        "skip_redirect_check",
    )
]
HOST_FILTERS = [*BY_ID, _many("target"), INCLUDE]
HOST_CREATE = [_one("skip_reachability_check", OpenApiTypes.BOOL), INCLUDE]

SEQUENCE_FILTERS = [
    _many("target"),
    _many("type", enum=("login", "navigation")),
    _one("enabled", OpenApiTypes.BOOL),
    _one("name"),
    INCLUDE,
]
REDUCED_SCOPE_FILTERS = [_one("enabled", OpenApiTypes.BOOL)]

SCHEDULE_FILTERS = [_many("target"), _many("label"), _many("team")]

SCAN_OF_TARGET_FILTERS = [
    _many("exclude"),
    _many("label"),
    _one("partial", OpenApiTypes.BOOL),
    _many("scan_profile"),
    _many("status", enum=STATUSES),
    _many("team"),
    _many("warning"),
    *(
        _one(f"{name}__{bound}", OpenApiTypes.DATETIME)
        for name in ("started", "completed")
        for bound in ("gt", "gte", "lt", "lte")
    ),
    _one("started_after", OpenApiTypes.DATETIME),
    _one("started_before", OpenApiTypes.DATETIME),
    _NAMED,
]
SCAN_FILTERS = [*BY_ID, _many("target"), *SCAN_OF_TARGET_FILTERS]

FINDING_OF_TARGET_FILTERS = [
    _many("assignee"),
    _many("label"),
    _one("label_logical_operator", enum=_AND_OR),
    _one("new", OpenApiTypes.BOOL),
    _many("review_status", enum=REVIEW_STATUSES),
    _many("scan"),
    _many("severity", OpenApiTypes.INT, enum=(10, 20, 30, 40)),
    _many("state", enum=(*STATES, RETESTING)),
    *(
        _one(f"{name}_{bound}", OpenApiTypes.DATETIME)
        for name in ("lastfound", "changed")
        for bound in ("after", "before")
    ),
    _one("expiration_date", OpenApiTypes.DATE),
    _one("approval_date", OpenApiTypes.DATE),
    INCLUDE,
]
FINDING_FILTERS = [
    *BY_ID,
    _many("target"),
    _many("target_label"),
    _one("target_label_logical_operator", enum=_AND_OR),
    _many("team"),
    *FINDING_OF_TARGET_FILTERS,
]
CHART_OF_TARGET_FILTERS = [_many("severity", OpenApiTypes.INT, enum=(10, 20, 30, 40))]
CHART_FILTERS = [_many("label"), _many("target"), _many("team"), *CHART_OF_TARGET_FILTERS]
FORMAT = _one("format", enum=("json", "csv"))
CREDENTIAL_FILTERS = [_one("is_sensitive", OpenApiTypes.BOOL), _many("team")]
ASSET_FILTERS = [
    _one("has_target", OpenApiTypes.BOOL),
    _many("label"),
    _one("label_logical_operator", enum=_AND_OR),
    _many("owner"),
    _one("owner_logical_operator", enum=_AND_OR),
    _many("risk", about="A number, or `null` for never assessed."),
    _many("score", enum=SCORES),
    _many("source"),
    _many("state", enum=ASSET_STATES),
    _many("technology", about="Id or name."),
    _many("type", enum=ASSET_TYPES),
]
ASSET_LOG_FILTERS = [_many("event_type", enum=LOG_KINDS)]
LOG_FILTERS = [_many("message_type")]
DEFINITION_FILTERS = [_one("passive", OpenApiTypes.BOOL), _many("severity", OpenApiTypes.INT)]
