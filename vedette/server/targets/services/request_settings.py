"""Headers and cookies that go with every request: sealed at rest, obfuscated when they are secrets, kept in order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from vedette.contract.job import Setting
from vedette.server.kernel import sealing
from vedette.server.kernel.ids import new_id
from vedette.server.targets.items import RequestItem
from vedette.server.targets.models import RequestSetting, Target
from vedette.server.targets.values import FieldError
from vedette.server.tenancy import queries as tenancy
from vedette.server.tenancy.models import Organisation

TABLE = "request_setting"
COLUMN = "value"


def rows_of(target: Target, kind: str) -> list[RequestSetting]:
    """The target's own rows of a kind, in order; those of its extra hosts are left out."""
    rows = [row for row in target.request_settings.all() if row.kind == kind and row.extra_host_id is None]
    return sorted(rows, key=lambda row: (row.position, row.pk))


def read(target: Target, kind: str) -> list[dict[str, Any]]:
    """The items as they may be shown: name, value, allow_testing, authentication, sensitive. The value of one that logs
    in or is sensitive is obfuscated."""
    return [
        {
            "name": row.name,
            "value": _shown(target.organisation, row),
            "allow_testing": row.allow_testing,
            "authentication": row.authentication,
            "sensitive": row.sensitive,
        }
        for row in rows_of(target, kind)
    ]


def logs_in(target: Target, kind: str) -> bool:
    """Whether a stored item of this kind makes a log-in."""
    return any(row.authentication for row in rows_of(target, kind))


def replace(target: Target, kind: str, items: Sequence[RequestItem]) -> bool:
    """Puts these items in the place of all of the kind, in the caller's transaction; says whether anything changed.

    An obfuscated value stands for the stored one of the same name, or of the same hash, and stays hidden from then on.
    Raises FieldError when it stands for none.
    """
    stored = [_open(target.organisation, row) for row in RequestSetting.objects.filter(**_own(target, kind))]
    wanted = _resolved(kind, items, stored)
    if [item for item, _ in stored] == wanted:
        return False
    RequestSetting.objects.filter(**_own(target, kind)).delete()
    RequestSetting.objects.bulk_create(_row(target, kind, position, item) for position, item in enumerate(wanted))
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


def spoken_of(target: Target, kind: str) -> Spoken:
    """The stored items of one kind for a job."""
    return spoken(kind, [(row.name, _value(target.organisation, row)) for row in rows_of(target, kind)])


def _own(target: Target, kind: str) -> dict[str, Any]:
    return {"target": target, "extra_host": None, "kind": kind}


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
        wanted.append(
            RequestItem(name=item.name, value=match[0].value, authentication=item.authentication, sensitive=hidden)
        )
    return wanted


def _match(item: RequestItem, stored: list[tuple[RequestItem, str]]) -> tuple[RequestItem, str] | None:
    named = [pair for pair in stored if pair[0].name.lower() == item.name.lower() and pair[0].hidden]
    same = [pair for pair in stored if pair[1] == item.value and pair[0].hidden]
    both = [pair for pair in named if pair in same]
    return next(iter([*both, *named, *same]), None)


def _row(target: Target, kind: str, position: int, item: RequestItem) -> RequestSetting:
    public_id = new_id()
    sealed = tenancy.seal(target.organisation, item.value, table=TABLE, public_id=public_id, column=COLUMN)
    return RequestSetting(
        public_id=public_id,
        target=target,
        kind=kind,
        position=position,
        name=item.name,
        sealed=sealed,
        authentication=item.authentication,
        sensitive=item.sensitive,
    )


def _open(organisation: Organisation, row: RequestSetting) -> tuple[RequestItem, str]:
    value = _value(organisation, row)
    item = RequestItem(name=row.name, value=value, authentication=row.authentication, sensitive=row.sensitive)
    return item, tenancy.obfuscated(organisation, value)


def _value(organisation: Organisation, row: RequestSetting) -> str:
    return tenancy.unseal(organisation, row.sealed, table=TABLE, public_id=row.public_id, column=COLUMN).decode()


def _shown(organisation: Organisation, row: RequestSetting) -> str:
    value = _value(organisation, row)
    return tenancy.obfuscated(organisation, value) if row.authentication or row.sensitive else value
