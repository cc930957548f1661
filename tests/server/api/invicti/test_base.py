from __future__ import annotations

import pytest

from tests.server.api.invicti.conftest import Api, basic

ME = "/api/1.0/account/me"


def test_nothing_may_be_kept(api):
    answer = api.get(ME)
    assert (answer["Cache-Control"], answer["Pragma"], answer["Expires"]) == ("no-cache", "no-cache", "-1")
    assert answer["Content-Type"].startswith("application/json")


@pytest.mark.parametrize("accept", ["*/*", "application/xml", "text/html", "application/json"])
def test_json_whatever_is_asked_for(person, accept):
    answer = Api({**basic("", person.token), "Accept": accept}).get(ME)
    assert answer.status_code == 200 and answer.json()["Email"] == person.user.email


def test_another_method_is_refused_in_the_dialect(api):
    answer = api.post(ME)
    assert answer.status_code == 405
    assert answer.json() == {"Message": "The requested resource does not support http method 'POST'."}
