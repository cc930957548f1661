"""A log-in, tried by a worker."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from tests.server.targets.protecting import is_protected, protect
from vedette.contract import wire
from vedette.contract.events import Event, LoginAttempt, LoginStep, ScanFinished
from vedette.contract.job import Job, JobKind
from vedette.server.agents.models import RunOrder
from vedette.server.kernel.errors import Invalid, NotAllowed, NotFound
from vedette.server.targets.items import RequestItem
from vedette.server.targets.models import Target
from vedette.server.targets.services import login_check
from vedette.server.tenancy.actor import Actor

Make = Callable[..., Target]
TOKEN = RequestItem(name="Authorization", value="Bearer c4nary", authentication=True)


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([LoginAttempt(ok=True, url="https://shop.example/me")], (True, True, "", "https://shop.example/me")),
        ([LoginAttempt(ok=False, reason="Wrong password.")], (True, False, "Wrong password.", "")),
        (
            [LoginAttempt(ok=False, reason="Wrong."), LoginAttempt(ok=True), LoginAttempt(ok=False, user="B")],
            (True, True, "", ""),
        ),
        ([ScanFinished(verdict="failed", reasons=("Not reachable.",))], (True, False, "Not reachable.", "")),
        ([], (True, False, "The log-in was not tried.", "")),
    ],
)
def test_what_came_of_it(
    owner: Actor, make: Make, worker: Any, events: Sequence[Event], expected: tuple[Any, ...]
) -> None:
    target = make(headers=[TOKEN])
    worker.events = [LoginStep(label="Open", picture=b"x"), *events]
    told = login_check.wait(owner, target, login_check.start(owner, target))
    assert (told.done, told.ok, told.reason, told.url) == expected
    assert [step.label for step in told.steps] == ["Open"]
    (job,) = worker.jobs
    assert (job.kind, job.login.kind, job.authorized) == (JobKind.LOGIN_TEST, "static", "")
    assert worker.secrets == [{"header-1": "Bearer c4nary"}]


def test_without_a_worker_it_is_under_way(owner: Actor, make: Make, worker: Any) -> None:
    target = make(headers=[TOKEN])
    told = login_check.wait(owner, target, login_check.start(owner, target))
    assert (told.done, told.ok) == (False, None)


def test_without_a_way_to_log_in_nothing_is_asked(owner: Actor, make: Make, worker: Any) -> None:
    with pytest.raises(Invalid):
        login_check.start(owner, make())
    assert worker.jobs == []


def test_only_those_who_may(reader: Actor, stranger: Actor, owner: Actor, make: Make, worker: Any) -> None:
    target = make(headers=[TOKEN])
    run = login_check.start(owner, target)
    for actor, refused in ((reader, NotAllowed), (stranger, NotFound)):
        with pytest.raises(refused):
            login_check.start(actor, target)
        with pytest.raises(refused):
            login_check.result(actor, target, run)
    with pytest.raises(NotFound):
        login_check.result(owner, make("https://other.example/"), run)


@pytest.mark.parametrize(("content", "is_one"), [(b"\x89PNG\r\n\x1a\n...", True), (b"<svg>", False), (b"", False)])
def test_only_a_png_is_a_picture(content: bytes, is_one: bool) -> None:
    assert login_check.is_picture(content) is is_one


def test_a_test_carries_what_goes_with_each_request(owner: Actor, make: Make) -> None:
    made = protect(owner, make("https://api.example/", kind="api", api_scan_settings={"api_schema_type": "postman"}))
    login_check.start(owner, made)
    order = RunOrder.objects.get()
    assert is_protected(wire.loads(Job, order.job))
