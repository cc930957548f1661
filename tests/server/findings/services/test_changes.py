from __future__ import annotations

import pytest

from tests.server.factories import flaw
from vedette.server.audit.models import DomainEvent
from vedette.server.findings.models import Finding, FindingLog
from vedette.server.findings.services.changes import Author, Changes
from vedette.server.kernel import clock


@pytest.fixture
def rows(story) -> list[Finding]:
    story.see(*map(flaw, "abc"))
    return list(Finding.objects.order_by("pk"))


def changes_for(rows, **fields) -> Changes:
    target = rows[0].target
    return Changes(organisation=target.organisation, targets=(target,), now=clock.now(), **fields)


def test_equal_changes_are_one_statement(rows, django_assert_num_queries):
    changes = changes_for(rows)
    for row in rows:
        changes.set(row, comment="all", retesting=True)
    changes.set(rows[2], comment="other")
    with django_assert_num_queries(2):
        changes.save()
    assert list(Finding.objects.order_by("pk").values_list("comment", flat=True)) == ["all", "all", "other"]


def test_lists_are_compared_and_written_too(rows):
    changes = changes_for(rows)
    assert not changes.set(rows[0], occurrences=list(rows[0].occurrences))
    assert changes.set(rows[0], occurrences=["a"])
    changes.save()
    assert Finding.objects.get(pk=rows[0].pk).occurrences == ["a"]


def test_equal_values_change_nothing_not_even_the_time(rows, django_assert_num_queries):
    changes = changes_for(rows)
    assert not changes.set(rows[0], comment="")
    with django_assert_num_queries(0):
        changes.save()


def test_history_and_facts_name_their_author(rows, owner):
    changes = changes_for(rows, author=Author(owner, owner.user))
    changes.log(rows[0], "update", text="why")
    changes.record(rows[0], "finding.changed", after={"comment": "x"})
    changes.save()
    log, fact = FindingLog.objects.latest("id"), DomainEvent.objects.latest("id")
    assert (log.actor_name, log.user, log.text, log.scan) == ("Owner", owner.user, "why", None)
    assert (fact.actor_id, fact.target_id, fact.object_kind) == (owner.id, rows[0].target.public_id, "finding")
    assert fact.payload["data"] == {"number": 1}


def test_only_a_scan_observes(rows):
    with pytest.raises(ValueError, match="scan"):
        changes_for(rows).sight(rows[0], "seen")
