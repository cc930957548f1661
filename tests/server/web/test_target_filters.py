"""Addresses of the target list, read; what they find is in the tests of the view."""

from __future__ import annotations

from django.http import QueryDict

from tests.server import factories
from vedette.server.tenancy.models import Team
from vedette.server.web import target_filters as filters


def test_words_that_mean_nothing_are_left_out():
    chosen = filters.read(QueryDict("q=+x+&risk=worst&verified=maybe&show=some&order=id&label=abc"))
    assert chosen == filters.Chosen(q="x", label="abc")


def test_what_is_known_is_kept():
    chosen = filters.read(QueryDict("risk=none&verified=no&show=stale&order=-risk"))
    assert chosen == filters.Chosen(risk="none", verified="no", show="stale", order="-risk")
    assert chosen.any


def test_an_order_narrows_nothing():
    assert not filters.read(QueryDict("order=-risk")).any


def test_a_long_search_is_cut():
    assert len(filters.read(QueryDict(f"q={'x' * 500}")).q) == 200


def test_choices_without_any_are_not_offered(db):
    home = factories.organisation()
    actor = factories.actor(home)
    assert set(filters.choices(actor)) == {"show", "risk", "verified"}
    Team.objects.create(organisation=home, name="Shop team")
    assert [name for _, name in filters.choices(actor)["team"]] == ["Shop team"]


def test_risks_are_offered_worst_first(db):
    actor = factories.actor(factories.organisation())
    words = [value for value, _ in filters.choices(actor)["risk"]]
    assert words[-2:] == ["none", "unknown"]
    assert set(words) == set(filters.RISKS)
