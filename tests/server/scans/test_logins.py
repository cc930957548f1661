"""How a scan logged in, as its page tells it."""

from __future__ import annotations

import pytest

from tests.server import factories
from tests.server.layers import shared
from vedette.contract.batch import Batch
from vedette.contract.events import DescriptionRead, LoginAttempt, LoginStep, SequencePlayed
from vedette.server.kernel.errors import NotFound
from vedette.server.scans import logins
from vedette.server.scans.models import Scan
from vedette.server.scans.services import committing, pictures
from vedette.server.targets.models import Target

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\npixels"


@shared
def home():
    return factories.organisation()


@pytest.fixture
def scan(home):
    factories.start(factories.target(home))
    grant = factories.claim()
    events = [
        DescriptionRead(source="shop.json", operations=1, problems=("GET /a: no schema",)),
        LoginStep(label="Open the form", url="http://shop.example.org/login", picture=PNG),
        LoginAttempt(ok=False, reason="The password was refused."),
        LoginAttempt(ok=True, user="B"),
        SequencePlayed(name="Cart", ok=True),
    ]
    committing.commit(grant.run, Batch(grant.epoch, 1, events))
    return Scan.objects.get()


def test_everything_is_told_in_order(home, scan):
    told = logins.story(factories.actor(home), scan)
    assert [(one.title, one.ok, one.picture) for one in told] == [
        ("1 operation read from shop.json", True, False),
        ("Open the form", None, True),
        ("The scan could not log in", False, False),
        ("The second user logged in", True, False),
        ("Sequence Cart was replayed", True, False),
    ]
    assert told[0].details == ("GET /a: no schema",)
    assert told[2].text == "The password was refused."
    assert logins.picture(factories.actor(home), scan, told[1].number) == PNG


def test_pictures_are_for_those_who_may_see_evidence(home, scan, monkeypatch):
    nobody = factories.actor(home)
    monkeypatch.setattr(type(nobody), "may", lambda *_, **__: False)
    assert not any(one.picture for one in logins.story(nobody, scan))
    with pytest.raises(NotFound):
        logins.picture(nobody, scan, 2)


def test_what_is_not_there_is_not_found(home, scan):
    with pytest.raises(NotFound):
        logins.picture(factories.actor(home), scan, 99)


def test_only_the_last_are_told(home, scan, monkeypatch):
    monkeypatch.setattr(logins, "SHOWN", 2)
    assert [one.kind for one in logins.story(factories.actor(home), scan)] == ["login_attempt", "sequence_played"]


def test_the_film_of_a_scan_and_the_last_of_its_target(home, monkeypatch):
    target, films = factories.target(home), [b"\x1a\x45\xdf\xa3 1", b"\x1a\x45\xdf\xa3 2"]
    scans = [factories.run_scan(Target.objects.get(pk=target.pk)) for _ in films]
    bare = factories.run_scan(Target.objects.get(pk=target.pk))
    for scan, webm in zip(scans, films, strict=True):
        pictures.keep_film(scan, webm)
    actor = factories.actor(home)
    assert logins.film(actor, target) == films[1]
    assert [logins.film(actor, target, scan.public_id) for scan in scans] == films
    other = factories.target(home, "http://other.example.org/")
    for place, scan in ((target, bare.public_id), (other, ""), (other, scans[0].public_id)):
        with pytest.raises(NotFound):
            logins.film(actor, place, scan)
    monkeypatch.setattr(type(actor), "may", lambda *_, **__: False)
    with pytest.raises(NotFound):
        logins.film(actor, target)
