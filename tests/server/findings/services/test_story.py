"""Whatever scans report and people decide, in whatever order: the promises about findings hold."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.server.factories import flaw
from vedette.contract.checkinfo import ProofLevel, Severity
from vedette.contract.events import Rechecked
from vedette.server.findings.models import CheckCount, Decision, Finding, FindingCount, FindingLog, Sighting
from vedette.server.findings.services import counts, observe, recheck, triage
from vedette.server.kernel import clock, unique
from vedette.server.kernel.clock import FrozenClock
from vedette.server.kernel.errors import Invalid
from vedette.server.targets.models import Target
from vedette.server.tenancy.actor import Actor

NAMES = ("a", "b")
IDENTITIES = {name: flaw(name).id for name in NAMES}
WORDS = ("seen", "gone", "unreachable", "untested")
PROOFS = (ProofLevel.CONFIRMED, ProofLevel.CONFIRMED, ProofLevel.FIRM, ProofLevel.TENTATIVE)
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)

names = st.sampled_from(("a", "a", "a", "b"))  # mostly one, so that much happens to it
reports = st.lists(st.tuples(names, st.sampled_from(PROOFS), st.sampled_from(Severity)), min_size=1, max_size=3)
rechecks = st.lists(st.tuples(names, st.sampled_from(WORDS)), min_size=1, max_size=3)
batches = st.lists(
    st.one_of(st.tuples(st.just("report"), reports), st.tuples(st.just("recheck"), rechecks)), min_size=1, max_size=3
)
scans = st.tuples(st.just("scan"), st.sampled_from(("scan", "retest")), batches, st.booleans())  # delivered twice
decisions = st.tuples(
    st.just("decide"), names, st.sampled_from(("accepted", "invalid", "notfixed", "fixed")), st.integers(0, 5)
)
severities = st.tuples(st.just("severity"), names, st.sampled_from((0, 10, 20, 30, 40)))
days = st.tuples(st.just("days"), st.integers(1, 6))
START = [("scan", "scan", [("report", [(name, ProofLevel.CONFIRMED, Severity.HIGH) for name in NAMES])], False)]
stories = st.lists(st.one_of(scans, decisions, scans, severities, days), min_size=8, max_size=16).map(START.__add__)


@dataclass
class Telling:
    """A story as it is told to the services, with what people decided kept beside the database."""

    story: Any
    owner: Actor
    time: FrozenClock
    decided: dict[str, tuple[str, date | None]] = field(default_factory=dict)
    severities: dict[str, int] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)

    def tell(self, event: tuple[Any, ...]) -> None:
        self.time.advance(60)
        getattr(self, event[0])(*event[1:])
        for name in NAMES:
            if row := known(name):
                self.hold_for(name, row)
        self.hold_for_totals()

    # What may happen

    def scan(self, kind: str, batches: list[tuple[str, list[Any]]], twice: bool) -> None:
        scan = self.story.begin(kind)
        for what, content in batches:
            self.time.advance(1)
            self.deliver(scan, what, content)
            if twice:
                before = snapshot()
                self.deliver(scan, what, content)
                assert snapshot() == before
        recheck.finish(scan=scan)

    def deliver(self, scan: Any, what: str, content: list[Any]) -> None:
        with transaction.atomic():
            if what == "report":
                found = [flaw(name, proof=proof, severity=severity) for name, proof, severity in content]
                observe.observe(scan=scan, findings=found)
            else:
                events = [Rechecked(finding=flaw(name).id, outcome=word) for name, word in content]
                recheck.rechecked(scan=scan, events=events)

    def decide(self, name: str, state: str, lasts: int) -> None:
        row = known(name)
        if row is None:
            return
        wish: dict[str, Any] = {"state": state}
        if state == "accepted":
            wish["expiration_date"] = clock.now().date() + timedelta(days=lasts) if lasts else None
        try:
            triage.change(actor=self.owner, finding=row, **wish)
        except Invalid:
            assert state == "fixed" or (state == "notfixed" and row.state == "fixed")
            return
        if state in ("accepted", "invalid"):
            self.decided[name] = (state, wish.get("expiration_date"))
        elif state == "notfixed":
            self.decided.pop(name, None)

    def severity(self, name: str, severity: int) -> None:
        row = known(name)
        if row is not None and severity != row.severity:
            triage.set_severity(actor=self.owner, finding=row, severity=severity)
            self.severities[name] = severity

    def days(self, number: int) -> None:
        self.time.advance(number * 86_400)
        triage.expire_acceptances()
        today = clock.now().date()
        self.decided = {name: one for name, one in self.decided.items() if one[1] is None or one[1] >= today}

    # What must hold

    def hold_for(self, name: str, row: Finding) -> None:
        decision = unique.find(Decision.objects.filter(finding=row, ended_at=None))
        wanted = self.decided.get(name)
        # A decision of people is never undone but by people or its end.
        assert (decision and (decision.kind, decision.until)) == wanted
        assert row.state == (wanted[0] if wanted else row.observed)
        # Fixed only when the last word of those that settle it was `gone`.
        settling = Sighting.objects.filter(finding=row, outcome__in=("seen", "gone")).order_by("-at", "-id")
        last = settling.values_list("outcome", flat=True).first()
        assert row.observed == ("fixed" if last == "gone" else "notfixed")
        # What people made of the severity stands.
        assert row.severity == self.severities.get(name, row.severity_seen)
        # Numbers stay.
        assert self.numbers.setdefault(name, row.number) == row.number
        assert not row.retesting

    def hold_for_totals(self) -> None:
        # No number is given twice, none is left out.
        assert sorted(self.numbers.values()) == list(range(1, len(self.numbers) + 1))
        target = self.story.target
        kept = FindingCount.objects.filter(target=target).values_list("severity", "state", "count")
        assert {tuple(place): count for *place, count in kept if count} == counts.counted(target_pk=target.pk)
        kinds = CheckCount.objects.filter(target=target).values_list("check_id", "severity", "count")
        rows = Finding.objects.filter(target=target, shown=True, state="notfixed")
        counted = Counter(rows.values_list("check_id", "severity"))
        assert {tuple(place): count for *place, count in kinds if count} == counted
        told = Target.objects.values_list("lows", "mediums", "highs", "criticals").get(pk=target.pk)
        worst = Counter[int]()
        for (_, severity), count in counted.items():
            worst[severity] += count
        assert told == tuple(worst[severity] for severity in (10, 20, 30, 40))


def known(name: str) -> Finding | None:
    return unique.find(Finding.objects.filter(identity=IDENTITIES[name]))


def snapshot() -> list[Any]:
    models = (Finding, Sighting, FindingLog, FindingCount, Decision)
    return [list(model.objects.order_by("pk").values()) for model in models]


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=stories)
def test_the_promises_hold_over_any_story(story, owner, events):
    with transaction.atomic(), clock.frozen(BEGIN) as time:
        mark = transaction.savepoint()
        telling = Telling(story, owner, time)
        for event in events:
            telling.tell(event)
        transaction.savepoint_rollback(mark)
