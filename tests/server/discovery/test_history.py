"""The history of assets."""

import pytest

from vedette.server.discovery import history
from vedette.server.discovery.services import assets
from vedette.server.kernel.errors import Invalid


def test_lines_are_newest_first_and_narrowed_by_kind(owner, asset):
    assets.change(owner, asset, comment="One", owners=[owner.user.public_id])
    assert [one.kind for one in history.lines(asset)] == ["owner", "note", "first_seen"]
    assert [one.kind for one in history.lines(asset, kinds=("note", "ip"))] == ["note"]
    assert [one.kind for one in history.lines(asset, order="created")] == ["first_seen", "note", "owner"]
    with pytest.raises(Invalid):
        history.lines(asset, order="text")


def test_lines_say_who_it_was(owner, asset):
    assets.change(owner, asset, comment="One")
    by_person, by_run = history.lines(asset)
    assert (by_person.user, by_person.actor_name, by_person.discovery) == (owner.user, owner.name, None)
    assert (by_run.user, by_run.actor_name) == (None, "") and by_run.discovery is not None
