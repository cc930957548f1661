import time

import pytest

from tests.agent.carrying import carrying, fake, fast, job_for, released, runs, until
from tests.agent.memory_master import MemoryMaster
from vedette.contract import wire
from vedette.contract.events import TechnologyFound

URL = "http://127.0.0.1:9/"
TECHNOLOGY = wire.dump(TechnologyFound(host="h", name="n"))


def carried(code, master=None, *, seconds=10.0, clock=time.monotonic, job=None, **given):
    """A run that a fake slice had, after its first release."""
    master = master or MemoryMaster(clock)
    kept = master.add(job or job_for(URL), **given)
    with carrying(master, command=fake(code), slots=1, clock=clock):
        released(kept, seconds)
        kept.over = True
    return kept


def test_batches_are_stored_one_by_one_and_the_ending_is_passed_on():
    code = f"""
    for number in (1, 2, 3):
        batch(number, [{TECHNOLOGY!r}], [{{"room": "head", "key": str(number), "value": "{{}}"}}])
        assert receive() == {{"ack": number}}
    send({{"ending": "time", "detail": "of day"}})
    """
    kept = carried(code)
    assert kept.releases[0][:2] == ("time", "of day")
    assert kept.state == {"head": {"1": "{}", "2": "{}", "3": "{}"}}
    assert [event.name for event in kept.events] == ["n"] * 3


def test_a_crash_is_told_without_secrets():
    code = """
    batch(1)
    receive()
    value = grant["secrets"]["key"]
    print("first", *range(5000), sep="\\n", file=sys.stderr)
    raise ValueError(f"cannot use {value!r}")
    """
    kept = carried(code, secrets={"key": "s3cr3t\nv'lue"})
    ending, detail, _ = kept.releases[0]
    assert ending == "crashed"
    assert detail.startswith("ended with code 1\n")
    assert detail.endswith('ValueError: cannot use "‹secret:key›"')
    assert "s3cr3t" not in detail
    assert len(detail.splitlines()) == 21
    assert len(detail) <= 2000
    assert len(kept.batches) == 1


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("print('noise')", "it sent a line that is not JSON"),
        ("send({'surprise': 1})", "it sent a line that is no message"),
        ("send({'ending': 'tired'})", "it sent a line that is no message"),
        ("batch(2)", "it sent batch 1.2 instead of 1.1"),
        ("grant['epoch'] = 9; batch(1)", "it sent batch 9.1 instead of 1.1"),
        ("send({'batch': {'epoch': 1}})", "it sent a batch that cannot be read"),
        ("send({'batch': None})", "it sent a batch that cannot be read"),
    ],
)
def test_nonsense_is_the_end_and_nothing_after_it_is_stored(code, why):
    kept = carried(f"{code}\nbatch(1)\nsend({{'ending': 'finished'}})\ntime.sleep(60)")
    assert kept.releases[0][:2] == ("crashed", f"killed: {why}")
    assert kept.batches == []


def test_an_ending_without_a_word_is_a_crash():
    assert carried("pass").releases[0][:2] == ("crashed", "ended with code 0")


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("time.sleep(60)", "it did not hear the word pause"),
        ("send({'heard': 'pause'})\ntime.sleep(60)", "it did not end within 13 s after the word pause"),
    ],
)
def test_what_does_not_end_after_a_word_is_ended_and_released_in_time(code, why):
    clock = fast(15)
    kept = carried(code, clock=clock, control="pause")
    assert kept.releases[0][:2] == ("pause", f"killed: {why}")
    slack = 3  # the watch looks ten times a second, which on this clock is every 1.5 s
    assert (kept.releases[0][2] - kept.told_at) * 15 < 15 + slack


def test_heartbeats_come_in_time():
    kept = carried("time.sleep(1.6)", clock=fast(10))
    gaps = [second - first for first, second in zip(kept.beaten_at, kept.beaten_at[1:], strict=False)]
    assert len(gaps) >= 2
    assert all(5 <= gap < 10 for gap in gaps)


def test_a_word_comes_before_the_acknowledgement():
    code = """
    batch(1)
    got = [receive(), receive()]
    send({"ending": "pause", "detail": json.dumps(got)})
    """
    kept = carried(code, control="pause")
    assert kept.releases[0][1] == '[{"control": "pause"}, {"ack": 1}]'


def test_batches_of_many_megabytes_and_as_large_a_state():
    state = {"units": {f"done:{number}": "ü" * 400 for number in range(12_000)}}
    code = f"""
    size = sum(len(value) for value in grant["state"]["units"].values())
    batch(1, [{TECHNOLOGY!r}], [{{"room": "head", "key": "k", "value": "x" * 12_000_000}}])
    receive()
    send({{"ending": "finished", "detail": str(size)}})
    """
    kept = carried(code, state=state)
    assert kept.releases[0][:2] == ("finished", "4800000")
    assert len(kept.state["head"]["k"]) == 12_000_000


def test_a_batch_is_sent_again_until_it_is_stored_and_stored_once():
    master = MemoryMaster()
    master.failing = {"commit": 1, "release": 1}
    master.losing = {"commit": 1}
    code = f"""
    for number in (1, 2):
        batch(number, [{TECHNOLOGY!r}])
        receive()
    send({{"ending": "finished", "detail": ""}})
    """
    kept = carried(code, master)
    assert [batch.batch for batch in kept.batches] == [1, 2]
    assert master.calls["commit"] == 4
    assert kept.endings == ["finished"]


def test_a_release_whose_answer_is_lost_is_not_minded():
    master = MemoryMaster()
    master.losing = {"release": 1}
    assert carried('send({"ending": "finished", "detail": ""})', master).endings == ["finished"]


def test_a_refusal_of_the_engine_is_passed_on_without_secrets():
    code = 'send({"ending": "refused", "detail": "no such check: hunter22"})'
    kept = carried(code, secrets={"key": "hunter22"})
    assert kept.releases[0][:2] == ("refused", "no such check: ‹secret:key›")


def test_without_consent_no_slice_is_started(tmp_path):
    trace = tmp_path / "started"
    kept = carried(f"open({str(trace)!r}, 'w')", job=job_for("http://shop.invalid/"))
    ending, detail, _ = kept.releases[0]
    assert ending == "refused"
    assert "needs `authorized`" in detail
    assert not trace.exists()


def test_a_slice_that_cannot_be_started_has_crashed():
    master = MemoryMaster()
    kept = master.add(job_for(URL))
    with carrying(master, command=("/nowhere/at/all",), slots=1):
        assert released(kept)[:2] == ("crashed", "The slice could not be started: No such file or directory.")
        kept.over = True


def test_the_worker_holds_no_state_once_it_is_sent():
    class State(dict):
        alive = 0

        def __init__(self, *given):
            super().__init__(*given)
            State.alive += 1

        def __del__(self):
            State.alive -= 1

        def __deepcopy__(self, memo):
            return State(self)

    master = MemoryMaster()
    kept = master.add(job_for(URL), state=State({"head": {"a": "1"}}))
    held = State.alive
    code = "batch(1)\nreceive()\nsend({'ending': 'finished'})"
    seen = []
    master.on_commit = lambda *_: seen.append(State.alive)
    with carrying(master, command=fake(code), slots=1):
        released(kept)
    assert seen == [held], "only the master's own is left"


def test_a_slice_that_leaves_others_behind_takes_them_along():
    code = """
    import subprocess
    other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], stdout=subprocess.DEVNULL)
    send({"ending": "finished", "detail": str(other.pid)})
    """
    pid = int(carried(code).releases[0][1])
    until(lambda: not runs(pid))


def test_a_code_that_was_handed_in_is_passed_on_once():
    code = """
    batch(1)
    got = [receive(), receive()]
    batch(2)
    got.append(receive())
    send({"ending": "finished", "detail": json.dumps(got)})
    """
    master = MemoryMaster()
    master.on_commit = lambda kept, batch: setattr(kept, "code", "424242" if batch.batch == 1 else "")
    kept = carried(code, master)
    assert kept.releases[0][1] == '[{"code": "424242"}, {"ack": 1}, {"ack": 2}]'
