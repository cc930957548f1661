"""Pure decisions of discovery."""

import pytest

from tests.server.discovery.conftest import name, service
from vedette.contract.discovery import SecurityHeaders, SeenTechnology
from vedette.server.discovery import rules


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://Shop.example/a?b#c", "https://shop.example/"),
        ("http://shop.example:8080", "http://shop.example:8080/"),
        ("https://[2001:db8::1]:8443/x", "https://[2001:db8::1]:8443/"),
        ("https://user:secret@shop.example/", ""),
        ("javascript:alert(1)", ""),
        ("https://", ""),
        ("http://[", ""),
        ("http://shop.example:99999/", ""),
    ],
)
def test_an_asset_is_told_by_its_origin(url, origin):
    assert rules.origin_of(url) == origin


def test_a_score_that_nobody_knows_is_none():
    assert [rules.score_of(letter) for letter in ("A+", "R", "NA", "Z", "<b>")] == ["A+", "R", "NA", "", ""]


def test_turns_are_a_day_apart_and_spread():
    turns = {rules.next_turn(f"{number:012}") for number in range(50)}
    assert all(rules.EVERY <= turn < rules.EVERY * 1.05 for turn in turns) and len(turns) > 5


@pytest.mark.parametrize(("part", "whole", "share"), [(0, 0, 0), (1, 3, 33), (2, 3, 67), (5, 5, 100)])
def test_shares(part, whole, share):
    assert rules.percentage(part, whole) == share


def test_sources_add_up_and_all_else_is_as_it_is_now():
    known = rules.asset_columns(service(sources=("given", "crt-sh"), title="Old"))
    seen = rules.asset_columns(service(sources=("redirect", "given"), title="New"))
    both = rules.merged(known, seen)
    assert both["sources"] == ["given", "crt-sh", "redirect"] and both["title"] == "New"


def test_addresses_in_another_order_are_no_change():
    known = rules.asset_columns(service(), addresses=("192.0.2.1", "192.0.2.2"))
    seen = rules.asset_columns(service(), addresses=("192.0.2.2", "192.0.2.1"))
    assert rules.changes(known, seen) == []


def test_a_new_version_is_a_change_with_before_and_after():
    known = rules.asset_columns(service())
    seen = rules.asset_columns(service(technologies=(SeenTechnology(name="nginx", version="1.26"),)))
    (line,) = rules.changes(known, seen)
    assert (line.kind, line.text) == ("technology", "Technologies new: nginx 1.26; gone: nginx 1.25")
    assert line.before == {"technologies": known["technologies"]}


def test_endless_lists_are_cut():
    row = rules.asset_columns(service(technologies=tuple(SeenTechnology(name=f"t{n}") for n in range(500))))
    assert len(row["technologies"]) == 100
    assert len(rules.name_columns(name(addresses=tuple(map(str, range(500)))))["addresses"]) == 100


def test_what_has_no_known_type_or_score_is_plain():
    row = rules.asset_columns(service(type="toaster", status=-4, security_headers=SecurityHeaders(score="?")))
    assert (row["type"], row["status"], row["score"]) == ("web", 0, "")
