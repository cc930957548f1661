"""Adding, changing and deleting targets, one by one and in bulk, and keeping their counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from django.db import transaction

from vedette.server.audit import services as audit
from vedette.server.kernel import clock
from vedette.server.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from vedette.server.kernel.ids import new_id
from vedette.server.targets import ownership, protections, queries, rules
from vedette.server.targets.items import COOKIE, HEADER, RequestItem
from vedette.server.targets.models import ApiDescription, Domain, RiskDay, Target
from vedette.server.targets.references import ids_in
from vedette.server.targets.rules import Errors
from vedette.server.targets.services import belongings, blackouts, credential_uses, reading, request_settings, secrets
from vedette.server.targets.services.belongings import LabelChoice
from vedette.server.targets.services.reach import check_reach
from vedette.server.targets.values import FieldError
from vedette.server.tenancy.actor import Actor

SEVERITIES = {10: "lows", 20: "mediums", 30: "highs", 40: "criticals"}
_MAX_REASON = 300
_COLUMNS = (
    "name",
    "desc",
    "profile",
    "unlimited",
    "report_type",
    "report_fileformat",
    "fail_fast",
    "film_logins",
    "include_deduplicated_endpoints",
    "whitelist",
    "blacklist",
    "allow_actions",
    "max_rate",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateChecks:
    """What is looked at before a target is made: whether its URL exists already or has a path (off), whether it can be
    reached and redirects (on; leaving out the first leaves out both, as both need the same request)."""

    duplicate_check: bool = False
    check_fullpath: bool = False
    skip_fullpath_warning: bool = False
    skip_reachability_check: bool = False
    skip_redirect_check: bool = False


def create(
    actor: Actor,
    *,
    url: object,
    kind: object = "single",
    labels: Sequence[LabelChoice] = (),
    teams: Sequence[str] = (),
    checks: CreateChecks = CreateChecks(),
    **settings: Any,
) -> Target:
    """Adds a target; `settings` are those of `change`, `teams` public ids. Its domain is made, or used again.

    May wait for a worker's answer, so never call this within a transaction; without one in time, the target is made and
    `reach_warning` says so. Raises Invalid (`target_exists`, `target_has_path`, `target_unreachable`,
    `target_redirects` under `site.url`), NotAllowed, LimitReached for a team that is full.
    """
    if not actor.anywhere("targets.create"):
        raise NotAllowed(data={"permission": "targets.create"})
    site, values = reading.read_new(url, kind, settings)
    _check_url(actor, site, checks)
    warning = "" if checks.skip_reachability_check else _reach(actor, site, values, checks)
    with transaction.atomic():
        domain = ownership.domain_for(actor, rules.host_of(site))
        if checks.duplicate_check:
            # Whoever adds the same URL at this moment holds or waits for the same row.
            Domain.objects.select_for_update(no_key=True).get(pk=domain.pk)
            _check_duplicate(actor, site)
        target = Target(
            site_id_public=new_id(),
            organisation=actor.organisation,
            kind=str(kind),
            profile=rules.DEFAULT_PROFILES[str(kind)],
            url=site,
            host=rules.host_of(site),
            domain=domain,
            created_by=actor.name[: rules.MAX_NAME],
            changed_by=actor.user,
            changed_by_key=actor.own_key,
            reach_warning=warning,
        )
        _fill(actor, target, values)
        target.save()
        _join(actor, target, labels, teams)
        credential_uses.check(actor, target, values)
        secrets.write(target, values)
        _replace_items(target, values)
        if blackouts.NAME in values:
            blackouts.put(actor, target, values[blackouts.NAME])
        _record("target.created", actor, target, after={"url": site, "name": target.name})
    return target


def change(
    actor: Actor,
    target: Target,
    *,
    labels: Sequence[LabelChoice] | None = None,
    teams: Sequence[str] | None = None,
    **settings: Any,
) -> Target:
    """Changes the settings given and leaves the others.

    Settings: name, desc, profile, unlimited, report_type, report_fileformat, fail_fast, film_logins, whitelist,
    blacklist, allow_actions, max_rate, authorized, include_deduplicated_endpoints, blackout_period, those of
    `reading.PARTIAL`, `protections.SWITCHES` and `logins.DEFAULTS`, api_scan_settings, headers and cookies (lists of
    RequestItem, replaced as a whole); url, kind and the rows of `rules.NOT_YET` may be repeated but not changed. Raises
    Invalid with all faults by path.
    """
    with transaction.atomic():
        locked = _lock(actor, [target], "targets.change")[0]
        _change(actor, locked, settings, labels, teams)
    return locked


def change_many(
    actor: Actor,
    public_ids: Sequence[str],
    *,
    labels: Sequence[LabelChoice] | None = None,
    teams: Sequence[str] | None = None,
    **settings: Any,
) -> list[Target]:
    """The same change to several targets: all of them or none. Raises NotFound with `invalid_ids`."""
    with transaction.atomic():
        found = _lock(actor, _several(actor, public_ids), "targets.change")
        for target in found:
            _change(actor, target, settings, labels, teams)
    return found


def delete(actor: Actor, target: Target) -> None:
    """Takes a target out of all lists; its scans and findings stay, what it knew to log in is erased.

    Raises Conflict `scan_running` while a scan of it runs.
    """
    with transaction.atomic():
        _delete(actor, _lock(actor, [target], "targets.delete"))


def delete_many(actor: Actor, public_ids: Sequence[str]) -> list[str]:
    """Deletes several targets, all of them or none, and returns their ids. Raises NotFound with `invalid_ids`, Conflict
    `scan_running`."""
    with transaction.atomic():
        found = _lock(actor, _several(actor, public_ids), "targets.delete")
        _delete(actor, found)
    return [target.public_id for target in found]


def recount(*, target_pk: int, counts: Mapping[int, int], assessed: bool) -> None:
    """Stores the open findings per severity (10 to 40) and the risk that follows: the worst severity, 0 for none, None
    until a first finished scan (`assessed`). Part of the caller's transaction."""
    numbers = {name: counts.get(severity, 0) for severity, name in SEVERITIES.items()}
    worst = max((severity for severity in SEVERITIES if counts.get(severity, 0) > 0), default=0)
    row = Target.objects.filter(pk=target_pk)
    organisation, before = row.values_list("organisation_id", "risk").get()
    risk = worst if worst or assessed or before is not None else None
    if risk is not None and risk != before:
        today = clock.now().astimezone(UTC).date()
        step = RiskDay(organisation_id=organisation, target_id=target_pk, day=today, before=before, after=risk)
        RiskDay.objects.bulk_create(
            [step], update_conflicts=True, unique_fields=("target", "day"), update_fields=("after",)
        )
    row.update(risk=risk, **numbers)


# Creation


def _check_url(actor: Actor, url: str, checks: CreateChecks) -> None:
    if checks.check_fullpath and not checks.skip_fullpath_warning and rules.has_path(url):
        raise _wrong_url("target_has_path", "The URL has a path or query: only what lies under it would be scanned.")
    if checks.duplicate_check:
        _check_duplicate(actor, url)


def _check_duplicate(actor: Actor, url: str) -> None:
    if Target.objects.filter(organisation=actor.organisation, url=url, archived_at=None).exists():
        raise _wrong_url("target_exists", "A target with this URL exists already.")


def _reach(actor: Actor, url: str, values: reading.Values, checks: CreateChecks) -> str:
    """A warning to store, empty when all is well."""
    headers, cookies = (
        request_settings.spoken(kind, [(item.name, item.value) for item in _of_first_user(values.get(name, ()))])
        for name, kind in (("headers", HEADER), ("cookies", COOKIE))
    )
    result = check_reach(
        actor, url, headers=headers.settings, cookies=cookies.settings, secrets={**headers.secrets, **cookies.secrets}
    )
    if result.ok is None:
        return result.reason[:_MAX_REASON]
    if not result.ok:
        raise _wrong_url("target_unreachable", result.reason)
    if result.redirects and not checks.skip_redirect_check:
        raise _wrong_url("target_redirects", f"The URL only sends on to another one (status {result.status}).")
    return ""


def _of_first_user(items: Iterable[RequestItem]) -> list[RequestItem]:
    """Without what refers to stored credentials: they are for jobs of targets, and this is none yet."""
    return [item for item in items if not item.authentication_secondary and not ids_in(item.value)]


def _wrong_url(code: str, message: str) -> Invalid:
    return Invalid(code, message, fields={rules.path_of("url"): [message]})


def _join(actor: Actor, target: Target, labels: Sequence[LabelChoice], teams: Sequence[str]) -> None:
    found = belongings.find_teams(actor, teams)
    if not found:
        actor.require("targets.create")
    belongings.set_teams(actor, target, found, "targets.create")
    belongings.set_labels(target, belongings.find_labels(actor, labels))


# Changing


def _change(
    actor: Actor,
    target: Target,
    settings: Mapping[str, Any],
    labels: Sequence[LabelChoice] | None,
    teams: Sequence[str] | None,
) -> None:
    values = reading.read_change(target, settings)
    before = _snapshot(target)
    _fill(actor, target, values)
    after = _snapshot(target)
    changed = {name: value for name, value in after.items() if value != before[name]}
    past = {name: before[name] for name in changed}
    if labels is not None:
        _note("labels", belongings.set_labels(target, belongings.find_labels(actor, labels)), past, changed)
    if teams is not None:
        found = belongings.find_teams(actor, teams)
        _note("teams", belongings.set_teams(actor, target, found, "targets.change"), past, changed)
    credential_uses.check(actor, target, values)
    if blackouts.NAME in values:
        _note(blackouts.NAME, blackouts.put(actor, target, values[blackouts.NAME]), past, changed)
    items = _replace_items(target, values)
    if not changed and not items:
        return
    secrets.write(target, values)
    target.changed_at, target.changed_by, target.changed_by_key = clock.now(), actor.user, actor.own_key
    target.save(
        update_fields=(
            *_COLUMNS,
            "settings",
            "authorized_by",
            "authorized_at",
            "changed_at",
            "changed_by",
            "changed_by_key",
        )
    )
    if items:
        _record("target.headers_changed", actor, target, after=items)
    if changed:
        _record("target.changed", actor, target, before=past, after=changed)


def _fill(actor: Actor, target: Target, values: reading.Values) -> None:
    for name in _COLUMNS:
        if name in values:
            setattr(target, name, values[name])
    kept = {name: values.get(name, target.settings.get(name, default)) for name, default in reading.PARTIAL.items()}
    rest = {name: value for name, value in target.settings.items() if name not in kept}
    merged = secrets.merged(target.organisation, rest, values)
    target.settings = protections.switched(merged, values) | {
        name: value for name, value in kept.items() if value != reading.PARTIAL[name]
    }
    authorized = values.get("authorized")
    if authorized is True and not target.authorized_by:
        who = f"{actor.name} <{actor.email}>" if actor.email else actor.name
        target.authorized_by, target.authorized_at = who[: rules.MAX_NAME], clock.now()
    elif authorized is False:
        target.authorized_by, target.authorized_at = "", None


def _replace_items(target: Target, values: reading.Values) -> dict[str, list[str]]:
    """The names that stand there now, for those lists that changed."""
    errors, changed = Errors(), {}
    for name, kind in reading.ITEM_FIELDS.items():
        if name not in values:
            continue
        try:
            if request_settings.replace(target, kind, values[name]):
                changed[f"{kind}_names"] = [item.name for item in values[name]]
        except FieldError as error:
            errors.add(name, str(error))
    errors.check()
    return changed


def _snapshot(target: Target) -> dict[str, Any]:
    plain = {name: getattr(target, name) for name in _COLUMNS}
    return {**plain, "settings": target.settings, "authorized_by": target.authorized_by}


def _note(name: str, moved: tuple[Any, Any] | None, before: dict[str, Any], after: dict[str, Any]) -> None:
    if moved is not None:
        before[name], after[name] = moved


def _delete(actor: Actor, targets: Iterable[Target]) -> None:
    found = list(targets)
    running = [target.public_id for target in found if target.running_scan_id is not None]
    if running:
        raise Conflict("scan_running", "A scan of this target is running: stop it first.", {"running_ids": running})
    now = clock.now()
    for target in found:
        target.archived_at = target.deleted_at = target.changed_at = now
        target.changed_by, target.changed_by_key = actor.user, actor.own_key
        target.save(update_fields=("archived_at", "deleted_at", "changed_at", "changed_by", "changed_by_key"))
        for known in (target.request_settings, target.secrets, target.sequences):
            known.all().delete()
        ApiDescription.objects.filter(target=target).delete()
        _record("target.deleted", actor, target, before={"url": target.url, "name": target.name})


def _several(actor: Actor, public_ids: Sequence[str]) -> list[Target]:
    if len(public_ids) > rules.MAX_BULK:
        raise Invalid(fields={"ids": [f"At most {rules.MAX_BULK} targets at once are possible."]})
    return queries.require(actor, public_ids)


def _lock(actor: Actor, targets: Sequence[Target], permission: str) -> list[Target]:
    """The rows as they stand now, locked in one order, given back in the order asked for."""
    keys = [target.pk for target in targets]
    rows = queries.for_actor(actor, permission).select_related("organisation").filter(pk__in=keys).order_by("pk")
    found = {row.pk: row for row in rows.select_for_update(of=("self",), no_key=True)}
    missing = [target for target in targets if target.pk not in found]
    if not missing:
        return [found[key] for key in keys]
    seen = set(queries.for_actor(actor).filter(pk__in=keys).values_list("pk", flat=True))
    unseen = [target.public_id for target in missing if target.pk not in seen]
    if unseen:
        raise NotFound(data={"invalid_ids": unseen})
    raise NotAllowed(data={"permission": permission})


def _record(kind: str, actor: Actor, target: Target, **parts: dict[str, Any]) -> None:
    audit.record(
        kind=kind,
        actor=actor,
        organisation=target.organisation,
        object_kind="target",
        object_id=target.public_id,
        object_name=str(target),
        target_id=target.public_id,
        **parts,
    )
