"""The virtual file system resolves paths as the real one does."""

from __future__ import annotations

from pathlib import Path

import pytest

from vedette.engine.checks.file.example_files import Files

TREE = {"/a/b/one.txt": "1", "/a/two.txt": "2", "/etc/passwd": "p"}
PATHS = [
    "one.txt",
    "./one.txt",
    "../two.txt",
    "../b/one.txt",
    "nothere/../one.txt",
    "..//two.txt",
    "/etc/./passwd",
    "/etc/../a/two.txt",
    "../../etc/passwd",
    "....//two.txt",
    ".-/two.txt",
    "one.txt/../two.txt",
    "",
]


@pytest.mark.parametrize("path", PATHS)
def test_it_leads_where_the_real_one_leads(path: str, tmp_path: Path) -> None:
    for name, text in TREE.items():
        real = tmp_path / name[1:]
        real.parent.mkdir(parents=True, exist_ok=True)
        real.write_text(text)
    target = tmp_path / path[1:] if path.startswith("/") else tmp_path / "a/b" / path
    # Joined as text: pathlib would fold some of the steps away.
    joined = f"{tmp_path}{path}" if path.startswith("/") else f"{tmp_path}/a/b/{path}"
    expected = None
    if target.is_file():
        with open(joined) as file:
            expected = file.read()
    assert Files(TREE).read(path, "/a/b") == expected


def test_steps_beyond_the_root_do_no_harm() -> None:
    assert Files(TREE).read("../" * 9 + "etc/passwd", "/a/b") == "p"


def test_a_null_byte_leads_nowhere() -> None:
    assert Files(TREE).read("one.txt\0.png", "/a/b") is None
