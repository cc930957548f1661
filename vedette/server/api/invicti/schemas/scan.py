"""Scans, with every field that the vendor's description names."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

AUTHENTICATIONPROFILEOPTION = ("DontUse", "UseMatchedProfile", "SelectedProfile")
SCOPE = ("EnteredPathAndBelow", "OnlyEnteredUrl", "WholeDomain")
URLREWRITEMODE = ("None", "Heuristic", "Custom")
WEBSITEPROTOCOL = ("Http", "Https")
FAILUREREASON = (
    "None",
    "Request",
    "HeadRequest",
    "RedirectDetected",
    "TimeoutDetected",
    "MaxLogoutExceeded",
    "RequestFailed",
    "Response",
    "CrawlerRequest",
    "AttackerRequest",
    "ReCrawlerRequest",
    "Finished",
    "LinkNotFound",
    "RecalculateAttackPossibilities",
    "PhaseCrawlStarted",
    "PhaseAttackStarted",
    "PhaseReCrawlStarted",
    "CrawlerPossibility",
    "ReCrawlerPossibilities",
    "HostUnavailable",
    "NameResolutionFailure",
    "ProxyFailure",
    "OutOfDiskSpace",
    "ProxyAuthenticationRequired",
    "OAuth2EndpointError",
    "TargetLinkTimeoutDetected",
    "LoginFailed",
    "ScanTargetNotReachable",
    "ScanPolicyNotFound",
    "ReportPolicyNotFound",
    "SecurityProtocolTypeNotSupported",
    "UnableToLoadScanSession",
    "AgentNotAvailable",
    "ScanNotAllowed",
    "UnableToFindAutoSaveNdb",
    "ErrorOccurredOnScanFailed",
    "ErrorOccurredOnPause",
    "ErrorOccurredOnCancel",
    "ErrorOccurredOnScanCompleted",
    "SevenZipNotFoundOrInstalled",
    "ErrorOccurredOnLaunchScan",
    "InvalidHeader",
    "ErrorOccurredOnPreScanValidation",
    "RawScanFileExpired",
    "SecretsAndEncryptionIntegration",
    "ArchiveMethodUnavailable",
)
GLOBALTHREATLEVEL = ("Unknown", "Secure", "NeedsAttention", "Insecure", "Critical")
PHASE = ("Pending", "Crawling", "CrawlingAndAttacking", "Attacking", "ReCrawling", "Complete")
SCANTYPE = ("Full", "Retest", "Incremental")
STATE = (
    "Queued",
    "Scanning",
    "Archiving",
    "Complete",
    "Failed",
    "Cancelled",
    "Delayed",
    "Pausing",
    "Paused",
    "Resuming",
    "AsyncArchiving",
)


class ScanTaskModel(serializers.Serializer[Any]):
    """A scan."""

    AdditionalWebsites = serializers.ListField(child=serializers.DictField())
    AgentId = serializers.UUIDField(allow_null=True)
    AgentName = serializers.CharField(allow_null=True, allow_blank=True)
    Cookies = serializers.CharField(allow_null=True, allow_blank=True)
    CrawlAndAttack = serializers.BooleanField()
    DeletedOn = serializers.DateTimeField(allow_null=True)
    EnableHeuristicChecksInCustomUrlRewrite = serializers.BooleanField()
    ExcludedLinks = serializers.CharField(allow_null=True, allow_blank=True)
    ExcludeLinks = serializers.BooleanField()
    DisallowedHttpMethods = serializers.CharField(allow_null=True, allow_blank=True)
    FindAndFollowNewLinks = serializers.BooleanField()
    ImportedLinks = serializers.CharField(allow_null=True, allow_blank=True)
    AllImportedLinks = serializers.CharField(allow_null=True, allow_blank=True)
    DesktopScanId = serializers.UUIDField(allow_null=True)
    InitiatedTime = serializers.CharField(allow_null=True, allow_blank=True)
    InitiatedDate = serializers.CharField(allow_null=True, allow_blank=True)
    InitiatedAt = serializers.DateTimeField(allow_null=True)
    MaxDynamicSignatures = serializers.IntegerField(allow_null=True)
    MaxScanDuration = serializers.IntegerField(allow_null=True)
    Duration = serializers.CharField(allow_null=True, allow_blank=True)
    PolicyDescription = serializers.CharField(allow_null=True, allow_blank=True)
    PolicyId = serializers.UUIDField(allow_null=True)
    PolicyUserId = serializers.UUIDField(allow_null=True)
    PolicyIsDefault = serializers.BooleanField()
    PolicyIsShared = serializers.BooleanField()
    PolicyName = serializers.CharField(allow_null=True, allow_blank=True)
    AuthenticationProfileId = serializers.UUIDField(allow_null=True)
    AuthenticationProfileOption = serializers.ChoiceField(choices=AUTHENTICATIONPROFILEOPTION)
    ReportPolicyDescription = serializers.CharField(allow_null=True, allow_blank=True)
    ReportPolicyId = serializers.UUIDField(allow_null=True)
    ReportPolicyUserId = serializers.UUIDField(allow_null=True)
    ReportPolicyIsDefault = serializers.BooleanField()
    ReportPolicyIsShared = serializers.BooleanField()
    ReportPolicyName = serializers.CharField(allow_null=True, allow_blank=True)
    Scope = serializers.ChoiceField(choices=SCOPE)
    SubPathMaxDynamicSignatures = serializers.IntegerField(allow_null=True)
    TargetPath = serializers.CharField(allow_null=True, allow_blank=True)
    TargetUrl = serializers.CharField(allow_null=True, allow_blank=True)
    TargetUrlRoot = serializers.CharField(allow_null=True, allow_blank=True)
    TimeWindow = serializers.DictField(allow_null=True)
    TotalVulnerabilityCount = serializers.IntegerField(allow_null=True)
    UrlRewriteAnalyzableExtensions = serializers.CharField(allow_null=True, allow_blank=True)
    UrlRewriteBlockSeparators = serializers.CharField(allow_null=True, allow_blank=True)
    UrlRewriteMode = serializers.ChoiceField(choices=URLREWRITEMODE)
    UrlRewriteRules = serializers.ListField(child=serializers.DictField())
    UrlRewriteExcludedLinks = serializers.ListField(child=serializers.DictField())
    UserId = serializers.UUIDField(allow_null=True)
    VcsCommitInfo = serializers.DictField(allow_null=True)
    WebsiteName = serializers.CharField(allow_null=True, allow_blank=True)
    WebsiteUrl = serializers.CharField(allow_null=True, allow_blank=True)
    WebsiteDescription = serializers.CharField(allow_null=True, allow_blank=True)
    WebsiteProtocol = serializers.ChoiceField(choices=WEBSITEPROTOCOL)
    WebsiteIsDeleted = serializers.BooleanField()
    IsWebsiteLatestCompletedFullScanTask = serializers.BooleanField()
    EnablePciScanTask = serializers.BooleanField()
    PciScanTask = serializers.DictField(allow_null=True)
    UserName = serializers.CharField(allow_null=True, allow_blank=True)
    QueuedScanTaskExist = serializers.BooleanField()
    ScanTaskProfileId = serializers.UUIDField(allow_null=True)
    ScanTaskProfile = serializers.DictField(allow_null=True)
    WebsiteGroupIds = serializers.ListField(child=serializers.UUIDField())
    Comments = serializers.CharField(allow_null=True, allow_blank=True)
    BusinessLogicRecorderSetting = serializers.DictField(allow_null=True)
    ScanProfileChanged = serializers.BooleanField()
    CompletedSteps = serializers.IntegerField(allow_null=True)
    EstimatedLaunchTime = serializers.IntegerField(allow_null=True)
    EstimatedSteps = serializers.IntegerField(allow_null=True)
    FailureReason = serializers.ChoiceField(choices=FAILUREREASON)
    FailureReasonDescription = serializers.CharField(allow_null=True, allow_blank=True)
    FailureReasonString = serializers.CharField(allow_null=True, allow_blank=True)
    GlobalThreatLevel = serializers.ChoiceField(choices=GLOBALTHREATLEVEL)
    GlobalVulnerabilityCriticalCount = serializers.IntegerField(allow_null=True)
    GlobalVulnerabilityHighCount = serializers.IntegerField(allow_null=True)
    GlobalVulnerabilityInfoCount = serializers.IntegerField(allow_null=True)
    GlobalVulnerabilityBestPracticeCount = serializers.IntegerField(allow_null=True)
    GlobalVulnerabilityLowCount = serializers.IntegerField(allow_null=True)
    GlobalVulnerabilityMediumCount = serializers.IntegerField(allow_null=True)
    Id = serializers.UUIDField(allow_null=True)
    IsCompleted = serializers.BooleanField()
    Percentage = serializers.IntegerField(allow_null=True)
    Phase = serializers.ChoiceField(choices=PHASE)
    ScanTaskGroupId = serializers.UUIDField(allow_null=True)
    ScanType = serializers.ChoiceField(choices=SCANTYPE)
    ScheduledScanId = serializers.UUIDField(allow_null=True)
    State = serializers.ChoiceField(choices=STATE)
    StateChanged = serializers.DateTimeField(allow_null=True)
    ThreatLevel = serializers.ChoiceField(choices=GLOBALTHREATLEVEL)
    VulnerabilityCriticalCount = serializers.IntegerField(allow_null=True)
    VulnerabilityHighCount = serializers.IntegerField(allow_null=True)
    VulnerabilityInfoCount = serializers.IntegerField(allow_null=True)
    VulnerabilityBestPracticeCount = serializers.IntegerField(allow_null=True)
    VulnerabilityLowCount = serializers.IntegerField(allow_null=True)
    VulnerabilityMediumCount = serializers.IntegerField(allow_null=True)
    WebsiteId = serializers.UUIDField(allow_null=True)
    Initiated = serializers.DateTimeField(allow_null=True)
    Tags = serializers.ListField(child=serializers.CharField())


class ScanTaskListApiResult(serializers.Serializer[Any]):
    """A page of scans."""

    FirstItemOnPage = serializers.IntegerField()
    HasNextPage = serializers.BooleanField()
    HasPreviousPage = serializers.BooleanField()
    IsFirstPage = serializers.BooleanField()
    IsLastPage = serializers.BooleanField()
    LastItemOnPage = serializers.IntegerField()
    List = ScanTaskModel(many=True)
    PageCount = serializers.IntegerField()
    PageNumber = serializers.IntegerField()
    PageSize = serializers.IntegerField()
    TotalItemCount = serializers.IntegerField()
