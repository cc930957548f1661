"""Addresses of the scan list, read; what they find is in the tests of the view."""

from __future__ import annotations

from django.http import QueryDict

from tests.server import factories
from vedette.server.web import scan_filters as filters


def test_words_that_mean_nothing_are_left_out():
    assert filters.read(QueryDict("show=some&order=id&q=%00")) == filters.Chosen()


def test_what_is_known_is_kept():
    given = QueryDict("q=shop&show=trouble&profile=safe&target=abc&order=target")
    assert filters.read(given) == filters.Chosen(q="shop", show="trouble", profile="safe", target="abc", order="target")


def test_scans_of_one_target(db):
    home = factories.organisation()
    mine, other = factories.target(home), factories.target(home)
    scan = factories.run_scan(mine)
    factories.run_scan(other)
    found = filters.rows(factories.actor(home), filters.Chosen(target=mine.public_id))
    assert list(found) == [scan]


def test_archived_profiles_can_still_be_filtered_by(db):
    actor = factories.actor(factories.organisation())
    assert ("normal", "Normal") in filters.profiles(actor)
