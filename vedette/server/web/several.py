"""The same thing done to several rows of a list: what can be done is, and what cannot is told with its reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from django.contrib import messages
from django.http import HttpRequest

from vedette.server.discovery.models import DiscoveryAsset
from vedette.server.discovery.services import assets as asset_services
from vedette.server.kernel.errors import DomainError, NotFound
from vedette.server.scans.services import lifecycle
from vedette.server.targets.models import Target
from vedette.server.targets.services import targets as target_services
from vedette.server.targets.services.belongings import LabelChoice
from vedette.server.targets.services.targets import CreateChecks
from vedette.server.tenancy.actor import Actor
from vedette.server.web.answers import texts_of

R = TypeVar("R")
_NAMED = 3


@dataclass(slots=True)
class Outcome:
    """How many were done, and why the others were not, by their names."""

    done: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)

    def tell(self, request: HttpRequest, *, one: str, many: str) -> None:
        """Leaves messages: `one` and `many` are what was done, as in `scan started`, `scans started`."""
        if self.done:
            messages.success(request, f"{self.done} {one if self.done == 1 else many}.")
        for name, why in self.refused[:_NAMED]:
            messages.warning(request, f"{name}: {why}")
        if len(self.refused) > _NAMED:
            messages.warning(request, f"{len(self.refused) - _NAMED} more were left alone for such reasons.")


def start_scans(actor: Actor, targets: Iterable[Target], profile: str | None = None) -> Outcome:
    """Starts a scan of each."""
    return _each(targets, lambda target: lifecycle.start(actor=actor, target=target, profile=profile))


def add_label(actor: Actor, targets: Iterable[Target], name: str) -> Outcome:
    """Gives each target a label beside those it has; an unknown one is made."""

    def label(target: Target) -> object:
        kept = [LabelChoice(id=one.public_id) for one in target.labels.all()]
        return target_services.change(actor, target, labels=[*kept, LabelChoice(name=name)])

    return _each(targets, label)


def delete_targets(actor: Actor, targets: Iterable[Target]) -> Outcome:
    """Deletes each."""
    return _each(targets, lambda target: target_services.delete(actor, target))


def promote(actor: Actor, assets: Iterable[DiscoveryAsset]) -> Outcome:
    """Makes a target of each. Whether they can be reached is known: a discovery has just seen them."""
    seen = CreateChecks(skip_reachability_check=True, duplicate_check=True)
    return _each(assets, lambda asset: asset_services.promote(actor, asset, checks=seen))


def _each(rows: Iterable[R], service: Callable[[R], object]) -> Outcome:
    outcome = Outcome()
    for row in rows:
        try:
            service(row)
        except NotFound:
            outcome.refused.append((str(row), "It does not exist any more."))
        except DomainError as error:
            outcome.refused.append((str(row), " ".join(texts_of(error))))
        else:
            outcome.done += 1
    return outcome
