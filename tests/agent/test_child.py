import os
import signal
import sys
import textwrap
import time
from pathlib import Path

import pytest

from tests.agent.carrying import fast, runs, slices_of, until
from vedette.agent.child import GRACE_S, HEARD_S, HUNG_S, Child, environment
from vedette.agent.lines import line

FRAME = """
import json, os, signal, subprocess, sys, time
def send(message):
    sys.stdout.write(json.dumps(message) + "\\n")
    sys.stdout.flush()
"""


def child(code, *, leash=lambda: "", clock=time.monotonic):
    return Child((sys.executable, "-c", FRAME + textwrap.dedent(code)), leash=leash, clock=clock)


def heard(one):
    """All that a child says until it is gone."""
    said = []
    while (message := one.hear(0.05)) is not None:
        said += [message] if message else []
    return said


def test_what_is_said_arrives_on_both_sides():
    with child("for text in sys.stdin: send({'echo': json.loads(text)})") as one:
        one.send([b'{"a":', b'"', b"x" * 300_000, b'"}', b"\n"])
        one.send([line({"b": 2})])
        said = []
        until(lambda: said.append(one.hear(0.05)) or len([m for m in said if m]) == 2)
    assert [message["echo"] for message in said if message] == [{"a": "x" * 300_000}, {"b": 2}]
    assert one.killed == "its carrier has left it"


def test_a_line_of_many_megabytes_is_one_message():
    with child("send({'batch': 'ü' * 3_000_000})") as one:
        assert heard(one) == [{"batch": "ü" * 3_000_000}]
    assert one.last_words() == "ended with code 0"


def test_sending_never_waits_for_a_slice_that_does_not_read():
    with child("send({'ready': 1}); time.sleep(600)") as one:
        until(lambda: one.hear(0.05))
        began = time.monotonic()
        one.send(b"x" * 100_000 for _ in range(1000))
        assert time.monotonic() - began < 60


def test_nobody_minds_a_slice_that_is_gone():
    with child("os.close(0); send({'ending': 'stop'})") as one:
        assert heard(one) == [{"ending": "stop"}]
        one.send([b"x" * 1_000_000])
        one.tell("pause")
        one.stop()
        one.kill("late")
    assert one.killed == ""


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("sys.exit('sorry')", "ended with code 1\nsorry"),
        ("os.kill(os.getpid(), signal.SIGSEGV)", "ended by signal 11 (Segmentation fault)"),
        ("print('{noise')", "killed: it sent a line that is not JSON"),
        ("print('[]')", "killed: it sent a line that is not a JSON object"),
    ],
)
def test_the_last_words_say_how_it_ended(code, words):
    with child(code) as one:
        assert heard(one) == []
    assert one.last_words() == words


def test_an_error_stream_without_end_stops_nothing_and_fills_nothing():
    with child("sys.stderr.write('e' * 5_000_000 + 'last'); send({'ending': 'stop'})") as one:
        assert heard(one) == [{"ending": "stop"}]
    assert one.last_words().endswith("eeelast")
    assert len(one.last_words()) < 70_000


def test_a_slice_without_an_error_stream_is_no_trouble():
    before = time.process_time()
    with child("os.close(2); send({'a': 1}); time.sleep(0.3); send({'ending': 'stop'})") as one:
        assert heard(one) == [{"a": 1}, {"ending": "stop"}]
    assert time.process_time() - before < 0.2, "nobody asks a closed stream again and again"


def test_words_are_passed_on_once():
    code = "\nfor text in sys.stdin: send({'got': json.loads(text)['control']})"
    with child(code) as one:
        for word in ("pause", "pause", "cancel", "cancel"):
            one.tell(word)
        said = []
        until(lambda: said.append(one.hear(0.05)) or len([m for m in said if m]) == 2)
    assert [message["got"] for message in said if message] == ["pause", "cancel"]
    assert one.word == "cancel"


def test_stop_is_a_signal():
    code = """
    signal.signal(signal.SIGTERM, lambda *_: (send({"ending": "stop"}), os._exit(0)))
    send({"ready": 1})
    while True: signal.pause()
    """
    with child(code) as one:
        until(lambda: one.hear(0.05))
        one.stop()
        one.stop()
        assert heard(one) == [{"ending": "stop"}]
    assert one.word == "stop"


def test_the_leash_ends_it_at_once():
    why = []
    with child("send({'ready': 1}); time.sleep(600)", leash=lambda: "".join(why)) as one:
        until(lambda: one.hear(0.05))
        why.append("lost")
        began = time.monotonic()
        assert heard(one) == []
        assert time.monotonic() - began < 60
        assert not runs(one.pid)
    assert one.killed == "lost"


@pytest.mark.parametrize(
    ("speed", "code", "word", "seconds", "why"),
    [
        (20, "", "pause", HEARD_S, "it did not hear the word pause"),
        (20, "send({'heard': 'pause'})", "pause", GRACE_S, "it did not end within 13 s after the word pause"),
        (100, "", "", HUNG_S, "no sign of life for 60 s"),
        (10, "send({'ending': 'finished'})", "", 2.0, "it did not leave after its end"),
    ],
)
def test_what_does_not_end_is_ended(speed, code, word, seconds, why):
    clock = fast(speed)
    began = clock()
    with child(f"{code}\ntime.sleep(600)", clock=clock) as one:
        if word:
            one.tell(word)
        heard(one)
        took = clock() - began
    assert one.killed == why
    assert seconds <= took < seconds + 20 * speed


def test_signs_of_life_keep_it_alive():
    clock = fast(200)
    with child("for _ in range(6): send({'alive': True}); time.sleep(0.15)", clock=clock) as one:
        began = clock()
        assert heard(one) == []
        assert clock() - began > HUNG_S
    assert one.killed == ""


def test_what_it_started_goes_with_it():
    code = """
    other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], stdout=subprocess.DEVNULL)
    send({"pid": other.pid})
    send({"ending": "finished"})
    os._exit(0)
    """
    with child(code) as one:
        found = heard(one)
    assert found[1] == {"ending": "finished"}
    until(lambda: not runs(found[0]["pid"]))
    assert slices_of() == []


def test_it_lives_in_a_session_of_its_own_with_little_of_our_environment(monkeypatch):
    monkeypatch.setenv("VEDETTE_DATABASE", "canary-7")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "canary-8")
    monkeypatch.setenv("PYTHONUTF8", "1")
    with child("send({'ready': 1}); time.sleep(600)") as one:
        until(lambda: one.hear(0.05))
        assert os.getsid(one.pid) == os.getpgid(one.pid) == one.pid
        given = Path(f"/proc/{one.pid}/environ").read_bytes()
    assert b"canary" not in given
    assert b"PYTHONUTF8=1" in given
    assert environment().keys() <= os.environ.keys()


def test_a_command_that_is_not_there_is_an_error():
    with pytest.raises(OSError, match="No such file"):
        Child(("/nowhere/at/all",), leash=lambda: "", clock=time.monotonic)


def test_a_stopped_process_is_killed_all_the_same():
    with child("send({'ready': 1}); time.sleep(600)") as one:
        until(lambda: one.hear(0.05))
        os.kill(one.pid, signal.SIGSTOP)
        one.kill("enough")
        assert heard(one) == []
    assert not runs(one.pid)
