"""For which organisation a command works."""

import pytest

from tests.server import factories
from vedette.server.commands import acting
from vedette.server.kernel.errors import Invalid

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_only_one_needs_no_name():
    home = factories.organisation("Home")
    actor = acting.actor_of("")
    assert (actor.organisation, actor.name) == (home, acting.WHO)
    assert actor.everywhere("scans.start")


def test_without_any_that_is_told():
    with pytest.raises(Invalid) as caught:
        acting.actor_of("")
    assert caught.value.fields == {"organisation": ["There is none yet."]}


def test_of_several_one_is_named():
    home, other = factories.organisation("Home"), factories.organisation("Other")
    for wrong, told in (("", "several: name one by --organisation"), ("Nobody", "named 'Nobody'")):
        with pytest.raises(Invalid) as caught:
            acting.actor_of(wrong)
        assert told in caught.value.fields["organisation"][0]
    assert acting.actor_of("other").organisation == other
    assert acting.actor_of(home.public_id).organisation == home
