"""Addresses of overview, targets and scans. The first word of a name is the entry of the rail that it lights up."""

from __future__ import annotations

from django.urls import path

from vedette.server.web.views import charts, overview, scan, scans, target, target_new, target_settings, targets

urlpatterns = [
    path("", overview.overview, name="overview"),
    path("overview/change/", overview.change, name="overview-change"),
    path("charts/<slug:name>/", charts.chart, name="charts"),
    path("stop-all/", scans.stop_all, name="stop_all"),
    path("lift-stop/", scans.lift_stop, name="lift_stop"),
    path("targets/", targets.targets, name="targets"),
    path("targets/new/", target_new.new, name="targets-new"),
    path("targets/bulk/", targets.bulk, name="targets-bulk"),
    path("targets/<slug:target>/", target.summary, name="targets-page"),
    path("targets/<slug:target>/begin/", target_new.begin, name="targets-begin"),
    path("targets/<slug:target>/authorise/", target_new.authorise, name="targets-authorise"),
    path("targets/<slug:target>/scan/", targets.scan, name="targets-scan"),
    path("targets/<slug:target>/scan-with/", targets.scan_with, name="targets-scan-with"),
    path("targets/<slug:target>/verify/", target_settings.verify, name="targets-verify"),
    path("targets/<slug:target>/scans/", target.scans, name="targets-scans"),
    path("targets/<slug:target>/coverage/", target.coverage, name="targets-coverage"),
    path("targets/<slug:target>/settings/", target_settings.settings, name="targets-settings"),
    path("targets/<slug:target>/settings/<slug:section>/", target_settings.settings, name="targets-settings"),
    path("targets/<slug:target>/items/", target_settings.item, name="targets-item"),
    path("targets/<slug:target>/items/remove/", target_settings.item_remove, name="targets-item-remove"),
    path("targets/<slug:target>/hosts/", target_settings.host, name="targets-host"),
    path("targets/<slug:target>/hosts/<slug:host>/", target_settings.host_change, name="targets-host-change"),
    path("targets/<slug:target>/delete/", target_settings.delete, name="targets-delete"),
    path("scans/", scans.scans, name="scans"),
    path("scans/<slug:scan>/", scan.result, name="scans-page"),
    path("scans/<slug:scan>/live/", scan.live, name="scans-live"),
    path("scans/<slug:scan>/brief/", scans.brief, name="scans-brief"),
    path("scans/<slug:scan>/coverage/", scan.coverage, name="scans-coverage"),
    path("scans/<slug:scan>/coverage.<slug:form>", scan.coverage_file, name="scans-coverage-file"),
    path("scans/<slug:scan>/checks/", scan.checks, name="scans-checks"),
    path("scans/<slug:scan>/settings/", scan.settings, name="scans-settings"),
    path("scans/<slug:scan>/control/<slug:word>/", scan.control, name="scans-control"),
    path("scans/<slug:scan>/again/", scan.again, name="scans-again"),
]
