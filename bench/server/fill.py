"""Fills one organisation with targets, scans and findings: `python -m bench.server.fill --findings N`.

The place is what `VEDETTE_DATA_DIR` and `VEDETTE_DATABASE` name. The same numbers always give the same rows, but for
random ids. Leaves `bench.json` in the data directory: who can sign in, and some findings to look at.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from vedette.server.commands.boot import django_up

django_up()

from django.conf import settings  # noqa: E402 - after Django
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.models import Count  # noqa: E402

from bench.server.tables import Table, after_keys, analyse, size_mb, stored, without_indexes  # noqa: E402
from vedette.contract import finding as contract  # noqa: E402
from vedette.contract import wire  # noqa: E402
from vedette.contract.checkinfo import ProofLevel, Severity  # noqa: E402
from vedette.contract.events import Progress  # noqa: E402
from vedette.contract.exchange import Exchange, Request, Response, Step  # noqa: E402
from vedette.contract.progress import PartProgress  # noqa: E402
from vedette.server.agents.models import Run  # noqa: E402
from vedette.server.audit.models import DomainEvent  # noqa: E402
from vedette.server.commands.first_steps import first_steps  # noqa: E402
from vedette.server.definitions import queries as definitions  # noqa: E402
from vedette.server.findings import models as findings  # noqa: E402
from vedette.server.findings import rules, search  # noqa: E402
from vedette.server.findings.evidence import pack  # noqa: E402
from vedette.server.kernel import clock  # noqa: E402
from vedette.server.kernel.ids import new_id  # noqa: E402
from vedette.server.scans.models import Scan, ScanLive  # noqa: E402
from vedette.server.scans.services import building, profiles  # noqa: E402
from vedette.server.targets.models import Domain, RiskDay, Target  # noqa: E402
from vedette.server.tenancy import queries as tenancy  # noqa: E402
from vedette.server.tenancy.actor import system_actor  # noqa: E402
from vedette.server.tenancy.models import Label, Organisation, User  # noqa: E402
from vedette.server.tenancy.services import keys, roles, setup  # noqa: E402

SEED = 20
EMAIL, PASSWORD = "owner@example.org", "many findings to look at 1"
FILE = "bench.json"
DAYS_APART = 36
CHECKS = 60
FINDINGS_PER_TARGET = 1000
SCANS_PER_TARGET = 20
SAMPLE = 600
"""Findings named in `bench.json` for clients to open and to change."""

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_TEXT = """
catalogue account login search api admin reports orders items users export static assets blog news help
invoice basket checkout profile settings upload download preview report ticket comment review stock
price offer partner archive calendar message contact branch supplier delivery address voucher session
token image gallery
"""
WORDS = tuple(_TEXT.split())
_STATES = (("notfixed", 55), ("fixed", 33), ("accepted", 8), ("invalid", 4))
_ENDS = (("completed", "findings", 92), ("failed", "incomplete", 4), ("canceled", "", 3), ("failed", "failed", 1))


@dataclass(slots=True)
class Site:
    """A target with its scans, as (primary key, when it ended), oldest first."""

    pk: int
    public_id: str
    host: str
    weight: float
    scans: list[tuple[int, datetime]] = field(default_factory=list)
    number: int = 0
    counts: Counter[tuple[int, str]] = field(default_factory=Counter)
    days: Counter[tuple[date, int, str, str]] = field(default_factory=Counter)


class Fill:
    """One run of filling; every step writes its tables."""

    def __init__(self, organisation: Organisation, owner: User, wanted: int) -> None:
        self.organisation, self.owner, self.wanted = organisation, owner, wanted
        self.chance = random.Random(SEED)
        self.now = clock.now().replace(microsecond=0)
        self.people: list[int] = []
        self.labels: list[int] = []
        self.sites: list[Site] = []
        self.sample: list[tuple[str, str, int]] = []
        self.started = time.monotonic()

    def said(self, text: str) -> None:
        """A line of progress."""
        print(f"  {time.monotonic() - self.started:6.0f} s  {text}", flush=True)

    def new_id(self) -> str:
        """A public id, from the seed."""
        return "".join(self.chance.choices(_ALPHABET, k=12))

    # Who and what there is

    def people_and_labels(self) -> None:
        """Ten people, twenty labels of each kind."""
        for number in range(10):
            user, _ = setup.add_user(
                email=f"person{number}@example.org", role="analyst", organisation=self.organisation
            )
            self.people.append(user.pk)
        for kind in ("finding", "target"):
            rows = [Label(organisation=self.organisation, kind=kind, name=f"{kind} {word}") for word in WORDS[:20]]
            made = Label.objects.bulk_create(rows)
            self.labels += [row.pk for row in made if kind == "finding"]
        self.target_labels = [row.pk for row in made]

    def targets(self) -> None:
        """The targets with their domains; a few of them hold most of the findings."""
        count = max(1, self.wanted // FINDINGS_PER_TARGET)
        hosts = [f"{WORDS[number % len(WORDS)]}{number}.example.com" for number in range(count)]
        domains = [
            Domain(
                organisation=self.organisation,
                hostname=host,
                verified=number % 9 > 0,
                method="file",
                checked_at=self.now,
            )
            for number, host in enumerate(hosts)
        ]
        rows = [
            Target(
                organisation=self.organisation,
                site_id_public=new_id(),
                name=f"{domain.hostname.partition('.')[0].capitalize()} {'shop' if number % 3 else 'service'}",
                url=f"https://{domain.hostname}/",
                host=domain.hostname,
                domain=domain,
                desc="Kept by the web team.",
                stack=[{"name": name, "version": "", "host": domain.hostname} for name in ("nginx", "PHP")],
                changed_at=self.now - timedelta(hours=number),
            )
            for number, domain in enumerate(Domain.objects.bulk_create(domains))
        ]
        for row in Target.objects.bulk_create(rows):
            self.sites.append(Site(row.pk, row.public_id, row.host, self.chance.paretovariate(1.5)))
        through = Target.labels.through
        through.objects.bulk_create(
            [
                through(target_id=site.pk, label_id=pk)
                for site in self.sites
                for pk in self.chance.sample(self.target_labels, 2)
            ]
        )

    def scans(self) -> None:
        """Twenty scans of each target over two years, all ended."""
        targets = {row.pk: row for row in Target.objects.select_related("organisation")}
        runs, scans, lives, pk = [], [], [], 0
        options = building.freeze_profile(profiles.ScanProfile.objects.get(key="normal"))
        for site in self.sites:
            progress = wire.dump(progress_of(site.host, 20_000))
            for number in range(SCANS_PER_TARGET):
                pk += 1
                ago = DAYS_APART * (SCANS_PER_TARGET - 1 - number + self.chance.random())
                end = self.now - timedelta(days=ago, hours=1)
                status, verdict = self._end(last=number == SCANS_PER_TARGET - 1)
                base = {"id": pk, "organisation": self.organisation}
                runs.append(Run(**base, state="done", ending="finished", finished_at=end, created_at=end))
                scans.append(self._scan(base, targets[site.pk], end, status, verdict, options))
                lives.append(
                    ScanLive(id=pk, scan_id=pk, phase="finished", percent=100.0, progress=progress, ended=["crawl"])
                )
                site.scans.append((pk, end))
        for model, rows in ((Run, runs), (Scan, scans), (ScanLive, lives)):
            model.objects.bulk_create(rows, batch_size=500)  # type: ignore[attr-defined]
        after_keys(Run, Scan, ScanLive)

    def _end(self, *, last: bool) -> tuple[str, str]:
        status, verdict, _ = self.chance.choices(_ENDS, [one[2] for one in _ENDS])[0]
        return ("completed", "findings") if last and status == "canceled" else (status, verdict)

    def _scan(
        self, base: dict[str, Any], target: Target, end: datetime, status: str, verdict: str, options: Any
    ) -> Scan:
        start = end - timedelta(minutes=self.chance.randrange(5, 90))
        return Scan(
            **base,
            run_id=base["id"],
            target=target,
            status=status,
            verdict=verdict,
            profile="normal",
            profile_options=options,
            options={"url": target.url, "start_urls": [target.url], "headers": [], "cookies": [], "has_assets": False},
            created_at=start,
            started_at=start,
            completed_at=end,
            changed_at=end,
            created_by=self.owner,
            changed_by=self.owner,
            lows=self.chance.randrange(40),
            mediums=self.chance.randrange(20),
            highs=self.chance.randrange(9),
            criticals=self.chance.randrange(3),
            requests=20_000,
            duration=(end - start).total_seconds(),
            stack=target.stack,
        )

    # Findings

    def findings(self) -> None:
        """The findings, in the order in which scans first saw them, each with what hangs on it."""
        every = [one for one in definitions.all_definitions() if one.check_id][:CHECKS]
        shares = [1 / (place + 3) for place in range(len(every))]
        self.chance.shuffle(every)
        plan = []
        for site in self.chance.choices(self.sites, [one.weight for one in self.sites], k=self.wanted):
            first = int(len(site.scans) * self.chance.random() ** 1.6)
            plan.append((site.scans[first][1], first, site))
        plan.sort(key=lambda one: one[0])
        self.said("planned")
        self.writer = _Writer(self, every, shares)
        models = (findings.Finding, findings.Sighting, findings.FindingLog)
        with without_indexes(*models):
            self.writer.write(plan)
            self.said("rows written")
        self.said("indexes made")
        after_keys(
            *models, findings.Evidence, findings.Decision, findings.FindingCount, findings.Finding.labels.through
        )

    def totals(self) -> None:
        """What the rooms keep beside the rows."""
        findings.FindingCount.objects.bulk_create(
            [
                findings.FindingCount(
                    organisation=self.organisation, target_id=site.pk, severity=severity, state=state, count=count
                )
                for site in self.sites
                for (severity, state), count in sorted(site.counts.items())
            ]
        )
        kinds = findings.Finding.objects.filter(shown=True, state=rules.OPEN).order_by()
        findings.CheckCount.objects.bulk_create(
            [
                findings.CheckCount(
                    organisation=self.organisation, target_id=pk, check_id=check, severity=severity, count=count
                )
                for pk, check, severity, count in kinds.values_list("target_id", "check_id", "severity").annotate(
                    found=Count("*")
                )
            ],
            batch_size=2000,
        )
        findings.FindingDay.objects.bulk_create(
            [
                findings.FindingDay(
                    organisation=self.organisation,
                    target_id=site.pk,
                    **dict(zip(("day", "severity", "before", "after"), step, strict=True)),
                    count=count,
                )
                for site in self.sites
                for step, count in site.days.items()
            ],
            batch_size=2000,
        )
        # A risk that came and went every third week.
        today, weeks = self.now.date(), range(0, 12, 3)
        RiskDay.objects.bulk_create(
            [
                RiskDay(
                    organisation=self.organisation,
                    target_id=site.pk,
                    day=today - timedelta(weeks=week, days=site.pk % 7),
                    before=40 if week % 2 else 20,
                    after=20 if week % 2 else 40,
                )
                for site in self.sites
                for week in weeks
            ],
            batch_size=2000,
        )
        for site in self.sites:
            open_ = {severity: count for (severity, state), count in site.counts.items() if state == rules.OPEN}
            names = {40: "criticals", 30: "highs", 20: "mediums", 10: "lows"}
            pk, at = site.scans[-1]
            Target.objects.filter(pk=site.pk).update(
                **{name: open_.get(severity, 0) for severity, name in names.items()},
                risk=max((severity for severity in open_ if severity), default=0),
                next_finding=site.number + 1,
                last_scan_id=pk,
                latest_scan_at=at,
            )

    def facts(self) -> None:
        """A domain log as scans leave it."""
        rows = []
        for number in range(min(50_000, self.wanted)):
            public_id, target, _ = self.sample[number % len(self.sample)]
            at = stored(self.now - timedelta(seconds=40 * (50_000 - number)))
            rows.append((number + 1000, at, public_id, target, number + 1))
        kind = {"kind": "finding.detected", "object_kind": "finding", "object_name": "Cross-site scripting"}
        varying = ("at", "object_id", "target_id", "seq")
        Table(DomainEvent, varying, organisation_id=self.organisation.pk, **kind).write(rows)
        after_keys(DomainEvent)


def progress_of(host: str, requests: int) -> Progress:
    """The live numbers of a scan."""
    urls = [f"https://{host}/{word}/" for word in WORDS[:10]]
    part = PartProgress(
        done=900, total=900, requests=requests, status_counts={"200": 800, "404": 100},
        host_status_counts={host: {"200": 800, "404": 100}}, last_endpoints=urls, round_trip_ms=20.5,
        overall_round_trip_ms=21.5,
    )  # fmt: skip
    parts = {"crawler": part, "fingerprinter": part, "scanner": part}
    return Progress(phase="finished", percent=100.0, parts=parts, requests=requests, elapsed_s=900.0)


class _Writer:
    """Findings with their evidence, sightings, history, decisions and labels."""

    def __init__(self, fill: Fill, every: list[definitions.Definition], shares: list[float]) -> None:
        self.fill, self.chance = fill, fill.chance
        self.checks = self.chance.choices(every, shares, k=20_000)
        states = self.chance.choices([one[0] for one in _STATES], [one[1] for one in _STATES], k=20_000)
        self.states = states
        own = {"organisation_id": fill.organisation.pk}
        self.table = Table(findings.Finding, _FINDING, **own, technologies=["PHP"], method="GET", kind="query")
        self.evidence = Table(findings.Evidence, ("finding_id", "scan_id", "steps", "at"))
        self.sightings = Table(findings.Sighting, ("finding_id", "scan_id", "severity", "at"), proof="confirmed")
        self.logs = Table(findings.FindingLog, ("finding_id", "type", "at", "scan_id", "text", "before", "after"))
        self.decisions = Table(findings.Decision, ("finding_id", "kind", "until", "at"), reason=_REASON)
        self.labels = Table(findings.Finding.labels.through, ("finding_id", "label_id"))
        self.steps = _steps()
        self.cwe = {one.check_id: json.dumps([one.cwe_id] if one.cwe_id else []) for one in every}

    def write(self, plan: list[tuple[datetime, int, Site]]) -> None:
        """Writes everything; tables grow side by side, as they do in life."""
        findings.EvidenceBlob.objects.bulk_create(self.steps.blobs)
        size = 20_000
        for start in range(0, len(plan), size):
            rest: dict[Table, list[tuple[Any, ...]]] = {
                table: [] for table in (self.evidence, self.sightings, self.logs, self.decisions, self.labels)
            }
            part = plan[start : start + size]
            self.table.write(list(self._rows(part, start + 1, rest)))
            for table, rows in rest.items():
                first = table.count + 1
                table.write((first + index, *row) for index, row in enumerate(rows))

    def _rows(
        self, part: list[tuple[datetime, int, Site]], first_pk: int, rest: dict[Table, list[tuple[Any, ...]]]
    ) -> Iterator[tuple[Any, ...]]:
        for index, (_, first, site) in enumerate(part):
            yield self._row(first_pk + index, first, site, rest)

    def _row(self, pk: int, first: int, site: Site, rest: dict[Table, list[tuple[Any, ...]]]) -> tuple[Any, ...]:
        chance = self.chance
        roll = chance.random()
        check = self.checks[int(roll * 1e9) % 20_000]
        state = self.states[int(roll * 1e12) % 20_000]
        seen_until = chance.randrange(first, len(site.scans)) if state == rules.FIXED else len(site.scans) - 1
        offset = timedelta(seconds=chance.random() * 240)
        first_scan, first_at = site.scans[first][0], site.scans[first][1] - offset
        last_scan, last_at = site.scans[seen_until][0], site.scans[seen_until][1] - offset
        fixed_at = last_at + timedelta(days=DAYS_APART) if state == rules.FIXED else None
        fixed_at = min(fixed_at, self.fill.now) if fixed_at else None
        until = (self.fill.now + timedelta(days=chance.randrange(1, 200))).date() if state == rules.ACCEPTED else None
        tentative = roll < 0.03
        shown = not tentative
        site.number += 1
        if shown:
            site.counts[check.severity, state] += 1
            site.days[first_at.date(), check.severity, "", rules.OPEN] += 1
            if state != rules.OPEN:
                changed_at = fixed_at or first_at + timedelta(days=1)
                site.days[changed_at.date(), check.severity, rules.OPEN, state] += 1
        place = _Place(site.host, chance, check)
        public_id = self.fill.new_id()
        if state == rules.OPEN and shown and check.severity and pk % 7 == 0 and len(self.fill.sample) < SAMPLE * 20:
            self.fill.sample.append((public_id, site.public_id, site.number))
        at = stored(last_at)
        self._hang_on(
            pk, rest, state, check.severity, (first_scan, first_at), (last_scan, at), fixed_at, until, place.url
        )
        texts = {"title": check.name, "url": place.url, "parameter": place.parameter, "check_id": check.check_id}
        texts["detail"] = place.detail
        return (
            pk, public_id, site.pk, site.number, f"{pk:016x}", check.check_id, check.name[:255], check.severity,
            check.severity, "tentative" if tentative else "confirmed" if roll > 0.3 else "firm", shown, state,
            "fixed" if state == rules.FIXED else "notfixed", place.url, place.path, place.parameter, place.value,
            place.detail, check.cvss_vector, check.cvss_score, self.cwe[check.check_id], place.identity,
            place.occurrences, place.request, stored(first_at), at, stored(fixed_at) if fixed_at else None,
            first_scan, last_scan, first == len(site.scans) - 1,
            chance.choice(self.fill.people) if roll < 0.3 else None,
            _REASON if state in rules.DECISIONS else "", until.isoformat() if until else None,
            rules.search_text(site.number, texts), at,
        )  # fmt: skip

    def _hang_on(
        self,
        pk: int,
        rest: dict[Table, list[tuple[Any, ...]]],
        state: str,
        severity: int,
        first: tuple[int, datetime],
        last: tuple[int, Any],
        fixed_at: datetime | None,
        until: Any,
        url: str,
    ) -> None:
        chance = self.chance
        found = stored(first[1])
        rest[self.sightings].append((pk, last[0], severity, last[1]))
        if first[0] != last[0] and pk % 4 == 0:
            rest[self.sightings].append((pk, first[0], severity, found))
        rest[self.logs].append((pk, "found", found, first[0], "", "{}", f'{{"severity": {severity}, "proof": "firm"}}'))
        before = '{"state": "notfixed"}'
        if fixed_at is not None:
            rest[self.logs].append((pk, "fixed", stored(fixed_at), None, "", before, '{"state": "fixed"}'))
        if state in rules.DECISIONS:
            at = stored(first[1] + timedelta(days=1))
            rest[self.logs].append((pk, state, at, None, _REASON, before, f'{{"state": "{state}"}}'))
            rest[self.decisions].append((pk, state, until.isoformat() if until else None, at))
        if chance.random() < 0.15:
            rest[self.labels].append((pk, chance.choice(self.fill.labels)))
        # The ends of the list, where pages are looked at, and a few of all others.
        if (state == rules.OPEN and first[1] > self.fill.now - timedelta(days=20)) or chance.random() < 0.03:
            rest[self.evidence].append((pk, last[0], self.steps.of(url, pk), last[1]))


_REASON = "Looked at in the weekly meeting; the service is only reachable from inside."
_FINDING = (
    "public_id", "target_id", "number", "identity", "check_id", "title", "severity", "severity_seen", "proof", "shown",
    "state", "observed", "url", "path", "parameter", "value", "detail", "cvss31", "cvss_score", "cwe",
    "identity_parts", "occurrences", "request", "first_seen_at", "last_found_at", "fixed_at", "first_scan_id",
    "last_scan_id", "new", "assignee_id", "change_reason", "expiration_date", "search_text", "changed_at",
)  # fmt: skip


class _Place:
    """Where a finding sits."""

    def __init__(self, host: str, chance: random.Random, check: definitions.Definition) -> None:
        roll = chance.randrange(10**9)
        size = len(WORDS)
        one, two, three = WORDS[roll % size], WORDS[roll // size % size], WORDS[roll // size**2 % size]
        number = roll // 100_000
        self.path = f"/{one}/{two}/{{}}"
        self.parameter = three
        self.value = f"{number}'\"><"
        self.url = f"https://{host}/{one}/{two}/{number}?{three}={roll % 997}"
        # Only what a whole site shares has further places.
        self.occurrences = json.dumps([f"https://{host}/{word}/" for word in WORDS[:8]]) if number % 20 == 0 else "[]"
        self.detail = f"What was sent in {three} changed the answer as computed: {number} and {number + 7}."
        self.identity = f'[["origin", "https://{host}"], ["path", "GET {self.path}"], ["parameter", "{three}"]]'
        headers = f'[["Host", "{host}"], ["User-Agent", "Vedette"], ["Accept", "text/html"]]'
        self.request = f'{{"method": "GET", "url": "{self.url}", "headers": {headers}, "body": "", "user": ""}}'


class _steps:  # noqa: N801 - a template with its bodies
    """The steps of a proof as they are stored, for any URL; their bodies are a few hundred."""

    BODIES = 300

    def __init__(self) -> None:
        chance = random.Random(SEED)
        self.templates: list[str] = []
        self.blobs: list[findings.EvidenceBlob] = []
        for _ in range(self.BODIES):
            text = "<!doctype html><title>Shop</title>" + "".join(
                f"<p>{chance.choice(WORDS)} {chance.random()}</p>" for _ in range(60)
            )
            headers = (("Content-Type", "text/html"), ("Server", "nginx"), ("Date", "Mon, 05 Jan 2026 10:00:00 GMT"))
            request = Request("GET", "URL", (("Host", "example.com"), ("User-Agent", "Vedette"), ("Accept", "*/*")))
            exchange = Exchange(request, Response(200, headers, text.encode(), ttfb_s=0.02, total_s=0.03), sent_at=1e9)
            steps = (Step("control", exchange, control=True), Step("proof", exchange, ("shop",), "It came back."))
            packed = next(iter(pack([_flaw(steps)]).values()))
            self.templates.append(json.dumps(packed.steps))
            self.blobs += packed.blobs.values()

    def of(self, url: str, number: int) -> str:
        """As JSON text."""
        return self.templates[number % self.BODIES].replace("URL", url)


def _flaw(steps: tuple[Step, ...]) -> Any:
    return contract.Finding(
        identity=contract.Identity("check", ()), check="check", title="A flaw", severity=Severity.HIGH,
        proof=ProofLevel.CONFIRMED, location=contract.Location(url="URL"), steps=steps,
    )  # fmt: skip


def fill(wanted: int) -> dict[str, Any]:
    """Fills the database and returns what clients need to know."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            # Only while filling: what is lost in a crash is filled again.
            cursor.execute("PRAGMA synchronous=OFF")
            cursor.execute("PRAGMA cache_size=-400000")
    organisation = setup.create_organisation("Example")
    owner, _ = setup.add_user(email=EMAIL, role="owner", password=PASSWORD, organisation=organisation)
    wish = roles.NewGrant(tenancy.builtin_role("admin"))
    _, secret = keys.create_key(actor=system_actor(organisation), name="bench", grants=(wish,))
    one = Fill(organisation, owner, wanted)
    search.remove(connection.schema_editor())
    for step in (one.people_and_labels, one.targets, one.scans, one.findings, one.totals, one.facts):
        step()
        one.said(step.__name__)
    with connection.schema_editor() as editor:
        search.install(editor)
    one.said("search index")
    analyse()
    one.said("analysed")
    sample = one.chance.sample(one.sample, min(SAMPLE, len(one.sample)))
    return {
        "findings": wanted,
        "database_mb": size_mb(),
        "email": EMAIL,
        "password": PASSWORD,
        "key": secret,
        "sample": sample,
        "targets": [site.public_id for site in one.sites[:50]],
        "labels": list(Label.objects.filter(pk__in=one.labels).values_list("public_id", flat=True)),
        "people": list(User.objects.filter(pk__in=one.people).values_list("public_id", flat=True)),
        "checks": sorted({one.check_id for one in definitions.all_definitions()})[:20],
        "words": WORDS,
    }


def main() -> None:
    """Fills unless that was done before."""
    options = argparse.ArgumentParser(description="Fills an organisation with findings")
    options.add_argument("--findings", type=int, default=1_000_000)
    given = options.parse_args()
    file = Path(settings.VEDETTE.data_dir) / FILE
    call_command("migrate", verbosity=0, interactive=False)
    first_steps()
    if not file.exists() or not Organisation.objects.exists():
        file.write_text(json.dumps(fill(given.findings)))


if __name__ == "__main__":
    main()
