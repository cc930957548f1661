"""The default of every API view: no."""

from __future__ import annotations

from rest_framework.permissions import BasePermission
from rest_framework.request import Request


class DenyAll(BasePermission):
    """Refuses everybody: a view that names no permission of its own is not reachable."""

    def has_permission(self, request: Request, view: object) -> bool:
        """Never."""
        return False
