"""Settings of discovery, and keys of providers."""

import pytest

from vedette.server.audit.models import DomainEvent
from vedette.server.discovery import providers, queries
from vedette.server.discovery.models import DiscoverySettings, DiscoverySource
from vedette.server.discovery.services import settings
from vedette.server.kernel.errors import Invalid, NotAllowed, NotFound


def test_defaults_hold_until_somebody_changes_them(owner, home):
    row = settings.current(owner)
    assert (row.archive_enabled, row.archive_after, row.screenshots) == (True, 30, True)
    assert not DiscoverySettings.objects.exists()
    settings.change(owner, archive_after=7)
    settings.change(owner, archive_after=7)
    assert queries.settings_of(home).archive_after == 7 and queries.settings_of(home).archive_enabled
    (event,) = DomainEvent.objects.filter(kind="discovery.settings_changed")
    assert event.payload["after"] == {"archive_after": 7}


@pytest.mark.parametrize("days", [0, 366, -1])
def test_days_out_of_range_are_refused(owner, days):
    with pytest.raises(Invalid) as caught:
        settings.change(owner, archive_after=days)
    assert list(caught.value.fields) == ["archive_after"]


def test_readers_change_nothing(reader):
    for work in (
        lambda: settings.change(reader, archive_enabled=False),
        lambda: settings.set_source(reader, "crt-sh", enabled=True),
    ):
        with pytest.raises(NotAllowed):
            work()
    assert settings.current(reader).archive_enabled


def test_a_key_lies_sealed_and_stays_until_another_comes(owner):
    row = settings.set_source(owner, "virustotal", enabled=True, key=" s3cret ")
    assert b"s3cret" not in bytes(row.sealed) and providers.key_of(row) == "s3cret"
    settings.set_source(owner, "virustotal", enabled=False)
    row = DiscoverySource.objects.get()
    assert not row.enabled and providers.key_of(row) == "s3cret"
    settings.set_source(owner, "virustotal", enabled=False, key="")
    assert not bytes(DiscoverySource.objects.get().sealed)
    assert "s3cret" not in repr(list(DomainEvent.objects.values_list("payload", flat=True)))


@pytest.mark.parametrize(
    ("source", "given", "field"),
    [
        ("virustotal", {}, "key"),
        ("lines", {}, "url"),
        ("lines", {"url": "file:///etc/passwd"}, "url"),
        ("lines", {"url": "x" * 3000}, "url"),
        ("virustotal", {"key": "a\nb"}, "key"),
        ("virustotal", {"key": "k" * 1001}, "key"),
    ],
)
def test_what_cannot_be_asked_is_refused_and_not_kept(owner, source, given, field):
    with pytest.raises(Invalid) as caught:
        settings.set_source(owner, source, enabled=True, **given)
    assert list(caught.value.fields) == [field]
    assert not DiscoverySource.objects.exists()


def test_an_unknown_provider_is_missing(owner):
    with pytest.raises(NotFound):
        settings.set_source(owner, "no-such", enabled=True)


def test_organisations_have_their_own(owner, stranger):
    settings.set_source(owner, "virustotal", enabled=True, key="ours")
    settings.set_source(stranger, "virustotal", enabled=True, key="theirs")
    assert providers.asked(owner.organisation).secrets == {"discovery virustotal": "ours"}
    settings.change(owner, archive_enabled=False)
    assert settings.current(stranger).archive_enabled
