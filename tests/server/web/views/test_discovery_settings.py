"""Settings of discovery on their page."""

import pytest

from vedette.server.discovery import providers, queries
from vedette.server.discovery.models import DiscoverySource


def test_assets_are_kept_as_long_as_is_said(client, home):
    path = "/ui/settings/discovery/"
    assert client.post(path, {"archive_after": "7", "screenshots": "on"})["Location"] == path
    row = queries.settings_of(home)
    assert (row.archive_enabled, row.archive_after, row.screenshots) == (False, 7, True)
    assert client.post(path, {"archive_after": "0"}).status_code == 422


def test_a_key_is_kept_and_never_shown(client, home, words):
    path = "/ui/settings/discovery/virustotal/"
    assert client.post(path, {"enabled": "on"}).status_code == 422
    assert client.post(path, {"enabled": "on", "key": "s3cret"})["HX-Refresh"] == "true"
    assert providers.asked(home).secrets == {"discovery virustotal": "s3cret"}
    for page in (client.get(path), client.get("/ui/settings/discovery/")):
        assert b"s3cret" not in page.content
    client.post(path, {"enabled": "on"})
    assert providers.asked(home).secrets
    client.post(path, {"forget": "on"})
    assert not bytes(DiscoverySource.objects.get().sealed)


@pytest.mark.parametrize("source", ["given", "no-such"])
def test_only_providers_have_settings(client, source):
    assert client.get(f"/ui/settings/discovery/{source}/").status_code == 404


def test_who_only_reads_changes_nothing(enter, home):
    auditor = enter("auditor")
    assert auditor.get("/ui/settings/discovery/").status_code == 200
    assert auditor.get("/ui/settings/discovery/crt-sh/").status_code == 403
    auditor.post("/ui/settings/discovery/", {"archive_after": "7"})
    assert queries.settings_of(home).archive_after == 30
    assert enter("scanner").get("/ui/settings/discovery/").status_code == 403
