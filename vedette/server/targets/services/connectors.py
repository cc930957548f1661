"""Connected accounts whose zones show who owns a name: set, asked by a queued job, removed, with what rests on them."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from vedette.server.audit import services as audit
from vedette.server.kernel import clock, sealing
from vedette.server.kernel.errors import Conflict, Invalid
from vedette.server.kernel.ids import new_id
from vedette.server.targets import grounds, ownership, rules
from vedette.server.targets.connectors import cloudflare, route53
from vedette.server.targets.connectors.listing import Ask, Asking, Failed, Listing, Refused
from vedette.server.targets.models import Connector, Domain, Zone
from vedette.server.tenancy import queries as tenancy
from vedette.server.tenancy.actor import Actor

WAIT_S = 10.0
POLL_S = 0.2
DAILY = timedelta(days=1)
SOON = timedelta(minutes=15)
"""How long until an account is asked again by itself, after an answer and after none."""
_TABLE, _COLUMN = "connector", "sealed"
_UNKNOWN = "An obfuscated value stands for no stored one here: give the value itself."


@dataclass(frozen=True, slots=True)
class Kind:
    """A service: its name, the form of each credential, those that are shown as they are, and how it is asked."""

    label: str
    credentials: Mapping[str, re.Pattern[str]]
    shown: frozenset[str]
    ask: Ask


KINDS = {
    "aws": Kind(
        "AWS",
        {"access_key": re.compile(r"[A-Z0-9]{16,128}"), "secret_key": re.compile(r"[A-Za-z0-9/+=]{16,128}")},
        frozenset({"access_key"}),
        route53.listing,
    ),
    "cloudflare": Kind("Cloudflare", {"token": re.compile(r"[A-Za-z0-9_-]{20,255}")}, frozenset(), cloudflare.listing),
}


def find(actor: Actor, kind: str) -> Connector | None:
    """The organisation's connector of this kind, if it has one. Raises NotAllowed."""
    actor.require("organisation.view")
    return Connector.objects.filter(organisation=actor.organisation, kind=kind).prefetch_related("zones").first()


def shown(connector: Connector) -> dict[str, str]:
    """Its credentials by name, secrets obfuscated."""
    kind = KINDS[connector.kind]
    found = _opened(connector)
    return {
        name: value if name in kind.shown else tenancy.obfuscated(connector.organisation, value)
        for name, value in found.items()
    }


def save(
    actor: Actor, kind: str, *, whole: bool, name: str | None = None, enabled: bool | None = None, **given: str
) -> Connector:
    """Connects an account or changes how, and has it asked. `given` are the credentials of `KINDS`; one left out keeps
    its value unless the connector is given `whole`, and so does one sent back obfuscated.

    Raises NotAllowed, Invalid by credential.
    """
    actor.require("organisation.change")
    with transaction.atomic():
        found = Connector.objects.filter(organisation=actor.organisation, kind=kind)
        connector = found.select_for_update(of=("self",), no_key=True).select_related("organisation").first()
        if connector is None:
            connector = Connector(organisation=actor.organisation, kind=kind, public_id=new_id())
        before = {"name": connector.name, "enabled": connector.enabled} if connector.pk else {}
        old = _opened(connector) if connector.pk else {}
        new = _credentials(connector, old, given, whole=whole)
        if name is not None or whole:
            connector.name = (name or "")[: rules.MAX_NAME]
        if enabled is not None or whole:
            connector.enabled = enabled is not False
        if new != old:
            connector.sealed = _sealed(connector, new)
            connector.state, connector.last_error = "", ""
        connector.changed_at, connector.changed_by = clock.now(), actor.user
        connector.save()
        after = {"name": connector.name, "enabled": connector.enabled}
        _record(
            "connector.changed", actor, connector, {"before": before, "after": after, "new_credentials": new != old}
        )
        if connector.enabled:
            ownership.ask_for_zones(connector)
    _follow(connector, ())
    return connector


def remove(actor: Actor, kind: str) -> None:
    """Forgets an account with its credentials and zones; without one, nothing happens. Raises NotAllowed."""
    actor.require("organisation.change")
    with transaction.atomic():
        connector = Connector.objects.filter(organisation=actor.organisation, kind=kind).first()
        if connector is None:
            return
        _record("connector.deleted", actor, connector, {})
        connector.delete()
    _follow(connector, ())


def ask(actor: Actor, kind: str) -> Connector:
    """Has an account asked now, and waits up to WAIT_S for it: without an answer by then, the connector is as it was.
    Never call this within a transaction. Raises NotAllowed, Conflict (`not_connected`, `not_refreshed`)."""
    actor.require("organisation.change")
    connector = find(actor, kind)
    if connector is None or not connector.enabled:
        raise Conflict("not_connected", "No account is connected, or the connector is switched off.")
    before = connector.asked_at
    ownership.ask_for_zones(connector)
    ends = time.monotonic() + WAIT_S
    while connector.asked_at == before and time.monotonic() < ends:
        time.sleep(POLL_S)
        connector.refresh_from_db()
    if connector.asked_at != before and connector.state != "ok":
        raise Conflict("not_refreshed", connector.last_error)
    return connector


def ask_due() -> None:
    """Has all accounts asked that were not for a day, or not for some minutes when they gave no answer then."""
    now = clock.now()
    due = Q(asked_at=None) | Q(asked_at__lte=now - DAILY) | Q(state="failed", asked_at__lte=now - SOON)
    for connector in Connector.objects.filter(due, enabled=True).order_by("id"):
        ownership.ask_for_zones(connector)


def refresh(public_id: str) -> None:
    """Asks an account for its zones and stores them, with what follows for domains. An account that refuses has none
    any more; one that gives no answer keeps those that it had, for `rules.ZONE_DAYS`."""
    rows = Connector.objects.select_related("organisation").filter(public_id=public_id, enabled=True)
    connector = rows.first()
    if connector is None:
        return
    # Domains may come in while the account is asked: those ask again.
    domains = Domain.objects.filter(organisation=connector.organisation)
    wanted = frozenset(name for domain in domains for name in grounds.names_above(domain))
    listing, state, error = Listing({}), "ok", ""
    try:
        listing = KINDS[connector.kind].ask(_opened(connector), wanted, Asking())
    except Refused as refused:
        state, error = "refused", str(refused)
    except Failed as failed:
        state, error = "failed", str(failed)
    with transaction.atomic():
        current = rows.select_for_update(of=("self",), no_key=True).first()
        if current is None or bytes(current.sealed) != bytes(connector.sealed):
            return  # it was changed in the meantime, which has it asked again
        _store(current, listing, state, error)
    _follow(current, [name for name, proven in listing.zones.items() if proven])


def _store(connector: Connector, listing: Listing, state: str, error: str) -> None:
    now = clock.now()
    connector.state, connector.last_error, connector.asked_at = state, error[:300], now
    if state == "ok":
        connector.refreshed_at, connector.can_list_zones = now, True
        if listing.can_list_records is not None:
            connector.can_list_records = listing.can_list_records
    elif state == "refused":
        connector.can_list_zones = connector.can_list_records = False
    connector.save(update_fields=_STATE)
    if state != "failed":
        connector.zones.all().delete()
        Zone.objects.bulk_create(
            Zone(connector=connector, hostname=name, proven=proven) for name, proven in sorted(listing.zones.items())
        )


_STATE = ("state", "last_error", "asked_at", "refreshed_at", "can_list_zones", "can_list_records")


def _follow(connector: Connector, proven: Collection[str]) -> None:
    """Looks again at the domains that rest on the connector, and at those that may from now on."""
    method = next(method for method, kind in rules.CONNECTED.items() if kind == connector.kind)
    mine = Domain.objects.filter(organisation=connector.organisation)
    ownership.reassess_all(mine.filter(verified=True, method=method))
    names = set(proven)
    for domain in mine.filter(verified=False):
        if names.intersection(grounds.names_above(domain)):
            ownership.reassess(domain)


def _credentials(
    connector: Connector, old: Mapping[str, str], given: Mapping[str, str], *, whole: bool
) -> dict[str, str]:
    faults: dict[str, list[str]] = {}
    found: dict[str, str] = {}
    for name, form in KINDS[connector.kind].credentials.items():
        value = given.get(name, "" if whole else old.get(name, ""))
        if sealing.is_obfuscated(value):
            stored = old.get(name, "")
            if not stored or tenancy.obfuscated(connector.organisation, stored) != value:
                faults[name] = [_UNKNOWN]
            value = stored
        elif not form.fullmatch(value):
            faults[name] = ["This is not in the form of such a credential." if value else "This field is required."]
        found[name] = value
    if faults:
        raise Invalid(fields=faults)
    return found


def _opened(connector: Connector) -> dict[str, str]:
    sealed = tenancy.unseal(
        connector.organisation, connector.sealed, table=_TABLE, public_id=connector.public_id, column=_COLUMN
    )
    found: dict[str, str] = json.loads(sealed)
    return found


def _sealed(connector: Connector, credentials: Mapping[str, str]) -> bytes:
    text = json.dumps(dict(credentials))
    return tenancy.seal(connector.organisation, text, table=_TABLE, public_id=connector.public_id, column=_COLUMN)


def _record(kind: str, actor: Actor, connector: Connector, data: dict[str, Any]) -> None:
    audit.record(
        kind=kind,
        actor=actor,
        organisation=connector.organisation,
        object_kind="connector",
        object_id=connector.public_id,
        object_name=KINDS[connector.kind].label,
        data=data,
    )
