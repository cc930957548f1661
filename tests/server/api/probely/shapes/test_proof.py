from __future__ import annotations

import pytest

from tests.server import factories
from vedette.server.api.probely import prefetch
from vedette.server.api.probely.shapes.proof import heads
from vedette.server.findings import evidence
from vedette.server.findings.models import Evidence, Finding


@pytest.fixture
def finding(home):
    factories.run_scan(factories.target(home), factories.flaw("q"))
    return Finding.objects.get()


def test_is_the_proof_without_its_bodies(finding, django_assert_num_queries):
    prefetch.findings([finding])
    with django_assert_num_queries(0):
        bare = heads(finding)
    whole = evidence.steps_of(finding)
    assert whole[0].exchange.response.body == b"<p>1</p>"
    assert bare[0].exchange.response.body == b""
    whole[0].exchange.response.body = b""
    assert bare == whole


def test_without_evidence_there_is_none(finding):
    Evidence.objects.all().delete()
    assert heads(Finding.objects.get()) == []
