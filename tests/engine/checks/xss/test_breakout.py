"""The values that are tried: which, in what order, and how they are shaped."""

from __future__ import annotations

import re

import pytest

from vedette.contract.exchange import Request
from vedette.engine.attack.point import Point, PointKind, Target
from vedette.engine.attack.probe import Reflection
from vedette.engine.attack.reflection import CONTEXTS, METACHARS
from vedette.engine.checks.xss.breakout import CALL, ELEMENT, TOKEN, Move, loud, moves, templates

SILENT = {"json", "plain"}


def point(value: str, kind: PointKind = PointKind.QUERY) -> Point:
    return Point(Target(Request("GET", "http://site.example/?q=x"), "/"), kind, "q", value)


@pytest.mark.parametrize("context", [context for context in CONTEXTS if context not in SILENT])
def test_every_context_has_a_way_out(context: str) -> None:
    assert templates(Reflection(context))


@pytest.mark.parametrize("context", [*sorted(SILENT), "header:location"])
def test_what_is_no_document_has_none(context: str) -> None:
    assert moves([Reflection(context, METACHARS)]) == []


def test_the_raw_element_is_closed_by_its_own_name() -> None:
    assert templates(Reflection("title", detail="textarea")) == [f"</textarea>{ELEMENT}"]
    assert templates(Reflection("inert", detail="application/json")) == [f"</script>{ELEMENT}"]
    assert templates(Reflection("inert")) == [f"</template>{ELEMENT}"]


def test_what_needs_least_comes_first() -> None:
    found = moves([Reflection("script-string-single", "'();", "script"), Reflection("text", "", "")])
    assert found[0].template == f"'-{CALL}-'"
    assert ELEMENT in [move.template for move in found]


def test_other_ways_are_tried_only_where_elements_may_pass() -> None:
    open_place = moves([Reflection("text", METACHARS)])
    closed_place = moves([Reflection("text", "'\"")])
    assert any("onerror" in move.template for move in open_place)
    assert not any("onerror" in move.template for move in closed_place)


def test_values_are_wrapped_once_more_for_sites_that_decode_twice() -> None:
    found = {move.coding: move.value(point("hat"), "vabc") for move in moves([Reflection("text")])}
    assert found["percent"] == "%3Cvabc%20onclick%3Dvabc%3E"
    assert found["entities"] == "&lt;vabc onclick=vabc&gt;"


def test_the_same_value_is_tried_once() -> None:
    found = moves([Reflection("text", METACHARS, ""), Reflection("text", "<>", "again")])
    assert len(found) == len(set(found))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("hat", "<vabc onclick=vabc>"),
        ("ann@shop.example", "<vabc onclick=vabc>@mail.test"),
        ("https://shop.example/a", "https://shop.example/<vabc onclick=vabc>"),
        ("/a/b", "/<vabc onclick=vabc>"),
    ],
)
def test_the_shape_of_the_old_value_is_kept(old: str, new: str) -> None:
    assert Move(ELEMENT).value(point(old), "vabc") == new


def test_a_script_address_stands_at_the_start() -> None:
    assert Move(f"javascript:{CALL}").value(point("https://shop.example/"), "vabc") == "javascript:vabc()"
    assert f"javascript:{CALL}" in templates(Reflection("url-attribute", "", "a href double"))
    assert f"javascript:{CALL}" not in templates(Reflection("url-attribute", "", "img src double"))


def test_the_control_has_the_length_and_no_special_characters() -> None:
    move = Move(f"'\"><{TOKEN} onclick={TOKEN}>")
    control = move.control(point("hat"), "vabc")
    assert len(control) == len(move.value(point("hat"), "vabc"))
    assert re.fullmatch(r"\w+", control)
    assert "vabc" in control


@pytest.mark.parametrize(
    ("template", "forms"),
    [
        (
            f"-->{ELEMENT}",
            (
                f"--><img src=x onerror=console.log(/{TOKEN}/)>",
                f"--><{TOKEN} onclick=console.log(/{TOKEN}/)>",
                f"--><img src=x onerror=console.log(RegExp`{TOKEN}`)>",
                f"--><{TOKEN} onclick=console.log(RegExp`{TOKEN}`)>",
            ),
        ),
        (f"'-{CALL}-'", (f"'-console.log(/{TOKEN}/)-'", f"'-console.log(RegExp`{TOKEN}`)-'")),
        (
            f'" oNcLiCk\n={TOKEN} x="',
            (
                f'" oNcLiCk\n=console.log(/{TOKEN}/) x="',
                f'" oNcLiCk\n=console.log(RegExp`{TOKEN}`) x="',
            ),
        ),
        (f"//{TOKEN}.example/", ()),
    ],
)
def test_a_loud_form_calls_what_a_browser_reports(template, forms):
    assert loud(Move(template, "entities")) == [Move(form, "entities") for form in forms]
