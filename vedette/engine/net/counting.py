"""What the network counts of every exchange: for the live numbers, and for the verdict."""

from __future__ import annotations

from vedette.contract.exchange import Exchange
from vedette.contract.progress import PartProgress

CURRENT_WEIGHT = 0.1
"""Share of the newest answer in the current round trip."""

NETWORK_ERRORS = frozenset({"connect", "tls", "protocol", "resolve"})
BLOCKED = frozenset({429})

_words: dict[int, str] = {code: str(code) for code in range(100, 600)}


def begun(part: PartProgress) -> None:
    """A request leaves."""
    part.requests += 1
    part.in_flight += 1


def ended(part: PartProgress, host: str, exchange: Exchange) -> bool:
    """A request came to its end. Gives whether it was troubled: blocked, timed out or in error."""
    part.in_flight -= 1
    response = exchange.response
    if response is None:
        part.timeouts += exchange.error == "timeout"
        part.network_errors += exchange.error in NETWORK_ERRORS
        return exchange.error == "timeout" or exchange.error in NETWORK_ERRORS
    status = response.status
    word = _words.get(status) or str(status)
    counts = part.status_counts
    counts[word] = counts.get(word, 0) + 1
    counts = part.host_status_counts.get(host) or part.host_status_counts.setdefault(host, {})
    counts[word] = counts.get(word, 0) + 1
    milliseconds = response.total_s * 1000
    answered = part.requests - part.in_flight - part.timeouts - part.network_errors
    part.overall_round_trip_ms += (milliseconds - part.overall_round_trip_ms) / max(1, answered)
    current = part.round_trip_ms or milliseconds
    part.round_trip_ms = current + (milliseconds - current) * CURRENT_WEIGHT
    return status in BLOCKED
