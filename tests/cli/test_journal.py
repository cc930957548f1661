"""Two files, one truth: whatever instant the process dies at, both agree after recovery."""

import json
import resource
import stat

import pytest

from vedette.cli.journal import Journal, JournalError, recover, state_path
from vedette.contract.batch import Batch, StateChange
from vedette.contract.events import LimitReached, PhaseStarted, ScanFinished
from vedette.contract.job import Job

JOB = Job(id="j", start_urls=("http://a/",))


def batch(number, epoch=1, *, events=None, key="k"):
    changes = [StateChange("head", key, str(number)), StateChange("session", "cookie", '"secret"')]
    return Batch(epoch, number, events or [PhaseStarted(phase=f"p{number}", at=1.0)], changes)


@pytest.fixture
def written(tmp_path):
    path = tmp_path / "scan.jsonl"
    with Journal.create(path, JOB) as journal:
        journal.store(batch(1))
        journal.store(batch(2))
    return path


def test_what_was_stored_is_recovered(written):
    found = recover(written)
    assert found.job == JOB
    assert [event.phase for event in found.events] == ["p1", "p2"]
    assert found.state == {"head": {"k": "2"}}
    assert (found.epoch, found.finished) == (2, False)


def test_sessions_never_reach_the_disk_and_the_state_is_private(written):
    assert "secret" not in state_path(written).read_text()
    assert stat.S_IMODE(state_path(written).stat().st_mode) == 0o600


@pytest.mark.parametrize("which", ["events", "state"])
def test_any_cut_of_either_file_gives_an_earlier_whole_state(written, which):
    whole = {name: path.read_bytes() for name, path in (("events", written), ("state", state_path(written)))}
    ends = [index for index, byte in enumerate(whole[which]) if byte == 0x0A]
    near = {length for end in ends for length in (end - 1, end, end + 1)}
    for length in sorted({*range(0, len(whole[which]), 7), *near} - {len(whole[which])}):
        written.write_bytes(whole["events"])
        state_path(written).write_bytes(whole["state"])
        (written if which == "events" else state_path(written)).write_bytes(whole[which][:length])
        try:
            found = recover(written)
        except JournalError:
            assert b'{"marker": "0.0"}\n' not in whole[which][:length]
            continue
        number = len(found.events)
        assert found.state == ({"head": {"k": str(number)}} if number else {})


def test_a_resumed_journal_goes_on_in_a_new_epoch(written):
    found = recover(written)
    with Journal.reopen(written) as journal:
        journal.store(batch(1, epoch=found.epoch, events=[ScanFinished(verdict="clean")]))
    again = recover(written)
    assert again.finished
    assert again.epoch == 3
    assert len(again.events) == 3


def test_deleted_rows_stay_deleted(tmp_path):
    path = tmp_path / "scan.jsonl"
    with Journal.create(path, JOB) as journal:
        journal.store(batch(1))
        journal.store(Batch(1, 2, [LimitReached(limit="x")], [StateChange("head", "k", None)]))
    assert recover(path).state == {"head": {}}


def test_the_job_line_holds_no_secret_values(written):
    first = json.loads(written.read_text().splitlines()[0])
    assert set(first) == {"job"}


@pytest.mark.parametrize("content", ["", "hello\n", '{"marker"}\n'])
def test_a_file_that_is_no_journal_is_refused_in_one_sentence(tmp_path, content):
    path = tmp_path / "x.jsonl"
    path.write_text(content)
    state_path(path).write_text("")
    with pytest.raises(JournalError, match=r"events file|missing"):
        recover(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(JournalError, match="No such file"):
        recover(tmp_path / "none.jsonl")


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    with pytest.raises(JournalError, match="cannot write"):
        Journal.create(tmp_path / "no" / "such" / "x.jsonl", JOB)


def test_a_state_file_that_others_could_read_is_closed_to_them(tmp_path):
    path = tmp_path / "scan.jsonl"
    state_path(path).write_text("old")
    state_path(path).chmod(0o644)
    Journal.create(path, JOB).close()
    assert stat.S_IMODE(state_path(path).stat().st_mode) == 0o600
    assert "old" not in state_path(path).read_text()


def test_a_second_writer_is_refused_and_harms_nothing(written):
    whole = written.read_bytes()
    with Journal.reopen(written):
        for attempt in (
            lambda: Journal.reopen(written),
            lambda: Journal.create(written, JOB),
            lambda: recover(written),
        ):
            with pytest.raises(JournalError, match="another scan"):
                attempt()
    assert written.read_bytes() == whole
    assert recover(written).job == JOB


def test_a_full_disk_is_named_and_what_was_stored_stays(written):
    free, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with Journal.reopen(written) as journal:
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (written.stat().st_size + 10, hard))
            with pytest.raises(JournalError, match="cannot write"):
                journal.store(batch(3))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (free, hard))
    assert [event.phase for event in recover(written).events] == ["p1", "p2"]


@pytest.mark.parametrize("marker", ["x", "1", "1.2.3", 7, None])
def test_a_marker_that_is_none_of_ours_is_refused(tmp_path, marker):
    path = tmp_path / "x.jsonl"
    for file in (path, state_path(path)):
        file.write_text(json.dumps({"marker": marker}) + "\n")
    with pytest.raises(JournalError, match="not the events file"):
        recover(path)
