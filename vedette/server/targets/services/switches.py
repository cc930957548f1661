"""Switches of a log-in that go off by themselves once there is nothing left to switch on."""

from __future__ import annotations

from vedette.server.audit import services as audit
from vedette.server.targets import api_settings, logins
from vedette.server.targets.logins import Facts
from vedette.server.targets.models import LogoutDetector, RequestSetting, Sequence, Target
from vedette.server.tenancy.actor import Actor

NAVIGATION = "has_sequence_navigation"
"""Among the settings of a target while an enabled sequence leads to pages."""


def settle(actor: Actor, target: Target) -> None:
    """Switches off what rests on rows that are gone, and notes whether there are sequences that lead to pages; in the
    caller's transaction, with the target locked."""
    enabled = Sequence.objects.filter(target=target, enabled=True)
    kinds = set(enabled.order_by().values_list("kind", flat=True))
    detectors = LogoutDetector.objects.filter(target=target).exists()
    static = RequestSetting.objects.filter(target=target, extra_host=None, authentication=True).exists()
    settings = dict(target.settings)
    if "login" not in kinds:
        settings.pop("has_sequence_login", None)
    settings.pop(NAVIGATION, None)
    if "navigation" in kinds:
        settings[NAVIGATION] = True
    if not detectors:
        settings.pop("logout_detection_enabled", None)
    by_api = bool(api_settings.of(settings, "api_login_enabled"))
    if not logins.possible(settings, Facts(static=static), by_api=by_api):
        settings.pop("auth_enabled", None)
    if settings == target.settings:
        return
    names = sorted(name for name in {*settings, *target.settings} if settings.get(name) != target.settings.get(name))
    before = {name: bool(target.settings.get(name)) for name in names}
    target.settings = settings
    target.save(update_fields=("settings",))
    audit.record(
        kind="target.changed",
        actor=actor,
        organisation=target.organisation,
        object_kind="target",
        object_id=target.public_id,
        object_name=str(target),
        target_id=target.public_id,
        before=before,
        after={name: not before[name] for name in names},
    )
