"""Charts: another finding changes each of them, for the account and for one target."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.contract.probely.registry import exercise
from tests.contract.probely.stage import World
from tests.server import factories
from vedette.contract.checkinfo import Severity
from vedette.contract.events import Rechecked
from vedette.server.findings import kept
from vedette.server.findings.models import Finding
from vedette.server.kernel import clock
from vedette.server.targets.models import Target


def given(w: World) -> list[str]:
    return [w.target] if "{" in w.row.path else []


def counted(w: World) -> Any:
    """What the chart tells now; counts are kept for some seconds."""
    kept.forget()
    answer = w.call(*given(w))
    return answer["results"] if isinstance(answer, dict) else answer


def seen(w: World) -> None:
    """A scan of the target finds something critical."""
    factories.run_scan(Target.objects.get(public_id=w.target), factories.flaw("new", severity=Severity.CRITICAL))


@exercise(
    *(f"GET /dashboard/{name}/" for name in ("aggregated-risk-trend", "risk-trend", "severity-trend")),
    *(f"GET /dashboard/{name}/" for name in ("top-vulnerabilities", "needs-attention-pie", "needs-attention-top")),
    *(f"GET /targets/all/{name}/" for name in ("risk_trend", "severity_trend", "top_vulns")),
    *(f"GET /targets/all/{name}/" for name in ("needs_attention_pie", "needs_attention_top")),
    *(f"GET /targets/{{}}/{name}/" for name in ("risk_trend", "severity_trend", "top_vulns")),
)
def a_new_finding_is_seen(w: World) -> None:
    before = counted(w)
    seen(w)
    assert counted(w) != before


@exercise(
    "GET /dashboard/fixed-vulnerabilities-trend/",
    "GET /dashboard/average-fix-time/",
    "GET /targets/all/average_fix_time/",
    "GET /targets/{}/average_fix_time/",
)
def a_fix_is_seen(w: World) -> None:
    seen(w)
    before = counted(w)
    found = Rechecked(finding=factories.flaw("new").id, outcome="gone")
    factories.run_scan(Target.objects.get(public_id=w.target), rechecked=(found,))
    fixed = Finding.objects.filter(target__public_id=w.target, state="fixed")
    assert fixed.update(first_seen_at=clock.now() - timedelta(days=2)) == 1
    assert counted(w) != before
