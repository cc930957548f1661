"""Recorded sequences, by their services."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from vedette.server.audit.models import DomainEvent
from vedette.server.kernel.errors import Invalid, NotAllowed, NotFound
from vedette.server.targets import models
from vedette.server.targets.models import Target
from vedette.server.targets.services import sequences, targets
from vedette.server.tenancy.actor import Actor

Make = Callable[..., Target]
STEPS = json.dumps([{"type": "fill_value", "css": "#p", "value": "c4nary"}, {"type": "fill_otp", "css": "#c"}])


def test_steps_are_sealed_and_the_log_tells_none(owner: Actor, make: Make) -> None:
    row = sequences.add(owner, make(), name=" Log in ", kind="login", content=STEPS)
    assert (row.name, row.position, row.enabled) == ("Log in", 0, True)
    assert b"c4nary" not in bytes(models.Sequence.objects.get().sealed)
    assert sequences.opened(row).steps == json.loads(STEPS)
    changed = sequences.change(owner, row, content=json.dumps([{"type": "fill_value", "css": "#p", "value": "n3w"}]))
    assert sequences.opened(changed).steps[0]["value"] == "n3w"
    log = list(DomainEvent.objects.filter(kind__startswith="sequence.").values_list("kind", "payload"))
    assert [kind for kind, _ in log] == ["sequence.created", "sequence.changed"]
    assert not any(word in str(log) for word in ("c4nary", "n3w"))


def test_facts_count_what_is_enabled(owner: Actor, make: Make) -> None:
    target = make()
    row = sequences.add(owner, target, name="a", kind="login", content=STEPS)
    assert sequences.facts(target) == sequences.Facts(1, True)
    sequences.change(owner, row, enabled=False)
    assert sequences.facts(target) == sequences.Facts(0, False)


def test_a_log_in_by_recording_goes_off_with_the_last_one(owner: Actor, make: Make) -> None:
    target = make()
    row = sequences.add(owner, target, name="a", kind="login", content=STEPS)
    targets.change(owner, target, has_sequence_login=True, auth_enabled=True)
    sequences.change(owner, row, enabled=False)
    assert Target.objects.get().settings == {}


def test_there_is_an_end_to_them(owner: Actor, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sequences, "MAX_SEQUENCES", 1)
    target = make()
    sequences.add(owner, target, name="a", kind="login", content=STEPS)
    with pytest.raises(Invalid):
        sequences.add(owner, target, name="b", kind="login", content=STEPS)


def test_only_those_who_may(reader: Actor, stranger: Actor, owner: Actor, make: Make) -> None:
    target = make()
    row = sequences.add(owner, target, name="a", kind="login", content=STEPS)
    for actor, refused in ((reader, NotAllowed), (stranger, NotFound)):
        with pytest.raises(refused):
            sequences.add(actor, target, name="b", kind="login", content=STEPS)
        with pytest.raises(refused):
            sequences.change(actor, row, name="b")
        with pytest.raises(refused):
            sequences.remove(actor, row)
    sequences.remove(owner, row)
    with pytest.raises(NotFound):
        sequences.change(owner, row, name="b")


def test_a_misspelt_field_is_a_fault_of_the_caller(owner: Actor, make: Make) -> None:
    with pytest.raises(TypeError, match="nmae"):
        sequences.add(owner, make(), nmae="x")
