from __future__ import annotations

import pytest

from tests.server import factories
from tests.server.layers import shared
from vedette.server.api.probely import lookup
from vedette.server.kernel.errors import Invalid, NotFound
from vedette.server.kernel.ids import new_id
from vedette.server.scans.models import Scan
from vedette.server.targets.services import targets
from vedette.server.tenancy.actor import system_actor


@shared
def actor(home):
    return system_actor(home)


def test_what_was_given_and_what_was_not():
    assert lookup.required({"a": None}, "a") is None
    with pytest.raises(Invalid):
        lookup.required({}, "a")


def test_several_in_the_order_given_each_once(actor, everything):
    ids = [everything.running.public_id, everything.scan.public_id, everything.running.public_id]
    assert [row.public_id for row in lookup.several_scans(actor, ids)] == ids[:2]
    target = everything.target.public_id
    rows = lookup.several_findings(actor, [(target, 2), (target, 1), (target, 2)])
    assert [row.number for row in rows] == [2, 1]
    assert [row.number for row in lookup.several_findings(actor, [("", 2)], target_id=target)] == [2]


def test_what_is_missing_is_named(actor, everything):
    unknown = new_id()
    with pytest.raises(NotFound) as missing:
        lookup.several_scans(actor, [everything.scan.public_id, unknown])
    assert missing.value.data == {"invalid_ids": [unknown]}
    with pytest.raises(Invalid):
        lookup.several_findings(actor, [("", 1)])


def test_scans_of_deleted_targets_are_gone(actor, everything):
    targets.delete(actor, everything.target)
    assert list(lookup.all_scans(actor)) == [everything.running]
    with pytest.raises(NotFound):
        lookup.scan(actor, everything.scan.public_id)


def test_an_extra_host_belongs_to_its_target(actor, everything):
    assert lookup.extra_host(actor, everything.target.public_id, everything.host.public_id) == everything.host
    with pytest.raises(NotFound):
        lookup.extra_host(actor, everything.busy.public_id, everything.host.public_id)


def test_days_without_scans_that_never_started(actor, everything):
    waiting = factories.start(factories.target(everything.home))
    assert waiting.started_at is None
    assert len(lookup.scan_days(Scan.objects.all())) == 1


def test_people_and_labels(actor, home, everything):
    person = factories.person(home, "developer")
    assert lookup.person(actor, person.public_id) == person
    assert lookup.person(actor, "") is None
    with pytest.raises(Invalid):
        lookup.person(actor, new_id())
    made = lookup.finding_labels(actor, [{"id": "", "name": "red", "color": ""}])
    assert lookup.finding_labels(actor, [{"id": made[0].public_id, "name": "", "color": ""}]) == made
    with pytest.raises(Invalid):
        lookup.finding_labels(actor, [{"id": new_id(), "name": "", "color": ""}])
