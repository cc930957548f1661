"""Commands as they are typed, in this process: flags they set are taken back, and the test's database is theirs."""

import os
from dataclasses import replace

import pytest

from vedette.cli.main import main


@pytest.fixture(autouse=True)
def _own_variables(monkeypatch):
    """What commands write into the environment is taken back, the mask of new files too."""
    before = dict(os.environ)
    mask = os.umask(0o022)
    os.umask(mask)
    yield
    os.umask(mask)
    for name in set(os.environ) - set(before):
        del os.environ[name]
    os.environ.update(before)


@pytest.fixture
def place(settings, tmp_path, monkeypatch):
    """A data directory of the test's own."""
    data_dir = tmp_path / "data"
    data_dir.mkdir(mode=0o700)
    settings.VEDETTE = replace(settings.VEDETTE, data_dir=data_dir)
    monkeypatch.setenv("VEDETTE_DATA_DIR", str(data_dir))
    return data_dir


@pytest.fixture
def typed(capsys):
    """Runs a command: exit code, standard output, standard error."""

    def run(*arguments):
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run
