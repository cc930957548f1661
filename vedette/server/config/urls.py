"""Every address of the platform. The dialect at the root comes last: its paths have no prefix of their own."""

from __future__ import annotations

from django.urls import include, path
from django.views.generic import RedirectView

from vedette.server.config import health, openapi

urlpatterns = [
    path("", RedirectView.as_view(url="/ui/")),
    path("healthz", health.alive),
    path("readyz", health.ready),
    path("metrics", health.metrics),
    path("openapi/", include(openapi.urlpatterns)),
    path("ui/", include("vedette.server.web.urls")),
    path("api/native/", include("vedette.server.api.native.urls")),
    path("api/1.0/", include("vedette.server.api.invicti.urls")),
    path("", include("vedette.server.api.cloneguard.urls")),
    path("", include("vedette.server.api.probely.urls")),
]

handler400 = "vedette.server.config.outside.bad_request"
handler403 = "vedette.server.config.outside.forbidden"
handler404 = "vedette.server.config.outside.not_found"
handler500 = "vedette.server.config.outside.server_error"
