"""Pictures of log-ins, beside the events of a scan."""

from __future__ import annotations

import pytest

from tests.server import factories
from vedette.contract.batch import Batch
from vedette.contract.events import LoginAttempt, LoginStep, LoginVideo, SequencePlayed
from vedette.server.scans.models import Scan, ScanEvent, ScanFilm, ScanPicture
from vedette.server.scans.services import committing, pictures
from vedette.server.targets.models import Target

pytestmark = pytest.mark.django_db
WEBM = b"\x1a\x45\xdf\xa3 frames"
PNG = b"\x89PNG\r\n\x1a\n" + b"pixels"


@pytest.fixture
def grant():
    factories.start(factories.target(factories.organisation()))
    return factories.claim()


def commit(grant, *events, batch=1):
    committing.commit(grant.run, Batch(grant.epoch, batch, list(events)))
    return Scan.objects.get()


@pytest.mark.parametrize(
    ("content", "kept"),
    [(PNG, True), (b"", False), (b"<svg onload=alert(1)>", False), (PNG + b"x" * pictures.MAX_BYTES, False)],
)
def test_only_a_png_is_a_picture(content, kept):
    assert pictures.is_picture(content) is kept


def test_a_step_keeps_its_picture_apart_from_its_event(grant):
    steps = [LoginStep(label="Open", url="http://x/", picture=PNG), LoginStep(label="Fill", detail="\0", picture=b"?")]
    commit(grant, LoginAttempt(ok=True), *steps, LoginVideo(video=b"webm"))
    assert [(row.number, bytes(row.png)) for row in ScanPicture.objects.all()] == [(2, PNG)]
    bodies = list(ScanEvent.objects.filter(kind="login_step").order_by("number").values_list("body", flat=True))
    assert "PNG" not in bodies[0] and '"Open"' in bodies[0] and "\\ufffd" in repr(bodies[1].encode("unicode_escape"))
    assert "webm" not in ScanEvent.objects.get(kind="login_video").body


def test_there_is_an_end_to_them(grant, monkeypatch):
    monkeypatch.setattr(pictures, "MAX_PICTURES", 3)
    for batch in (1, 2, 3):
        commit(grant, *(LoginStep(label="Step", picture=PNG) for _ in range(2)), batch=batch)
    assert list(ScanPicture.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3]
    assert ScanEvent.objects.count() == 6


def test_a_sequence_that_failed_is_a_warning(grant):
    scan = commit(grant, SequencePlayed(name="Cart", ok=False, reason="The button was not there."))
    assert scan.warnings == [{"code": "navigation_sequence_failure", "message": "Cart: The button was not there."}]


@pytest.mark.parametrize(
    ("content", "kept"),
    [(WEBM, True), (b"", False), (b"<script>", False), (PNG, False), (WEBM + b"x" * pictures.MAX_FILM, False)],
)
def test_only_a_webm_is_a_film(content, kept):
    assert pictures.is_film(content) is kept


def test_a_film_stays_with_its_scan_and_its_target_knows(grant):
    scan = commit(grant, LoginVideo(video=WEBM))
    assert scan.filmed and bytes(scan.film.webm) == WEBM
    assert Target.objects.get().login_filmed_at is not None
    scan = commit(grant, LoginVideo(video=WEBM + b"2"), LoginVideo(video=b"<html>"), batch=2)
    assert bytes(ScanFilm.objects.get().webm) == WEBM + b"2"


def test_films_of_older_scans_are_let_go(monkeypatch):
    monkeypatch.setattr(pictures, "MAX_FILMS", 2)
    home = factories.organisation()
    other = factories.run_scan(factories.target(home, "http://other.example.org/"))
    pictures.keep_film(other, WEBM)
    target = factories.target(home)
    scans = [factories.run_scan(Target.objects.get(pk=target.pk)) for _ in range(3)]
    for scan in scans:
        pictures.keep_film(scan, WEBM)
    kept = {other.pk, *(scan.pk for scan in scans[1:])}
    assert set(ScanFilm.objects.values_list("scan", flat=True)) == kept
    assert set(Scan.objects.filter(filmed=True).values_list("pk", flat=True)) == kept
