"""Who may change what belongs to a target."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import transaction

from vedette.server.audit.models import DomainEvent
from vedette.server.kernel.errors import NotAllowed, NotFound
from vedette.server.targets.models import Target
from vedette.server.targets.services.permits import permit, record
from vedette.server.tenancy.actor import Actor

Make = Callable[..., Target]


def test_the_row_as_it_stands(owner: Actor, make: Make) -> None:
    target = make()
    Target.objects.update(name="New")
    assert permit(owner, target).name == "New"
    with transaction.atomic():
        assert permit(owner, target, lock=True).name == "New"


def test_nobody_else(reader: Actor, stranger: Actor, make: Make) -> None:
    target = make()
    with pytest.raises(NotAllowed):
        permit(reader, target)
    with pytest.raises(NotFound):
        permit(stranger, target)


def test_a_change_of_what_belongs_to_a_target_is_one_of_the_target(owner: Actor, make: Make) -> None:
    target = make()
    before = target.changed_at
    record("sequence.created", owner, target, thing="sequence", public_id="2" * 12, name="Log in", after={"a": 1})
    row = Target.objects.get()
    assert row.changed_at > before and row.changed_by == owner.user
    event = DomainEvent.objects.get(kind="sequence.created")
    assert (event.object_kind, event.object_name, event.target_id) == ("sequence", "Log in", target.public_id)
