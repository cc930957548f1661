"""`/targets/{t}/postman-authentication/`: the log-in by a folder of a Postman collection, and its folders."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from vedette.server.api.probely import errors, lookup
from vedette.server.api.probely.base import ProbelyView
from vedette.server.api.probely.schemas.protections import FolderLoginSchema, FoldersSchema
from vedette.server.api.probely.shapes import protections as shape
from vedette.server.api.probely.views.protections import GONE, ProtectionView
from vedette.server.targets.protections import POSTMAN
from vedette.server.targets.services import folder_logins

_SWITCH = "postman_authentication_enabled"


class PostmanAuthentication(ProtectionView):
    """The log-in by a folder."""

    block = POSTMAN

    @extend_schema(responses=FolderLoginSchema)
    def get(self, request: Request, target: str) -> Response:
        """The settings."""
        return Response(shape.folder_login(lookup.target(self.actor, target)))

    @extend_schema(request=FolderLoginSchema, responses=FolderLoginSchema)
    def put(self, request: Request, target: str) -> Response:
        """Changes what is given, as PATCH does."""
        return self.patch(request, target)

    @extend_schema(request=FolderLoginSchema, responses=FolderLoginSchema)
    def patch(self, request: Request, target: str) -> Response:
        """Changes what is given."""
        row = lookup.target(self.actor, target)
        given = self.read(FolderLoginSchema, partial=True)
        enabled = given.pop(_SWITCH, None)
        with errors.renamed({"enabled": _SWITCH}):
            row = folder_logins.change(self.actor, row, given, enabled=enabled)
        return Response(shape.folder_login(row))

    @extend_schema(responses=GONE)
    def delete(self, request: Request, target: str) -> Response:
        """Forgets it."""
        return self.wiped(target)


class PostmanFolders(ProbelyView):
    """The folders of the collection that was handed in."""

    @extend_schema(responses=FoldersSchema)
    def get(self, request: Request, target: str) -> Response:
        """Their names, in the order of the collection; none where it is known by its address alone."""
        return Response({"folders": folder_logins.folders(lookup.target(self.actor, target))})
