"""Files of recorded steps become sequences of the job; what was typed into password fields is set apart."""

import json

import pytest

from vedette.cli.entrance import MAX_FILE
from vedette.cli.order import Order, prepare, secrets_of
from vedette.cli.problem import Problem
from vedette.cli.sequences import recorded

STEPS = [
    {"type": "goto", "url": "http://127.0.0.1:81/"},
    {"type": "fill_value", "css": "#password", "value": "hush-hush"},
    {"type": "click", "css": "button"},
]


@pytest.fixture
def walk(tmp_path):
    path = tmp_path / "walk.json"
    path.write_text(json.dumps(STEPS))
    return str(path)


def test_a_sequence_has_the_name_of_its_file_and_no_secret(walk):
    (one,), secrets = recorded([walk])
    assert (one.name, [step.kind for step in one.steps]) == ("walk", ["goto", "fill_value", "click"])
    assert secrets == {"sequence-1-step-2": "hush-hush"}
    assert "hush-hush" not in str(one)


def test_a_scan_that_logs_in_replays_them_within_the_session(walk, monkeypatch):
    order = Order(urls=["http://127.0.0.1:81/"], sequence=[walk, walk])
    prepared = prepare(order)
    assert [one.requires_login for one in prepared.job.sequences] == [False, False]
    assert prepared.secrets == secrets_of(order) == {f"sequence-{n}-step-2": "hush-hush" for n in (1, 2)}
    order.entrance.login_user, order.entrance.login_password_env = "jane", "SHOP_PASSWORD"
    monkeypatch.setenv("SHOP_PASSWORD", "other-word")
    assert prepare(order).job.sequences[0].requires_login


def test_files_that_are_none_are_named(tmp_path):
    with pytest.raises(Problem, match=r"gone\.json cannot be read"):
        recorded([str(tmp_path / "gone.json")])
    (tmp_path / "prose.json").write_text("not steps")
    with pytest.raises(Problem, match="The recording is not JSON"):
        recorded([str(tmp_path / "prose.json")])
    (tmp_path / "long.json").write_bytes(b" " * (MAX_FILE + 1))
    with pytest.raises(Problem, match="larger than 4 MiB"):
        recorded([str(tmp_path / "long.json")])
