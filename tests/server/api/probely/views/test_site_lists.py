from __future__ import annotations

import pytest

from tests.server import factories
from tests.server.layers import shared
from vedette.server.scans.models import Scan


@shared
def target(home):
    return factories.target(home, "http://shop.example.org/")


@pytest.fixture
def url(target):
    return f"/targets/{target.public_id}/"


class TestDetectors:
    @pytest.mark.parametrize(
        ("kind", "value"),
        [
            ("text", "Please log in"),
            ("url", "/login"),
            ("sel", "form#login"),
            ("status_code", "401"),
            ("body_contains", "<title>Log in"),
            ("header", "Location: /login"),
        ],
    )
    def test_are_added_shown_changed_and_removed(self, api, url, kind, value):
        made = api.post(url + "logout/", {"type": kind, "value": value})
        assert (made.status, made.data["type"], made.data["value"]) == (200, kind, value)
        one = f"{url}logout/{made.data['id']}/"
        assert api.get(one).data == made.data
        assert api.get(url + "logout/").data["results"] == [made.data]
        assert api.patch(one, {"type": "text", "value": "Bye"}).data["value"] == "Bye"
        assert api.put(one, {"type": "text", "value": "Bye now"}).data["value"] == "Bye now"
        assert (api.delete(one).status, api.get(one).status) == (204, 404)

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"type": "smell", "value": "x"}, "type"),
            ({"type": "text", "value": ""}, "value"),
            ({"type": "text"}, "value"),
            ({"type": "status_code", "value": "teapot"}, "value"),
            ({"type": "header", "value": ": x"}, "value"),
            ({"type": "text", "value": "x" * 2049}, "value"),
        ],
    )
    def test_refuse_what_may_not_be(self, api, url, body, field):
        answer = api.post(url + "logout/", body)
        assert (answer.status, list(answer.data)) == (400, [field])

    def test_detection_goes_off_with_the_last_one(self, api, url):
        made = api.post(url + "logout/", {"type": "text", "value": "Bye"})
        given = {"logout_detection_enabled": True, "check_session_url": "http://shop.example.org/me"}
        assert api.patch(url, {"site": given}).data["site"]["logout_detection_enabled"] is True
        api.delete(f"{url}logout/{made.data['id']}/")
        assert api.get(url).data["site"]["logout_detection_enabled"] is False

    def test_a_reader_adds_nothing(self, api_as, url):
        assert api_as("auditor").post(url + "logout/", {"type": "text", "value": "x"}).status == 403


class TestReducedScopes:
    def test_are_added_shown_changed_and_removed(self, api, url):
        made = api.post(url + "reduced-scopes/", {"url": "http://Shop.example.org/cart"})
        assert (made.status, made.data["url"], made.data["enabled"]) == (201, "http://shop.example.org/cart", True)
        one = f"{url}reduced-scopes/{made.data['id']}/"
        assert api.get(one).data == made.data
        assert api.patch(one, {"enabled": False}).data["enabled"] is False
        assert api.get(url + "reduced-scopes/", enabled="True").data["count"] == 0
        assert api.get(url + "reduced-scopes/", search="CART").data["count"] == 1
        assert api.put(one, {"url": "http://shop.example.org/pay", "enabled": True}).data["enabled"] is True
        assert (api.delete(one).status, api.get(one).status) == (204, 404)

    @pytest.mark.parametrize("given", ["", "x", "http://elsewhere.example.org/", "ftp://shop.example.org/"])
    def test_lie_within_the_target(self, api, url, given):
        answer = api.post(url + "reduced-scopes/", {"url": given})
        assert (answer.status, list(answer.data)) == (400, ["url"])

    def test_stand_there_once(self, api, url):
        given = {"url": "http://shop.example.org/cart"}
        assert [api.post(url + "reduced-scopes/", given).status for _ in range(2)] == [201, 400]

    def test_narrow_the_scans_of_the_target(self, api, url):
        for path, enabled in (("cart", True), ("pay", False)):
            api.post(url + "reduced-scopes/", {"url": f"http://shop.example.org/{path}", "enabled": enabled})
        api.patch(url, {"reduced_scope": True})
        started = api.post(url + "scan_now/")
        assert (started.status, started.data["reduced_scope"]) == (200, True)
        assert api.get("/scans/", partial="true").data["count"] == 1
        assert factories.claim().job.part.urls == ("http://shop.example.org/cart",)

    def test_may_be_given_for_one_scan_alone(self, api, url):
        kept = api.post(url + "reduced-scopes/", {"url": "http://shop.example.org/cart", "enabled": False}).data
        wanted = [{"id": kept["id"]}, {"url": "http://shop.example.org/pay"}, {"url": "http://x/", "enabled": False}]
        assert api.post(url + "scan_now/", {"reduced_scopes": wanted}).data["reduced_scope"] is True
        assert factories.claim().job.part.urls == ("http://shop.example.org/cart", "http://shop.example.org/pay")
        assert api.get(url).data["reduced_scope"] is False

    @pytest.mark.parametrize(
        "wanted", [[{"url": "http://elsewhere.example.org/"}], [{"id": "2" * 12}], [{"url": "x", "enabled": False}]]
    )
    def test_that_lead_nowhere_start_nothing(self, api, url, wanted):
        answer = api.post(url + "scan_now/", {"reduced_scopes": wanted})
        assert (answer.status, list(answer.data)) == (400, ["reduced_scopes"])
        assert not Scan.objects.exists()

    def test_none_at_all_start_nothing(self, api, url):
        api.patch(url, {"reduced_scope": True})
        assert list(api.post(url + "scan_now/").data) == ["reduced_scopes"]
        api.patch(url, {"reduced_scope": False, "crawl_sequences_only": True})
        assert list(api.post(url + "scan_now/").data) == ["crawl_sequences_only"]


@pytest.mark.parametrize(
    ("path", "field", "first", "second"),
    [
        ("logout", "value", {"type": "text", "value": "a"}, {"type": "text", "value": "b"}),
        ("reduced-scopes", "url", {"url": "a"}, {"url": "b"}),
        ("sequences", "name", {"name": "a"}, {"name": "b"}),
        ("assets", "name", {"name": "a", "host": "b.example.org"}, {"name": "b", "host": "a.example.org"}),
    ],
)
def test_lists_are_ordered_as_asked_and_refuse_other_orders(api, home, path, field, first, second):
    target = factories.target(home)
    steps = '[{"type": "goto", "url": "' + target.url + '"}]'
    more = {"sequences": {"type": "navigation", "content": steps}}.get(path, {})
    for body in (second, first):
        given = {**body, **more} | ({"url": target.url + body["url"]} if "url" in body else {})
        assert api.post(f"/targets/{target.public_id}/{path}/", given, skip_reachability_check=1).status in (200, 201)

    def found(order):
        rows = api.get(f"/targets/{target.public_id}/{path}/", ordering=order).data["results"]
        return [row[field][-1] for row in rows]

    assert (found(field), found(f"-{field}")) == (["a", "b"], ["b", "a"])
    assert list(api.get(f"/targets/{target.public_id}/{path}/", ordering="colour").data) == ["ordering"]
