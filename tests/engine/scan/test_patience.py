"""A target that stays away long enough is given up; a scan that waits for something else is not."""

from vedette.engine.scan.patience import PATIENCE_S, TROUBLES, Patience


class Clock:
    def __init__(self):
        self.at = 0.0

    def now(self):
        return self.at


def test_nothing_but_trouble_for_long():
    clock = Clock()
    patience = Patience(clock)
    assert not patience.ends(5, 0)
    clock.at = PATIENCE_S - 1
    assert not patience.ends(5, TROUBLES)
    clock.at = PATIENCE_S
    assert not patience.ends(5, TROUBLES - 1), "few requests say little"
    assert patience.ends(5, TROUBLES)


def test_an_answer_begins_it_anew():
    clock = Clock()
    patience = Patience(clock)
    clock.at = PATIENCE_S
    assert not patience.ends(1, 4 * TROUBLES)
    clock.at = 2 * PATIENCE_S - 1
    assert not patience.ends(1, 5 * TROUBLES)
    clock.at = 2 * PATIENCE_S
    assert patience.ends(1, 5 * TROUBLES)
