"""Over every address of the dialect."""

from __future__ import annotations

import pytest

from tests.server.api.invicti.conftest import Api
from vedette.server.api.invicti.base import InvictiView
from vedette.server.api.invicti.urls import urlpatterns

PATHS = ("/api/1.0/account/me", "/api/1.0/scans/list")


def test_there_are_these():
    assert len(urlpatterns) == len(PATHS)
    views = [pattern.callback.view_class for pattern in urlpatterns]
    assert len(set(views)) == len(views) and all(issubclass(view, InvictiView) for view in views)


@pytest.mark.parametrize("path", PATHS)
def test_each_needs_credentials(path, db):
    answer = Api({}).get(path)
    assert answer.status_code == 401 and list(answer.json()) == ["Message"]


@pytest.mark.parametrize("path", PATHS)
def test_case_slashes_and_doubled_slashes_do_not_matter(path, api):
    for spelling in (
        path,
        path + "/",
        path.upper(),
        path.replace("1.0/", "1.0//"),
        path.replace("account", "Account") + "//",
    ):
        assert api.get(spelling).status_code == 200, spelling


@pytest.mark.parametrize("path", ["/api/1.0/nothing", "/api/1.0/", "/API/1.0/account/me/x"])
def test_an_unknown_one_is_missing_in_the_dialect(path, api):
    answer = api.get(path)
    assert answer.status_code == 404 and list(answer.json()) == ["Message"]
