"""`python -m vedette.server.commands.first_scan URL TOKEN ADDRESS`: the demo's part beside the running platform.

Makes a demo organisation and a target for the practice site, has its ownership checked and a scan started, waits for
its end and prints what was found. Nothing of it is prepared: worker and engine do what they do for everybody.
"""

from __future__ import annotations

import sys
import time
import uuid
from collections import Counter
from collections.abc import Iterator

from vedette.server.commands.boot import django_up

django_up()

from django.db import close_old_connections  # noqa: E402 - settings exist only now

from vedette.server.findings.models import Finding  # noqa: E402
from vedette.server.scans.models import Scan  # noqa: E402
from vedette.server.scans.rules import FINAL  # noqa: E402
from vedette.server.scans.services import lifecycle  # noqa: E402
from vedette.server.targets import ownership  # noqa: E402
from vedette.server.targets.models import Domain, Target  # noqa: E402
from vedette.server.targets.services import targets  # noqa: E402
from vedette.server.targets.services.targets import CreateChecks  # noqa: E402
from vedette.server.tenancy.actor import Actor, system_actor  # noqa: E402
from vedette.server.tenancy.models import Organisation  # noqa: E402
from vedette.server.tenancy.services import setup  # noqa: E402

NAME = "Demo"
SHOWN = 12
POLL_S = 0.5
FAILED = 1
WORDS = {40: "critical", 30: "high", 20: "medium", 10: "low", 0: "info"}


def target_of(actor: Actor, url: str, token: str) -> Target:
    """The practice site's target, made when there is none, with the token that the site serves this time."""
    target = Target.objects.filter(organisation=actor.organisation, url=url, archived_at=None).first()
    if target is None:
        # Whether it can be reached is asked a moment later, by the check of its ownership.
        asked = CreateChecks(skip_reachability_check=True)
        target = targets.create(actor=actor, url=url, kind="single", name="Practice site", checks=asked)
    Domain.objects.filter(targets=target).update(token=uuid.UUID(token))
    return Target.objects.select_related("domain").get(pk=target.pk)


def owned(actor: Actor, target: Target) -> str:
    """Has the ownership checked as everybody does; why it was not shown, or "" when it was."""
    if target.domain is None:
        return "the target has no domain"
    domain = ownership.start_check(actor=actor, domain=target.domain, method="file")
    return "" if domain.verified else domain.last_error or "no worker has answered"


def wait(scan: Scan) -> Scan:
    """The scan in its final state."""
    while scan.status not in FINAL:
        time.sleep(POLL_S)
        close_old_connections()
        scan.refresh_from_db()
    return scan


def lines_of(scan: Scan, target: Target, seconds: float) -> Iterator[str]:
    """What was found, worst first."""
    rows = Finding.objects.filter(target=target, shown=True, observed="notfixed").order_by("-severity", "number")
    counts = Counter(rows.values_list("severity", flat=True))
    summary = ", ".join(f"{counts[severity]} {word}" for severity, word in WORDS.items() if counts[severity])
    yield f"The scan is {scan.status} after {seconds:.0f} s, verdict {scan.verdict}: {summary or 'no findings'}"
    for row in rows[:SHOWN]:
        yield f"  {WORDS[row.severity]:8} {row.proof:9} {row.title}  {row.url[:90]}"
    if rows.count() > SHOWN:
        yield f"  ... and {rows.count() - SHOWN} more"


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main(url: str, token: str, address: str) -> int:
    """Returns 0 when the scan was completed."""
    organisation = Organisation.objects.filter(name=NAME).first() or setup.create_organisation(name=NAME)
    actor = system_actor(organisation)
    target = target_of(actor, url, token)
    reason = owned(actor, target)
    _say(f"The practice site runs at {url}; ownership: {reason or 'shown'}")
    if reason:
        return FAILED
    started = time.monotonic()
    scan = lifecycle.start(actor=actor, target=Target.objects.get(pk=target.pk))
    _say(f"Scanning it: {address}/ui/scans/{scan.public_id}/")
    scan = wait(scan)
    for line in lines_of(scan, target, time.monotonic() - started):
        _say(line)
    _say(f"Look at them: {address}/ui/findings/")
    return 0 if scan.status == "completed" else FAILED


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
