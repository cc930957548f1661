import threading
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vedette.server.kernel import clock, ratelimit
from vedette.server.kernel.models import RateWindow
from vedette.server.kernel.ratelimit import DatabaseStore, Limit, Limiter, Window

START = datetime(2026, 5, 4, 10, 0, 0, tzinfo=UTC)
EPOCH = int(START.timestamp())
SIGN_IN = Limit("sign-in", 5, 900)
MINUTE = Limit("api", 200, 60)
HOUR = Limit("api", 7000, 3600)
DAY = Limit("api", 18_000, 86_400)


class MemoryStore:
    """What the database does, and how often it was asked."""

    def __init__(self):
        self.rows = {}
        self.adds = 0
        self.swept = []
        self.broken = False

    def add(self, uses):
        if self.broken:
            raise ConnectionError
        self.adds += 1
        for window, count in uses.items():
            self.rows[window] = self.rows.get(window, 0) + count
        return {window: self.rows[window] for window in uses}

    def sweep(self, window_s, before):
        self.swept.append((window_s, before))
        gone = [window for window in self.rows if window.length == window_s and window.start < before]
        for window in gone:
            del self.rows[window]


@pytest.fixture
def time():
    with clock.frozen(START) as stopped:
        yield stopped


@pytest.fixture
def store():
    return MemoryStore()


@pytest.fixture
def limiter(store):
    return Limiter(store)


def allowed(limiter, limits, times, key="alice"):
    """How many of so many uses were allowed."""
    return sum(limiter.check(key, limits).allowed for _ in range(times))


def busiest_second(moments):
    """The most uses within any one second."""
    return max((sum(start <= moment <= start + 1 for moment in moments) for start in moments), default=0)


class TestOneLimit:
    def test_as_many_as_the_limit_says(self, time, limiter):
        assert allowed(limiter, [SIGN_IN], 20) == 5

    def test_a_new_window_begins_anew(self, time, limiter):
        allowed(limiter, [SIGN_IN], 20)
        time.advance(899)
        assert not limiter.check("alice", [SIGN_IN]).allowed
        time.advance(1)
        assert allowed(limiter, [SIGN_IN], 20) == 5

    def test_each_key_has_its_own_count(self, time, limiter):
        allowed(limiter, [SIGN_IN], 20)
        assert limiter.check("bob", [SIGN_IN]).allowed

    def test_each_name_has_its_own_count(self, time, limiter):
        allowed(limiter, [SIGN_IN], 20)
        assert limiter.check("alice", [Limit("reset", 5, 900)]).allowed

    def test_the_verdict_tells_what_is_left(self, time, limiter):
        time.advance(100)
        verdict = limiter.check("alice", [SIGN_IN])
        assert (verdict.limit, verdict.remaining, verdict.retry_after) == (SIGN_IN, 4, 0)
        assert verdict.reset_at == EPOCH + 900

    def test_the_verdict_tells_how_long_to_wait(self, time, limiter):
        allowed(limiter, [SIGN_IN], 5)
        time.advance(100.5)
        verdict = limiter.check("alice", [SIGN_IN])
        assert (verdict.allowed, verdict.limit, verdict.remaining) == (False, SIGN_IN, 0)
        assert (verdict.reset_at, verdict.retry_after) == (EPOCH + 900, 800)

    def test_waiting_is_at_least_a_second(self, time, limiter):
        allowed(limiter, [SIGN_IN], 5)
        time.advance(899.999)
        assert limiter.check("alice", [SIGN_IN]).retry_after == 1

    def test_a_use_may_cost_more(self, time, limiter):
        assert limiter.check("alice", [SIGN_IN], cost=3).remaining == 2
        refused = limiter.check("alice", [SIGN_IN], cost=3)
        assert (refused.allowed, refused.remaining) == (False, 2)
        assert limiter.check("alice", [SIGN_IN], cost=2).allowed

    def test_refused_uses_are_not_counted(self, time, limiter, store):
        allowed(limiter, [SIGN_IN], 1000)
        assert list(store.rows.values()) == [5]

    @pytest.mark.parametrize(("limits", "cost"), [([], 1), ([SIGN_IN], 0), ([SIGN_IN], -1)])
    def test_a_check_without_sense_is_refused(self, time, limiter, limits, cost):
        with pytest.raises(ValueError, match="a check needs"):
            limiter.check("alice", limits, cost=cost)

    def test_two_limits_that_would_share_a_counter_are_refused(self, time, limiter):
        with pytest.raises(ValueError, match="counters of their own"):
            limiter.check("alice", [Limit("api", 10, 60), Limit("api", 20, 60)])

    @pytest.mark.parametrize("values", [("", 1, 1), ("x" * 101, 1, 1), ("x", 0, 1), ("x", 1, 0)])
    def test_a_limit_without_sense_is_refused(self, values):
        with pytest.raises(ValueError, match="a limit needs"):
            Limit(*values)


class TestSeveralLimits:
    def test_the_tightest_speaks(self, time, limiter):
        assert limiter.check("alice", [DAY, MINUTE, HOUR]).limit == MINUTE
        for _ in range(34):
            allowed(limiter, [DAY, MINUTE, HOUR], 199)
            time.advance(60)
        assert limiter.check("alice", [DAY, MINUTE, HOUR]).limit == MINUTE
        allowed(limiter, [DAY, MINUTE, HOUR], 150)
        assert limiter.check("alice", [DAY, MINUTE, HOUR]).limit == MINUTE

    def test_all_of_them_hold(self, time, limiter):
        total = 0
        for _ in range(59):
            total += allowed(limiter, [MINUTE, HOUR, DAY], 300)
            time.advance(60)
        assert total == 7000
        refused = limiter.check("alice", [MINUTE, HOUR, DAY])
        assert (refused.allowed, refused.limit, refused.retry_after) == (False, HOUR, 60)

    def test_what_one_limit_refuses_is_not_counted_under_the_others(self, time, limiter, store):
        allowed(limiter, [MINUTE, HOUR], 500)
        time.advance(2)
        limiter.check("alice", [HOUR])
        assert {window.length: count for window, count in store.rows.items()}[3600] == 201

    def test_the_one_that_keeps_out_for_longest_speaks(self, time, limiter):
        short, long = Limit("a", 2, 60), Limit("b", 2, 3600)
        allowed(limiter, [short, long], 2)
        assert limiter.check("alice", [short, long]).limit == long


class TestWrites:
    def test_a_small_limit_is_written_each_time(self, time, limiter, store):
        allowed(limiter, [SIGN_IN], 4)
        assert store.adds == 4

    @pytest.mark.parametrize(
        ("limit", "exact"),
        [(SIGN_IN, True), (Limit("a", 60, 60), True), (Limit("a", 61, 60), False), (Limit("a", 50, 1), False)],
    )
    def test_which_limits_are_small(self, limit, exact):
        assert limit.exact is exact

    def test_a_large_limit_is_written_once_a_second(self, time, limiter, store):
        allowed(limiter, [MINUTE], 50)
        assert (store.adds, list(store.rows.values())) == (1, [1])
        time.advance(0.9)
        allowed(limiter, [MINUTE], 50)
        assert store.adds == 1
        time.advance(0.1)
        allowed(limiter, [MINUTE], 1)
        assert (store.adds, list(store.rows.values())) == (2, [101])

    def test_all_limits_of_a_check_are_one_write(self, time, limiter, store):
        limiter.check("alice", [MINUTE, HOUR, DAY])
        assert (store.adds, len(store.rows)) == (1, 3)

    def test_who_is_over_the_limit_causes_no_writes(self, time, limiter, store):
        allowed(limiter, [SIGN_IN], 5)
        for _ in range(100):
            limiter.check("alice", [SIGN_IN])
            time.advance(1)
        assert store.adds == 5

    def test_a_clock_that_was_put_back_does_not_stop_the_writing(self, time, limiter, store):
        time.advance(30)
        limiter.check("alice", [MINUTE])
        time.advance(-20)
        limiter.check("alice", [MINUTE])
        assert store.adds == 2

    def test_old_windows_go_when_a_new_one_begins(self, time, limiter, store):
        limiter.check("alice", [MINUTE, HOUR])
        time.advance(60)
        limiter.check("bob", [MINUTE, HOUR])
        assert sorted((window.length, window.start - EPOCH) for window in store.rows) == [
            (60, 60),
            (3600, 0),
            (3600, 0),
        ]
        assert store.swept == [(60, EPOCH), (3600, EPOCH), (60, EPOCH + 60)]

    def test_a_write_that_fails_is_made_up_for(self, time, limiter, store):
        limiter.check("alice", [MINUTE])
        allowed(limiter, [MINUTE], 9)
        time.advance(1)
        store.broken = True
        with pytest.raises(ConnectionError):
            limiter.check("alice", [MINUTE])
        store.broken = False
        limiter.check("alice", [MINUTE])
        assert list(store.rows.values()) == [12]

    def test_a_reset_forgets_this_process_only(self, time, limiter, store):
        allowed(limiter, [SIGN_IN], 20)
        limiter.reset()
        assert not limiter.check("alice", [SIGN_IN]).allowed
        store.rows.clear()
        limiter.reset()
        assert limiter.check("alice", [SIGN_IN]).allowed


class TestManyKeys:
    def test_memory_is_bounded_and_forgotten_counts_are_kept(self, time, store, monkeypatch):
        monkeypatch.setattr(ratelimit, "MAX_KEYS", 100)
        limiter = Limiter(store)
        allowed(limiter, [MINUTE], 30, key="first")
        for number in range(300):
            limiter.check(f"key{number}", [MINUTE])
        assert len(limiter._counters) <= 100
        assert limiter.check("first", [MINUTE]).remaining == 200 - 31

    def test_ended_windows_are_forgotten_first(self, time, store, monkeypatch):
        monkeypatch.setattr(ratelimit, "MAX_KEYS", 100)
        limiter = Limiter(store)
        allowed(limiter, [HOUR], 30, key="first")
        for number in range(99):
            limiter.check(f"key{number}", [MINUTE])
        time.advance(60)
        limiter.check("last", [MINUTE])
        assert sorted(window.length for window in limiter._counters) == [60, 3600]

    @given(st.text(max_size=400))
    def test_any_text_can_be_a_key_and_none_is_stored(self, key):
        store = MemoryStore()
        Limiter(store).check(key, [Limit("n" * 100, 100, 86_400)])
        (window,) = store.rows
        assert len(window.key) <= 200
        assert window.key.isascii()
        assert len(key) < 8 or key not in window.key


class TestSeveralProcesses:
    """Two limiters with one store are two processes with one database."""

    def test_a_small_limit_is_exact(self, time, store):
        first, second = Limiter(store), Limiter(store)
        turns = [one.check("alice", [SIGN_IN]).allowed for _ in range(10) for one in (first, second)]
        assert turns == [True] * 5 + [False] * 15

    @settings(max_examples=60, deadline=None)
    @given(st.lists(st.tuples(st.integers(0, 2), st.integers(1, 60), st.floats(0, 3)), max_size=25))
    def test_a_large_limit_is_exceeded_by_two_seconds_of_work_at_most(self, turns):
        store, limit = MemoryStore(), Limit("api", 100, 3600)
        processes = [Limiter(store) for _ in range(3)]
        done = {0: [], 1: [], 2: []}
        with clock.frozen(START) as time:
            for process, uses, pause in turns:
                done[process] += [clock.now().timestamp()] * allowed(processes[process], [limit], uses)
                time.advance(pause)
        # One second of each process may be unwritten when another reads, a second more until that one reads again.
        assert sum(len(uses) for uses in done.values()) <= 100 + 2 * sum(busiest_second(uses) for uses in done.values())

    def test_one_after_the_other_they_do_not_exceed_a_large_limit(self, time, store):
        total = 0
        for _ in range(40):
            for one in [Limiter(store), Limiter(store)]:
                total += allowed(one, [Limit("api", 100, 3600)], 1)
                time.advance(1)
        assert total == 80
        assert allowed(Limiter(store), [Limit("api", 100, 3600)], 100) == 20

    def test_a_new_process_knows_at_once_what_was_used(self, time, store):
        first = Limiter(store)
        allowed(first, [MINUTE], 1)
        time.advance(1)
        allowed(first, [MINUTE], 198)
        time.advance(1)
        allowed(first, [MINUTE], 1)
        assert allowed(Limiter(store), [MINUTE], 10) == 0


def test_threads_together_get_no_more_than_the_limit(store):
    limiter, limit, results = Limiter(store), Limit("api", 500, 86_400), []
    gate = threading.Barrier(4)

    def work():
        gate.wait()
        results.append(allowed(limiter, [limit], 300))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(results) == 500


@pytest.mark.django_db
class TestDatabase:
    def test_totals_add_up(self):
        store, one, two = DatabaseStore(), Window("60:a:x", EPOCH), Window("60:b:x", EPOCH)
        assert store.add({one: 3}) == {one: 3}
        assert store.add({two: 1, one: 4}) == {one: 7, two: 1}
        assert RateWindow.objects.get(key="60:a:x", window_start=EPOCH).count == 7

    def test_windows_of_a_key_are_apart(self):
        store = DatabaseStore()
        store.add({Window("60:a:x", EPOCH): 3})
        assert store.add({Window("60:a:x", EPOCH + 60): 1}) == {Window("60:a:x", EPOCH + 60): 1}

    def test_a_sweep_takes_old_windows_of_one_length(self):
        store = DatabaseStore()
        kept = [Window("60:a:x", EPOCH), Window("3600:a:x", EPOCH - 3600), Window("600:a:x", EPOCH - 600)]
        store.add(dict.fromkeys([*kept, Window("60:a:x", EPOCH - 60)], 1))
        store.sweep(60, EPOCH)
        found = RateWindow.objects.values_list("key", "window_start")
        assert sorted(found) == sorted(tuple(window) for window in kept)

    def test_the_whole(self, time):
        ratelimit.reset()
        assert [ratelimit.check("alice", [SIGN_IN]).allowed for _ in range(6)] == [True] * 5 + [False]
        ratelimit.reset()
        assert not ratelimit.check("alice", [SIGN_IN]).allowed
        ratelimit.reset()
