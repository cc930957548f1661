"""Numbers are counted once for many who ask, and again when that fails."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest

from vedette.server.findings import kept
from vedette.server.kernel import clock


@pytest.fixture
def moment():
    with clock.frozen(datetime(2026, 3, 2, 12, 0, tzinfo=UTC)) as frozen:
        yield frozen


def test_one_thread_counts_while_the_others_are_given_what_there_was(moment):
    numbers = kept.Kept()
    assert numbers.get(("k",), lambda: 1) == 1
    moment.advance(11)
    began, go = threading.Event(), threading.Event()

    def slow():
        began.set()
        go.wait(60)
        return 2

    worker = threading.Thread(target=lambda: numbers.get(("k",), slow))
    worker.start()
    assert began.wait(60)
    assert numbers.get(("k",), lambda: 3) == 1
    go.set()
    worker.join(60)
    assert numbers.get(("k",), lambda: 3) == 2


def test_a_failed_count_is_tried_again():
    numbers = kept.Kept()
    with pytest.raises(ValueError, match="no"):
        numbers.get(("k",), lambda: (_ for _ in ()).throw(ValueError("no")))
    assert numbers.get(("k",), lambda: 1) == 1
