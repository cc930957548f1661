from __future__ import annotations

from vedette.server.api.probely.shapes import extra_host


def test_what_the_client_reads(everything, models):
    host = everything.host
    host.target.stack = [{"name": "php", "host": host.host}, {"name": "ruby", "host": "shop.example.org"}]
    shown = extra_host.full(host)
    assert models.host(**shown).target is None
    assert (shown["headers"], shown["cookies"], shown["name"], shown["account"]) == (
        [],
        [],
        "",
        everything.home.public_id,
    )
    assert [one["name"] for one in shown["stack"]] == ["php"]


def test_only_what_was_given_is_handed_on():
    assert extra_host.changes({}) == {}
    assert extra_host.changes({"include": False, "cookies": None}) == {"include": False, "cookies": []}
