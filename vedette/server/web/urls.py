"""Every page, below `/ui/`: ours in the name space `web`, signing in and second factors under the names of allauth."""

from __future__ import annotations

from django.urls import include, path

from vedette.server.web import urls_discovery, urls_people_findings, urls_schedules, urls_targets_scans

pages = [
    *urls_targets_scans.urlpatterns,
    *urls_people_findings.urlpatterns,
    *urls_discovery.urlpatterns,
    *urls_schedules.urlpatterns,
]

urlpatterns = [
    path("", include((pages, "web"))),
    path("account/", include("allauth.account.urls")),
    path("account/2fa/", include("allauth.mfa.urls")),
    path("account/sessions/", include("allauth.usersessions.urls")),
]
