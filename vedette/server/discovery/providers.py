"""Where names come from: the engine's own ways, and providers that an organisation asks with its own keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from vedette.contract.discovery import ACTIVE_TECHNIQUES, TECHNIQUES, Provider, SourceInfo
from vedette.engine.discover import source as passive
from vedette.server.discovery.models import DiscoverySource
from vedette.server.tenancy import queries as tenancy
from vedette.server.tenancy.models import Organisation

TABLE, COLUMN = "discovery_source", "key"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a job is told of the providers that it is to ask; secrets by the names that they have there."""

    providers: tuple[Provider, ...] = ()
    secrets: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Source:
    """Somewhere names come from; `provider` is what a provider says of itself, `row` how the organisation uses it."""

    id: str
    name: str
    provider: SourceInfo | None = None
    row: DiscoverySource | None = None

    @property
    def active(self) -> bool:
        """Whether it tries names, and so is used for domains alone whose ownership was shown."""
        return self.id in ACTIVE_TECHNIQUES

    @property
    def ready(self) -> bool:
        """Whether it is asked: a provider needs its key and an address, and must be switched on."""
        if self.provider is None:
            return True
        row = self.row
        lacks_key = self.provider.needs_key and (row is None or not row.sealed)
        lacks_url = not self.provider.url and (row is None or not row.url)
        return row is not None and row.enabled and not lacks_key and not lacks_url


def providers() -> tuple[SourceInfo, ...]:
    """All providers that the engine can ask, by title."""
    return tuple(sorted((one.info for one in passive.load().values()), key=lambda one: one.title.lower()))


def title_of(source: str) -> str:
    """A source in words; one that is no longer known reads as its id."""
    known = {**TECHNIQUES, **{one.id: one.title for one in providers()}}
    return known.get(source, source)


def sources(organisation: Organisation) -> list[Source]:
    """Everything that may tell names to this organisation, the engine's own ways first."""
    rows = {row.source: row for row in DiscoverySource.objects.filter(organisation=organisation)}
    own = [Source(key, title) for key, title in TECHNIQUES.items()]
    return own + [Source(one.id, one.title, one, rows.get(one.id)) for one in providers()]


def asked(organisation: Organisation) -> Asked:
    """The providers that are ready, with their keys opened. Raises SealError."""
    found, secrets = [], {}
    for one in sources(organisation):
        if one.provider is None or one.row is None or not one.ready:
            continue
        name = f"discovery {one.id}" if one.row.sealed else ""
        if name:
            secrets[name] = key_of(one.row)
        found.append(Provider(source=one.id, url=one.row.url, secret=name))
    return Asked(tuple(found), secrets)


def key_of(row: DiscoverySource) -> str:
    """The key of a provider. Raises SealError."""
    opened = tenancy.unseal(row.organisation, bytes(row.sealed), table=TABLE, public_id=row.public_id, column=COLUMN)
    return opened.decode()
