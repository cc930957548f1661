"""The manual pages: complete, fresh or said to be stale, and gone with their check."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tools import check_docs
from vedette.engine import catalog

FOUND = catalog.load()


def test_every_check_has_a_page_and_a_line_in_the_index() -> None:
    pages = check_docs.pages(FOUND)
    assert set(pages) == {"README.md", *(f"{check.id}.md" for check in FOUND.checks)}
    for check in FOUND.checks:
        assert f"({check.id}.md)" in pages["README.md"]


@pytest.mark.parametrize("check", FOUND.checks, ids=lambda check: check.id)
def test_a_page_holds_what_a_reader_needs(check: catalog.Check) -> None:
    text = check_docs.page(check)
    assert text.splitlines()[2] == f"# {check.info.title}"
    assert f"`{check.id}`" in text
    assert check.info.cvss31 in text
    assert all(f"definitions/{number}.html" in text for number in check.info.cwe)
    assert all(url in text for url in check.info.references)
    assert check.doc.why in text
    words = re.sub(r"\s+", " ", text)
    assert re.sub(r"\s+", " ", check.doc.fix) in words
    assert all(example.name in text for example in check.examples)
    assert not re.search(r"\n\n\n", text)


def test_writing_then_checking(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "checks"
    there = ["--folder", str(folder)]
    assert check_docs.main([*there, "--check"]) == 1
    assert check_docs.main(there) == 0
    capsys.readouterr()
    assert check_docs.main([*there, "--check"]) == 0
    assert capsys.readouterr().out == ""


def test_a_changed_a_missing_and_a_left_over_page_are_stale(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    there = ["--folder", str(tmp_path)]
    check_docs.main(there)
    first, second = FOUND.checks[:2]
    (tmp_path / f"{first.id}.md").write_text("changed")
    (tmp_path / f"{second.id}.md").unlink()
    (tmp_path / "family-gone.md").write_text("old")
    assert check_docs.main([*there, "--check"]) == 1
    said = capsys.readouterr().out
    assert all(f"{name}.md" in said for name in (first.id, second.id, "family-gone"))
    assert check_docs.main(there) == 0
    assert check_docs.main([*there, "--check"]) == 0
    assert not (tmp_path / "family-gone.md").exists()
