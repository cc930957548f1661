"""The sessions of both users as one."""

import pytest

from vedette.contract.exchange import Request
from vedette.engine.scan.session_watches import SessionWatches


class Watch:
    """A session that is lost when it is asked for so many times."""

    def __init__(self, armed=True, used=False, lost_at=0):
        self.armed, self.used, self.due, self.epoch = armed, used, used, 0
        self.asked, self.undone = 0, []
        self._lost_at = lost_at

    async def ready(self):
        self.asked += 0

    async def holds(self, epoch):
        self.asked += 1
        self.epoch += self.asked == self._lost_at
        return epoch == self.epoch

    def unless_held(self, undo):
        self.undone.append(undo)


def both(first, second, barred=""):
    return SessionWatches({"A": first, "B": second}, lambda user: user == barred)


def test_each_user_has_a_watch_and_nobody_goes_by_the_first():
    first, second = Watch(), Watch()
    watches = both(first, second, "B")
    assert [watches.of(user) for user in ("", "A", "B")] == [first, first, second]
    assert [watches.barred(user) for user in ("", "A", "B")] == [False, False, True]
    watches.unless_held(Request("GET", "http://a/", user="B"), list)
    assert (first.undone, second.undone) == ([], [list])


@pytest.mark.parametrize(("first", "second"), [(False, False), (True, False), (False, True)])
def test_one_that_is_watched_or_due_is_enough(first, second):
    watches = both(Watch(first, first), Watch(second, second))
    assert (watches.armed, watches.due) == (first or second, first or second)


async def test_a_second_session_that_nothing_rests_on_is_not_asked_for():
    first, second = Watch(), Watch()
    watches = both(first, second)
    await watches.ready()
    assert await watches.holds(0)
    assert (first.asked, second.asked) == (1, 0)
    second.used = True
    assert await watches.holds(0)
    assert (first.asked, second.asked) == (2, 1)


async def test_the_loss_of_any_is_a_loss_for_what_began_before():
    first, second = Watch(), Watch(used=True, lost_at=1)
    watches = both(first, second)
    assert not await watches.holds(0)
    assert watches.epoch == 1
    assert not await watches.holds(0)
    assert first.asked == 1, "who began before has to begin again, whatever the sessions are now"
    assert await watches.holds(1)
