"""Discovery. Words come before ids."""

from __future__ import annotations

from django.urls import URLPattern, path

from vedette.server.api.probely.views import discovery, discovery_assets

urlpatterns: list[URLPattern] = [
    path("discovery/status/", discovery.DiscoveryStatus.as_view()),
    path("discovery/sources/", discovery.DiscoverySources.as_view()),
    path("discovery/settings/", discovery.DiscoverySettings.as_view()),
    path("discovery/assets/", discovery_assets.AssetList.as_view()),
    path("discovery/assets/stats/", discovery_assets.AssetStats.as_view()),
    path("discovery/assets/<str:asset>/", discovery_assets.AssetDetail.as_view()),
    path("discovery/assets/<str:asset>/logs/", discovery_assets.AssetLogs.as_view()),
    path("discovery/assets/<str:asset>/create_target/", discovery_assets.AssetCreateTarget.as_view()),
    path("discovery/assets/<str:asset>/download_api_schema_file/", discovery_assets.AssetDescriptionDownload.as_view()),
    path("discovery/assets/<str:asset>/screenshot/", discovery_assets.AssetScreenshot.as_view()),
]
