"""Imports the rooms' models for Django. Nobody imports from here."""

from vedette.server.agents.models import Run, RunOrder, WorkerNode
from vedette.server.audit.models import ChainHead, DomainEvent
from vedette.server.findings.models import (
    Decision,
    Evidence,
    EvidenceBlob,
    Finding,
    FindingCount,
    FindingDay,
    FindingLog,
    SavedView,
    Sighting,
)
from vedette.server.kernel.models import InstanceValue, QueuedJob, RateWindow
from vedette.server.scans.models import Endpoint, ResumeRow, Scan, ScanEvent, ScanLive, ScanProfile, TestedInput
from vedette.server.targets.models import Domain, ExtraHost, RequestSetting, Target
from vedette.server.tenancy.models import (
    AccessSession,
    ApiKey,
    Invitation,
    Label,
    Membership,
    Organisation,
    Role,
    RoleGrant,
    Team,
    User,
)

__all__ = [
    "AccessSession",
    "ApiKey",
    "ChainHead",
    "Decision",
    "Domain",
    "DomainEvent",
    "Endpoint",
    "Evidence",
    "EvidenceBlob",
    "ExtraHost",
    "Finding",
    "FindingCount",
    "FindingDay",
    "FindingLog",
    "InstanceValue",
    "Invitation",
    "Label",
    "Membership",
    "Organisation",
    "QueuedJob",
    "RateWindow",
    "RequestSetting",
    "ResumeRow",
    "Role",
    "RoleGrant",
    "Run",
    "RunOrder",
    "SavedView",
    "Scan",
    "ScanEvent",
    "ScanLive",
    "ScanProfile",
    "Sighting",
    "Target",
    "Team",
    "TestedInput",
    "User",
    "WorkerNode",
]
