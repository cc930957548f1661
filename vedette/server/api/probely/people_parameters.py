"""Names in the queries of people, keys, grants and the like, declared for the OpenAPI document."""

from __future__ import annotations

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from vedette.server.tenancy.rules import TIERS


def _flags(*names: str) -> tuple[OpenApiParameter, ...]:
    return tuple(OpenApiParameter(name, OpenApiTypes.BOOL) for name in names)


def _lists(*names: str) -> tuple[OpenApiParameter, ...]:
    return tuple(OpenApiParameter(name, OpenApiTypes.STR, many=True) for name in names)


HOLDERS = (
    *_lists("id", "exclude", "label", "role", "team", "target", "exclude_team", "exclude_target"),
    OpenApiParameter("label_logical_operator", enum=("and", "or")),
    *_flags("account", "active", "mfa_enabled", "no_access"),
)
KEYS = (*HOLDERS, *_lists("creator"))
GRANTS = (*_flags("account"), *_lists("role", "team", "target", "user"))
ROLES = (*_flags("custom"), OpenApiParameter("assignable_to", enum=TIERS))
TEAMS = (*_flags("can_create_target", "can_move"), *_lists("user"))
TARGET_LABELS = (*_lists("id", "team"), *_flags("is_id_404_validation", "assigned"))
PROFILES = (*_flags("archived", "builtin", "verified"), OpenApiParameter("type", enum=("web", "api")))
DOMAINS = (*_flags("discovery_enabled", "verified"), *_lists("source"), OpenApiParameter("search_fld"))
AUDIT = (
    OpenApiParameter("start_dt", OpenApiTypes.DATETIME),
    OpenApiParameter("end_dt", OpenApiTypes.DATETIME),
    *_lists("user"),
)
