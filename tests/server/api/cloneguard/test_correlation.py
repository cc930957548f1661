from __future__ import annotations

import pytest
from django.test import RequestFactory

from tests.server.api.cloneguard.conftest import USER
from vedette.server.api.cloneguard import correlation


def test_the_clients_own_id_comes_back(api):
    assert api.get(USER, **{"X-Request-Id": "abc-1"}).json()["request_id"] == "abc-1"


@pytest.mark.parametrize("given", ["", "a" * 65, "a b", "é"])
def test_another_one_is_replaced(given):
    request = RequestFactory().get("/", headers={"X-Request-Id": given})
    found = correlation.id_of(request)
    assert found != given and len(found) == 16
    assert correlation.id_of(request) == found


def test_each_request_has_its_own():
    assert correlation.id_of(RequestFactory().get("/")) != correlation.id_of(RequestFactory().get("/"))
