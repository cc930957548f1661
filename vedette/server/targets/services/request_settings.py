"""Headers and cookies that go with every request: sealed at rest, obfuscated when they are secrets, kept in order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from dataclasses import replace as replace_in
from typing import Any

from vedette.contract.job import Setting
from vedette.server.kernel import sealing
from vedette.server.kernel.ids import new_id
from vedette.server.targets.items import RequestItem, may_be_sent
from vedette.server.targets.models import ExtraHost, RequestSetting, Target
from vedette.server.targets.references import is_reference
from vedette.server.targets.services import stored_values
from vedette.server.targets.values import FieldError
from vedette.server.tenancy import queries as tenancy
from vedette.server.tenancy.models import Organisation

TABLE = "request_setting"
COLUMN = "value"


_FLAGS = ("authentication", "authentication_secondary", "sensitive", "allow_testing")

Owner = Target | ExtraHost
"""Whose headers and cookies they are."""


def rows_of(owner: Owner, kind: str) -> list[RequestSetting]:
    """The rows of a kind, in order: the target's own without those of its extra hosts, or those of an extra host."""
    host = owner.pk if isinstance(owner, ExtraHost) else None
    rows = [row for row in owner.request_settings.all() if row.kind == kind and row.extra_host_id == host]
    return sorted(rows, key=lambda row: (row.position, row.pk))


def target_of(owner: Owner) -> Target:
    """The target that it belongs to."""
    return owner.target if isinstance(owner, ExtraHost) else owner


def read(owner: Owner, kind: str) -> list[dict[str, Any]]:
    """The items as they may be shown: name, value, and their flags. The value of one that logs in or is sensitive is
    obfuscated."""
    organisation = target_of(owner).organisation
    return [
        {
            "name": row.name,
            "value": _shown(organisation, row),
            **{name: getattr(row, name) for name in _FLAGS},
        }
        for row in rows_of(owner, kind)
    ]


def logs_in(target: Target, kind: str, *, secondary: bool = False) -> bool:
    """Whether a stored item of this kind makes a log-in, or that of the second user."""
    name = "authentication_secondary" if secondary else "authentication"
    return any(getattr(row, name) for row in rows_of(target, kind))


def replace(owner: Owner, kind: str, items: Sequence[RequestItem]) -> bool:
    """Puts these items in the place of all of the kind, in the caller's transaction; says whether anything changed.

    An obfuscated value stands for the stored one of the same name, or of the same hash, and stays hidden from then on.
    Raises FieldError when it stands for none.
    """
    organisation = target_of(owner).organisation
    stored = [_open(organisation, row) for row in RequestSetting.objects.filter(**_own(owner, kind))]
    wanted = _resolved(kind, items, stored)
    if [item for item, _ in stored] == wanted:
        return False
    RequestSetting.objects.filter(**_own(owner, kind)).delete()
    RequestSetting.objects.bulk_create(_row(owner, kind, position, item) for position, item in enumerate(wanted))
    return True


@dataclass(frozen=True, slots=True)
class Spoken:
    """Settings as a job says them: names in the open, values in a map of their own."""

    settings: tuple[Setting, ...]
    secrets: dict[str, str]


def spoken(kind: str, pairs: Iterable[tuple[str, str]]) -> Spoken:
    """Names and values of one kind for a job; each value under a name of its own (`header-1`)."""
    settings: list[Setting] = []
    secrets: dict[str, str] = {}
    for number, (name, value) in enumerate(pairs, 1):
        secret = f"{kind}-{number}"
        settings.append(Setting(name=name, secret=secret))
        secrets[secret] = value
    return Spoken(tuple(settings), secrets)


def spoken_of(owner: Owner, kind: str, *, secondary: bool = False, prefix: str = "") -> Spoken:
    """The stored items of one kind for a job: those of the second user, or all others. The `prefix` keeps names of
    secrets of several owners apart."""
    rows = [row for row in rows_of(owner, kind) if row.authentication_secondary == secondary]
    said = spoken(f"{prefix}{kind}", [(row.name, _sent(owner, row)) for row in rows])
    pairs = zip(said.settings, rows, strict=True)
    settings = tuple(
        replace_in(setting, testing=row.allow_testing, authenticates=row.authentication) for setting, row in pairs
    )
    return Spoken(settings, said.secrets)


def _own(owner: Owner, kind: str) -> dict[str, Any]:
    return {"target": target_of(owner), "extra_host": owner if isinstance(owner, ExtraHost) else None, "kind": kind}


def _resolved(kind: str, items: Sequence[RequestItem], stored: list[tuple[RequestItem, str]]) -> list[RequestItem]:
    left = list(stored)
    wanted: list[RequestItem] = []
    for number, item in enumerate(items, 1):
        if not sealing.is_obfuscated(item.value):
            wanted.append(item)
            continue
        match = _match(item, left) or _match(item, stored)
        if match is None:
            raise FieldError(f"{kind.capitalize()} {number} has an obfuscated value that stands for no stored one.")
        if match in left:
            left.remove(match)
        # Whoever sends back what they were shown may not know the value: it must not become readable that way.
        hidden = item.sensitive or not item.hidden
        wanted.append(replace_in(item, value=match[0].value, sensitive=hidden))
    return wanted


def _match(item: RequestItem, stored: list[tuple[RequestItem, str]]) -> tuple[RequestItem, str] | None:
    named = [pair for pair in stored if pair[0].name.lower() == item.name.lower() and pair[0].hidden]
    same = [pair for pair in stored if pair[1] == item.value and pair[0].hidden]
    both = [pair for pair in named if pair in same]
    return next(iter([*both, *named, *same]), None)


def _row(owner: Owner, kind: str, position: int, item: RequestItem) -> RequestSetting:
    public_id, organisation = new_id(), target_of(owner).organisation
    sealed = tenancy.seal(organisation, item.value, table=TABLE, public_id=public_id, column=COLUMN)
    flags = {name: getattr(item, name) for name in _FLAGS}
    return RequestSetting(
        public_id=public_id, position=position, name=item.name, sealed=sealed, **_own(owner, kind), **flags
    )


def _open(organisation: Organisation, row: RequestSetting) -> tuple[RequestItem, str]:
    value = _value(organisation, row)
    flags = {name: getattr(row, name) for name in _FLAGS}
    return RequestItem(name=row.name, value=value, **flags), tenancy.obfuscated(organisation, value)


def _sent(owner: Owner, row: RequestSetting) -> str:
    """The value as it goes on the wire. One that could not go there with what a credential holds stays as it is."""
    target = target_of(owner)
    value = _value(target.organisation, row)
    found = stored_values.filled(target, value)
    return found if may_be_sent(row.kind, found) else value


def _value(organisation: Organisation, row: RequestSetting) -> str:
    return tenancy.unseal(organisation, row.sealed, table=TABLE, public_id=row.public_id, column=COLUMN).decode()


def _shown(organisation: Organisation, row: RequestSetting) -> str:
    value = _value(organisation, row)
    hidden = (row.authentication or row.authentication_secondary or row.sensitive) and not is_reference(value)
    return tenancy.obfuscated(organisation, value) if hidden else value
