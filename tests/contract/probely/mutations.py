"""Services that do nothing or too little, and still answer as if they had done it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any
from unittest.mock import patch

from django.db import connection, models, transaction

from vedette.server.agents.models import Run
from vedette.server.audit.models import DomainEvent
from vedette.server.kernel.models import QueuedJob


class NotReached(Exception):
    """An operation did not call the service that it is said to rest on."""


def found(service: str) -> tuple[Any, str]:
    """Module and name of a service of the table."""
    module, _, name = service.rpartition(".")
    return import_module(f"vedette.server.{module}"), name


@contextmanager
def doing_nothing(service: str) -> Iterator[None]:
    """While within, the service does its work, answers with what came of it, and all of that is taken back before
    anybody can see it. Raises NotReached when nobody called it."""
    module, name = found(service)
    real, calls = getattr(module, name), []

    def taken_back(*args: Any, **named: Any) -> Any:
        calls.append(name)
        with transaction.atomic():
            answer = real(*args, **named)
            transaction.set_rollback(True)
        return answer

    with patch.object(module, name, taken_back):
        yield
    if not calls:
        raise NotReached(service)


@contextmanager
def only_storing(service: str) -> Iterator[None]:
    """While within, the service stores its rows and does nothing else: what it told the domain log and running workers,
    put into line or wanted done after the commit is taken back. Raises NotReached when nobody called it."""
    module, name = found(service)
    real, calls = getattr(module, name), []

    def stored(*args: Any, **named: Any) -> Any:
        calls.append(name)
        told, due = _last(DomainEvent), _last(QueuedJob)
        waiting = len(connection.run_on_commit)
        runs, words = _last(Run), list(Run.objects.values("pk", "state", "control", "code"))
        answer = real(*args, **named)
        DomainEvent.objects.filter(pk__gt=told).delete()
        QueuedJob.objects.filter(pk__gt=due).delete()
        Run.objects.filter(pk__gt=runs).update(state="held")
        for one in words:
            Run.objects.filter(pk=one.pop("pk")).update(**one)
        del connection.run_on_commit[waiting:]
        return answer

    with patch.object(module, name, stored):
        yield
    if not calls:
        raise NotReached(service)


def _last(model: type[models.Model]) -> int:
    found: int | None = model._default_manager.aggregate(last=models.Max("pk"))["last"]
    return found or 0


def without_effect(service: str, ask: Callable[[], Any], code: int) -> Any:
    """The answer to a request whose service does nothing. Where the view reads again what was taken back, and finds it
    missing, the whole request is taken back in the place of the service alone: the answer has to be a good one."""
    with transaction.atomic():
        with doing_nothing(service):
            answer = ask()
        if answer.status == code:
            return answer
        transaction.set_rollback(True)
    with transaction.atomic():
        answer = ask()
        transaction.set_rollback(True)
    return answer
