"""Every operation that we have is real: whoever must not have it is refused, its answer is what the document says, and
what it does is seen elsewhere. An exercise that would also pass with a service that does nothing is none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.contract.probely.mutations import NotReached
from tests.contract.probely.registry import exercises
from tests.contract.probely.stage import World
from tests.contract.probely.table import Row, routed

pytestmark = pytest.mark.django_db

ABSENT = (AssertionError, LookupError, StopIteration)
"""How an exercise says that it does not find what it looks for."""


def rows(*kinds: str) -> list[object]:
    return [pytest.param(row, id=row.key) for row in routed() if not kinds or row.kind in kinds]


def test_every_operation_has_one_exercise():
    assert sorted(exercises()) == sorted(row.key for row in routed())


@pytest.mark.parametrize("row", rows())
def test_is_real(row: Row, world):
    played = world(row)
    exercises()[row.key](played)
    assert played.answered >= (2 if row.kind == "derived" else 1)


@pytest.mark.parametrize("row", rows("effect"))
def test_is_missed_when_nothing_is_done(row: Row, world):
    assert not passes(row, world(row, "nothing done"))


@pytest.mark.parametrize("row", rows("effect"))
def test_is_missed_when_it_is_only_stored(row: Row, world):
    assert not passes(row, world(row, "only stored"))


@pytest.mark.parametrize("row", rows("derived"))
def test_is_missed_when_the_answer_never_changes(row: Row, world):
    assert not passes(row, world(row, "same answer"))


def test_a_service_that_does_nothing_still_answers(world):
    row = next(row for row in routed() if row.key == "POST /labels/targets/")
    played = world(row, "nothing done")
    assert played.call(body={"name": "Green"})["name"] == "Green"
    assert "Green" not in str(played.get("/labels/targets/"))


def test_a_service_that_is_not_called_is_found_out(world):
    row = next(row for row in routed() if row.key == "POST /labels/targets/")
    other = replace(row, service="tenancy.services.teams.create")
    with pytest.raises(NotReached):
        world(other, "nothing done").call(body={"name": "Green"})


def passes(row: Row, played: World) -> bool:
    try:
        exercises()[row.key](played)
    except ABSENT:
        assert played.answered, "the operation failed before the exercise could find out"
        return False
    return True
