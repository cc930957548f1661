from __future__ import annotations

from vedette.server.findings.models import FindingCount
from vedette.server.findings.services import counts
from vedette.server.findings.services.counts import Tally


def kept(target) -> list[tuple[int, str, int]]:
    return list(
        FindingCount.objects.filter(target=target)
        .order_by("severity", "state")
        .values_list("severity", "state", "count")
    )


def test_differences_add_up(target):
    first, second = Tally(), Tally()
    first.move(target.pk, None, (30, "notfixed"))
    first.move(target.pk, None, (30, "notfixed"))
    second.move(target.pk, (30, "notfixed"), (30, "fixed"))
    for tally in (first, second):
        counts.apply(organisation_id=target.organisation_id, tally=tally)
    assert kept(target) == [(30, "fixed", 1), (30, "notfixed", 1)]
    target.refresh_from_db()
    assert (target.highs, target.risk) == (1, 30)


def test_what_cancels_out_writes_nothing(target):
    tally = Tally()
    tally.move(target.pk, (30, "notfixed"), (30, "notfixed"))
    tally.move(target.pk, None, (10, "fixed"))
    tally.move(target.pk, (10, "fixed"), None)
    counts.apply(organisation_id=target.organisation_id, tally=tally)
    assert kept(target) == []


def test_a_rated_target_stays_rated(target):
    counts.tell_target(target_pk=target.pk)
    target.refresh_from_db()
    assert target.risk is None
    counts.tell_target(target_pk=target.pk, assessed=True)
    counts.tell_target(target_pk=target.pk)
    target.refresh_from_db()
    assert target.risk == 0
