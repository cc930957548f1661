"""The live numbers of a scan, carried whole by each progress event."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class PartProgress:
    """One part of the engine (`crawler`, `fingerprinter`, `scanner`). Round trips are milliseconds."""

    done: int = 0
    total: int = 0
    rejected: int = 0
    requests: int = 0
    timeouts: int = 0
    network_errors: int = 0
    login_errors: int = 0
    in_flight: int = 0
    status_counts: dict[str, int] = field(default_factory=dict)
    host_status_counts: dict[str, dict[str, int]] = field(default_factory=dict)
    out_of_scope_hosts: dict[str, int] = field(default_factory=dict)
    current_endpoints: list[str] = field(default_factory=list)
    last_endpoints: list[str] = field(default_factory=list)
    doing_login: bool = False
    last_logins: list[str] = field(default_factory=list)
    round_trip_ms: float = 0.0
    overall_round_trip_ms: float = 0.0
