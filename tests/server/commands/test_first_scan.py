"""The demo's scan, in parts; the whole of it runs in tests/journeys/test_up.py."""

import itertools
import uuid

import pytest

from tests.server import factories
from vedette.contract.checkinfo import Severity
from vedette.server.commands import first_scan
from vedette.server.scans.models import Scan
from vedette.server.scans.services import lifecycle
from vedette.server.targets import ownership
from vedette.server.targets.models import Domain, Target
from vedette.server.tenancy.actor import system_actor
from vedette.server.tenancy.models import Organisation

pytestmark = pytest.mark.django_db(transaction=True)
URL = "http://shop.example.org/"
TOKEN = "3d1ee1c9-6f5b-4d0e-9c55-6f0a51d4c1aa"


@pytest.fixture
def checked(monkeypatch):
    """What the check of ownership says; empty: shown."""
    says = []

    def start_check(*, actor, domain, method):
        assert method == "file"
        assert Domain.objects.get(pk=domain.pk).token == uuid.UUID(TOKEN)
        if says:
            domain.last_error = says[0]
        else:
            factories.verify(domain)
            domain.verified = True
        return domain

    monkeypatch.setattr(ownership, "start_check", start_check)
    return says


@pytest.fixture
def scanned(monkeypatch, checked):
    """The next scan ends at once, with these findings."""
    factories.organisation("Other")
    flaws = []
    start = lifecycle.start

    def and_end(*, actor, target):
        monkeypatch.setattr(lifecycle, "start", start)
        return factories.run_scan(target, *flaws)

    monkeypatch.setattr(lifecycle, "start", and_end)
    monkeypatch.setattr(first_scan, "POLL_S", 0)
    return flaws


def test_it_prints_what_was_found(scanned, capsys):
    scanned += [factories.flaw(f"n{number}") for number in range(first_scan.SHOWN + 1)]
    scanned.append(factories.flaw("worst", severity=Severity.CRITICAL))
    assert first_scan.main(URL, TOKEN, "http://127.0.0.1:1") == 0
    lines = capsys.readouterr().out.splitlines()
    scan = Scan.objects.get()
    assert lines[0] == f"The practice site runs at {URL}; ownership: shown"
    assert lines[1] == f"Scanning it: http://127.0.0.1:1/ui/scans/{scan.public_id}/"
    assert lines[2].endswith("verdict findings: 1 critical, 13 high")
    assert lines[3].startswith("  critical")
    assert lines[-2] == "  ... and 2 more"
    assert lines[-1] == "Look at them: http://127.0.0.1:1/ui/findings/"
    assert scan.organisation.name == first_scan.NAME


def test_a_scan_without_findings(scanned, capsys):
    assert first_scan.main(URL, TOKEN, "x") == 0
    assert "no findings" in capsys.readouterr().out


def test_a_second_time_the_same_target_is_used(scanned, monkeypatch, capsys):
    first_scan.main(URL, TOKEN, "x")
    home = Organisation.objects.get(name=first_scan.NAME)
    again = first_scan.target_of(system_actor(home), URL, str(uuid.uuid4()))
    assert Target.objects.get() == again


def test_without_ownership_nothing_is_scanned(checked, capsys):
    factories.organisation("Other")
    checked.append("nothing answers there")
    assert first_scan.main(URL, TOKEN, "x") == first_scan.FAILED
    assert "ownership: nothing answers there" in capsys.readouterr().out
    assert not Scan.objects.exists()


def test_it_waits_for_the_end(monkeypatch):
    target = factories.target(factories.organisation())
    scan = factories.start(target)
    polls = itertools.count()

    def meanwhile(seconds):
        if next(polls) == 2:
            Scan.objects.filter(pk=scan.pk).update(status="completed")

    monkeypatch.setattr(first_scan.time, "sleep", meanwhile)
    assert first_scan.wait(scan).status == "completed"
    assert next(polls) == 3
