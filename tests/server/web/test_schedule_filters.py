"""What the addresses of the calendar and the list of schedules say."""

from datetime import date

import pytest

from tests.server import factories
from vedette.server.schedules.services import editing
from vedette.server.web import schedule_filters as filters

DAILY = {"date_time": "2190-06-01T10:00:00", "recurrence": "d"}


def test_an_empty_address_leaves_all():
    chosen = filters.read({})
    assert chosen == filters.Chosen() and not chosen.any


@pytest.mark.parametrize("month", ["2026", "2026-13", "2026-00", "1999-12", "2200-01", "2026-1", "٢٠٢٦-٠١", "x"])
def test_months_that_are_none_are_left_out(month):
    assert filters.read({"month": month}).month is None


def test_a_month_alone_narrows_nothing():
    chosen = filters.read({"month": "2026-02"})
    assert chosen.month == date(2026, 2, 1) and not chosen.any


def test_rows_are_narrowed(db):
    home = factories.organisation()
    actor = factories.actor(home)
    shop, forum = factories.target(home, name="Shop"), factories.target(home, name="Forum")
    editing.add(actor, [shop, forum], DAILY)

    def names(**given):
        return {row.target.name for row in filters.rows(actor, filters.read(given))}

    assert names() == {"Shop", "Forum"}
    assert names(q="foru") == {"Forum"} and names(target=forum.public_id) == {"Forum"}
    assert names(label="no-such") == names(target="\0") == names(q="\0") == set()


def test_the_filters_offer_targets_with_schedules_of_the_own_organisation(db):
    home, other = factories.organisation(), factories.organisation("Rival")
    actor = factories.actor(home)
    shop, idle = factories.target(home, name="Shop"), factories.target(home, name="Idle")
    theirs = factories.target(other, name="Rival shop")
    editing.add(actor, [shop], DAILY)
    editing.add(factories.actor(other), [theirs], DAILY)
    assert filters.choices(actor, filters.read({})) == {"target": ("Any target", [(shop.public_id, "Shop")])}
    kept = filters.choices(actor, filters.read({"target": idle.public_id}))["target"][1]
    assert kept[-1] == (idle.public_id, "The chosen target")
