"""The published schemas are fresh, are schemas, and accept what they describe."""

import json

import jsonschema
import pytest
import yaml

from tools import schemas
from vedette.contract import wire
from vedette.contract.batch import Batch, StateChange
from vedette.contract.events import PhaseStarted, Progress
from vedette.contract.job import Job
from vedette.contract.progress import PartProgress


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """A folder of its own for the tool to write to."""
    folder = tmp_path / "docs" / "schemas"
    monkeypatch.setattr(schemas, "FOLDER", folder)
    return folder


def published(name):
    return json.loads((schemas.FOLDER / f"{name}.schema.json").read_text())


def test_what_is_committed_is_fresh():
    stale = [path.name for path, text in schemas.pages().items() if not path.exists() or path.read_text() != text]
    assert not stale, "run `make docs`"


@pytest.mark.parametrize("name", schemas.SCHEMAS)
def test_each_is_a_schema(name):
    jsonschema.Draft202012Validator.check_schema(published(name))


def test_records_fit_their_schema():
    progress = Progress(phase="crawl", percent=1.5, parts={"crawler": PartProgress(done=1)}, requests=2, elapsed_s=3.0)
    batch = Batch(1, 2, [PhaseStarted(phase="crawl"), progress], [StateChange("head", "k", None)])
    jsonschema.validate(wire.dump(batch), published("batch"))
    jsonschema.validate(wire.dump(Job(id="j", start_urls=("http://a/",))), published("job"))


def test_the_page_on_configuration_shows_a_file_that_fits():
    page = (schemas.FOLDER.parent / "use" / "configuration.md").read_text()
    example = yaml.safe_load(page.partition("```yaml\n")[2].partition("```")[0])
    jsonschema.validate(example, published("vedette-yml"))


@pytest.mark.parametrize("wrong", [{"colour": "red"}, {"rate": "fast"}, {"profile": "deep"}, {"urls": "http://a/"}])
def test_an_editor_sees_what_is_wrong_in_a_file(wrong):
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, published("vedette-yml"))


def test_the_tool_writes_and_then_finds_nothing_stale(elsewhere, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["schemas.py", "--check"])
    assert schemas.main() == 1
    assert "stale: docs/schemas/job.schema.json" in capsys.readouterr().out
    monkeypatch.setattr("sys.argv", ["schemas.py"])
    assert schemas.main() == 0
    assert len(list(elsewhere.iterdir())) == len(schemas.SCHEMAS)
    monkeypatch.setattr("sys.argv", ["schemas.py", "--check"])
    assert schemas.main() == 0
