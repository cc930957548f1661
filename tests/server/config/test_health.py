"""What monitors hear, and what they do not."""

import dataclasses
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from tests.server import factories
from vedette import __version__
from vedette.server.agents import services as agents
from vedette.server.config import health
from vedette.server.kernel import backlog, clock, schema
from vedette.server.kernel.queue import enqueue

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker():
    agents.heard_of(factories.WORKER, slots=2, version="1")


def ready():
    answer = Client().get("/readyz")
    return answer.status_code, answer.json()


def test_alive(django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = Client().get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_ready(worker):
    assert ready() == (200, {"ready": True, "version": __version__, "faults": [], "notes": []})


def test_without_a_worker_pages_are_served_and_a_note_tells():
    status, body = ready()
    assert (status, body["ready"]) == (200, True)
    assert "No worker" in body["notes"][0]


def test_a_schema_that_does_not_fit_is_not_ready(worker):
    recorder = MigrationRecorder(connection)
    recorder.record_applied("server", "9999_newer")
    assert ready()[0] == 503
    assert "newer version" in ready()[1]["faults"][0]
    recorder.record_unapplied("server", "9999_newer")
    recorder.record_unapplied("server", "0001_initial")
    assert "not up to date" in ready()[1]["faults"][0]


def test_a_queue_that_nobody_works_on_is_not_ready(worker):
    enqueue("note", run_at=clock.now() - timedelta(seconds=backlog.STUCK_S + 1))
    status, body = ready()
    assert (status, body["faults"]) == (503, ["Queued jobs are not being worked on."])


def test_a_database_that_cannot_be_used_is_not_ready_and_gives_no_details(monkeypatch):
    def gone():
        raise OperationalError("connection to server at 10.0.0.5 failed: password for vedette")

    monkeypatch.setattr(schema, "look", gone)
    status, body = ready()
    assert (status, body["faults"]) == (503, ["The database cannot be used: OperationalError."])


def test_metrics_say_how_it_is_doing(worker):
    home = factories.organisation("Secret Corp")
    factories.start(factories.target(home, "http://hidden.example.org/", name="Hidden name"))
    text = Client().get("/metrics").content.decode()
    assert f'vedette_info{{version="{__version__}"}} 1' in text
    assert "vedette_workers 1\n" in text
    assert 'vedette_runs_waiting{pool="default"} 1' in text
    assert 'vedette_jobs{state="failed"} 0' in text
    assert "vedette_database_bytes " in text
    for word in ("Secret", "hidden", "Hidden", home.public_id):
        assert word not in text
    for line in text.splitlines():
        assert line.startswith(("# HELP vedette_", "# TYPE vedette_", "vedette_"))
    names = [line.split()[2] for line in text.splitlines() if line.startswith("# TYPE")]
    assert len(names) == len(set(names))


def test_labels_are_escaped():
    assert health._labels(pool='a"b\\c\n') == '{pool="a\\"b\\\\c\\n"}'


def test_metrics_may_ask_for_a_token(settings):
    settings.VEDETTE = dataclasses.replace(settings.VEDETTE, metrics_token="töken")
    assert Client().get("/metrics").status_code == 403
    assert Client().get("/metrics", headers={"authorization": "Bearer other"}).status_code == 403
    given = "Bearer töken".encode().decode("latin-1")
    assert Client().get("/metrics", headers={"authorization": given}).status_code == 403
    settings.VEDETTE = dataclasses.replace(settings.VEDETTE, metrics_token="token")
    assert Client().get("/metrics", headers={"authorization": "Bearer token"}).status_code == 200


def test_metrics_of_a_database_that_cannot_be_used(monkeypatch):
    def gone():
        raise OperationalError("gone")

    monkeypatch.setattr(backlog, "counts", gone)
    assert Client().get("/metrics").status_code == 503
