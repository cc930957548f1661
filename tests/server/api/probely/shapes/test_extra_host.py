from __future__ import annotations

from vedette.server.api.probely.shapes import extra_host


def test_what_the_client_reads(everything, models):
    host = everything.host
    host.stack = [{"name": "php"}]
    shown = extra_host.full(host)
    assert models.host(**shown).target is None
    assert (shown["headers"], shown["cookies"], shown["name"], shown["stack"][0]["name"]) == ([], [], "", "php")


def test_only_what_was_given_is_handed_on():
    assert extra_host.changes({}) == {}
    assert extra_host.changes({"include": False, "cookies": None}) == {"include": False, "cookies": []}
