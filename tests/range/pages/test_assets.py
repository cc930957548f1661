import re

import pytest

from vedette.range.layout import page
from vedette.range.markup import Markup
from vedette.range.pages.goods import ICONS

SCRIPTS = (
    "visit",
    "product",
    "services",
    "gifts",
    "tools",
    "staff",
    "stockists",
    "suppliers",
    "papers",
    "community",
    "guestbook",
    "signals",
    "api",
    "checkout",
)


@pytest.mark.parametrize("name", [f"{script}.js" for script in SCRIPTS])
def test_a_script_is_sent_as_one(visitor, name):
    answer = visitor.get(f"/assets/{name}")
    assert answer.status == 200 and (answer.header("Content-Type") or "").startswith("text/javascript")
    assert answer.text.count("{") == answer.text.count("}") and answer.text.count("(") == answer.text.count(")")


def test_style_and_drawings_are_there(visitor):
    assert (visitor.get("/assets/harbour.css").header("Content-Type") or "").startswith("text/css")
    assert visitor.get("/assets/anchor.svg").header("Content-Type") == "image/svg+xml"


def test_every_drawing_used_is_in_the_sprite(visitor):
    sprite = set(re.findall(r'<symbol id="(\w+)"', visitor.get("/assets/icons.svg").text))
    assert sprite >= ICONS | {"anchor"}


def test_every_class_of_the_frame_has_a_style(visitor):
    style = visitor.get("/assets/harbour.css").text
    for name in re.findall(r'class="([\w ]+)"', page("T", Markup("")).body.decode()):
        assert any(f".{word}" in style for word in name.split()), name
