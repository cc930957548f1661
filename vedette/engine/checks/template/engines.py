"""What each template engine computes of its own: the signals that tell an engine from a mere calculator.

Data of the check beside it: add an engine by adding its lines.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Signal:
    """An expression that only `engine` and its like turn into `expected`.

    `@w` stands for a random word in lower case, `@n` for a random number of nine digits. `expected` names what comes
    out: `upper`, `double` or `length` of the word, `octal` of the number.
    """

    engine: str
    expression: str
    expected: str

    def expects(self, word: str, number: int) -> str:
        """What the engine prints for this word and number."""
        results = {
            "upper": word.upper(),
            "double": word * 2,
            "length": str(len(word)),
            "octal": f"{number:o}",
        }
        return results[self.expected]


@dataclass(frozen=True, slots=True)
class Delimiters:
    """A way to mark an expression: `@e` is the expression, `product` how the engines behind it multiply `@a` and `@b`.

    Without `product` there is no arithmetic, and the signals alone speak. `tail` is literal text that must follow.
    `tame` engines give templates no way to run code by themselves.
    """

    name: str
    wrap: str
    signals: tuple[Signal, ...]
    product: str = "@a*@b"
    tail: str = ""
    tame: bool = False


DELIMITERS = (
    Delimiters(
        "curly",
        "{{@e}}",
        (
            Signal("Jinja2 or another Python engine", "'@w'*2", "double"),
            Signal("Jinja2 or another Python engine", "'@w'.upper()", "upper"),
            Signal("Twig or a like engine", "'@w'|upper", "upper"),
            Signal("JavaScript template engine (Nunjucks or alike)", "'@w'.toUpperCase()", "upper"),
        ),
    ),
    Delimiters(
        "erb",
        "<%=@e%>",
        (
            Signal("ERB", "'@w'.upcase", "upper"),
            Signal("Ruby template engine", "'@w'*2", "double"),
            Signal("EJS", "'@w'.toUpperCase()", "upper"),
        ),
    ),
    Delimiters(
        "dollar",
        "${@e}",
        (
            Signal("FreeMarker", "'@w'?upper_case", "upper"),
            Signal("Mako", "'@w'.upper()", "upper"),
            Signal("Mako or another Python engine", "'@w'*2", "double"),
        ),
    ),
    Delimiters(
        "hash",
        "#{@e}",
        (
            Signal("Ruby string interpolation or Slim", "'@w'.upcase", "upper"),
            Signal("Ruby string interpolation or Slim", "'@w'*2", "double"),
            Signal("FreeMarker", "'@w'?length", "length"),
            Signal("Pug", "[...'@w'].map(c=>c.toUpperCase()).join('')", "upper"),
        ),
    ),
    Delimiters(
        "smarty",
        "{@e}",
        (
            Signal("Smarty", "'@w'|upper", "upper"),
            Signal("Smarty", "strtoupper('@w')", "upper"),
            Signal("Latte", "='@w'|upper", "upper"),
        ),
    ),
    Delimiters("razor", "@(@e)", (Signal("Razor", '"@w".ToUpper()', "upper"),)),
    # Letters right after the name would become part of it.
    Delimiters("velocity", "#set($v=@e)$v", (Signal("Velocity", "'@w'.toUpperCase()", "upper"),), tail="/"),
    Delimiters("thymeleaf", "[[${@e}]]", (Signal("Thymeleaf", "'@w'.toUpperCase()", "upper"),)),
    Delimiters("selection", "*{@e}", (Signal("Thymeleaf", "'@w'.toUpperCase()", "upper"),)),
    Delimiters("liquid", "{{@e}}", (Signal("Liquid", "'@w'|upcase", "upper"),), "@a|times:@b", tame=True),
    Delimiters(
        "django",
        "{%@e%}",
        (Signal("Django", "filter upper%}@w{%endfilter", "upper"),),
        "widthratio @a 1 @b",
        tame=True,
    ),
    Delimiters(
        "go",
        "{{@e}}",
        (Signal("Go template", "printf `%o` @n", "octal"), Signal("Go template", "len `@w`", "length")),
        "",
    ),
    Delimiters(
        "handlebars", "{{@e}}", (Signal("Handlebars", "#with '@w'}}{{length}}{{/with", "length"),), "", tame=True
    ),
)
"""Those before `velocity` may stand side by side in one payload, in the two groups of `arithmetic`."""
