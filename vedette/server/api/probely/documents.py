"""How the operations of this dialect are named in its OpenAPI document."""

from __future__ import annotations

import re

from drf_spectacular.openapi import AutoSchema


class DialectSchema(AutoSchema):
    """Names operations after method and path, so that no two share a name and none changes when another is added."""

    def get_operation_id(self) -> str:
        """`get_targets_target_scans` for GET /targets/{target}/scans/."""
        words = re.findall(r"[A-Za-z0-9]+", self.path)
        return "_".join([self.method.lower(), *words])
