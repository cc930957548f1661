from __future__ import annotations

import pytest

from tests.server import factories
from tests.server.layers import shared
from vedette.server.kernel.ids import new_id


@shared
def url(home):
    return f"/targets/{factories.target(home, name='Shop').public_id}/site/"


def test_shows_the_site_of_the_target(api, url):
    answer = api.get(url)
    assert answer.status == 200
    assert answer.data == api.get(url.removesuffix("site/")).data["site"]


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_changes_what_is_given(api, url, method):
    answer = api(method, url, {"name": "New", "whitelist": ["/more"]})
    assert answer.status == 200
    assert (answer.data["name"], answer.data["whitelist"]) == ("New", ["/more"])
    assert api(method, url, answer.data).data == answer.data


@pytest.mark.parametrize(
    "field",
    [
        {"url": "http://other.example.org/"},
        {"basic_auth": {"username": "a:b"}},
        {"form_login_check_pattern": "("},
        {"headers": [{"name": ""}]},
    ],
)
def test_says_what_is_wrong_without_the_site_around_it(api, url, field):
    answer = api.patch(url, field)
    assert (answer.status, list(answer.data)) == (400, list(field))


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH"])
def test_what_is_not_there_is_not_found(api, method):
    assert api(method, f"/targets/{new_id()}/site/").status == 404
