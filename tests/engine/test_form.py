from __future__ import annotations

import dataclasses
from types import ModuleType
from typing import Any

import pytest

from vedette.engine.checks.crlf import injection
from vedette.engine.checks.headers import nosniff
from vedette.engine.form import HEADINGS, doc_of, faults_of


def copy(module: ModuleType, **changes: Any) -> ModuleType:
    """A module like this one with some of its parts replaced, or removed when None."""
    new = ModuleType(module.__name__, module.__doc__)
    vars(new).update({key: value for key, value in vars(module).items() if not key.startswith("__")})
    for name, value in changes.items():
        setattr(new, name, value)
        if value is None:
            delattr(new, name)
    return new


def info(module: ModuleType, **changes: Any) -> ModuleType:
    return copy(module, INFO=dataclasses.replace(module.INFO, **changes))


def told(module: ModuleType) -> str:
    return "\n".join(faults_of(module))


def test_the_text_is_cut_at_its_headings() -> None:
    doc = doc_of(
        "First\nsentence.\n\n" + "\n".join(f"{heading}\nAbout {n}.\n\nMore.\n" for n, heading in enumerate(HEADINGS))
    )
    assert doc.summary == "First sentence."
    assert doc.looks_for == "About 0.\n\nMore."
    assert doc.wrong == "About 4.\n\nMore."
    assert doc_of("").fix == ""


def test_complete_forms_have_no_faults() -> None:
    assert faults_of(nosniff) == []
    assert faults_of(injection) == []


@pytest.mark.parametrize(
    ("module", "fault"),
    [
        (ModuleType("empty"), "INFO is not a CheckInfo"),
        (copy(nosniff, __doc__="Only a sentence."), "headings are"),
        (copy(nosniff, __doc__="One.\n\n" + "\n".join(HEADINGS)), "has no text"),
        (copy(nosniff, __doc__="\n".join(f"{heading}\nText." for heading in HEADINGS)), "no opening sentence"),
        (info(nosniff, id="Bad Id"), "family-flaw"),
        (info(nosniff, id="word"), "family-flaw"),
        (info(nosniff, title=""), "title is empty"),
        (info(nosniff, phase=injection.INFO.phase), "cannot run in the phase"),
        (info(nosniff, cwe=()), "no CWE"),
        (info(nosniff, identity=()), "identity"),
        (info(nosniff, identity=("weather",)), "identity"),
        (info(injection, points=("moon",)), "not all kinds"),
        (info(injection, profiles=("fast",)), "not all built in"),
        (info(injection, profiles=()), "no profile"),
        (info(injection, cost=0), "states its cost"),
        (copy(nosniff, EXAMPLES=nosniff.EXAMPLES[:1]), "safe look-alike"),
        (copy(nosniff, EXAMPLES=nosniff.EXAMPLES[2:]), "no example is vulnerable"),
        (copy(nosniff, EXAMPLES=("text",)), "something else"),
        (copy(nosniff, EXAMPLES=nosniff.EXAMPLES * 2), "the same name"),
        (copy(nosniff, EXAMPLES=injection.EXAMPLES), "needs an exchange"),
        (copy(injection, EXAMPLES=nosniff.EXAMPLES), "needs a point"),
        (copy(injection, PATTERNS={"a": "b"}), "only a passive check"),
        (copy(nosniff, inspect=None), "plain function"),
        (copy(nosniff, inspect=injection.detect), "plain function"),
        (copy(injection, verify=None), "`verify` is not"),
        (copy(injection, detect=nosniff.inspect), "`detect` is not"),
    ],
)
def test_each_fault_is_named(module: ModuleType, fault: str) -> None:
    assert fault in told(module)
