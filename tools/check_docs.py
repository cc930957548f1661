"""Writes the manual pages of all checks under docs/checks; with --check, fails when one is stale."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from vedette.contract.checkinfo import CheckInfo, Kind
from vedette.engine import catalog
from vedette.engine.catalog import Catalog, Check
from vedette.engine.form import HEADINGS

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "checks"
GENERATED = "<!-- Written by tools/check_docs.py from the check's own file. Change that file, then run `make docs`. -->"
SCORES = {
    "CVSS 3.1": "https://www.first.org/cvss/calculator/3.1#",
    "CVSS 4.0": "https://www.first.org/cvss/calculator/4.0#",
}
OWN_LINE = re.compile(r"[A-Za-z][\w .()-]{1,40}:(?: |$)")
CODE_LINE = re.compile(r"`[^`]+`\.?$")
KINDS = {
    Kind.PASSIVE: "passive: reads what the crawl fetched, sends nothing",
    Kind.ACTIVE: "active: tests one insertion point at a time",
    Kind.HOST: "host: tests a host as a whole",
}


def pages(found: Catalog) -> dict[str, str]:
    """File name to text of every page, the index first."""
    return {"README.md": index(found), **{f"{check.id}.md": page(check) for check in found.checks}}


def page(check: Check) -> str:
    """One check's page."""
    doc = check.doc
    texts = dict(zip(HEADINGS, (doc.looks_for, doc.why, doc.confirmed, doc.fix, doc.wrong), strict=True))
    parts = [GENERATED, f"# {check.info.title}", doc.summary, _facts(check)]
    for heading, text in texts.items():
        parts += [f"## {heading}", _hard_breaks(text) if heading == "How to fix it" else text]
    parts += ["## Examples that it is tested on", _examples(check)]
    if check.info.references:
        parts += ["## References", "\n".join(f"- <{url}>" for url in check.info.references)]
    return "\n\n".join(parts) + "\n"


def index(found: Catalog) -> str:
    """The list of all checks by family."""
    families: dict[str, list[Check]] = {}
    for check in found.checks:
        families.setdefault(check.info.family, []).append(check)
    counts = ", ".join(f"{sum(1 for check in found.checks if check.info.kind is kind)} {kind}" for kind in Kind)
    parts = [
        GENERATED,
        "# Checks",
        f"{len(found.checks)} checks: {counts}. Each page is written from the check's own file.",
    ]
    for family, checks in families.items():
        rows = [f"| [{check.id}]({check.id}.md) | {check.info.title} | {_rating(check.info)} |" for check in checks]
        parts += [f"## {family}", "\n".join(["| check | flaw | rating |", "|---|---|---|", *rows])]
    return "\n\n".join(parts) + "\n"


def stale(folder: Path, wanted: dict[str, str]) -> list[str]:
    """Names of pages that are missing, differ, or belong to no check any more."""
    there = {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.md"))}
    changed = [name for name, text in wanted.items() if there.get(name) != text]
    return [*changed, *(name for name in there if name not in wanted)]


def write(folder: Path, wanted: dict[str, str]) -> None:
    """Writes all pages and removes those of checks that are gone."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in stale(folder, wanted):
        if name in wanted:
            (folder / name).write_text(wanted[name], encoding="utf-8")
        else:
            (folder / name).unlink()


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when all is written or fresh, 1 when something is stale."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a page is stale")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the pages are")
    options = parser.parse_args(arguments)
    wanted = pages(catalog.load())
    if not options.check:
        write(options.folder, wanted)
        return 0
    found = stale(options.folder, wanted)
    for name in found:
        print(f"stale: docs/checks/{name}; run `make docs`")
    return int(bool(found))


def _rating(info: CheckInfo) -> str:
    return f"{info.severity}, {info.proof}"


def _facts(check: Check) -> str:
    info = check.info
    rows = [
        ("Id", f"`{info.id}`, version {info.version}, since {info.since}"),
        ("Kind", KINDS[info.kind]),
        ("Severity", str(info.severity)),
        ("Highest proof", str(info.proof)),
        ("CWE", ", ".join(f"[{number}](https://cwe.mitre.org/data/definitions/{number}.html)" for number in info.cwe)),
        ("OWASP Top 10", info.owasp),
        ("CVSS 3.1", _score(info.cvss31, "CVSS 3.1")),
        ("CVSS 4.0", _score(info.cvss40, "CVSS 4.0")),
        ("Profiles", ", ".join(info.profiles)),
        ("Insertion points", ", ".join(info.points) or "all" if info.kind is Kind.ACTIVE else ""),
        ("Requests on a dull point", f"at most {info.cost}" if info.kind is Kind.ACTIVE else ""),
        ("Whole depth when", ", ".join(f"`{sign}`" for sign in info.wants)),
        ("Same finding when equal", ", ".join(info.identity)),
        ("Options", "; ".join(f"`{option.name}` ({option.default}): {option.help}" for option in info.options)),
    ]
    return "\n".join(["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows if value)])


def _score(vector: str, name: str) -> str:
    return f"[{vector}]({SCORES[name]}{vector})" if vector else ""


def _hard_breaks(text: str) -> str:
    """Lines to copy, and lines that begin with a product's name (`nginx: `), stay lines of their own."""
    lines = text.split("\n")
    pairs = zip(lines, [*lines[1:], ""], strict=True)
    return "\n".join(f"{line}  " if line and after and _apart(line, after) else line for line, after in pairs)


def _apart(line: str, after: str) -> bool:
    return bool(OWN_LINE.match(after) or CODE_LINE.match(after) or CODE_LINE.match(line))


def _examples(check: Check) -> str:
    found = [f"- reported: {example.name}" for example in check.examples if example.vulnerable]
    silent = [f"- left alone: {example.name}" for example in check.examples if not example.vulnerable]
    return "\n".join([*found, *silent])


if __name__ == "__main__":
    sys.exit(main())
