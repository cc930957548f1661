"""Builds the engine's job of a scan from what was frozen at its start; credentials are read anew for every slice."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.conf import settings

from vedette.contract import wire
from vedette.contract.addresses import is_loopback
from vedette.contract.batch import ResumeState
from vedette.contract.claim import Grant
from vedette.contract.exchange import Request
from vedette.contract.finding import Location
from vedette.contract.job import Job, JobKind, Known, Login, Scope
from vedette.server.agents.models import Run
from vedette.server.findings.models import Finding
from vedette.server.kernel import sealing
from vedette.server.kernel.sealing import DataKey
from vedette.server.scans import rules
from vedette.server.scans.models import ResumeRow, Scan, ScanProfile
from vedette.server.scans.services import parts
from vedette.server.targets.models import Target
from vedette.server.targets.services.job_settings import job_settings
from vedette.server.tenancy import queries as tenancy


def freeze_profile(profile: ScanProfile) -> dict[str, Any]:
    """The options of a profile as a scan keeps them."""
    names = ("name", "type", "base", "checks", "speed", "payloads", "methods", "delay", "max_run_time", "max_urls")
    return {name: getattr(profile, name) for name in names}


def freeze_target(target: Target) -> dict[str, Any]:
    """The settings of a target as a scan keeps them: scope and limits, no credentials."""
    given = job_settings(target)
    return {
        "url": target.url,
        "start_urls": list(given.start_urls),
        "kind": target.kind,
        "include": list(given.scope.include),
        "exclude": list(given.scope.exclude),
        "allow_actions": list(given.allow_actions),
        "max_rate": target.max_rate,
        "fail_fast": target.fail_fast,
        "has_assets": bool(target.extra_hosts.all()),
        "headers": [setting.name for setting in (*given.headers, *given.second_headers)],
        "cookies": [setting.name for setting in (*given.cookies, *given.second_cookies)],
        "login": given.login.kind,
        "film_logins": target.film_logins,
        "has_sequence_navigation": bool(given.sequences),
        "stop_on_sequence_failure": bool(target.settings.get("cancel_scan_on_nav_seq_failure")),
        "duplicates": target.include_deduplicated_endpoints,
        "whitelist": target.whitelist,
        "blacklist": target.blacklist,
    }


def grant_of(scan: Scan, run: Run) -> Grant:
    """What a worker needs to go on with a scan. Reads only."""
    target = scan.target
    given = job_settings(target)
    options = scan.options
    job = Job(
        id=scan.public_id,
        kind=JobKind(scan.kind),
        start_urls=tuple(options["start_urls"]),
        scope=Scope(include=tuple(options["include"]), exclude=tuple(options["exclude"])),
        login=_filmed(scan, given.login),
        limits=rules.limits_of(
            scan.profile_options,
            max_rate=options["max_rate"],
            slice_s=settings.VEDETTE.slice_s,
            loopback=all(is_loopback(url) for url in options["start_urls"]),
        ),
        profile=rules.engine_profile(scan.profile_options),
        checks=tuple(scan.profile_options.get("checks") or ()),
        seed=scan.seed,
        headers=given.headers,
        cookies=given.cookies,
        second_headers=given.second_headers,
        second_cookies=given.second_cookies,
        second_login=given.second_login,
        hosts=given.hosts,
        certificate=given.certificate,
        signing=given.signing,
        encryption=given.encryption,
        descriptions=given.descriptions,
        sequences=given.sequences,
        stop_on_sequence_failure=bool(options.get("stop_on_sequence_failure")),
        fail_fast=bool(options.get("fail_fast", True)),
        part=parts.part_of(scan),
        allow_actions=tuple(options["allow_actions"]),
        authorized=authorized(target),
        known=known_of(scan),
    )
    return Grant(run=run.public_id, epoch=run.epoch, job=job, secrets=given.secrets, state=resume_state(scan))


def _filmed(scan: Scan, login: Login) -> Login:
    """The log-in, to be recorded once where it has pages to be seen."""
    wanted = scan.options.get("film_logins", True) and scan.kind == "scan" and not scan.filmed
    return replace(login, record=bool(wanted) and login.kind in ("form", "sequence"))


def authorized(target: Target) -> str:
    """On what ground payloads may be sent: who was shown to own the host. Empty for an unverified target."""
    domain = target.domain
    if domain is None or not domain.verified:
        return ""
    return f"{domain.hostname} verified by {domain.method}" + (
        f" on {domain.checked_at:%Y-%m-%d}" if domain.checked_at else ""
    )


def known_of(scan: Scan) -> tuple[Known, ...]:
    """The findings to be tested again: those chosen for a retest, else all of the target that were last seen open."""
    rows = Finding.objects.filter(target=scan.target_id)
    chosen = scan.options.get("findings")
    rows = rows.filter(pk__in=chosen) if chosen is not None else rows.filter(observed="notfixed")
    return tuple(known(row) for row in rows.order_by("number"))


def known(finding: Finding) -> Known:
    """A finding as the engine is told of it."""
    location = Location(
        url=finding.url,
        method=finding.method,
        path=finding.path,
        kind=finding.kind,
        parameter=finding.parameter,
        sink_url=finding.sink_url,
    )
    request = wire.load(Request, finding.request) if finding.request else None
    return Known(
        id=finding.identity,
        check=finding.check_id,
        location=location,
        request=request,
        technologies=tuple(finding.technologies),
    )


def resume_state(scan: Scan) -> ResumeState:
    """The resume state, opened."""
    key = tenancy.data_key(scan.organisation)
    state: ResumeState = {}
    for row in ResumeRow.objects.filter(scan=scan).iterator():
        state.setdefault(row.room, {})[row.key] = open_row(scan, key, row.room, row.key, bytes(row.sealed))
    return state


def seal_row(scan: Scan, key: DataKey, room: str, name: str, value: str) -> bytes:
    """A row of the resume state, sealed for its scan and place. It comes back as it was, whatever stands in it."""
    return sealing.seal(key, value.encode("utf-8", "surrogatepass"), **_place(scan, room, name))


def open_row(scan: Scan, key: DataKey, room: str, name: str, sealed: bytes) -> str:
    """The value that was sealed for this scan and place."""
    return sealing.open_sealed(key, sealed, **_place(scan, room, name)).decode("utf-8", "surrogatepass")


def _place(scan: Scan, room: str, name: str) -> dict[str, str]:
    return {
        "organisation": scan.organisation.public_id,
        "table": "resume_row",
        "public_id": scan.public_id,
        "column": f"{room}/{name}",
    }
