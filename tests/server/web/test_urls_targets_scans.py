"""Addresses of overview, targets and scans."""

from __future__ import annotations

from django.urls import resolve

from vedette.server.web import urls_targets_scans

ENTRIES = {"overview", "targets", "scans"}
ACTIONS = {"charts", "stop_all", "lift_stop"}


def test_every_name_lights_up_an_entry_of_the_rail():
    names = {page.name.partition("-")[0] for page in urls_targets_scans.urlpatterns}
    assert names == ENTRIES | ACTIONS


def test_fixed_words_come_before_ids():
    assert resolve("/ui/targets/new/").url_name == "targets-new"
    assert resolve("/ui/targets/bulk/").url_name == "targets-bulk"
    assert resolve("/ui/targets/abcdefghijkm/").url_name == "targets-page"


def test_every_address_ends_in_a_slash_but_files():
    for page in urls_targets_scans.urlpatterns:
        route = str(page.pattern)
        assert not route or route.endswith("/") or "." in route
