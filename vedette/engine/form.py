"""The form that every check fills in: its manual text under fixed headings, and what its INFO must say."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType

from vedette.contract.checkinfo import IDENTITY_PARTS, CheckInfo, Kind, Phase
from vedette.contract.job import Profile
from vedette.engine.attack.example import Example
from vedette.engine.attack.point import PointKind

HEADINGS = (
    "What it looks for",
    "Why it matters",
    "How it is confirmed",
    "How to fix it",
    "When it may be wrong",
)
"""The headings of a check's docstring, in order: each a line of its own, followed by one or more paragraphs."""

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+")
_PHASES = {
    Kind.PASSIVE: (Phase.CRAWL,),
    Kind.HOST: (Phase.HOST,),
    Kind.ACTIVE: (Phase.DETECT, Phase.STORED, Phase.TIMING),
}


@dataclass(frozen=True, slots=True)
class Doc:
    """A check's text: the sentence it opens with, then one text per heading, paragraphs apart by an empty line."""

    summary: str
    looks_for: str
    why: str
    confirmed: str
    fix: str
    wrong: str


def doc_of(text: str) -> Doc:
    """The parts of a docstring; a part that is missing is empty."""
    sections: dict[str, list[str]] = {"": []}
    current = ""
    for line in inspect.cleandoc(text).splitlines():
        if line in HEADINGS:
            current = line
            sections[current] = []
        else:
            sections[current].append(line)
    parts = ["\n".join(sections.get(heading, [])).strip() for heading in HEADINGS]
    summary = " ".join(line.strip() for line in sections[""] if line.strip())
    return Doc(summary, *parts)


def faults_of(module: ModuleType) -> list[str]:
    """What is missing or wrong in a check's form, one sentence each; empty when it is complete."""
    info = getattr(module, "INFO", None)
    if not isinstance(info, CheckInfo):
        return ["INFO is not a CheckInfo"]
    return [*_text_faults(module), *_info_faults(info), *_part_faults(module, info), *_logic_faults(module, info)]


def _text_faults(module: ModuleType) -> Iterator[str]:
    text = inspect.cleandoc(module.__doc__ or "")
    doc = doc_of(text)
    if not doc.summary:
        yield "the docstring has no opening sentence"
    headings = [line for line in text.splitlines() if line in HEADINGS]
    if headings != list(HEADINGS):
        yield f"the docstring's headings are {headings}, not {list(HEADINGS)}"
    elif not all((doc.looks_for, doc.why, doc.confirmed, doc.fix, doc.wrong)):
        yield "a heading of the docstring has no text"


def _info_faults(info: CheckInfo) -> Iterator[str]:
    if not _ID.fullmatch(info.id):
        yield f"the id {info.id!r} is not of the form family-flaw"
    if not info.title:
        yield "the title is empty"
    if info.phase not in _PHASES[info.kind]:
        yield f"a {info.kind} check cannot run in the phase {info.phase}"
    if not info.cwe:
        yield "no CWE is named"
    if not info.identity or set(info.identity) - set(IDENTITY_PARTS):
        yield f"the identity {info.identity} is not made of {IDENTITY_PARTS}"
    if set(info.points) - {str(kind) for kind in PointKind}:
        yield f"the points {info.points} are not all kinds of insertion point"
    if set(info.profiles) - {str(profile) for profile in Profile}:
        yield f"the profiles {info.profiles} are not all built in"
    if info.kind is not Kind.PASSIVE and not info.profiles:
        yield "no profile includes it"
    if info.kind is Kind.ACTIVE and info.cost < 1:
        yield "an active check states its cost in requests"


def _part_faults(module: ModuleType, info: CheckInfo) -> Iterator[str]:
    examples = getattr(module, "EXAMPLES", ())
    if not all(isinstance(example, Example) for example in examples):
        yield "EXAMPLES holds something else than an Example"
        return
    if not any(example.vulnerable for example in examples):
        yield "no example is vulnerable"
    if not any(not example.vulnerable for example in examples):
        yield "no example is a safe look-alike"
    names = [example.name for example in examples]
    if len(set(names)) != len(names):
        yield "two examples have the same name"
    if info.kind is Kind.PASSIVE and not all(example.exchange for example in examples):
        yield "a passive check's example needs an exchange"
    if info.kind is Kind.ACTIVE and not all(example.point for example in examples):
        yield "an active check's example needs a point"
    patterns = getattr(module, "PATTERNS", {})
    if patterns and info.kind is not Kind.PASSIVE:
        yield "only a passive check may have PATTERNS"


def _logic_faults(module: ModuleType, info: CheckInfo) -> Iterator[str]:
    if info.kind is Kind.PASSIVE:
        function = getattr(module, "inspect", None)
        if not inspect.isfunction(function) or inspect.iscoroutinefunction(function):
            yield "a passive check is a plain function `inspect`"
        return
    for name in ("detect", "verify"):
        if not inspect.iscoroutinefunction(getattr(module, name, None)):
            yield f"`{name}` is not an async function"
