"""Who sees which credentials."""

from __future__ import annotations

import pytest

from vedette.server.kernel.errors import Invalid, NotFound
from vedette.server.targets import credentials
from vedette.server.targets.credentials import CredentialFilter
from vedette.server.targets.services import credentials as services
from vedette.server.tenancy.actor import Grant
from vedette.server.tenancy.rules import BUILTIN_ROLES


@pytest.fixture
def two(owner, team):
    """One of the account, one of a team."""
    return (
        services.create(owner, name="Account", value="a", desc="for all"),
        services.create(owner, name="Shop", value="b", sensitive=False, team=team.public_id),
    )


def names(rows):
    return [row.name for row in rows]


def test_the_whole_account_or_only_ones_team(owner, person, stranger, team, two):
    analyst = BUILTIN_ROLES["analyst"]
    assert names(credentials.for_actor(owner)) == ["Account", "Shop"]
    assert names(credentials.for_actor(person(Grant(analyst)))) == ["Account", "Shop"]
    assert names(credentials.for_actor(person(Grant(analyst, "team", team.pk)))) == ["Shop"]
    assert names(credentials.for_actor(person(Grant(BUILTIN_ROLES["developer"])))) == []
    assert names(credentials.for_actor(stranger)) == []
    for unseen in (stranger, person(Grant(BUILTIN_ROLES["developer"]))):
        with pytest.raises(NotFound):
            credentials.get(unseen, two[0].public_id)
    assert credentials.get(owner, two[0].public_id).name == "Account"


def test_they_are_narrowed_and_ordered(owner, team, two):
    def found(**wanted):
        return names(credentials.listed(owner, CredentialFilter(**wanted)))

    assert found(sensitive=True) == ["Account"]
    assert found(teams=(team.public_id,)) == ["Shop"]
    assert found(teams=("nonsense",)) == []
    assert found(search="FOR all") == ["Account"]
    assert found(search="a\0") == []
    assert found(ordering="-name") == ["Shop", "Account"]
    with pytest.raises(Invalid):
        found(ordering="value")
