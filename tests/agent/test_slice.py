import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.agent.carrying import SECRET, job_for, site
from vedette.agent.lines import grant_line, line, read
from vedette.agent.slice import ORPHANED
from vedette.contract import wire
from vedette.contract.batch import Batch
from vedette.contract.claim import Grant
from vedette.contract.events import LoginAttempt, ScanFinished, SliceEnded
from vedette.contract.job import Job, Login, Otp, Setting


class Process:
    """A slice and both ends of its pipes."""

    def __init__(self, *command):
        command = command or ("-m", "vedette.agent.slice")
        self.process = subprocess.Popen(
            [sys.executable, *command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    def send(self, data):
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def grant(self, job, **given):
        self.send(b"".join(grant_line(Grant(**{"run": "r", "epoch": 1, "job": job, **given}))))

    def hear(self):
        """The next message that is more than a sign of life; None at the end."""
        for data in self.process.stdout:
            message = read(data)
            if "alive" not in message:
                return message
        return None

    def batches(self, stop=None):
        """Acknowledges batches until the ending; gives both."""
        found = []
        while "batch" in (message := self.hear()) or "heard" in message:
            if "batch" in message:
                found.append(wire.load(Batch, message["batch"]))
                self.send(line({"ack": found[-1].batch}))
        return found, message

    def errors(self):
        return self.process.stderr.read().decode()

    def wait(self):
        return self.process.wait(60)


@contextlib.contextmanager
def slice_(*command):
    one = Process(*command)
    try:
        yield one
    finally:
        one.process.kill()
        one.process.wait()
        for pipe in (one.process.stdin, one.process.stdout, one.process.stderr):
            with contextlib.suppress(BrokenPipeError):
                pipe.close()


def permitted(url, **changes):
    return job_for(url, allow_private=(f"127.0.0.1:{urlsplit(url).port}",), **changes)


def test_a_job_goes_in_and_batches_come_out():
    with site() as (served, _), slice_() as one:
        one.grant(permitted(served.url), epoch=4, batch=6, state=SECRET)
        batches, ending = one.batches()
        assert ending == {"ending": "finished", "detail": ""}
        assert one.wait() == 0
        assert one.errors() == ""
    assert [batch.batch for batch in batches] == list(range(6, 6 + len(batches)))
    assert {batch.epoch for batch in batches} == {4}
    assert isinstance(batches[-1].events[-1], ScanFinished)


def test_nothing_goes_on_before_the_acknowledgement():
    often = "from vedette.agent import slice as room; room.ALIVE_S = 0.1; room.main()"
    with site() as (served, log), slice_("-c", often) as one:
        one.grant(permitted(served.url))
        assert one.hear()["batch"]["batch"] == 1
        for _ in range(4):
            assert read(one.process.stdout.readline()) == {"alive": True}, "time goes by, and nothing else comes"
        assert log.at == []
        one.send(line({"ack": 1}))
        assert one.hear()["batch"]["batch"] == 2


@pytest.mark.parametrize("word", ["yield", "cancel"])
def test_a_word_is_heard_and_ends_the_slice(word):
    with site(delay=0.02) as (served, _), slice_() as one:
        one.grant(permitted(served.url))
        one.send(line({"ack": one.hear()["batch"]["batch"]}))
        one.send(line({"control": word}))
        batches, ending = one.batches()
        assert ending["ending"] == word
        assert one.wait() == 0
    last = batches[-1].events[-1]
    assert (
        isinstance(last, ScanFinished) if word == "cancel" else (isinstance(last, SliceEnded) and last.reason == word)
    )


def test_the_signal_is_a_stop():
    with site(delay=0.02) as (served, _), slice_() as one:
        one.grant(permitted(served.url))
        one.send(line({"ack": one.hear()["batch"]["batch"]}))
        os.kill(one.process.pid, signal.SIGTERM)
        assert one.batches()[1]["ending"] == "stop"


def test_the_end_of_its_time_is_told():
    with site(delay=0.02) as (served, _), slice_() as one:
        one.grant(permitted(served.url, limits={"slice_s": 0.2}))
        assert one.batches()[1] == {"ending": "time", "detail": ""}


def test_a_word_that_comes_too_late_ends_nothing():
    with site() as (served, _), slice_() as one:
        one.grant(permitted(served.url, checks=("headers",)))
        while message := one.hear():
            if "ending" in message:
                break
            if message["batch"]["events"][-1:] and message["batch"]["events"][-1]["kind"] == "scan_finished":
                one.send(line({"control": "pause"}))
                assert one.hear() == {"heard": "pause"}
            one.send(line({"ack": message["batch"]["batch"]}))
        assert message["ending"] == "finished"


@pytest.mark.parametrize("begun", [False, True])
def test_without_its_carrier_it_ends_at_once(begun):
    with site(delay=0.01) as (served, log), slice_() as one:
        if begun:
            one.grant(permitted(served.url))
            while len(log.at) < 5:
                one.send(line({"ack": one.hear()["batch"]["batch"]}))
        one.process.stdin.close()
        ended = time.monotonic()
        assert one.wait() == ORPHANED
        assert time.monotonic() - ended < 60
        asked = len(log.at)
        assert one.errors() == ""
    assert len(log.at) == asked


def test_nobody_to_speak_to_is_the_end_too():
    with site() as (served, _), slice_() as one:
        one.process.stdout.close()
        one.grant(permitted(served.url))
        assert one.wait() == ORPHANED


@pytest.mark.parametrize(
    ("job", "words"),
    [
        (Job(id="j", start_urls=("http://127.0.0.1:9/",), checks=("nonsense",)), "nonsense"),
        (Job(id="j", start_urls=(), headers=(Setting(name="X", secret="gone"),)), "these secrets are missing: gone"),
        (Job(id="j", start_urls=(), allow_private=("ten",)), "not an address range: ten"),
    ],
)
def test_what_the_engine_cannot_run_is_refused(job, words):
    with slice_() as one:
        one.grant(job)
        message = one.hear()
        assert message["ending"] == "refused"
        assert words in message["detail"]
        assert one.wait() == 0


@pytest.mark.parametrize("raw", [{"grant": {"run": 1}}, {"hello": 1}])
def test_what_is_no_grant_is_refused(raw):
    with slice_() as one:
        one.send(line(raw))
        assert one.hear()["ending"] == "refused"


@pytest.mark.parametrize("answer", [b"noise\n", b'{"ack":2}\n', b'{"control":"dance"}\n'])
def test_a_carrier_that_talks_nonsense_is_a_crash(answer):
    with site() as (served, _), slice_() as one:
        one.grant(permitted(served.url))
        one.hear()
        one.send(answer)
        assert one.hear() is None
        assert one.wait() == 1
        assert one.errors().splitlines()[-1].startswith("vedette.agent.lines.LineError: ")


def test_secrets_are_nowhere_to_be_seen_from_outside():
    job = permitted("http://127.0.0.1:9/", headers=(Setting(name="X-Key", secret="key"),))
    with slice_() as one:
        one.grant(job, secrets={"key": "canary-31337"})
        assert one.hear()["batch"]["batch"] == 1
        proc = Path(f"/proc/{one.process.pid}")
        assert b"canary" not in (proc / "cmdline").read_bytes() + (proc / "environ").read_bytes()
        assert (proc / "fd/0").readlink() == Path("/dev/null")
        limits = (proc / "limits").read_text().splitlines()
        (core,) = [row.split()[-3:-1] for row in limits if row.startswith("Max core file size")]
        assert core == ["0", "0"]


def test_what_is_printed_goes_to_the_error_stream():
    code = """
import os, subprocess, sys
from vedette.agent import slice as room
incoming, outgoing = room._take_pipes()
print("printed", sys.stdin.read(), flush=True)
os.write(1, b"written\\n")
subprocess.run(["echo", "said by another"], check=True)
os.write(outgoing, os.read(incoming, 100))
"""
    with slice_("-c", code) as one:
        one.send(b'{"the protocol":1}\n')
        assert json.loads(one.process.stdout.read()) == {"the protocol": 1}
        assert one.errors().split("\n") == ["printed ", "written", "said by another", ""]


def test_a_code_from_outside_is_taken_in():
    login = Login(
        kind="form",
        url="http://127.0.0.1:9/login",
        fields=(Setting(name="user", value="jane"), Setting(name="password", value="p")),
        otp=Otp(kind="handed"),
    )
    with site() as (served, _), slice_() as one:
        one.grant(permitted(served.url, login=login))
        one.send(line({"code": "424242"}))
        batches, ending = one.batches()
        assert ending["ending"] == "finished", ending
        (attempt,) = [event for batch in batches for event in batch.events if isinstance(event, LoginAttempt)]
        assert not attempt.ok
