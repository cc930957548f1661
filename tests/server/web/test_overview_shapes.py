"""What the overview shows; the page itself is in the tests of the view."""

from __future__ import annotations

import pytest

from tests.server import factories
from tests.server.layers import shared
from vedette.server.audit import services as audit
from vedette.server.audit.rules import KINDS
from vedette.server.web import overview_shapes as shapes


@shared
def actor():
    return factories.actor(factories.organisation())


@pytest.mark.parametrize("kind", [*sorted(KINDS), "something.new"])
def test_every_fact_has_a_sign_and_a_sentence(actor, kind):
    audit.record(kind="target.created", actor=actor, organisation=actor.organisation, object_name="{actor}")
    event = shapes.audit.for_actor(actor).first()
    event.kind = kind
    fact = shapes._fact(event)
    assert fact.icon
    assert fact.text


def test_a_fact_about_a_page_leads_there(actor):
    audit.record(
        kind="target.created", actor=actor, organisation=actor.organisation, object_kind="target", object_id="abc"
    )
    assert shapes.feed(actor)[0].url == "/ui/targets/abc/"


def test_a_fact_about_nothing_to_see_leads_nowhere(actor):
    audit.record(kind="key.created", actor=actor, organisation=actor.organisation, object_kind="key", object_id="abc")
    assert shapes.feed(actor)[0].url == ""


def test_the_feed_is_short(actor):
    for _ in range(20):
        audit.record(kind="key.created", actor=actor, organisation=actor.organisation)
    assert len(shapes.feed(actor)) == shapes.FEED


def test_tiles_follow_what_one_may_see(actor):
    assert len(shapes.tiles(actor)) == 5


def test_the_steps_end_with_the_first_scan(actor):
    assert len(shapes.steps(actor)) == 3
    factories.start(factories.target(actor.organisation))
    assert shapes.steps(actor) == []
