"""Addresses of discovery. The first word of a name is the entry of the rail that it lights up."""

from __future__ import annotations

from django.urls import path

from vedette.server.web.views import discovery, discovery_runs, discovery_settings

urlpatterns = [
    path("discovery/", discovery.assets, name="discovery"),
    path("discovery/bulk/", discovery.bulk, name="discovery-bulk"),
    path("discovery/names/", discovery_runs.names, name="discovery-names"),
    path("discovery/runs/", discovery_runs.runs, name="discovery-runs"),
    path("discovery/runs/<slug:run>/", discovery_runs.run, name="discovery-run"),
    path("discovery/runs/<slug:run>/live/", discovery_runs.live, name="discovery-live"),
    path("discovery/runs/<slug:run>/cancel/", discovery_runs.cancel, name="discovery-cancel"),
    path("discovery/domains/<slug:domain>/start/", discovery_runs.start, name="discovery-start"),
    path("discovery/domains/<slug:domain>/switch/<slug:word>/", discovery_runs.switch, name="discovery-switch"),
    path("discovery/<slug:asset>/", discovery.asset, name="discovery-asset"),
    path("discovery/<slug:asset>/change/", discovery.change, name="discovery-change"),
    path("discovery/<slug:asset>/state/<slug:state>/", discovery.state, name="discovery-state"),
    path("discovery/<slug:asset>/promote/", discovery.promote, name="discovery-promote"),
    path("discovery/<slug:asset>/picture/", discovery.picture, name="discovery-picture"),
    path("discovery/<slug:asset>/description/", discovery.description, name="discovery-description"),
    path("settings/discovery/", discovery_settings.settings, name="settings-discovery"),
    path("settings/discovery/<slug:source>/", discovery_settings.source, name="settings-discovery-source"),
]
