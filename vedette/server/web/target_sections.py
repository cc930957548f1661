"""The sections of a target's settings: which there are, the form of each, and what it means for the service."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, QueryDict

from vedette.server.kernel import zones
from vedette.server.kernel.errors import Conflict, Invalid, LimitReached
from vedette.server.scans import logins as scan_logins
from vedette.server.schedules import queries as schedules
from vedette.server.targets import inside
from vedette.server.targets.items import COOKIE, HEADER, RequestItem
from vedette.server.targets.logins import BLOCKS
from vedette.server.targets.models import Domain, Target
from vedette.server.targets.services import blackouts, descriptions, login_check, login_job, otp_codes, request_settings
from vedette.server.targets.services.belongings import LabelChoice
from vedette.server.tenancy.actor import Actor
from vedette.server.web import actions, blackout_shapes, domain_shapes, protection_shapes, wizard
from vedette.server.web.blackout_forms import BlackoutForm
from vedette.server.web.credential_forms import offered
from vedette.server.web.login_forms import (
    DETECTOR_NAMES,
    ApiForm,
    DescriptionForm,
    DetectorForm,
    LoginForm,
    ReducedScopeForm,
    SequenceForm,
)
from vedette.server.web.target_forms import (
    BelongingForm,
    ExtraHostForm,
    GeneralForm,
    ItemForm,
    ScanningForm,
    ScopeForm,
    target_profiles,
)
from vedette.server.web.target_shapes import ways

FAULTS = (Conflict, Invalid, LimitReached)
NAMES = {
    "general": "General",
    "scope": "Scope",
    "headers": "Headers and cookies",
    "login": "Log-in",
    "sequences": "Recorded sequences",
    "api": "API",
    "scanning": "Scanning",
    "blackout": "Blackout period",
    "ownership": "Ownership",
    "belonging": "Labels and teams",
    "danger": "Danger zone",
}
BLOCK_NAMES = {
    "form-login": "the form log-in",
    "basic-auth": "basic authentication",
    "otp": "the second factor",
    "logout-detection": "log-out detection with its signs",
}
"""What may be forgotten on the page of the log-in."""
_FLAGS = ("authentication", "authentication_secondary", "allow_testing", "sensitive")
_PLURAL = {HEADER: "headers", COOKIE: "cookies"}


def form(actor: Actor, target: Target, section: str, given: QueryDict | None) -> forms.Form | None:
    """The form of a section, with what a browser sent or what stands now; None for sections without one."""
    if section == "general":
        return GeneralForm(given, initial=GeneralForm.start(target))
    if section == "scope":
        return ScopeForm(given, initial=ScopeForm.start(target))
    if section == "login":
        return LoginForm(given, initial=LoginForm.start(target), credentials=offered(actor, target))
    if section == "api" and target.kind == "api":
        return ApiForm(given, initial=ApiForm.start(target))
    if section == "scanning":
        return ScanningForm(given, initial=ScanningForm.start(target), profiles=target_profiles(actor, target))
    if section == "blackout":
        return BlackoutForm(given, row=blackouts.of_target(target), zone=schedules.reader_zone(actor))
    if section == "belonging":
        return BelongingForm(given, initial=BelongingForm.start(target), actor=actor)
    return None


def values(target: Target, section: str, form: forms.Form) -> dict[str, Any]:
    """What the service is told of a form."""
    given = form.cleaned_data
    if isinstance(form, LoginForm):
        return form.values(target)
    if isinstance(form, ScopeForm | ApiForm | BlackoutForm):
        return form.values()
    if section != "belonging":
        return dict(given)
    labels = [LabelChoice(id=one) for one in given.get("labels", ())]
    if given["new_label"].strip():
        labels.append(LabelChoice(name=given["new_label"].strip()))
    told: dict[str, Any] = {"labels": labels}
    if "teams" in form.fields:
        told["teams"] = given["teams"]
    return told


def context(actor: Actor, target: Target, section: str, query: Mapping[str, str]) -> dict[str, Any]:
    """What the page of a section shows beside its form."""
    shown: dict[str, Any] = {"sections": _sections(target, section), "section": section}
    shown["may"] = actions.may_change(actor, target)
    if section in _OF_LOGIN:
        shown |= _OF_LOGIN[section](target)
        if section == "login":
            shown["film"] = target.login_filmed_at is not None and scan_logins.may_see_of(actor, target)
        if section == "login" and shown["may"] and query.get("run"):
            shown |= {"run": query["run"], "tried": login_check.result(actor, target, query["run"])}
    elif section == "scope":
        asked = query.get("url", "")
        shown |= {
            "hosts": [(host, ways(host.domain) if host.domain else []) for host in target.extra_hosts.all()],
            "host_form": ExtraHostForm(),
            "reduced": target.reduced_scopes.order_by("id"),
            "reduced_form": ReducedScopeForm(),
            "asked": asked,
            "answer": inside.answer(target, asked) if asked else None,
        }
    elif section == "headers":
        shown |= {"items": items(target), "item_form": ItemForm()}
    elif section == "ownership":
        shown |= ownership_context(target)
    elif section == "scanning":
        shown |= {"profiles": wizard.profiles(target, target_profiles(actor, target))}
    elif section == "blackout":
        shown |= {"sentences": blackout_shapes.sentences(target), "zones": sorted(zones.names())}
        shown["period"] = blackouts.of_target(target)
    elif section == "danger":
        shown |= {"may_delete": _may_delete(actor, target)}
    return shown


def _sections(target: Target, current: str) -> list[tuple[str, str]]:
    """The sections that say something of this kind of target."""
    return [(key, name) for key, name in NAMES.items() if key != "api" or target.kind == "api" or current == "api"]


def _login(target: Target) -> dict[str, Any]:
    rows = target.logout_detectors.order_by("id")
    named = [(row, DETECTOR_NAMES.get(row.kind, row.kind)) for row in rows]
    blocks = [(block, name) for block, name in BLOCK_NAMES.items() if any(map(target.settings.get, BLOCKS[block]))]
    token = otp_codes.token(target)
    otp_path = f"/targets/{target.public_id}/otp/{token}/" if token else ""
    can_try = login_job.login_of(target).login.kind != "none"
    shown: dict[str, Any] = {"detectors": named, "detector_form": DetectorForm(), "blocks": blocks}
    return shown | {
        "can_try": can_try,
        "otp_path": otp_path,
        "protections": protection_shapes.shown(target, protection_shapes.OF_LOGIN),
    }


def _sequences(target: Target) -> dict[str, Any]:
    return {"rows": target.sequences.defer("sealed"), "sequence_form": SequenceForm()}


def _api(target: Target) -> dict[str, Any]:
    shown = protection_shapes.shown(target, protection_shapes.of_api(target))
    return {"description": descriptions.of(target), "description_form": DescriptionForm(), "protections": shown}


_OF_LOGIN: dict[str, Callable[[Target], dict[str, Any]]] = {"login": _login, "sequences": _sequences, "api": _api}


def ownership_context(target: Target, tried: str = "") -> dict[str, Any]:
    """Instructions and state of the target's domain; `tried` is the way that was just looked for."""
    domain = target.domain
    return {
        "target": target,
        "domain": domain,
        "standing": domain_shapes.standing(domain) if domain else None,
        "ways": ways(domain) if domain else [],
        "tried": tried,
    }


def items(target: Target) -> list[dict[str, Any]]:
    """The headers and cookies as they may be shown, headers first."""
    return [{**one, "kind": kind} for kind in (HEADER, COOKIE) for one in request_settings.read(target, kind)]


def with_item(target: Target, given: Mapping[str, Any]) -> dict[str, Any]:
    """All items of the kind with this one added, or put in the place of one of the same name."""
    kept = _others(target, given["kind"], given["name"])
    new = RequestItem(
        name=given["name"],
        value=given["value"],
        **{flag: given.get(flag, False) for flag in _FLAGS},
    )
    return {_PLURAL[given["kind"]]: [*kept, new]}


def without_item(target: Target, kind: str, name: str) -> dict[str, Any]:
    """All items of the kind but the one of this name."""
    return {_PLURAL[kind]: _others(target, kind, name)} if kind in _PLURAL else {}


def _others(target: Target, kind: str, name: str) -> list[RequestItem]:
    names = ("name", "value", *_FLAGS)
    stored = request_settings.read(target, kind)
    same = name.strip().lower()
    return [RequestItem(**{key: one[key] for key in names}) for one in stored if one["name"].lower() != same]


def invalid(form: forms.Form) -> Invalid:
    """What a form says is wrong, as services say it."""
    return Invalid(fields={name: [str(text) for text in texts] for name, texts in form.errors.items()})


def tell(request: HttpRequest, domain: Domain) -> None:
    """Leaves a message with what a check of ownership found."""
    if domain.verified and not domain.last_error:
        messages.success(request, f"{domain.hostname} was shown to be yours.")
    else:
        messages.warning(request, f"{domain.hostname}: {domain.last_error}")


def _may_delete(actor: Actor, target: Target) -> bool:
    return actor.may("targets.delete", target_id=target.pk, team_ids=[team.pk for team in target.teams.all()])
