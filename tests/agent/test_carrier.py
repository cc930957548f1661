import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from tests.agent.carrying import (
    SECRET,
    carrying,
    fake,
    fast,
    job_for,
    released,
    runs,
    site,
    slices_of,
    until,
)
from tests.agent.memory_master import MemoryMaster
from vedette.agent.carrier import Carrier, CarrierError
from vedette.contract import events as kinds
from vedette.contract.claim import Worker

FOUND = {"xss-reflected", "redirect-open"}
FINISHES = fake('send({"ending": "finished", "detail": ""})')
ONE_BATCH = fake("""
    batch(1)
    receive()
    send({"ending": "finished", "detail": ""})
""")
STOPS = fake("""
    def end(*_):
        send({"heard": "stop"})
        send({"ending": "stop", "detail": ""})
        os._exit(0)
    signal.signal(signal.SIGTERM, end)
    send({"alive": True})
    signal.pause()
""")


def undisturbed():
    """What a scan of the site gives that nobody interrupts."""
    master = MemoryMaster()
    with site() as (served, _), carrying(master, urls=(served.url,)):
        kept = master.add(job_for(served.url), state=SECRET)
        assert released(kept)[0] == "finished"
    return kept


@pytest.fixture(scope="module")
def whole():
    kept = undisturbed()
    assert {check for check, *_ in kept.proven()} >= FOUND
    return kept


def test_a_run_is_carried_to_its_end_and_its_slice_is_gone(whole):
    assert whole.endings == ["finished"]
    assert whole.of(kinds.ScanFinished)[0].verdict == "findings"
    assert [batch.batch for batch in whole.batches] == list(range(1, len(whole.batches) + 1))
    assert slices_of() == []


@pytest.mark.parametrize("word", ["pause", "stop", "cancel"])
def test_after_a_word_nothing_leaves_any_more(word, whole):
    master = MemoryMaster()
    with site(delay=0.03) as (served, log), carrying(master, urls=(served.url,)):
        kept = master.add(job_for(served.url, {"concurrency": 2}), state=SECRET)
        until(lambda: len(log.at) > 30)
        master.say(kept, word)
        ending, _, at = released(kept)
        assert slices_of() == []
        kept.control = ""
    assert ending == word
    assert at - kept.told_at < 30
    assert max(log.at) - kept.told_at < 5
    assert bool(kept.of(kinds.ScanFinished)) == (word == "cancel")
    if word != "cancel":
        assert [event.reason for event in kept.of(kinds.SliceEnded)] == [word]


def test_requests_that_hang_are_cut_off_in_time_and_the_run_goes_on_later(whole):
    master, free = MemoryMaster(), threading.Event()
    with site(hang=lambda target: "search" in target and free.wait(20)) as (served, log):
        with carrying(master, urls=(served.url,)):
            kept = master.add(job_for(served.url), state=SECRET)
            until(lambda: any("search" in line for line in served.log))
            master.say(kept, "pause")
            ending, _, at = released(kept)
        free.set()
        assert ending == "pause"
        assert at - kept.told_at < 18
        assert max(log.at) - kept.told_at < 5
        master.say(kept, "")
        kept.over = False
        with carrying(master, urls=(served.url,)):
            until(lambda: len(kept.releases) == 2)
    assert kept.proven() == whole.proven()


def test_a_carrier_that_is_stopped_commits_and_releases_and_another_goes_on(whole):
    master = MemoryMaster()
    with site(delay=0.02) as (served, log):
        with carrying(master, urls=(served.url,)) as carrier:
            kept = master.add(job_for(served.url), state=SECRET)
            until(lambda: len(log.at) > 40)
            asked = time.monotonic()
            carrier.stop()
            ending, _, at = released(kept)
        assert (ending, slices_of()) == ("stop", [])
        assert at - asked < 6
        assert max(log.at) - asked < 5
        assert [event.reason for event in kept.of(kinds.SliceEnded)] == ["stop"]
        served.delay = 0
        with carrying(master, urls=(served.url,)):
            until(lambda: len(kept.releases) == 2)
    assert kept.proven() == whole.proven()


def test_a_stale_worker_kills_its_slice_and_says_nothing_more():
    master = MemoryMaster()
    with site(delay=0.02) as (served, log), carrying(master, urls=(served.url,)):
        kept = master.add(job_for(served.url), state=SECRET)
        until(lambda: len(log.at) > 20)
        master.take_away(kept)
        taken = time.monotonic()
        until(lambda: slices_of() == [])
        committed, asked, claims = len(kept.batches), len(log.at), master.calls["claim"]
        until(lambda: master.calls["claim"] > claims + 2)
    assert max(log.at) - taken < 60, "the next batch, a second later at most, tells"
    assert (len(kept.batches), len(log.at)) == (committed, asked)
    assert kept.releases == []
    assert master.calls.get("release", 0) == 0


def test_without_answers_the_slice_is_ended_and_the_run_taken_up_again_later(whole):
    clock = fast(15)
    master = MemoryMaster(clock)
    with site(delay=0.02) as (served, log), carrying(master, urls=(served.url,), clock=clock):
        kept = master.add(job_for(served.url), state=SECRET)
        until(lambda: len(log.at) > 20)
        master.down = True
        down = time.monotonic()
        until(lambda: slices_of() == [])
        assert 15 / 15 < time.monotonic() - down < 300 / 15
        asked = len(log.at)
        served.delay = 0
        until(lambda: clock() > kept.leased_until)
        assert len(log.at) == asked
        assert kept.releases == []
        master.down = False
        assert released(kept)[0] == "finished"
    assert kept.epoch == 2
    assert kept.proven() == whole.proven()


def test_a_master_that_does_not_return_cannot_keep_a_slice_alive():
    clock, go = fast(20), threading.Event()
    master = MemoryMaster(clock)
    master.before = lambda name: name == "commit" and go.wait(200)
    kept = master.add(job_for("http://127.0.0.1:9/"))
    with carrying(master, clock=clock, command=ONE_BATCH, slots=1):
        until(lambda: master.calls.get("commit"))
        until(lambda: slices_of() == [])
        kept.over = True
        go.set()
    assert kept.releases == []


def test_a_stop_reaches_the_slice_while_the_master_does_not_return(tmp_path):
    master, go = MemoryMaster(), threading.Event()
    master.before = lambda name: name == "commit" and go.wait(200)
    trace = tmp_path / "told"
    command = fake(f"""
    signal.signal(signal.SIGTERM, lambda *_: open({str(trace)!r}, "w"))
    batch(1)
    receive()
    send({{"ending": "stop", "detail": ""}})
    """)
    kept = master.add(job_for("http://127.0.0.1:9/"))
    with carrying(master, command=command, slots=1) as carrier:
        until(lambda: master.calls.get("commit"))
        carrier.stop()
        until(trace.exists)
        go.set()
    assert kept.endings == ["stop"]
    assert len(kept.batches) == 1


def test_a_killed_slice_has_crashed_and_its_successor_finds_the_same(whole):
    master = MemoryMaster()
    with site(delay=0.01) as (served, log), carrying(master, urls=(served.url,)):
        kept = master.add(job_for(served.url), state=SECRET)
        for crash in (1, 2):
            until(lambda: len(log.at) > 40 * crash and slices_of())  # noqa: B023 - called within the round
            (pid,) = slices_of()
            os.kill(pid, signal.SIGKILL)
            until(lambda: len(kept.releases) == crash)  # noqa: B023 - called within the round
        served.delay = 0
        until(lambda: len(kept.releases) == 3)
    assert kept.endings == ["crashed", "crashed", "finished"]
    assert kept.releases[0][1] == "ended by signal 9 (Killed)"
    assert kept.proven() == whole.proven()


def test_a_killed_carrier_leaves_no_slice_behind():
    code = """
import sys
from tests.agent.carrying import job_for
from tests.agent.memory_master import MemoryMaster
from vedette.agent.carrier import Carrier
from vedette.contract.claim import Worker
master = MemoryMaster()
master.add(job_for(sys.argv[1]))
Carrier(master, Worker(name="w", allow_private=("127.0.0.0/8",))).run()
"""
    with site(delay=0.02) as (served, log), subprocess.Popen([sys.executable, "-c", code, served.url]) as carrier:
        until(lambda: len(log.at) > 20)
        (pid,) = slices_of(carrier.pid)
        assert os.getsid(pid) == pid, "what is typed at the terminal is for the carrier alone"
        os.kill(carrier.pid, signal.SIGKILL)
        until(lambda: not runs(pid))
        asked = len(log.at)
        carrier.wait()
        assert len(log.at) == asked


def test_a_run_that_appears_starts_within_a_second():
    master = MemoryMaster()
    with carrying(master, command=FINISHES, poll_s=0.7):
        until(lambda: master.calls.get("claim", 0) > 1)  # by then it asks as seldom as it ever will
        added = time.monotonic()
        kept = master.add(job_for("http://127.0.0.1:9/"))
        until(lambda: kept.claimed_at)
        assert kept.claimed_at[0] - added < 1
        assert released(kept)[0] == "finished"


def test_one_idle_slot_asks_for_all():
    master = MemoryMaster()
    asking = threading.Semaphore(1)

    def alone(name):
        assert asking.acquire(blocking=False), "two slots ask at once"
        asking.release()

    master.before = alone
    with carrying(master, slots=8):
        until(lambda: master.calls.get("claim", 0) > 5)


def test_there_are_never_more_slices_than_slots():
    master, turn = MemoryMaster(), threading.Semaphore(0)
    master.before = lambda name: name == "commit" and turn.acquire(timeout=10)
    kept = [master.add(job_for("http://127.0.0.1:9/")) for _ in range(5)]
    with carrying(master, slots=2, command=ONE_BATCH):
        for done in range(5):
            until(lambda: len(slices_of()) == min(2, 5 - done))  # noqa: B023 - called within the round
            assert sum(run.held for run in kept) == min(2, 5 - done)
            turn.release()
            until(lambda: sum(run.endings == ["finished"] for run in kept) == done + 1)  # noqa: B023 - likewise
    assert [run.epoch for run in kept] == [1] * 5


def test_a_stop_before_the_start_claims_nothing_for_long():
    master = MemoryMaster()
    kept = master.add(job_for("http://127.0.0.1:9/"))
    carrier = Carrier(master, Worker(name="w"), command=STOPS)
    carrier.stop()
    carrier.run()
    assert kept.endings in ([], ["stop"])
    assert slices_of() == []


def test_what_was_claimed_while_stopping_is_given_back_unbegun():
    master = MemoryMaster()
    kept = master.add(job_for("http://127.0.0.1:9/"))
    asked, go = threading.Event(), threading.Event()

    def wait(name):
        if name == "claim":
            asked.set()
            go.wait(5)

    master.before = wait
    with carrying(master, command=STOPS, slots=1) as carrier:
        asked.wait(5)
        carrier.stop()
        until(lambda: carrier._stopping.is_set())
        go.set()
        released(kept)
    assert kept.endings == ["stop"]
    assert kept.batches == []


def test_a_master_that_never_answers_does_not_hold_up_the_stop():
    clock = fast(30)
    master, go = MemoryMaster(), threading.Event()
    master.before = lambda name: name == "claim" and go.wait(200)
    with carrying(master, clock=clock):
        until(lambda: master.calls.get("claim"))
        began = time.monotonic()
    assert time.monotonic() - began < 60
    go.set()


def test_an_unreachable_master_is_asked_again():
    master = MemoryMaster()
    master.failing["claim"] = 3
    kept = master.add(job_for("http://127.0.0.1:9/"))
    with carrying(master, command=FINISHES):
        assert released(kept)[0] == "finished"
    assert master.calls["claim"] > 3


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_error_of_the_master_ends_the_carrier_and_its_slices():
    master = MemoryMaster()

    def fail(name):
        if name == "commit":
            raise ValueError("an error of ours")

    master.before = fail
    master.add(job_for("http://127.0.0.1:9/"))
    master.add(job_for("http://127.0.0.1:9/"))
    command = fake("batch(1)\nreceive()\ntime.sleep(60)")
    with pytest.raises(CarrierError, match="a slot has died"):
        Carrier(master, Worker(name="w"), command=command).run()
    assert slices_of() == []


def test_malformed_ranges_are_refused_at_once():
    with pytest.raises(ValueError, match="not an address range"):
        Carrier(MemoryMaster(), Worker(name="w", allow_private=("ten",)))


def test_only_the_operator_of_the_worker_opens_private_ranges():
    master = MemoryMaster()
    with site() as (served, log), carrying(master):
        kept = master.add(job_for(served.url, allow_private=("127.0.0.0/8",)))
        assert released(kept)[0] == "finished"
    assert log.at == []
    assert kept.of(kinds.ScanFinished)[0].verdict == "failed"
