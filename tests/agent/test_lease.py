import pytest

from vedette.agent import lease as lease_module
from vedette.agent.lease import Lease
from vedette.contract.batch import Batch
from vedette.contract.claim import HEARTBEAT_S, LEASE_S, SILENCE_S, Answer


class Clock:
    """Stands still unless moved."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


class Script:
    """Answers calls with what stands in the script: an answer, an error, or a function to call first."""

    def __init__(self, *script):
        self.script = list(script)
        self.calls = []

    def _next(self, *call):
        self.calls.append(call)
        step = self.script.pop(0) if self.script else Answer()
        if callable(step):
            step = step()
        if isinstance(step, Exception):
            raise step
        return step

    def claim(self, worker):
        raise NotImplementedError

    def heartbeat(self, run, epoch):
        return self._next("heartbeat", run, epoch)

    def commit(self, run, batch):
        return self._next("commit", run, batch.batch)

    def release(self, run, epoch, ending, detail=""):
        return self._next("release", run, epoch, ending, detail)


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    monkeypatch.setattr(lease_module, "RETRY_S", 0)


def held(*script, clock=None):
    clock = clock or Clock()
    master = Script(*script)
    return Lease(master, "r", 3, clock, clock.now), master, clock


def test_the_lease_is_kept_when_it_is_time():
    lease, master, clock = held()
    lease.beat()
    assert master.calls == []
    for _ in range(20):
        clock.now += HEARTBEAT_S
        lease.beat()
        lease.beat()
        assert lease.over() == ""
    assert master.calls == [("heartbeat", "r", 3)] * 20


def test_words_are_kept_and_the_last_one_counts():
    lease, _, clock = held(Answer(control="pause"), Answer(), Answer(control="cancel"))
    words = []
    for _ in range(3):
        clock.now += HEARTBEAT_S
        lease.beat()
        words.append(lease.word)
    assert words == ["pause", "pause", "cancel"]


def test_a_commit_is_sent_again_until_it_is_answered():
    lease, master, _ = held(OSError("down"), TimeoutError(), Answer(control="yield"))
    assert lease.commit(Batch(3, 8))
    assert master.calls == [("commit", "r", 8)] * 3
    assert lease.word == "yield"


def test_stale_is_the_end_of_it():
    lease, master, _ = held(Answer(stale=True))
    assert not lease.commit(Batch(3, 1))
    assert lease.over().startswith("stale")
    lease.release("finished")
    assert not lease.commit(Batch(3, 2))
    assert len(master.calls) == 1, "what is lost is not spoken of again"


def test_silence_ends_the_trying():
    clock = Clock()

    def silent():
        clock.now += 3
        return OSError("down")

    lease, master, _ = held(*[silent] * 20, clock=clock)
    assert not lease.commit(Batch(3, 1))
    assert len(master.calls) == 7
    assert lease.over() == "no answer from the master for 20 s"


def test_any_answer_breaks_the_silence():
    lease, _, clock = held()
    clock.now += SILENCE_S - 1
    assert lease.commit(Batch(3, 1))
    clock.now += SILENCE_S - 10  # within the lease, which a commit does not keep
    assert lease.over() == ""


def test_commits_alone_do_not_keep_the_lease():
    lease, _, clock = held()
    for number in range(1, 4):
        clock.now += LEASE_S / 3
        lease.commit(Batch(3, number))
    assert lease.over() == "the lease ran out"


def test_a_lease_counts_from_the_question():
    clock = Clock()

    def slow():
        clock.now += 15
        return Answer()

    lease, _, _ = held(slow, clock=clock)
    clock.now += HEARTBEAT_S
    lease.beat()
    assert lease.over() == ""
    clock.now += SILENCE_S - 5
    assert lease.over() == "the lease ran out", "30 s after it was asked for, 15 s after the answer"


def test_an_answer_that_comes_too_late_is_none():
    clock = Clock()

    def late():
        clock.now += SILENCE_S + 1
        lease.over()  # as whoever watches the slice asks
        return Answer()

    lease, _, _ = held(late, clock=clock)
    assert not lease.commit(Batch(3, 1))


def test_a_release_is_told_with_its_detail():
    lease, master, _ = held(OSError("down"))
    lease.release("crashed", "why")
    assert master.calls == [("release", "r", 3, "crashed", "why")] * 2
