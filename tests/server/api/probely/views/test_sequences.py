from __future__ import annotations

import json

import pytest

from tests.server import factories
from tests.server.layers import shared
from vedette.server.kernel import sealing
from vedette.server.kernel.ids import new_id
from vedette.server.targets.models import Target
from vedette.server.targets.services.job_settings import job_settings

SECRET = "c4nary-S3CRET-78"
STEPS = [
    {"type": "goto", "url": "http://shop.example.org/login", "timestamp": 1},
    {"type": "fill_value", "css": "#user", "xpath": "/html/body/input", "value": "ann", "frame": ""},
    {"type": "fill_value", "css": "#password", "value": SECRET},
    {"type": "click", "css": "#go", "value": "Log in"},
]
BODY = {"name": "Log in", "type": "login", "content": json.dumps(STEPS), "enabled": True}
WITH = {"include": ["content", "target"]}


@shared
def target(home):
    return factories.target(home)


@pytest.fixture
def url(target):
    return f"/targets/{target.public_id}/sequences/"


def test_is_added_shown_changed_and_removed(api, url, target):
    from probely.sdk import schemas

    made = api.post(url, BODY, **WITH)
    assert made.status == 201
    read = schemas.TargetSequenceDataModel(**made.data)
    assert (read.name, read.enabled, read.index, read.target.id) == ("Log in", True, 0, target.public_id)
    one = f"{url}{made.data['id']}/"
    assert api.get(one, **WITH).data == made.data
    assert not {"content", "target"} & api.get(one).data.keys()
    changed = api.patch(one, {"enabled": False, "requires_authentication": True})
    assert (changed.data["enabled"], changed.data["requires_authentication"]) == (False, True)
    assert api.put(one, changed.data | {"content": made.data["content"]}).data == changed.data
    assert (api.delete(one).status, api.get(one).status) == (204, 404)


def test_what_was_typed_is_never_shown_and_may_be_sent_back(api, url, target):
    made = api.post(url, BODY, **WITH)
    assert SECRET not in made.response.content.decode()
    shown = json.loads(made.data["content"])
    assert [step["type"] for step in shown] == [step["type"] for step in STEPS]
    assert all(sealing.is_obfuscated(shown[index]["value"]) for index in (1, 2))
    assert shown[3] == STEPS[3]
    one = f"{url}{made.data['id']}/"
    again = api.patch(one, {"content": json.dumps([*shown, {"type": "press_key", "value": 13, "css": "#x"}])}, **WITH)
    assert again.status == 200
    api.patch(f"/targets/{target.public_id}/", {"site": {"has_sequence_login": True, "auth_enabled": True}})
    given = job_settings(Target.objects.get(pk=target.pk))
    steps = given.login.steps
    assert [step.kind for step in steps] == ["goto", "fill_value", "fill_value", "click", "press_key"]
    assert (steps[1].value, steps[1].xpath, given.secrets[steps[2].secret]) == ("ann", "/html/body/input", SECRET)


def test_a_hash_that_stands_for_nothing(api, url):
    steps = [{"type": "fill_value", "css": "#a", "value": "OBFUSCATED_" + "0" * 24}]
    answer = api.post(url, {**BODY, "content": json.dumps(steps)})
    assert (answer.status, list(answer.data)) == (400, ["content"])


def test_placeholders_are_filled_in_for_the_job(api, url, target):
    steps = [{"type": "fill_value", "css": "#password", "value": "[CUSTOM_PASSWORD]"}]
    mapping = {"name": "CUSTOM_PASSWORD", "value": SECRET, "value_is_sensitive": True}
    made = api.post(url, {**BODY, "content": steps, "custom_field_mappings": [mapping]})
    (shown,) = made.data["custom_field_mappings"]
    assert sealing.is_obfuscated(shown["value"]) and SECRET not in made.response.content.decode()
    again = api.patch(f"{url}{made.data['id']}/", {"custom_field_mappings": [shown | {"value_is_sensitive": False}]})
    assert again.data["custom_field_mappings"] == [shown]
    plain = {"name": "[CUSTOM_USER]", "value": "ann"}
    again = api.patch(f"{url}{made.data['id']}/", {"custom_field_mappings": [shown, plain]})
    assert again.data["custom_field_mappings"] == [shown, plain | {"value_is_sensitive": False}]
    api.patch(f"/targets/{target.public_id}/", {"site": {"has_sequence_login": True, "auth_enabled": True}})
    given = job_settings(Target.objects.get(pk=target.pk))
    assert given.secrets[given.login.steps[0].secret] == SECRET


def test_those_that_lead_to_pages_are_told_to_the_job(api, url, target):
    content = json.dumps([STEPS[0], {"type": "click", "css": "#cart"}])
    cart = {"name": "Cart", "type": "navigation", "content": content, "requires_authentication": True}
    made = api.post(url, cart)
    assert made.status == 201
    assert api.get(f"/targets/{target.public_id}/").data["site"]["has_sequence_navigation"] is True
    (told,) = job_settings(Target.objects.get(pk=target.pk)).sequences
    assert (told.name, told.requires_login, [step.kind for step in told.steps]) == ("Cart", True, ["goto", "click"])
    api.patch(f"{url}{made.data['id']}/", {"enabled": False})
    assert job_settings(Target.objects.get(pk=target.pk)).sequences == ()
    assert api.get(f"/targets/{target.public_id}/").data["site"]["has_sequence_navigation"] is False


def test_a_log_in_goes_off_with_its_last_recording(api, url, target):
    made = api.post(url, BODY)
    site = f"/targets/{target.public_id}/site/"
    assert api.patch(site, {"has_sequence_login": True, "auth_enabled": True}).data["auth_enabled"] is True
    api.delete(f"{url}{made.data['id']}/")
    shown = api.get(site).data
    assert (shown["has_sequence_login"], shown["auth_enabled"]) == (False, False)


def test_lists_and_their_filters(api, home, url):
    other = factories.target(home)
    for name in ("a", "b"):
        api.post(url, {**BODY, "name": name})
    api.post(f"/targets/{other.public_id}/sequences/", {**BODY, "name": "c", "type": "navigation", "enabled": False})

    def names(path, **query):
        return [row["name"] for row in api.get(path, **query).data["results"]]

    assert names(url) == ["a", "b"]
    assert names("/targets/sequences/", include="target") == ["a", "b", "c"]
    assert names("/targets/sequences/", target=other.public_id) == ["c"]
    assert names("/targets/sequences/", enabled="True") == ["a", "b"]
    assert names("/targets/sequences/", type="navigation") == ["c"]
    assert names("/targets/sequences/", name="b") == names(url, search="B") == ["b"]
    missing = api.get("/targets/sequences/", id=new_id(), is_id_404_validation=True)
    assert missing.status == 404


def test_their_order_is_changed(api, url):
    ids = [api.post(url, {**BODY, "name": name}).data["id"] for name in "abc"]
    moved = api.post(f"{url}{ids[2]}/order/", {"index": 0})
    assert (moved.status, moved.data["index"]) == (200, 0)
    assert [(row["name"], row["index"]) for row in api.get(url).data["results"]] == [("c", 0), ("a", 1), ("b", 2)]
    api.delete(f"{url}{ids[0]}/")
    assert [row["index"] for row in api.get(url).data["results"]] == [0, 1]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({**BODY, "name": " "}, "name"),
        ({**BODY, "type": "other"}, "type"),
        ({**BODY, "content": "no JSON"}, "content"),
        ({**BODY, "content": "[]"}, "content"),
        ({**BODY, "content": '[{"type": "explode"}]'}, "content"),
        ({**BODY, "content": '[{"type": "click"}]'}, "content"),
        ({**BODY, "content": '[{"type": "goto", "url": "file:///etc/passwd"}]'}, "content"),
        ({**BODY, "index": 99}, "index"),
        ({"name": "x", "type": "login"}, "content"),
    ],
)
def test_refuses_what_may_not_be(api, url, body, field):
    answer = api.post(url, body)
    assert (answer.status, list(answer.data)) == (400, [field])
    assert api.get(url).data["count"] == 0


def test_a_reader_adds_nothing(api_as, url):
    assert api_as("auditor").post(url, BODY).status == 403


def test_an_api_has_no_pages_to_lead_to(api, home):
    service = factories.target(home, kind="api")
    answer = api.post(f"/targets/{service.public_id}/sequences/", {**BODY, "type": "navigation"})
    assert (answer.status, list(answer.data)) == (400, ["type"])
