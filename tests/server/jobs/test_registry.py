"""Every job that is asked for anywhere has a handler, and every handler does its work."""

import re
from pathlib import Path

import pytest

from vedette import server
from vedette.server.audit import services as audit
from vedette.server.audit.models import DomainEvent
from vedette.server.jobs import database
from vedette.server.jobs.registry import HANDLERS

ASKED = re.compile(r"\benqueue\(\s*\"([^\"]+)\"")


def test_every_name_that_is_enqueued_is_known():
    asked = set()
    for path in Path(server.__path__[0]).rglob("*.py"):
        asked |= set(ASKED.findall(path.read_text()))
    assert asked == set(HANDLERS)


@pytest.mark.django_db(transaction=True)
def test_the_sealer_runs_after_a_fact_was_written():
    audit.record(kind="organisation.created", actor=None, organisation=None)
    assert DomainEvent.objects.get().seq is None
    assert database.work_off("me") == 1
    assert DomainEvent.objects.get().seq == 1
