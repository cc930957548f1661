"""How the operations of this dialect are named in its OpenAPI document, and which errors each may answer."""

from __future__ import annotations

import re
from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse

from vedette.server.api.probely.schemas.small import ErrorSchema, MissingSchema

_ERRORS: dict[str, OpenApiResponse] = {
    "400": OpenApiResponse(OpenApiTypes.OBJECT, "What is wrong, by field; `non_field_errors` for what is of none."),
    "401": OpenApiResponse(ErrorSchema, "No key, or none that is valid."),
    "403": OpenApiResponse(ErrorSchema, "The key may not do that."),
    "404": OpenApiResponse(MissingSchema, "Not there, or not for this key."),
    "default": OpenApiResponse(ErrorSchema, "Too large, too often, or not in a form that is read here."),
}


class DialectSchema(AutoSchema):
    """Names operations after method and path, so that no two share a name and none changes when another is added."""

    def get_operation_id(self) -> str:
        """`get_targets_target_scans` for GET /targets/{target}/scans/."""
        words = re.findall(r"[A-Za-z0-9]+", self.path)
        return "_".join([self.method.lower(), *words])

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        found: dict[str, Any] = super()._get_response_bodies(direction)
        errors = {code: self._get_response_for_code(answer, code) for code, answer in _ERRORS.items()}  # type: ignore[no-untyped-call]
        return {**errors, **found}
