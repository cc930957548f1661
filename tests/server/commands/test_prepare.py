"""The process that makes an instance ready."""

import json

import pytest

from tests.server import factories
from vedette.server.commands import prepare
from vedette.server.commands.running import RETRY
from vedette.server.kernel import sealing

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_prints_one_line_for_its_parent(place, capsys):
    assert prepare.main([]) == 0
    state = json.loads(capsys.readouterr().out)
    assert set(state) == {"setup_token", "organisations"}


def test_what_is_wrong_is_a_sentence_and_a_code(place, capsys, settings):
    factories.organisation()
    settings.VEDETTE = settings.VEDETTE.__class__(data_dir=place, master_keys=place / "lost.json")
    sealing._ring_at.cache_clear()
    assert prepare.main([]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "lost.json is missing" in said.err


def test_the_wish_to_go_on_is_passed_on(monkeypatch, capsys):
    asked = []
    monkeypatch.setattr(prepare, "in_process", lambda place, **given: asked.append(given))
    prepare.main([RETRY])
    prepare.main([])
    assert asked == [{"retry_upgrade": True}, {"retry_upgrade": False}]
