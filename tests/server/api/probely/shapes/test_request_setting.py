from __future__ import annotations

from tests.server import factories
from vedette.server.api.probely.shapes.request_setting import items, shown
from vedette.server.targets.items import RequestItem
from vedette.server.targets.models import Target


def test_there_and_back(home):
    given = [
        {"name": "X-A", "value": "plain", "allow_testing": False, "authentication": False},
        {"name": "X-B", "value": "s3cret", "authentication": True},
        {"name": "X-C", "value": "hidden", "value_is_sensitive": True},
    ]
    factories.target(home, headers=items(given))
    found = shown(Target.objects.get(), "header")
    assert [(one["name"], one["authentication"], one["value_is_sensitive"]) for one in found] == [
        ("X-A", False, False),
        ("X-B", True, False),
        ("X-C", False, True),
    ]
    assert found[0]["value"] == "plain"
    assert all(one["value"].startswith("OBFUSCATED_") for one in found[1:])
    assert shown(Target.objects.get(), "cookie") == []


def test_null_is_an_empty_list_and_a_nameless_item_is_for_the_rule_to_refuse():
    assert items(None) == []
    assert items([{}]) == [RequestItem(name="", value="")]
