from __future__ import annotations

from tests.server import factories
from vedette.server.api.invicti.schemas.scan import STATE, ScanTaskListApiResult, ScanTaskModel


def test_the_declaration_names_what_is_answered(home, api):
    factories.start(factories.target(home))
    data = api.get("/api/1.0/scans/list").json()
    assert list(ScanTaskListApiResult().fields) == list(data)
    assert set(ScanTaskModel().fields) == set(data["List"][0])
    assert len(ScanTaskModel().fields) == 96


def test_what_is_answered_reads_as_declared(home, api):
    factories.run_scan(factories.target(home), factories.flaw("a"))
    given = ScanTaskModel(data=api.get("/api/1.0/scans/list").json()["List"][0])
    assert given.is_valid(), given.errors
    assert len(STATE) == 11
