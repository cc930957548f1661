"""What three pages of the vendor's reference show of an answer, field for field: to clear the second factor of a
target, to plan a scan of one, and where discovery stands.

`text`, `whole`, `number`, `flag`, `time` and `uuid` say what a field holds; a question mark lets it be null. Where the
pages and what clients read differ, clients win: lists of addresses are arrays, `unlimited` of a plan is a flag, the
numbers of a part are whole, requests under way are a list.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Maybe:
    """An object that may be null."""

    shape: Mapping[str, Any]


def _is_time(value: object) -> bool:
    return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


KINDS: dict[str, Callable[[Any], bool]] = {
    "text": lambda value: isinstance(value, str),
    "whole": _is_whole,
    "number": lambda value: _is_whole(value) or isinstance(value, float),
    "flag": lambda value: isinstance(value, bool),
    "time": _is_time,
    "uuid": lambda value: bool(uuid.UUID(value)),
    "counts": lambda value: isinstance(value, dict),
}

PERSON = {"id": "text", "email": "text", "name": "text"}
CHANGED = {"changed": "time", "changed_by": PERSON}
TECHNOLOGY = {"id": "text", "name": "text", "desc": "text"}
PAIR = {"name": "text", "value": "text"}
SENT = {**PAIR, "allow_testing": "flag", "authentication": "flag"}
OWNER = {
    "verified": "flag",
    "verification_token": "uuid",
    "verification_date": "time?",
    "verification_method": "text",
    "verification_last_error": "text",
}
API_SETTINGS = {
    "api_schema_type": "text",
    "api_schema_url": "text?",
    "api_schema_file": "text?",
    "custom_api_parameters": [PAIR],
    "media_type": "text",
    "api_login_url": "text",
    "api_login_payload": "text",
    "api_login_enabled": "flag",
    "api_login_token_field": "text",
    "token_prefix": "text",
    "token_parameter_name": "text",
    "token_parameter_location": "text",
}
SITE = {
    "id": "text",
    "name": "text",
    "desc": "text",
    "url": "text",
    "host": "text",
    "has_form_login": "flag",
    "form_login_url": "text",
    "form_login_check_pattern": "text",
    "form_login": [PAIR],
    "logout_detection_enabled": "flag",
    "has_sequence_login": "flag",
    "has_sequence_navigation": "flag",
    "has_basic_auth": "flag",
    "basic_auth": {"username": "text", "password": "text"},
    "headers": [SENT],
    "cookies": [SENT],
    "whitelist": ["text"],
    "blacklist": ["text"],
    **CHANGED,
    "auth_enabled": "flag",
    "logout_condition": "text",
    "check_session_url": "text",
    "has_otp": "flag",
    "otp_secret": "text",
    "otp_algorithm": "text",
    "otp_digits": "whole",
    "otp_field": "text",
    "otp_submit": "text",
    "otp_login_sequence_totp_value": "text",
    "otp_type": "text",
    "otp_url": "text",
    "stack": [TECHNOLOGY],
    **OWNER,
    "api_scan_settings": Maybe(API_SETTINGS),
}
LABEL = {"id": "text", "name": "text", "color": "text", **CHANGED}
TEAM = {"id": "text", "name": "text"}
AGENT = {
    "id": "text",
    "name": "text",
    "installer_generated": "flag",
    "online": "flag",
    "fallback": "flag",
    "rx_bytes": "whole",
    "tx_bytes": "whole",
    "latest_handshake": "whole?",
}
BLACKOUT = {"begin": "text", "cease": "text", "weekdays": ["whole"], "enabled": "flag", "timezone": "text", **CHANGED}
TARGET_BRIEF = {
    "id": "text",
    "site": SITE,
    "type": "text",
    "labels": [LABEL],
    "has_assets": "flag",
    "report_fileformat": "text",
    "scanning_agent": Maybe(AGENT),
    "teams": [TEAM],
    "blackout_period": Maybe(BLACKOUT),
}
PLAN = {
    "id": "text",
    "date_time": "time",
    "recurrence": "text",
    **CHANGED,
    "blackout_period": Maybe(BLACKOUT),
    "timezone": "text",
    "run_on_day_of_week": "flag",
    "scheduled_day_of_week": "whole?",
    "week_index": "text?",
    "partial_scan": "flag",
    "override_target_settings": "flag",
    "incremental": "flag",
    "reduced_scope": "flag",
    "scan_profile": "text?",
    "unlimited": "flag",
}
SCAN = {
    "id": "text",
    "status": "text",
    "started": "time?",
    "completed": "time?",
    "scan_profile": "text",
    "lows": "whole",
    "mediums": "whole",
    "highs": "whole",
    "created": "time",
}
CODED = {"code": "text", "message": "text"}
PART = {"state": "text", "status": ["whole"], "warning": [CODED], "error": [CODED]}
FEEDBACK = {
    "type": "text",
    "iid": "uuid",
    "aid": "uuid",
    "ts": "number",
    "subtype": "text",
    "stage": "text",
    "module": "text",
}
CRAWLED = {
    "type": "text",
    "countTimeoutEndpoints": "whole",
    "countLoginFailed": "whole",
    "version": "whole",
    "countNetworkErrorEndpoints": "whole",
    "doingLogin": "flag",
    "done": "whole",
    "rejected": "whole",
    "total": "whole",
    "allExtraHosts": ["text"],
    "crawlingEndpoints": [{"url": "text"}],
    "lastLogin": [{"status": "text", "timestamp": "whole"}],
    "status": "counts",
    "outOfScopeHostsCount": "counts",
    "allHostnames": ["text"],
    "lastCrawledEndpoints": [{"jobId": "whole?", "status": "whole?", "method": "text", "url": "text"}],
    "statusByHost": "counts",
}
SCANNED = {
    "done": "whole",
    "total": "whole",
    "scannerState": {
        "numberOfRequestBeingScanned": "whole",
        "currentAverageRtt": "number",
        "averageRtt": "number",
        "nStatus3xx": "text",
        "nStatus4xx": "text",
        "nStatus5xx": "text",
        "nConnectionErrors": "text",
        "nTimeouts": "text",
        "nRequests": "text",
        "sampleOfRequestBeingScanned": [{"httpMethod": "text", "url": "text"}],
    },
}
RUNNING = {
    **SCAN,
    "crawler": {**PART, "full_status": {**FEEDBACK, "data": CRAWLED}},
    "fingerprinter": {"state": "text", "count": "whole", "warning": ["text"], "error": ["text"]},
    "scanner": {**PART, "full_status": {**FEEDBACK, "data": SCANNED}},
    "stack": [TECHNOLOGY],
}
EXTRA_HOST = {
    "id": "text",
    "account": "text",
    "name": "text",
    "host": "text",
    "desc": "text",
    "stack": [TECHNOLOGY],
    **OWNER,
    **CHANGED,
    "headers": [SENT],
    "cookies": [SENT],
    "include": "flag",
}

CLEAR_SECOND_FACTOR = {
    "id": "text",
    "site": SITE,
    "lows": "whole?",
    "mediums": "whole?",
    "highs": "whole?",
    "risk": "whole?",
    "last_scan": SCAN,
    "running_scan": RUNNING,
    "next_scan": Maybe(PLAN),
    "assets": [EXTRA_HOST],
    "scan_profile": "text",
    "type": "text",
    "unlimited": "flag",
    "report_type": "text",
    "report_fileformat": "text",
    "labels": [LABEL],
    "scanning_agent": Maybe(AGENT),
    "include_deduplicated_endpoints": "flag?",
    "teams": [TEAM],
    "blackout_period": Maybe(BLACKOUT),
    "fail_fast": "flag?",
    "login_video": "text?",
    **CHANGED,
    "incremental": "flag",
    "reduced_scope": "flag",
    "schedule_incremental": "flag",
    "schedule_reduced_scope": "flag",
    "crawl_sequences_only": "flag",
    "schedule_crawl_sequences_only": "flag",
}
"""DELETE /targets/{id}/otp/ answers the target."""

PLAN_SCAN_BODY = {
    "date_time": "2031-01-06T10:00:00Z",
    "recurrence": "m",
    "timezone": "Europe/Lisbon",
    "run_on_day_of_week": True,
    "scheduled_day_of_week": 1,
    "week_index": "first",
    "partial_scan": True,
    "override_target_settings": True,
    "incremental": True,
    "reduced_scope": False,
    "scan_profile": "normal",
}
PLAN_SCAN = {**PLAN, "target": {**TARGET_BRIEF, "desc": "text?", "name": "text"}}
"""POST /targets/{target_id}/scheduledscans/ takes the one and answers the other."""

DOMAIN_THEN = {
    "hostname": "text",
    "id": "text",
    **OWNER,
    "basic_auth_username": "text?",
    "basic_auth_password": "text?",
    "port": "whole?",
    "discovery_enabled": "flag",
    "source": {"id": "text", "name": "text"},
}
DISCOVERY_STATUS = {
    "running_scans_count": "whole",
    "last_complete_scan": {
        "id": "text",
        "type": "text",
        "created_at": "time",
        "started_at": "time",
        "completed_at": "time",
        "status": "text",
        "domain_then": DOMAIN_THEN,
    },
    "next_scheduled_scan_at": "time?",
}
"""GET /discovery/status/ once a search is over."""


def differences(shape: Any, answer: Any, place: str = "$") -> Iterator[str]:
    """Where an answer is not as a page shows it; what it holds beyond that does not matter. A list says nothing about
    its items while it is empty: that is told too, as `... is empty`."""
    if isinstance(shape, Maybe):
        if answer is None:
            yield f"{place} is empty"
        else:
            yield from differences(shape.shape, answer, place)
    elif isinstance(shape, Mapping):
        if not isinstance(answer, dict):
            yield f"{place} is no object"
            return
        yield from (f"{place}.{name} is missing" for name in shape if name not in answer)
        for name in shape.keys() & answer.keys():
            yield from differences(shape[name], answer[name], f"{place}.{name}")
    elif isinstance(shape, list):
        if not isinstance(answer, list):
            yield f"{place} is no list"
        elif not answer:
            yield f"{place} is empty"
        else:
            for one in answer:
                yield from differences(shape[0], one, f"{place}[]")
    elif not (answer is None and shape.endswith("?")) and not _fits(shape.rstrip("?"), answer):
        yield f"{place} is {answer!r}, not {shape}"


def _fits(kind: str, answer: Any) -> bool:
    try:
        return KINDS[kind](answer)
    except (ValueError, TypeError, AttributeError):
        return False
