"""`/integrations/aws/` and `/integrations/cloudflare/`: accounts whose zones show who owns a name."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from vedette.server.api.probely.base import ProbelyView
from vedette.server.api.probely.schemas.connector import AwsSchema, CloudflareSchema
from vedette.server.api.probely.schemas.small import ErrorSchema
from vedette.server.api.probely.shapes import connector as shape
from vedette.server.kernel.errors import Conflict
from vedette.server.targets.services import connectors

_GONE = {204: OpenApiResponse(description="Gone.")}


class ConnectorView(ProbelyView):
    """The base of views of a connector. There is one of each kind, set or not."""

    kind = ""
    fields: type[Serializer[Any]]

    def shown(self) -> Response:
        """The connector as it is."""
        return Response(shape.full(self.kind, connectors.find(self.actor, self.kind)))

    def save(self, *, whole: bool) -> Response:
        """Sets it anew, or what is given."""
        given = shape.changes(self.kind, self.read(self.fields, partial=True))
        row = connectors.save(self.actor, self.kind, whole=whole, **given)
        return Response(shape.full(self.kind, row))

    def forget(self) -> Response:
        """Removes it with its credentials."""
        connectors.remove(self.actor, self.kind)
        return Response(status=204)

    def refresh(self) -> Response:
        """Asks the account now. This dialect says 422 here, and nowhere else."""
        try:
            return Response(shape.full(self.kind, connectors.ask(self.actor, self.kind)))
        except Conflict as error:
            return Response({"detail": error.message}, status=422)


class Aws(ConnectorView):
    """The AWS account."""

    kind, fields = "aws", AwsSchema

    @extend_schema(responses=AwsSchema)
    def get(self, request: Request) -> Response:
        """The connector."""
        return self.shown()

    @extend_schema(request=AwsSchema, responses=AwsSchema)
    def put(self, request: Request) -> Response:
        """Sets it anew: what is not given has its default, and credentials are needed."""
        return self.save(whole=True)

    @extend_schema(request=AwsSchema, responses=AwsSchema)
    def patch(self, request: Request) -> Response:
        """Changes what is given."""
        return self.save(whole=False)

    @extend_schema(responses=_GONE)
    def delete(self, request: Request) -> Response:
        """Removes it; what its zones have shown is looked at again."""
        return self.forget()


class AwsRefresh(ConnectorView):
    """The zones of the AWS account."""

    kind = "aws"

    @extend_schema(request=None, responses={200: AwsSchema, 422: ErrorSchema})
    def post(self, request: Request) -> Response:
        """Asks for them now; after some seconds without an answer it goes on by itself."""
        return self.refresh()


class Cloudflare(ConnectorView):
    """The Cloudflare account."""

    kind, fields = "cloudflare", CloudflareSchema

    @extend_schema(responses=CloudflareSchema)
    def get(self, request: Request) -> Response:
        """The connector."""
        return self.shown()

    @extend_schema(request=CloudflareSchema, responses=CloudflareSchema)
    def put(self, request: Request) -> Response:
        """Sets it anew: what is not given has its default, and a token is needed."""
        return self.save(whole=True)

    @extend_schema(request=CloudflareSchema, responses=CloudflareSchema)
    def patch(self, request: Request) -> Response:
        """Changes what is given."""
        return self.save(whole=False)

    @extend_schema(responses=_GONE)
    def delete(self, request: Request) -> Response:
        """Removes it; what its zones have shown is looked at again."""
        return self.forget()


class CloudflareRefresh(ConnectorView):
    """The zones of the Cloudflare account."""

    kind = "cloudflare"

    @extend_schema(request=None, responses={200: CloudflareSchema, 422: ErrorSchema})
    def post(self, request: Request) -> Response:
        """Asks for them now; after some seconds without an answer it goes on by itself."""
        return self.refresh()
