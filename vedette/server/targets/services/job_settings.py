"""What a job is told about a target: where it starts, how far it goes, what it carries and may do."""

from __future__ import annotations

from dataclasses import dataclass

from vedette.contract.job import Login, Scope, Setting
from vedette.server.targets import rules, scope
from vedette.server.targets.items import COOKIE, HEADER
from vedette.server.targets.models import Target
from vedette.server.targets.services import request_settings


@dataclass(frozen=True, slots=True, kw_only=True)
class JobSettings:
    """Parts of a `contract.job.Job`. `secrets` is handed over apart, and stands in no log; `limits_rate` is in requests
    a second, None for the platform's own ceiling; `authorized` says who ticked that they may scan it, and when."""

    start_urls: tuple[str, ...]
    scope: Scope
    headers: tuple[Setting, ...]
    cookies: tuple[Setting, ...]
    secrets: dict[str, str]
    allow_actions: tuple[str, ...]
    login: Login
    limits_rate: float | None
    authorized: str


def job_settings(target: Target) -> JobSettings:
    """The settings as they are now. Extra hosts are in scope only when included and shown to be ours."""
    starts = scope.start_urls(target.url, target.whitelist, target.blacklist)
    hosts = target.extra_hosts.select_related("domain").filter(include=True, domain__verified=True).order_by("id")
    origins = [origin for host in hosts for origin in rules.extra_origins(host.host)]
    headers = request_settings.spoken_of(target, HEADER)
    cookies = request_settings.spoken_of(target, COOKIE)
    logs_in = any(request_settings.logs_in(target, kind) for kind in (HEADER, COOKIE))
    return JobSettings(
        start_urls=starts,
        scope=Scope(include=scope.includes(target.url, starts, origins), exclude=scope.exclusions(target.blacklist)),
        headers=headers.settings,
        cookies=cookies.settings,
        secrets={**headers.secrets, **cookies.secrets},
        allow_actions=tuple(target.allow_actions),
        login=Login(kind="static" if logs_in else "none"),
        limits_rate=None if target.max_rate is None else float(target.max_rate),
        authorized=_authorized(target),
    )


def _authorized(target: Target) -> str:
    if not target.authorized_by or target.authorized_at is None:
        return ""
    return f"{target.authorized_by}, {target.authorized_at:%Y-%m-%d %H:%M} UTC"
