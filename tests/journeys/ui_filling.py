"""`python -m tests.journeys.ui_filling NAME`: fills the data directory of a platform for a journey through its pages,
beside the platform's processes, and prints what the journey needs to know as one line of JSON."""

from __future__ import annotations

import dataclasses
import json
import sys
import typing
from collections.abc import Callable
from datetime import time, timedelta

from vedette.server.commands.boot import django_up

django_up()

from django.conf import settings
from django.test import Client

from tests.server import factories
from tests.sites.xss_everywhere import ALL, PAYLOADS, SHORT
from vedette.contract import events as kinds
from vedette.contract.batch import Batch
from vedette.contract.checkinfo import ProofLevel, Severity
from vedette.contract.events import Event, FindingSeen, ScanFinished, ScanStarted
from vedette.contract.exchange import Exchange, Request, Response, Step
from vedette.contract.finding import Finding, Identity, Location
from vedette.contract.progress import PartProgress
from vedette.server.audit import services as audit
from vedette.server.commands.first_steps import first_steps
from vedette.server.findings import queries as findings
from vedette.server.findings.services import triage
from vedette.server.kernel import clock
from vedette.server.scans.models import ScanProfile
from vedette.server.scans.services import committing, profiles
from vedette.server.schedules.models import Occurrence, Schedule
from vedette.server.schedules.rules import OUTCOMES, RECURRENCES
from vedette.server.schedules.services import editing
from vedette.server.targets.models import BlackoutPeriod, Domain, Target
from vedette.server.tenancy import queries as tenancy
from vedette.server.tenancy.actor import Actor
from vedette.server.tenancy.models import Organisation, User
from vedette.server.tenancy.services import keys, labels, people, roles, setup, teams

EMAIL = "ada@example.org"


def session_of(user: User) -> str:
    """The cookie of a new session of this person."""
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def fresh() -> dict[str, object]:
    """Nobody is set up yet."""
    return {}


def _home(name: str = "Acme") -> tuple[Organisation, Actor]:
    home = factories.organisation(name)
    user, _ = setup.add_user(
        email=EMAIL, role="owner", name="Ada Example", password=factories.PASSWORD, organisation=home
    )
    actor = tenancy.actor_for_user(user, home, "127.0.0.1")
    assert actor is not None
    return home, actor


# Findings of a well-behaved site


def found() -> dict[str, object]:
    """One organisation whose shop has findings of every severity, three of them seen twice."""
    home, actor = _home()
    shop = factories.target(home, "https://shop.example.org/", name="Web shop")
    flaws = [_flaw("xss-reflected", "Reflected cross-site scripting", Severity.HIGH, f"q{n}") for n in range(3)]
    flaws.append(_flaw("sqli-error", "SQL injection shown by an error message", Severity.CRITICAL, "id"))
    flaws.append(_flaw("headers-hsts-weak", "Weak Strict-Transport-Security header", Severity.LOW, ""))
    factories.run_scan(shop, *flaws)
    shop.refresh_from_db()
    factories.run_scan(shop, *flaws[:3])
    factories.person(home, "analyst", email="grace@example.org")
    rows = findings.page(actor, ordering="number").rows
    audit.seal()
    return {"session": session_of(_user()), "ids": [row.public_id for row in rows], "password": factories.PASSWORD}


def _user() -> User:
    return User.objects.get(email=EMAIL)


def _flaw(check: str, title: str, severity: Severity, parameter: str) -> Finding:
    url = f"https://shop.example.org/{check}"
    place = Location(url=url, path=f"/{check}", kind="query", parameter=parameter)
    identity = Identity(check, (("origin", place.origin), ("path", f"GET /{check}"), ("parameter", parameter)))
    request = Request("GET", f"{url}?{parameter}=%3Cb%3E", (("Cookie", "session=[masked]"),))
    body = b"<p>before</p><b>proof of it</b><p>after</p>"
    exchange = Exchange(request, Response(200, (("Content-Type", "text/html"),), body, total_s=0.041), sent_at=1.0)
    return Finding(
        identity=identity,
        check=check,
        title=title,
        severity=severity,
        proof=ProofLevel.CONFIRMED,
        location=place,
        detail="What was sent came back.",
        cwe=(79,),
        steps=(Step("Payload", exchange, ("<b>proof of it</b>",), "It came back as it was sent."),),
        request=request,
        technologies=("nginx", "django"),
    )


# Everything that a hostile site can write


def hostile() -> dict[str, object]:
    """Findings and events whose every text is a payload: one scan that has ended, one under way."""
    home, actor = _home(ALL[:200])
    over, running = (
        factories.target(home, f"http://{name}.example.org/", name=f"{name} {SHORT}"[:250]) for name in ("over", "live")
    )
    _report(over, *(_hostile(number, text) for number, text in enumerate(PAYLOADS)), ends=True)
    _report(running, _hostile(99, ALL), ends=False)
    _decide(actor)
    _plan(actor, over, running)
    audit.seal()
    return {"session": session_of(_user()), "findings": len(PAYLOADS) + 1}


def _plan(actor: Actor, over: Target, running: Target) -> None:
    """Schedules of every recurrence, one with a past whose every text is a payload, and a blackout period."""
    for recurrence in RECURRENCES:
        start = {"date_time": "2190-01-31T22:00:00", "recurrence": recurrence, "timezone": "Europe/Lisbon"}
        rows = editing.add(actor, [over, running], start)
    soon = clock.now() + timedelta(hours=3)
    Schedule.objects.exclude(recurrence="").update(next_at=soon, due_at=soon)
    Schedule.objects.filter(pk=rows[0].pk).update(
        enabled=False, failures=5, notice=ALL[:300], created_by_name=ALL[:200]
    )
    for day, outcome in enumerate(OUTCOMES):
        at = clock.now() - timedelta(days=day)
        Occurrence.objects.create(schedule=rows[0], at=at, outcome=outcome, reason=ALL[:300], scan=over.last_scan)
    BlackoutPeriod.objects.create(
        organisation=over.organisation, target=over, begin=time(0), cease=time(23, 59), weekdays=[1, 2, 3, 4, 5, 6, 7]
    )


def _report(target: Target, *flaws: Finding, ends: bool) -> None:
    scan = factories.start(target)
    grant = factories.claim()
    begun = ScanStarted(job=scan.public_id, version=ALL, catalogue=ALL, profile="normal", start_urls=(target.url, ALL))
    committing.commit(grant.run, Batch(grant.epoch, 1, [begun]))
    events = [*(FindingSeen(finding=one) for one in flaws), *(_event(kind) for kind in _KINDS)]
    committing.commit(grant.run, Batch(grant.epoch, 2, events))
    if ends:
        end = ScanFinished(verdict="incomplete", reasons=PAYLOADS, requests=10)
        committing.commit(grant.run, Batch(grant.epoch, 3, [end]))
        factories.leasing.release(grant.run, grant.epoch, "finished")


_OWN = (
    FindingSeen,
    ScanStarted,
    ScanFinished,
    kinds.Rechecked,
    kinds.SliceEnded,
    kinds.Unknown,
    kinds.OwnershipChecked,
)
_KINDS = [kind for kind in Event.__subclasses__() if kind not in _OWN]


def _event(kind: type) -> Event:
    """An event or other record of this kind, a payload in each text of it."""
    hints = typing.get_type_hints(kind)
    return kind(**{one.name: _value(hints[one.name]) for one in dataclasses.fields(kind)})


def _value(hint: object) -> object:
    plain = {str: ALL, bytes: ALL.encode(), int: 1, float: 1.0, bool: True, Exchange: _exchange(ALL)}
    if hint in plain:
        return plain[hint]
    if dataclasses.is_dataclass(hint):
        return _event(hint)
    kept = typing.get_args(hint)
    if type(None) in kept or (kept and dataclasses.is_dataclass(kept[0])):
        return (_value(kept[0]),) if Ellipsis in kept else _value(kept[0])
    if typing.get_origin(hint) is tuple:
        return PAYLOADS
    if kept and kept[1] is PartProgress:
        return {name: _part() for name in ("crawler", "fingerprinter", "scanner")}
    return {ALL: _value(kept[1]) if kept and kept[1] is not typing.Any else ALL}


def _part() -> PartProgress:
    return PartProgress(
        done=1, total=2, requests=3, status_counts={"200": 1}, host_status_counts={ALL: {"200": 1}},
        out_of_scope_hosts={ALL: 2}, current_endpoints=[*PAYLOADS], last_endpoints=[*PAYLOADS], last_logins=[ALL],
    )  # fmt: skip


def _exchange(text: str) -> Exchange:
    headers = (*((f"X-{number}", one) for number, one in enumerate(PAYLOADS)), (text, text))
    body = f"<html><title>{text}</title>{text}</html>".encode()
    return Exchange(Request("GET", f"http://over.example.org/{text}?{text}={text}", headers, text.encode()), Response(
        200, (("Content-Type", f"text/html; {text}"), *headers), body
    ), detail=text)  # fmt: skip


def _hostile(number: int, text: str) -> Finding:
    place = Location(
        url=f"http://over.example.org/{number}/{text}?{text}",
        method=text,
        path=f"/{text}",
        kind=text[:20],
        parameter=text,
        sink_url=f"javascript:{text}",
    )
    steps = tuple(Step(text, _exchange(text), (text, "<title>"), text, bool(number % 2), (text,)) for _ in range(2))
    return Finding(
        identity=Identity(f"made-up-{number}", ((text, text), ("origin", text))),
        check=f"made-up-{number}",
        title=f"{number} {text}"[:250],
        severity=list(Severity)[number % 5],
        proof=ProofLevel.CONFIRMED,
        location=place,
        detail=text,
        cvss31=text[:100],
        cvss40=text[:100],
        steps=steps,
        occurrences=PAYLOADS,
        occurrence_count=len(PAYLOADS),
        technologies=PAYLOADS,
        request=_exchange(text).request,
    )


def _decide(actor: Actor) -> None:
    """People who paste what they saw: names, notes, labels, reasons."""
    rows = findings.page(actor, ordering="number").rows
    text = ALL.replace("\x1b", "").replace("\x07", "")
    triage.accept_risk(actor=actor, finding=rows[0], reason=text, until=clock.now().date() + timedelta(days=9))
    triage.mark_false_positive(actor=actor, finding=rows[1], reason=text)
    label = labels.create(actor=actor, kind="finding", name=text[:250], color="red")
    triage.set_labels(actor=actor, finding=rows[2], labels=[label])
    triage.note(actor=actor, finding=rows[2], comment=text)
    teams.create(actor=actor, name=text[:250])
    roles.create(actor=actor, name=text[:250], description=text, permissions={"findings.view"})
    keys.create_key(actor=actor, name=text[:250], grants=(roles.NewGrant(tenancy.builtin_role("scanner")),))
    people.invite(actor=actor, email="new@example.org", role=tenancy.builtin_role("analyst"), name=text[:60])
    profiles.create(actor=actor, name=text[:250], description=text, type="web")
    Domain.objects.update(last_error=text[:300])


# A real scan of a hostile site


def scanned(url: str) -> dict[str, object]:
    """A scan of this site waits for a worker; only a few families of checks are asked for."""
    home, _ = _home()
    ScanProfile.objects.filter(key="normal").update(checks=["xss-reflected", "headers", "cookies", "disclosure"])
    scan = factories.start(factories.target(home, url))
    return {"session": session_of(_user()), "scan": scan.public_id}


FILLINGS: dict[str, Callable[..., dict[str, object]]] = {
    "fresh": fresh,
    "found": found,
    "hostile": hostile,
    "scanned": scanned,
}


if __name__ == "__main__":
    state = first_steps()
    sys.stdout.write(json.dumps(state | FILLINGS[sys.argv[1]](*sys.argv[2:])) + "\n")
