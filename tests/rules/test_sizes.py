"""The tail of sizes is capped: it is the longest files and functions that rot first."""

import pytest

from tests.rules.tree import excused, functions, name_of, sources

FILE_CAP = 500
FUNCTION_CAP = 60


def too_long_files() -> dict[str, int]:
    sizes = {name_of(path): len(path.read_text().splitlines()) for path in sources()}
    return {name: size for name, size in sizes.items() if size > FILE_CAP}


def too_long_functions() -> dict[str, int]:
    return {name: size for path in sources() for name, size in functions(path) if size > FUNCTION_CAP}


@pytest.mark.parametrize(("kind", "found"), [("files", too_long_files), ("functions", too_long_functions)])
def test_no_more_than_the_cap(kind, found):
    excuses = excused(kind)
    assert set(found()) <= set(excuses), "past the cap; split it by what it is about"


@pytest.mark.parametrize(("kind", "found"), [("files", too_long_files), ("functions", too_long_functions)])
def test_excuses_have_a_reason_and_are_still_needed(kind, found):
    for item, reason in excused(kind).items():
        assert reason, f"{item} is excused without a reason"
        assert item in found(), f"{item} needs no excuse any more: take it off the list"


def test_the_measure_sees_a_long_function(tmp_path, monkeypatch):
    path = tmp_path / "long.py"
    path.write_text("def long():\n" + "    x = 1\n" * 70)
    monkeypatch.setattr("tests.rules.tree.ROOT", tmp_path)
    assert dict(functions(path)) == {"long.py:long": 71}
