"""Pictures of log-ins, beside the events of a scan."""

from __future__ import annotations

import pytest

from tests.server import factories
from vedette.contract.batch import Batch
from vedette.contract.events import LoginAttempt, LoginStep, LoginVideo, SequencePlayed
from vedette.server.scans.models import Scan, ScanEvent, ScanPicture
from vedette.server.scans.services import committing, pictures

pytestmark = pytest.mark.django_db
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
