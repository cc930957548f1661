"""Targets, scans, findings, and what is known of flaws in general. Words come before ids."""

from __future__ import annotations

from django.urls import URLPattern, path, register_converter

from vedette.server.api.probely.views import (
    analytics,
    archive,
    charts,
    definitions,
    extra_hosts,
    findings,
    folder_logins,
    login_video,
    protections,
    scan_calendar,
    scan_endpoints,
    scans,
    schedules,
    sequences,
    site,
    site_blocks,
    site_lists,
    target_keys,
    target_transfer,
    targets,
    verifying,
)
from vedette.server.kernel import ids


class IdConverter:
    """A public id. Anything else in its place is no address of ours."""

    regex = f"[{ids.ALPHABET}]{{{ids.LENGTH}}}"

    def to_python(self, value: str) -> str:
        """As it is."""
        return value

    def to_url(self, value: str) -> str:
        """As it is."""
        return value


register_converter(IdConverter, "id")

_TARGETS: list[URLPattern] = [
    path("targets/", targets.TargetList.as_view()),
    path("targets/download/", target_transfer.TargetDownload.as_view()),
    path("targets/upload/", target_transfer.TargetUpload.as_view()),
    path("targets/archive/", archive.TargetArchive.as_view()),
    path("targets/activate/", archive.TargetActivate.as_view()),
    path("targets/archived/", archive.ArchivedTargets.as_view()),
    path("wizard/targets/", targets.WizardTargets.as_view()),
    path("targets/assets/", extra_hosts.ExtraHostsOfAccount.as_view()),
    path("targets/all/scans/", scans.AllTargetsScanList.as_view()),
    path("targets/bulk/update/", targets.TargetBulkUpdate.as_view()),
    path("targets/bulk/delete/", targets.TargetBulkDelete.as_view()),
    path("targets/<id:target>/", targets.TargetDetail.as_view()),
    path("targets/<id:target>/verify/", verifying.TargetVerify.as_view()),
    path("targets/<id:target>/settings/", targets.TargetSettings.as_view()),
    path("targets/<id:target>/keys/", target_keys.TargetKeyList.as_view()),
    path("targets/<id:target>/keys/<id:key>/", target_keys.TargetKeyDetail.as_view()),
    path("targets/<id:target>/site/", site.SiteDetail.as_view()),
    path("targets/<id:target>/site/verify/", verifying.SiteVerify.as_view()),
    path("targets/<id:target>/assets/", extra_hosts.ExtraHostList.as_view()),
    path("targets/<id:target>/assets/<id:host>/", extra_hosts.ExtraHostDetail.as_view()),
    path("targets/<id:target>/assets/<id:host>/verify/", verifying.ExtraHostVerify.as_view()),
]

_SITES: list[URLPattern] = [
    path("targets/sequences/", sequences.SequencesOfAccount.as_view()),
    path("targets/<id:target>/sequences/", sequences.SequenceList.as_view()),
    path("targets/<id:target>/sequences/<id:sequence>/", sequences.SequenceDetail.as_view()),
    path("targets/<id:target>/sequences/<id:sequence>/order/", sequences.SequenceOrder.as_view()),
    path("targets/<id:target>/logout/", site_lists.DetectorList.as_view()),
    path("targets/<id:target>/logout/<id:detector>/", site_lists.DetectorDetail.as_view()),
    path("targets/<id:target>/reduced-scopes/", site_lists.ReducedScopeList.as_view()),
    path("targets/<id:target>/reduced-scopes/<id:scope>/", site_lists.ReducedScopeDetail.as_view()),
    path("targets/<id:target>/form-login/", site_blocks.FormLogin.as_view()),
    path("targets/<id:target>/sequence-login/", site_blocks.SequenceLogin.as_view()),
    path("targets/<id:target>/basic-auth/", site_blocks.BasicAuth.as_view()),
    path("targets/<id:target>/logout-detection/", site_blocks.LogoutDetection.as_view()),
    path("targets/<id:target>/otp/", site_blocks.SecondFactor.as_view()),
    path("targets/<id:target>/otp/reset/", site_blocks.OtpReset.as_view()),
    path("targets/<id:target>/otp/<slug:otp_url_token>/", site_blocks.OtpCode.as_view()),
    path("targets/<id:target>/api-auth/", site_blocks.ApiAuth.as_view()),
    path("targets/<id:target>/login-video/", login_video.LoginVideo.as_view()),
    path("targets/<id:target>/mtls/", protections.Mtls.as_view()),
    path("targets/<id:target>/signature/", protections.Signature.as_view()),
    path("targets/<id:target>/mle/", protections.MessageEncryption.as_view()),
    path("targets/<id:target>/postman-authentication/", folder_logins.PostmanAuthentication.as_view()),
    path("targets/<id:target>/get_postman_collection_folders/", folder_logins.PostmanFolders.as_view()),
    path("targets/<id:target>/check_api_login/", site_blocks.LoginCheck.as_view()),
    path("targets/<id:target>/upload_api_schema_file/", site_blocks.DescriptionUpload.as_view()),
    path("targets/<id:target>/download_api_schema_file/", site_blocks.DescriptionDownload.as_view()),
]

_SCANS: list[URLPattern] = [
    path("scans/", scans.ScanList.as_view()),
    path("scans/bulk/start/", scans.ScanBulkStart.as_view()),
    path("scans/bulk/pause/", scans.ScanBulkPause.as_view()),
    path("scans/bulk/resume/", scans.ScanBulkResume.as_view()),
    path("scans/bulk/cancel/", scans.ScanBulkCancel.as_view()),
    path("scans/warnings/", scans.WarningList.as_view()),
    path("scans/warnings/<slug:warning_id>/", scans.WarningDetail.as_view()),
    path("scans/<id:scan>/", scans.ScanOfAccount.as_view()),
    path("targets/<id:target>/scan_now/", scans.ScanNow.as_view()),
    path("targets/<id:target>/scan/", scans.RunningScan.as_view()),
    path("targets/<id:target>/scan/pause/", scans.RunningScanPause.as_view()),
    path("targets/<id:target>/scan/resume/", scans.RunningScanResume.as_view()),
    path("targets/<id:target>/scan/cancel/", scans.RunningScanCancel.as_view()),
    path("targets/<id:target>/scans/", scans.ScanListOfTarget.as_view()),
    path("targets/<id:target>/scans/dates/", scan_calendar.ScanDates.as_view()),
    path("targets/<id:target>/scans/retrieve_page/", scan_calendar.ScanPageOfDate.as_view()),
    path("targets/<id:target>/scans/<id:scan>/", scans.ScanDetail.as_view()),
    path("targets/<id:target>/scans/<id:scan>/pause/", scans.ScanPause.as_view()),
    path("targets/<id:target>/scans/<id:scan>/resume/", scans.ScanResume.as_view()),
    path("targets/<id:target>/scans/<id:scan>/cancel/", scans.ScanCancel.as_view()),
    path("targets/<id:target>/scans/<id:scan>/stop/", scans.ScanStop.as_view()),
    path("targets/<id:target>/scans/<id:scan>/endpoints/", scan_endpoints.ScanEndpoints.as_view()),
]

_SCHEDULES: list[URLPattern] = [
    path("scheduledscans/", schedules.ScheduleListOfAccount.as_view()),
    path("scheduledscans/bulk/", schedules.ScheduleBulk.as_view()),
    path("targets/all/scheduledscans/expanded/", schedules.ExpandedOfAccount.as_view()),
    path("targets/<id:target>/scheduledscans/", schedules.ScheduleList.as_view()),
    path("targets/<id:target>/scheduledscans/expanded/", schedules.ExpandedOfTarget.as_view()),
    path("targets/<id:target>/scheduledscans/<id:schedule>/", schedules.ScheduleDetail.as_view()),
]

_FINDINGS: list[URLPattern] = [
    path("findings/", findings.FindingList.as_view()),
    path("findings/bulk/update/", findings.FindingBulkUpdate.as_view()),
    path("findings/bulk/retest/", findings.FindingBulkRetest.as_view()),
    path("findings/<str:finding>/", findings.FindingOfAccount.as_view()),
    path("targets/<id:target>/findings/", findings.FindingListOfTarget.as_view()),
    path("targets/<id:target>/findings/bulk/update/", findings.FindingBulkUpdateOfTarget.as_view()),
    path("targets/<id:target>/findings/bulk-update/", findings.OtherFindingBulkUpdate.as_view()),
    path("targets/<id:target>/findings/bulk/retest/", findings.FindingBulkRetestOfTarget.as_view()),
    path("targets/<id:target>/findings/<int:finding>/", findings.FindingDetail.as_view()),
    path("targets/<id:target>/findings/<int:finding>/retest/", findings.FindingRetest.as_view()),
    path("targets/<id:target>/findings/<int:finding>/logs/", findings.FindingLogs.as_view()),
    path("targets/<id:target>/findings/<int:finding>/log/", findings.OlderFindingLog.as_view()),
]

_CHARTS: list[URLPattern] = [
    path("dashboard/aggregated-risk-trend/", charts.DashboardTotalRisk.as_view()),
    path("dashboard/average-fix-time/", charts.DashboardFixTime.as_view()),
    path("dashboard/fixed-vulnerabilities-trend/", charts.DashboardFixes.as_view()),
    path("dashboard/needs-attention-pie/", charts.DashboardPie.as_view()),
    path("dashboard/needs-attention-top/", charts.DashboardWorst.as_view()),
    path("dashboard/risk-trend/", charts.DashboardRiskTrend.as_view()),
    path("dashboard/severity-trend/", charts.DashboardSeverityTrend.as_view()),
    path("dashboard/top-vulnerabilities/", charts.DashboardCommonest.as_view()),
    path("targets/all/average_fix_time/", charts.AllTargetsFixTime.as_view()),
    path("targets/all/needs_attention_pie/", charts.AllTargetsPie.as_view()),
    path("targets/all/needs_attention_top/", charts.AllTargetsWorst.as_view()),
    path("targets/all/risk_trend/", charts.AllTargetsRiskTrend.as_view()),
    path("targets/all/severity_trend/", charts.AllTargetsSeverityTrend.as_view()),
    path("targets/all/top_vulns/", charts.AllTargetsCommonest.as_view()),
    path("targets/<id:target>/average_fix_time/", charts.TargetFixTime.as_view()),
    path("targets/<id:target>/risk_trend/", charts.TargetRiskTrend.as_view()),
    path("targets/<id:target>/severity_trend/", charts.TargetSeverityTrend.as_view()),
    path("targets/<id:target>/top_vulns/", charts.TargetCommonest.as_view()),
]

_KNOWLEDGE: list[URLPattern] = [
    path("definitions/", definitions.DefinitionList.as_view()),
    path("definitions/<id:definition>/", definitions.DefinitionDetail.as_view()),
    path("vulnerability_definitions/", definitions.OlderDefinitionList.as_view()),
    path("vulnerability_definitions/<id:definition>/", definitions.OlderDefinitionDetail.as_view()),
    path("frameworks/", definitions.FrameworkList.as_view()),
    path("frameworks/<id:framework>/", definitions.FrameworkDetail.as_view()),
    path("cli/analytics/event/", analytics.AnalyticsEvent.as_view()),
]

urlpatterns = [*_TARGETS, *_SITES, *_SCANS, *_SCHEDULES, *_FINDINGS, *_CHARTS, *_KNOWLEDGE]
