"""Targets are archived and taken back on pages."""

from __future__ import annotations

from tests.server import factories


def test_there_and_back(client, shop, words):
    assert "Nothing is archived" in words(client.get("/ui/targets/archived/"))
    assert "Archive…" in words(client.get(f"/ui/targets/{shop.public_id}/settings/danger/"))
    answer = client.post(f"/ui/targets/{shop.public_id}/archive/", follow=True)
    assert answer.redirect_chain == [("/ui/targets/archived/", 302)]
    assert "Web shop is archived." in words(answer)
    assert client.get(f"/ui/targets/{shop.public_id}/").status_code == 404
    answer = client.post(f"/ui/targets/{shop.public_id}/activate/", follow=True)
    assert answer.redirect_chain == [(f"/ui/targets/{shop.public_id}/", 302)]
    assert "Web shop is back." in words(answer)


def test_not_while_it_is_scanned(client, shop):
    factories.start(shop)
    client.post(f"/ui/targets/{shop.public_id}/archive/")
    shop.refresh_from_db()
    assert shop.archived_at is None


def test_only_those_who_may(enter, client, shop, rival):
    enter("analyst").post(f"/ui/targets/{shop.public_id}/archive/")
    shop.refresh_from_db()
    assert shop.archived_at is None
    assert client.post(f"/ui/targets/{rival[0].public_id}/archive/").status_code == 404
