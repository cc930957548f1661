"""What every operation of this dialect has in common, for its OpenAPI document: the headers that say who calls."""

from __future__ import annotations

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

KEY = OpenApiParameter(
    "x-api-key", OpenApiTypes.STR, OpenApiParameter.HEADER, required=True, description="Names the application."
)
PERSON = OpenApiParameter(
    "Authorization",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    required=True,
    description="`Bearer <session token>` or `Basic <access token>`, the token as it is.",
)


class DialectSchema(AutoSchema):
    """Adds the headers; operations that are public need the first alone."""

    def get_override_parameters(self) -> list[Any]:
        """The declared parameters and the headers."""
        headers = [KEY] if getattr(self.view, "public", False) else [KEY, PERSON]
        return [*super().get_override_parameters(), *headers]
