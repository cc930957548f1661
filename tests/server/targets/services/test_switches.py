"""Switches go off once there is nothing left to switch on."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from vedette.server.audit.models import DomainEvent
from vedette.server.targets.items import RequestItem
from vedette.server.targets.models import LogoutDetector, RequestSetting, Target
from vedette.server.targets.services import sequences, switches, targets
from vedette.server.tenancy.actor import Actor

Make = Callable[..., Target]
STEPS = '[{"type": "wait"}]'


def test_what_rests_on_something_stays(owner: Actor, make: Make) -> None:
    target = make(headers=[RequestItem(name="X", value="y", authentication=True)], auth_enabled=True)
    LogoutDetector.objects.create(target=target, kind="text", value="Bye")
    targets.change(owner, target, logout_detection_enabled=True, check_session_url="https://shop.example/me")
    row = Target.objects.get()
    before = dict(row.settings)
    switches.settle(owner, row)
    assert row.settings == before == Target.objects.get().settings


@pytest.mark.parametrize("settings", [{"auth_enabled": True}, {"logout_detection_enabled": True}])
def test_what_rests_on_nothing_goes_off_and_is_noted(owner: Actor, make: Make, settings: dict[str, bool]) -> None:
    target = make()
    Target.objects.update(settings=settings)
    target.refresh_from_db()
    RequestSetting.objects.all().delete()
    switches.settle(owner, target)
    assert Target.objects.get().settings == {}
    event = DomainEvent.objects.get(kind="target.changed")
    assert next(iter(settings)) in str(event.payload)


def test_sequences_that_lead_to_pages_are_noted(owner: Actor, make: Make) -> None:
    row = sequences.add(owner, make(), name="Cart", kind="navigation", content=STEPS)
    assert Target.objects.get().settings == {switches.NAVIGATION: True}
    sequences.remove(owner, row)
    assert Target.objects.get().settings == {}
