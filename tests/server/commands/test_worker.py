"""`vedette worker` becomes the worker's own process."""

import os

from vedette.cli.main import main


def test_flags_become_variables_of_the_process_that_takes_over(tmp_path, monkeypatch):
    became = []
    monkeypatch.setattr(os, "execv", lambda path, arguments: became.append((path, arguments)))
    main(["worker", "--data-dir", str(tmp_path), "--workers", "5", "--allow-private", "10.0.0.0/8"])
    ((path, arguments),) = became
    assert arguments == [path, "-P", "-m", "vedette.server.worker"]
    assert os.environ["VEDETTE_DATA_DIR"] == str(tmp_path)
    assert os.environ["VEDETTE_WORKERS"] == "5"
    assert os.environ["VEDETTE_ALLOW_PRIVATE"] == "10.0.0.0/8"


def test_a_wrong_range_is_refused_before(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(os, "execv", lambda *_: None)
    assert main(["worker", "--data-dir", str(tmp_path), "--allow-private", "everything"]) == 2
    assert "VEDETTE_ALLOW_PRIVATE" in capsys.readouterr().err
