"""Facts about scans carry their target and status."""

import pytest
from django.db import transaction

from tests.server import factories
from vedette.server.audit.models import DomainEvent
from vedette.server.scans.services import notes

pytestmark = pytest.mark.django_db


def test_a_note_names_scan_target_and_status():
    target = factories.target(factories.organisation(), name="Shop")
    scan = factories.start(target)
    with transaction.atomic():
        notes.note(scan, "scan.paused", data={"reason": "why"})
    row = DomainEvent.objects.get(kind="scan.paused")
    assert (row.object_id, row.target_id, row.object_name) == (scan.public_id, target.public_id, "Shop")
    assert (row.actor_kind, row.payload["data"]) == ("system", {"status": "queued", "reason": "why"})
