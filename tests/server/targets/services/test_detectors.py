"""Log-out detectors, by their services."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from vedette.server.audit.models import DomainEvent
from vedette.server.kernel.errors import Invalid, NotAllowed, NotFound
from vedette.server.targets.models import LogoutDetector, Target
from vedette.server.targets.services import detectors
from vedette.server.tenancy.actor import Actor

Make = Callable[..., Target]


def test_what_happens_to_one_is_noted(owner: Actor, make: Make) -> None:
    row = detectors.add(owner, make(), kind="status_code", value=" 401 ")
    assert (row.kind, row.value) == ("status_code", "401")
    assert detectors.change(owner, row, value="403").value == "403"
    detectors.remove(owner, row)
    assert not LogoutDetector.objects.exists()
    kinds = DomainEvent.objects.filter(object_kind="logout_detector").order_by("id").values_list("kind", flat=True)
    assert [kind.partition(".")[2] for kind in kinds] == ["created", "changed", "deleted"]


def test_kind_and_value_are_judged_together(owner: Actor, make: Make) -> None:
    row = detectors.add(owner, make(), kind="text", value="Bye")
    with pytest.raises(Invalid):
        detectors.change(owner, row, kind="status_code")
    assert LogoutDetector.objects.get().kind == "text"


def test_only_those_who_may(reader: Actor, stranger: Actor, owner: Actor, make: Make) -> None:
    target = make()
    row = detectors.add(owner, target, kind="text", value="Bye")
    for actor, refused in ((reader, NotAllowed), (stranger, NotFound)):
        with pytest.raises(refused):
            detectors.add(actor, target, kind="text", value="x")
        with pytest.raises(refused):
            detectors.remove(actor, row)


def test_there_is_an_end_to_them(owner: Actor, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detectors, "MAX_DETECTORS", 1)
    target = make()
    detectors.add(owner, target, kind="text", value="Bye")
    with pytest.raises(Invalid):
        detectors.add(owner, target, kind="text", value="So long")
