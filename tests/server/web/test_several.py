"""The same for several rows: what can be done is."""

from __future__ import annotations

import pytest
from django.contrib.messages.storage.cookie import CookieStorage
from django.test import RequestFactory

from tests.server import factories
from tests.server.layers import shared
from vedette.server.targets.models import Target
from vedette.server.web import several


@shared
def home():
    return factories.organisation()


@pytest.fixture
def request_(rf: RequestFactory):
    request = rf.post("/")
    request._messages = CookieStorage(request)
    return request


def told(request):
    return [(one.level_tag, str(one)) for one in request._messages]


def test_those_that_can_are_done_and_the_others_named(home):
    targets = [factories.target(home, name=name) for name in ("a", "b")]
    factories.start(targets[1])
    outcome = several.start_scans(factories.actor(home), Target.objects.order_by("name"))
    assert (outcome.done, outcome.refused) == (1, [("b", "A scan of this target is under way.")])


def test_what_vanished_is_told(home):
    target = factories.target(home, name="gone")
    stale = Target.objects.get(pk=target.pk)
    several.delete_targets(factories.actor(home), [target])
    outcome = several.delete_targets(factories.actor(home), [stale])
    assert outcome.refused == [("gone", "It does not exist any more.")]


def test_a_label_without_a_name_is_refused(home):
    outcome = several.add_label(factories.actor(home), [factories.target(home, name="a")], "  ")
    assert outcome.done == 0
    assert outcome.refused[0][0] == "a"


def test_who_may_not_is_told_so_for_each(home):
    outcome = several.start_scans(factories.actor(home, "auditor"), [factories.target(home, name="a")])
    assert outcome.refused == [("a", "You may not do this.")]


def test_a_few_reasons_are_told_and_the_rest_counted(request_):
    outcome = several.Outcome(done=2, refused=[(str(number), "No.") for number in range(5)])
    outcome.tell(request_, one="thing done", many="things done")
    assert told(request_) == [
        ("success", "2 things done."),
        ("warning", "0: No."),
        ("warning", "1: No."),
        ("warning", "2: No."),
        ("warning", "2 more were left alone for such reasons."),
    ]


def test_one_is_one(request_):
    several.Outcome(done=1).tell(request_, one="thing done", many="things done")
    assert told(request_) == [("success", "1 thing done.")]


def test_nothing_done_tells_nothing(request_):
    several.Outcome().tell(request_, one="thing done", many="things done")
    assert told(request_) == []
