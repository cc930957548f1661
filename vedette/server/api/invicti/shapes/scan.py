"""Scans: ScanTaskModel. Every field stands in every answer; what does not exist here is null, false or empty."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from vedette.server.api.invicti.shapes.small import day, duration, minute, moment, named_uid, uid
from vedette.server.scans.models import Scan, ScanProfile
from vedette.server.scans.rules import FINAL
from vedette.server.targets.rules import DEFAULT_PROFILES

Json = dict[str, Any]
_STATES = {
    "queued": "Queued",
    "started": "Scanning",
    "pausing": "Pausing",
    "paused": "Paused",
    "resuming": "Resuming",
    "canceling": "Archiving",
    "finishing_up": "Archiving",
    "canceled": "Cancelled",
    "under_review": "Complete",
    "completed": "Complete",
    "completed_with_errors": "Complete",
    "failed": "Failed",
}
_CRAWL = "crawl"
_STEPS = 100
_ABSENT = (
    "AgentId",
    "AgentName",
    "Cookies",
    "DeletedOn",
    "ImportedLinks",
    "AllImportedLinks",
    "DesktopScanId",
    "PolicyUserId",
    "AuthenticationProfileId",
    "ReportPolicyUserId",
    "TimeWindow",
    "UrlRewriteBlockSeparators",
    "VcsCommitInfo",
    "PciScanTask",
    "ScanTaskProfileId",
    "ScanTaskProfile",
    "Comments",
    "BusinessLogicRecorderSetting",
    "ScheduledScanId",
)
"""What these scans do not have."""


@dataclass(frozen=True, slots=True)
class Around:
    """What a page of scans shows beside its rows: profiles by key, numbers of information by scan and by target, and
    the time zone of whoever reads."""

    profiles: Mapping[str, ScanProfile] = field(default_factory=dict)
    seen: Mapping[int, int] = field(default_factory=dict)
    open: Mapping[int, int] = field(default_factory=dict)
    zone: str = "UTC"


def task(row: Scan, around: Around) -> Json:
    """A scan."""
    return {
        **dict.fromkeys(_ABSENT),
        **_settings(row),
        **_policy(row, around),
        **_website(row),
        **_times(row, around.zone),
        **_progress(row),
        **_counts(row, around),
        "Id": uid("scan", row.public_id),
        "ScanType": "Retest" if row.kind == "retest" else "Full",
        "ScanTaskGroupId": uid("scan group", row.target.public_id),
        "UserId": uid("user", row.created_by.public_id) if row.created_by else None,
        "UserName": row.created_by_name,
    }


def state(row: Scan) -> str:
    """The scan's state. What waits while all scans are stopped is delayed."""
    if row.status == "queued" and row.organisation.paused:
        return "Delayed"
    return _STATES[row.status]


def threat_level(counts: Mapping[str, int], *, assessed: bool) -> str:
    """How bad it is, by the worst that was found; unknown before anything was."""
    if counts["Critical"]:
        return "Critical"
    if counts["High"]:
        return "Insecure"
    if counts["Medium"] or counts["Low"]:
        return "NeedsAttention"
    return "Secure" if assessed else "Unknown"


def _settings(row: Scan) -> Json:
    blacklist = row.options.get("blacklist") or []
    hours = row.profile_options.get("max_run_time")
    return {
        "AdditionalWebsites": [],
        "CrawlAndAttack": True,
        "EnableHeuristicChecksInCustomUrlRewrite": False,
        "ExcludedLinks": json.dumps(blacklist),
        "ExcludeLinks": bool(blacklist),
        "DisallowedHttpMethods": "[]",
        "FindAndFollowNewLinks": True,
        "MaxDynamicSignatures": 60,
        "MaxScanDuration": None if hours is None else -(-hours // 3600),
        "AuthenticationProfileOption": "DontUse",
        "Scope": "EnteredPathAndBelow",
        "SubPathMaxDynamicSignatures": 30,
        "UrlRewriteAnalyzableExtensions": "htm,html",
        "UrlRewriteMode": "Heuristic",
        "UrlRewriteRules": [],
        "UrlRewriteExcludedLinks": [],
        "EnablePciScanTask": False,
        "QueuedScanTaskExist": False,
        "WebsiteGroupIds": [],
        "ScanProfileChanged": False,
        "Tags": [one.name for one in row.target.labels.all()],
    }


def _policy(row: Scan, around: Around) -> Json:
    profile = around.profiles.get(row.profile)
    own = row.profile.removeprefix("sp-")
    builtin = own == row.profile
    return {
        "PolicyId": named_uid(f"profile {row.profile}") if builtin else uid("profile", own),
        "PolicyName": profile.name if profile else row.profile_options.get("name", row.profile),
        "PolicyDescription": profile.description if profile else "",
        "PolicyIsDefault": row.profile in DEFAULT_PROFILES.values(),
        "PolicyIsShared": True,
        "ReportPolicyId": named_uid("report policy default"),
        "ReportPolicyName": "Default Report Policy",
        "ReportPolicyDescription": "",
        "ReportPolicyIsDefault": True,
        "ReportPolicyIsShared": True,
    }


def _website(row: Scan) -> Json:
    url = row.options.get("url") or row.target.url
    parts = urlsplit(url)
    root = f"{parts.scheme}://{parts.netloc}/"
    latest = row.target.last_scan_id == row.pk and row.kind == "scan" and _STATES[row.status] == "Complete"
    return {
        "TargetPath": parts.path or "/",
        "TargetUrl": url,
        "TargetUrlRoot": root,
        "WebsiteId": uid("target", row.target.public_id),
        "WebsiteName": row.target.name or row.target.host,
        "WebsiteUrl": root,
        "WebsiteDescription": row.target.desc,
        "WebsiteProtocol": "Https" if parts.scheme == "https" else "Http",
        "WebsiteIsDeleted": row.target.archived_at is not None,
        "IsWebsiteLatestCompletedFullScanTask": latest,
    }


def _times(row: Scan, zone: str) -> Json:
    return {
        "Initiated": moment(row.created_at),
        "InitiatedAt": moment(row.created_at),
        "InitiatedDate": day(row.created_at, zone),
        "InitiatedTime": minute(row.created_at, zone),
        "StateChanged": moment(row.completed_at or row.paused_at or row.started_at or row.created_at),
        "Duration": duration(row.duration),
    }


def _progress(row: Scan) -> Json:
    final = row.status in FINAL
    complete = _STATES[row.status] == "Complete"
    done = _STEPS if complete else min(_STEPS, round(row.live.percent))
    failed = row.status == "failed"
    return {
        "State": state(row),
        "IsCompleted": final,
        "Phase": "Complete" if complete else _phase(row),
        "CompletedSteps": done,
        "EstimatedSteps": _STEPS,
        "Percentage": done,
        # A number while it waits, null from then on.
        "EstimatedLaunchTime": 0 if row.status == "queued" else None,
        "FailureReason": "ErrorOccurredOnScanCompleted" if failed else "None",
        "FailureReasonDescription": row.failure or "; ".join(row.reasons) if failed else None,
        "FailureReasonString": row.failure or "; ".join(row.reasons) if failed else None,
    }


def _phase(row: Scan) -> str:
    if row.started_at is None:
        return "Pending"
    return "Attacking" if _CRAWL in row.live.ended else "Crawling"


def _counts(row: Scan, around: Around) -> Json:
    own = {
        "Critical": row.criticals,
        "High": row.highs,
        "Medium": row.mediums,
        "Low": row.lows,
        "Info": around.seen.get(row.pk, 0),
        "BestPractice": 0,
    }
    target = row.target
    whole = {
        "Critical": target.criticals,
        "High": target.highs,
        "Medium": target.mediums,
        "Low": target.lows,
        "Info": around.open.get(target.pk, 0),
        "BestPractice": 0,
    }
    return {
        "TotalVulnerabilityCount": sum(own.values()),
        "ThreatLevel": threat_level(own, assessed=_STATES[row.status] == "Complete"),
        "GlobalThreatLevel": threat_level(whole, assessed=target.risk is not None),
        **{f"Vulnerability{name}Count": count for name, count in own.items()},
        **{f"GlobalVulnerability{name}Count": count for name, count in whole.items()},
    }
