"""The payloads mean to the real languages what the check says they mean."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass

import pytest

from vedette.engine.attack.rng import Rng
from vedette.engine.checks.code import eval as check
from vedette.engine.testkit import TestProbe

WORD = "kqzvtrplmw"


@dataclass(frozen=True)
class Runtime:
    """How a program of a language evaluates code, and prints what came out."""

    command: tuple[str, ...]
    program: str

    def run(self, code: str) -> str:
        line = self.program.replace("@", code)
        return subprocess.run([*self.command, line], capture_output=True, text=True, timeout=60).stdout


RUNTIMES = {
    "php": Runtime(("php", "-d", "display_errors=0", "-r"), "function f($a){} $x='';@echo $x;"),
    "perl": Runtime(("perl", "-e"), "sub f{} my $x;@print $x;"),
    "python": Runtime(("python3", "-c"), "x=''\nf=lambda a:0\n@\nprint(x)"),
    "javascript": Runtime(("node", "-e"), "let x='';function f(a){}\n@\nconsole.log(String(x))"),
}


def around(form: check.Form, language: str) -> tuple[str, str]:
    """The code that the value stands in, for this form to fit."""
    end = ";" if language in ("php", "perl") else ""
    name = "$x" if end else "x"
    start = form.template.removeprefix("@v")[:2]
    if start.startswith(("'", '"')):
        quote = start[0]
        return (f"f({quote}", f"{quote}){end}\n") if start[1] == ")" else (f"{name}={quote}", f"{quote}{end}\n")
    if start in ("{$", "@{", "#{"):
        return f'{name}="', f'"{end}\n'
    return ("", "\n") if form.template.endswith(";") else (f"{name}=", f"{end}\n")


CASES = [(form, language) for form in check._THOROUGH for language in form.languages if language in RUNTIMES]


@pytest.mark.parametrize(("form", "language"), CASES, ids=lambda item: getattr(item, "template", item))
def test_each_form_runs_in_its_languages(form: check.Form, language: str) -> None:
    runtime, spoken = RUNTIMES[language], check.LANGUAGES[language]
    if not shutil.which(runtime.command[0]):
        pytest.skip(f"no {language} here")
    before, after = around(form, language)
    assert WORD[::-1] in runtime.run(before + form.render("7", spoken.reverse.replace("@w", WORD)) + after)
    assert WORD[::-1] not in runtime.run(before + form.render("7", spoken.jumbled.replace("@w", WORD)) + after)


def polyglot(index: int) -> tuple[str, list[str]]:
    """One of the two light payloads with its products filled in, and their results."""
    probe = TestProbe(lambda request: pytest.fail("nothing is sent here"), "unit")
    text, forms = check._polyglots(probe)[index]
    products = [check._product(Rng(place, "unit")) for place, _ in enumerate(forms)]
    for number, (expression, _) in enumerate(products, start=1):
        text = text.replace(f"@{number}", expression)
    return text, [result for _, result in products]


@pytest.mark.parametrize("place", range(3))
@pytest.mark.parametrize("language", ["php", "perl"])
def test_the_first_light_payload_fits_three_quotings(language: str, place: int) -> None:
    if not shutil.which(RUNTIMES[language].command[0]):
        pytest.skip(f"no {language} here")
    text, results = polyglot(0)
    quote = ("", "'", '"')[place]
    assert results[place] in RUNTIMES[language].run(f"$x={quote}{text}{quote};\n")


@pytest.mark.parametrize(
    ("language", "place"), [("python", 0), ("javascript", 0), ("javascript", 1), ("python", 2)], ids=str
)
def test_the_second_light_payload_fits_python_and_javascript(language: str, place: int) -> None:
    if not shutil.which(RUNTIMES[language].command[0]):
        pytest.skip(f"no {language} here")
    text, results = polyglot(1)
    quote = ("", "'", '"')[place]
    assert results[place] in RUNTIMES[language].run(f"x={quote}{text}{quote}\n")


def test_a_language_jumbled_has_the_same_bytes() -> None:
    for language in check.LANGUAGES.values():
        assert sorted(language.reverse) == sorted(language.jumbled)
        assert language.reverse != language.jumbled


def test_candidates_survive_json() -> None:
    form = check._BARE
    data = json.loads(json.dumps({"template": form.template, "languages": form.languages}))
    assert tuple(check.Form(**data).languages) == form.languages
