"""What an account says of its zones, and how asking it may fail."""

# What went wrong is named as one says it: Refused, Failed.
# ruff: noqa: N818

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from vedette.server.kernel import outbound
from vedette.server.kernel.outbound import OutboundError, OutboundRequest, OutboundResponse
from vedette.server.targets import rules
from vedette.server.targets.values import FieldError

MAX_ZONES = 2000
DEADLINE_S = 25.0
"""For everything that one refresh asks: other accounts may wait behind it."""


class Refused(Exception):
    """The account does not take the credentials, or they may not list zones. The text is for people."""


class Failed(Exception):
    """No usable answer came. The text is for people; trying again may help."""


@dataclass(frozen=True, slots=True)
class Listing:
    """The zones of an account by name: whether each is really served from there, None where nobody looked.
    `can_list_records` is whether the credentials may read what a zone holds; None without a zone to try it on."""

    zones: Mapping[str, bool | None]
    can_list_records: bool | None = None


@dataclass(frozen=True, slots=True)
class Asking:
    """One refresh: sends what it is given until its time is up."""

    ends: float = field(default_factory=lambda: time.monotonic() + DEADLINE_S)

    def send(self, request: OutboundRequest) -> OutboundResponse:
        """The answer. Raises Failed."""
        left = self.ends - time.monotonic()
        if left <= 0:
            raise Failed("The account took too long to answer.")
        try:
            return outbound.send(request, timeout_s=min(left, outbound.TIMEOUT_S))
        except OutboundError as error:
            raise Failed(f"The account could not be asked: {error.reason}.") from None

    def pause(self, seconds: float) -> None:
        """Waits, as the account wants it slower. Raises Failed when its time would be up."""
        if time.monotonic() + seconds > self.ends:
            raise Failed("The account took too long to answer.")
        time.sleep(seconds)


Credentials = Mapping[str, str]
Ask = Callable[[Credentials, frozenset[str], Asking], Listing]
"""Asks an account with its credentials by name; the names are those that it matters to look at closely."""


def zone_name(text: str) -> str:
    """The name of a zone as domains are stored; empty for what cannot be one."""
    try:
        name, port = rules.split_port(rules.extra_host(text))
    except FieldError:
        return ""
    return "" if port else name
