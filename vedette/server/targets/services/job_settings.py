"""What a job is told about a target: where it starts, how far it goes, what it carries and may do."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass

from django.db.models import prefetch_related_objects

from vedette.contract.job import Description, Encryption, HostSettings, Login, Scope, Sequence, Setting, Signing
from vedette.server.targets import api_settings, rules, scope
from vedette.server.targets.items import COOKIE, HEADER
from vedette.server.targets.models import ExtraHost, Target
from vedette.server.targets.services import (
    client_certificates,
    descriptions,
    login_job,
    message_encryption,
    request_settings,
    secrets,
    signatures,
    stored_values,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobSettings:
    """Parts of a `contract.job.Job`. `secrets` is handed over apart, and stands in no log; `limits_rate` is in requests
    a second, None for the platform's own ceiling; `authorized` says who ticked that they may scan it, and when."""

    start_urls: tuple[str, ...]
    scope: Scope
    headers: tuple[Setting, ...]
    cookies: tuple[Setting, ...]
    second_headers: tuple[Setting, ...]
    second_cookies: tuple[Setting, ...]
    hosts: tuple[HostSettings, ...]
    secrets: dict[str, str]
    allow_actions: tuple[str, ...]
    login: Login
    second_login: Login
    sequences: tuple[Sequence, ...]
    descriptions: tuple[Description, ...]
    certificate: str
    signing: Signing | None
    encryption: Encryption | None
    limits_rate: float | None
    authorized: str


def job_settings(target: Target) -> JobSettings:
    """The settings as they are now. Extra hosts are in scope only when included and shown to be ours."""
    # Read along once. Not on the caller's row, who may change what is read here.
    target = copy(target)
    prefetch_related_objects([target], "extra_hosts__domain", "request_settings", "sequences")
    starts = scope.start_urls(target.url, target.whitelist, target.blacklist)
    hosts = [host for host in target.extra_hosts.all() if host.include and host.domain and host.domain.verified]
    hosts.sort(key=lambda host: host.pk)
    origins = [origin for host in hosts for origin in rules.extra_origins(host.host)]
    told = login_job.login_of(target)
    basic, basic_secrets = login_job.basic_header(target)
    sequences, sequence_secrets = login_job.navigation_of(target)
    signing, signing_secrets = signatures.signing_of(target)
    encryption, keys = message_encryption.encryption_of(target)
    known: dict[str, str] = {**told.secrets, **basic_secrets, **sequence_secrets, **signing_secrets, **keys}
    return JobSettings(
        start_urls=starts,
        scope=Scope(include=scope.includes(target.url, starts, origins), exclude=scope.exclusions(target.blacklist)),
        headers=(*_sent(target, HEADER, known), *basic),
        cookies=_sent(target, COOKIE, known),
        second_headers=_sent(target, HEADER, known, secondary=True, prefix="second-"),
        second_cookies=_sent(target, COOKIE, known, secondary=True, prefix="second-"),
        hosts=tuple(one for host in hosts for one in _host(host, known)),
        secrets=known,
        allow_actions=tuple(target.allow_actions),
        login=told.login,
        second_login=login_job.second_login_of(target),
        sequences=sequences,
        descriptions=_descriptions(target, known),
        certificate=_certificate(target, known),
        signing=signing,
        encryption=encryption,
        limits_rate=None if target.max_rate is None else float(target.max_rate),
        authorized=_authorized(target),
    )


def _sent(
    owner: Target | ExtraHost, kind: str, known: dict[str, str], *, secondary: bool = False, prefix: str = ""
) -> tuple[Setting, ...]:
    said = request_settings.spoken_of(owner, kind, secondary=secondary, prefix=prefix)
    known.update(said.secrets)
    return said.settings


def _host(host: ExtraHost, known: dict[str, str]) -> list[HostSettings]:
    """What goes to an extra host alone, for each of its origins."""
    prefix = f"host-{host.public_id}-"
    headers, cookies = (_sent(host, kind, known, prefix=prefix) for kind in (HEADER, COOKIE))
    if not headers and not cookies:
        return []
    return [HostSettings(origin=origin, headers=headers, cookies=cookies) for origin in rules.extra_origins(host.host)]


def is_described(target: Target) -> bool:
    """Whether there is anything that tells the requests of an API."""
    return any(api_settings.of(target.settings, name) for name in ("api_schema_file", "api_schema_url"))


def _descriptions(target: Target, known: dict[str, str]) -> tuple[Description, ...]:
    """What tells the requests of an API: what was handed in, else what its address gives."""
    if target.kind != "api":
        return ()
    if not is_described(target):
        return ()
    text, url = descriptions.text_of(target), api_settings.of(target.settings, "api_schema_url") or ""
    pairs = stored_values.filled_pairs(target, secrets.opened_pairs(target, "custom_api_parameters"))
    return (
        Description(
            kind=api_settings.of(target.settings, "api_schema_type"),
            url="" if text else url,
            text=text,
            # A path in the target's own address says where the API is; without one, its description does.
            base=target.url if rules.has_path(target.url) else "",
            values=login_job.settings_of("api-parameter", pairs, known),
            media_type=api_settings.of(target.settings, "media_type"),
        ),
    )


def _certificate(target: Target, known: dict[str, str]) -> str:
    """The name of the secret client certificate; empty for none."""
    pem = client_certificates.pem_of(target)
    if not pem:
        return ""
    known[client_certificates.CERTIFICATE] = pem
    return client_certificates.CERTIFICATE


def _authorized(target: Target) -> str:
    if not target.authorized_by or target.authorized_at is None:
        return ""
    return f"{target.authorized_by}, {target.authorized_at:%Y-%m-%d %H:%M} UTC"
