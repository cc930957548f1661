"""What the address of the list of assets says."""

import pytest

from tests.server import factories
from vedette.server.discovery.rules import SHOWN
from vedette.server.targets.models import Domain
from vedette.server.web import discovery_filters as filters


def test_an_empty_address_means_what_is_in_sight():
    chosen = filters.read({})
    assert chosen == filters.Chosen() and not chosen.any
    assert filters.STATES[chosen.state] == SHOWN


def test_words_that_mean_nothing_are_left_out():
    nonsense = {
        "state": "gone",
        "type": "toaster",
        "score": "Z",
        "risk": "huge",
        "target": "maybe",
        "order": "password",
    }
    assert filters.read(nonsense) == filters.Chosen()


def test_an_order_alone_narrows_nothing():
    chosen = filters.read({"order": "-risk", "q": "  "})
    assert chosen.order == "-risk" and not chosen.any


@pytest.mark.parametrize("given", [{"q": "x"}, {"state": "all"}, {"score": "A+"}, {"domain": "y"}, {"new": "z"}])
def test_anything_else_does(given):
    assert filters.read(given).any


def test_what_is_offered_fits_what_there_is(db):
    home = factories.organisation()
    Domain.objects.create(organisation=home, hostname="example.org")
    Domain.objects.create(organisation=factories.organisation("Other"), hostname="example.net")
    offered = filters.choices(factories.actor(home))
    assert "label" not in offered
    assert [word for _, word in offered["domain"][1]] == ["example.org"]
    assert {value for value, _ in offered["state"][1]} < set(filters.STATES)


@pytest.mark.parametrize("state", list(filters.STATES))
def test_every_choice_can_be_asked_for(db, state):
    actor = factories.actor(factories.organisation())
    chosen = filters.read({"state": state, "risk": "high", "target": "yes", "type": "api", "score": "F"})
    assert not filters.rows(actor, chosen).exists()
