"""Over every address of the dialect."""

from __future__ import annotations

import pytest

from tests.server.api.cloneguard.conftest import Api, refused
from vedette.server.api.cloneguard.base import CloneGuardView
from vedette.server.api.cloneguard.urls import urlpatterns

PATHS = [f"/{pattern.pattern}" for pattern in urlpatterns]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_each_needs_an_applications_key(path, method, db):
    refused(Api()(method, path), 401, "invalid_api_key")


def test_the_sign_in_family_answers_in_two_places_with_the_same_views():
    views = {str(pattern.pattern): pattern.callback.view_class for pattern in urlpatterns}
    assert all(issubclass(view, CloneGuardView) for view in views.values())
    family = [path for path in views if path.startswith("auth/")]
    assert len(family) == 4 and all(views[path] is views[f"v2/{path}"] for path in family)


def test_a_final_slash_does_not_matter(api, user):
    assert api.sign_in(user, "/v2/auth/sign_in/").status_code == 200
    assert api.sign_in(user, "/AUTH//sign_in").status_code == 200


@pytest.mark.parametrize("path", ["/v2/nothing", "/auth/nothing", "/v2"])
def test_an_unknown_one_is_missing_in_the_dialect(path, api):
    refused(api.get(path), 404, "route_not_found")
