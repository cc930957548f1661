"""The search of the top bar."""

from tests.server import factories
from vedette.server.scans.models import Scan


def test_targets_scans_and_findings_are_found(client, shop, words):
    factories.run_scan(shop, factories.flaw("login"))
    answer = client.get("/ui/search/?q=shop")
    text = words(answer)
    assert "Web shop" in text and "Reflected cross-site scripting" in text and "Completed" in text
    assert "/ui/findings/?state=all&amp;q=shop" in answer.content.decode()
    assert f"/ui/scans/{Scan.objects.get().public_id}/" in answer.content.decode()


def test_nothing_fits_or_nothing_was_asked(client, shop, words):
    assert "What do you look for?" in words(client.get("/ui/search/"))
    assert "What do you look for?" in words(client.get("/ui/search/?q=%20%00"))
    assert "Nothing fits" in words(client.get("/ui/search/?q=nothing"))


def test_what_was_asked_is_shown_as_text(client):
    body = client.get("/ui/search/", {"q": "<script>alert(1)</script>"}).content.decode()
    assert "<script>alert" not in body and "&lt;script&gt;alert(1)&lt;/script&gt;" in body


def test_what_others_have_is_not_found(client, rival, words):
    assert "Nothing fits" in words(client.get("/ui/search/?q=rival"))
