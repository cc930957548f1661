"""Over every address of the dialect: it has a view of its own, and nothing is answered without a key."""

from __future__ import annotations

import re

import pytest
from django.urls import resolve

from vedette.server.api.probely import routes_discovery, routes_people, routes_scanning
from vedette.server.api.probely.base import ProbelyView
from vedette.server.api.probely.urls import urlpatterns

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
SAMPLES = {"id": "2" * 12, "int": "1", "str": "x", "slug": "x"}


def path_of(route):
    return "/" + re.sub(r"<(?:(\w+):)?\w+>", lambda found: SAMPLES[found[1] or "str"], route)


def operations():
    return [
        (method, str(pattern.pattern))
        for pattern in urlpatterns
        for method in METHODS
        if hasattr(pattern.callback.view_class, method.lower())
    ]


def test_every_address_stands_in_a_list_whose_tenants_are_tested():
    assert urlpatterns == [
        *routes_scanning.urlpatterns,
        *routes_people.urlpatterns,
        *routes_discovery.urlpatterns,
    ]


@pytest.mark.parametrize("route", [str(pattern.pattern) for pattern in urlpatterns])
def test_every_address_leads_to_its_own_view(route):
    assert resolve(path_of(route), "vedette.server.api.probely.urls").route == route


def test_no_two_addresses_share_a_view():
    views = [pattern.callback.view_class for pattern in urlpatterns]
    assert len(views) == len(set(views))
    assert all(issubclass(view, ProbelyView) for view in views)


@pytest.mark.parametrize(("method", "route"), operations())
def test_without_a_key_nothing_is_answered(method, route, nobody):
    answer = nobody(method, path_of(route))
    # The address at which one-time codes are handed in is a secret by itself: one that is guessed does not exist.
    assert answer.status == (404 if route.endswith("<slug:otp_url_token>/") else 401)
    assert list(answer.data) == ["detail"]


@pytest.mark.parametrize("route", ["targets", "/targets//", "//targets/", "targets/all/scans"])
def test_slashes_do_not_matter(api, route):
    assert api.get("/" + route.lstrip("/")).status == 200
