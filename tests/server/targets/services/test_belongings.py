"""Labels and teams of a target."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from vedette.server.kernel.errors import Invalid, LimitReached, NotAllowed
from vedette.server.targets.models import Target
from vedette.server.targets.services import belongings
from vedette.server.targets.services.belongings import LabelChoice
from vedette.server.tenancy.actor import Actor
from vedette.server.tenancy.models import Label, Team

Make = Callable[..., Target]


def test_a_label_is_found_by_id_or_name_and_made_when_unknown(owner: Actor) -> None:
    (made,) = belongings.find_labels(owner, [LabelChoice(name="Prod", color="#00ff00")])
    assert (made.kind, made.name, made.color) == ("target", "Prod", "#00ff00")
    again = belongings.find_labels(owner, [LabelChoice(id=made.public_id), LabelChoice(name=" prod ")])
    assert again == [made]


@pytest.mark.parametrize(
    "choice",
    [
        LabelChoice(),
        LabelChoice(name="  "),
        LabelChoice(name="x" * 256),
        LabelChoice(name="a\0"),
        LabelChoice(name="a", color="red; }"),
        LabelChoice(id="unknown"),
        LabelChoice(id="\0"),
        LabelChoice(id="\ud800"),
        LabelChoice(id="unknown", name="known"),
    ],
)
def test_what_is_no_label_is_refused_under_labels(owner: Actor, choice: LabelChoice) -> None:
    belongings.find_labels(owner, [LabelChoice(name="known")])
    with pytest.raises(Invalid) as refused:
        belongings.find_labels(owner, [choice])
    assert list(refused.value.fields) == ["labels"]
    assert Label.objects.count() == 1


def test_labels_of_findings_are_not_for_targets(owner: Actor) -> None:
    label = Label.objects.create(organisation=owner.organisation, kind="finding", name="x")
    with pytest.raises(Invalid):
        belongings.find_labels(owner, [LabelChoice(id=label.public_id)])


def test_labels_are_bounded(owner: Actor) -> None:
    with pytest.raises(Invalid):
        belongings.find_labels(owner, [LabelChoice(name=f"l{n}") for n in range(101)])
    assert not Label.objects.exists()


def test_setting_says_what_moved(owner: Actor, make: Make, team: Team) -> None:
    target = make()
    labels = belongings.find_labels(owner, [LabelChoice(name="b"), LabelChoice(name="a")])
    assert belongings.set_labels(target, labels) == ([], ["b", "a"])
    assert belongings.set_labels(target, labels[::-1]) is None
    assert belongings.set_teams(owner, target, [team], "targets.change") == ([], ["Shop"])
    assert belongings.set_teams(owner, target, [team], "targets.change") is None


def test_teams_are_found_once_and_in_one_order(owner: Actor, team: Team) -> None:
    other = Team.objects.create(organisation=owner.organisation, name="Other")
    wanted = [other.public_id, team.public_id, other.public_id]
    assert belongings.find_teams(owner, wanted) == [team, other]
    assert belongings.find_teams(owner, []) == []
    for bad in ("unknown", "\0", "\ud800"):
        with pytest.raises(Invalid):
            belongings.find_teams(owner, [team.public_id, bad])


def test_a_team_needs_permission_and_room(owner: Actor, reader: Actor, make: Make, team: Team) -> None:
    with pytest.raises(NotAllowed):
        belongings.set_teams(reader, make(), [team], "targets.change")
    team.quota = 0
    with pytest.raises(LimitReached):
        belongings.set_teams(owner, make(), [team], "targets.change")
