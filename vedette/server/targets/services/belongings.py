"""The labels and teams of a target, set within the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from vedette.server.kernel.errors import Invalid, LimitReached, NotAllowed
from vedette.server.kernel.ids import is_id
from vedette.server.targets.models import Target
from vedette.server.targets.rules import MAX_LABELS, MAX_NAME
from vedette.server.targets.values import FieldError, text_of
from vedette.server.tenancy import queries as tenancy
from vedette.server.tenancy.actor import Actor
from vedette.server.tenancy.models import Label, Team
from vedette.server.tenancy.services import labels as labelling


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelChoice:
    """A label by its public id or, without one, by its name: unknown names are created, with this colour."""

    id: str = ""
    name: str = ""
    color: str = ""


def find_labels(actor: Actor, choices: Sequence[LabelChoice]) -> list[Label]:
    """The labels meant, each once. Raises Invalid under `labels`."""
    if len(choices) > MAX_LABELS:
        raise Invalid(fields={"labels": [f"At most {MAX_LABELS} labels are possible."]})
    wanted = [choice.id for choice in choices if is_id(choice.id)]
    known = {label.public_id: label for label in tenancy.labels_for_actor(actor, "target").filter(public_id__in=wanted)}
    found: dict[int, Label] = {}
    for choice in choices:
        label = known.get(choice.id) if choice.id else _named(actor, choice)
        if label is None:
            raise Invalid(fields={"labels": ["There is no such label."]})
        found[label.pk] = label
    return list(found.values())


def _named(actor: Actor, choice: LabelChoice) -> Label:
    try:
        name = text_of(choice.name, MAX_NAME).strip()
    except FieldError as error:
        raise Invalid(fields={"labels": [str(error)]}) from None
    if not name:
        raise Invalid(fields={"labels": ["Give the id or the name of each label."]})
    try:
        return labelling.ensure(actor=actor, kind="target", name=name, color=choice.color)
    except Invalid as error:
        messages = [text for texts in error.fields.values() for text in texts]
        raise Invalid(fields={"labels": messages}) from None


def set_labels(target: Target, labels: Sequence[Label]) -> tuple[list[str], list[str]] | None:
    """Gives the target these labels and no others; the names before and after, None when nothing changed."""
    before = list(target.labels.order_by("id"))
    after = sorted(labels, key=lambda label: label.pk)
    if before == after:
        return None
    target.labels.set(after)
    return [label.name for label in before], [label.name for label in after]


def find_teams(actor: Actor, public_ids: Sequence[str]) -> list[Team]:
    """The teams meant, locked in the order of their keys. Raises Invalid under `teams`."""
    wanted = list(dict.fromkeys(public_ids))
    if not wanted:
        return []
    rows = Team.objects.select_for_update(no_key=True).filter(organisation=actor.organisation).order_by("pk")
    found = list(rows.filter(public_id__in=[text for text in wanted if is_id(text)]))
    visible = set(
        tenancy.teams_for_actor(actor).filter(pk__in=[team.pk for team in found]).values_list("pk", flat=True)
    )
    if len(found) != len(wanted) or any(team.pk not in visible for team in found):
        raise Invalid(fields={"teams": ["There is no such team."]})
    return found


def set_teams(
    actor: Actor, target: Target, teams: Sequence[Team], permission: str
) -> tuple[list[str], list[str]] | None:
    """Puts the target into these teams and no others; the names before and after, None when nothing changed.

    Needs the permission over every team that it joins or leaves. Raises NotAllowed, and LimitReached for a full team.
    """
    before = list(target.teams.order_by("pk"))
    if before == list(teams):
        return None
    joined = [team for team in teams if team not in before]
    moved = [*joined, *(team for team in before if team not in teams)]
    _require_all(actor, permission, moved)
    for team in joined:
        check_quota(team)
    target.teams.set(teams)
    return [team.name for team in before], [team.name for team in teams]


def check_quota(team: Team) -> None:
    """Raises LimitReached when the locked team has no room for another target."""
    if team.quota is not None and Target.objects.filter(teams=team, archived_at=None).count() >= team.quota:
        message = f"The team {team.name} has as many targets as it may have: {team.quota}."
        raise LimitReached("team_quota", message, {"team": team.public_id, "quota": team.quota}, field="teams")


def _require_all(actor: Actor, permission: str, teams: Iterable[Team]) -> None:
    if actor.everywhere(permission):
        return
    held = actor.teams(permission)
    if any(team.pk not in held for team in teams):
        raise NotAllowed(data={"permission": permission})
