"""Every template keeps the content policy: nothing inline, nothing foreign, nothing unescaped."""

import re
from pathlib import Path

import pytest
from django.template import engines

import vedette.server.web.labels as labels

TEMPLATES = Path(labels.__file__).parent / "templates"
PAGES = sorted(TEMPLATES.rglob("*.html"))
NAMES = [path.relative_to(TEMPLATES).as_posix() for path in PAGES]
FORBIDDEN = {
    "an inline style": r"<[^>]*\sstyle\s*=|<style",
    "an inline handler": r"<[^>]*\s(?:on[a-z]+|hx-on[:\w.-]*)\s*=",
    "an inline script": r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")",
    "an evaluated value": r"(?:hx-vals|hx-headers|hx-vars)\s*=\s*[\"']\s*(?:js|javascript):|javascript:",
    "a trigger filter": r"hx-trigger\s*=\s*\"[^\"]*\[",
    "text let through unescaped": r"\|\s*safe\b|\|\s*safeseq\b|autoescape\s+off",
    "a foreign address": r"(?:src|href|action)\s*=\s*[\"'](?:https?:)?//",
}


def faults(source):
    return [name for name, pattern in FORBIDDEN.items() if re.search(pattern, source)]


@pytest.mark.parametrize("path", PAGES, ids=NAMES)
def test_a_template_keeps_the_policy(path):
    assert faults(path.read_text()) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_template_compiles(name):
    assert engines["django"].get_template(name)


@pytest.mark.parametrize("path", PAGES, ids=NAMES)
def test_a_form_that_posts_carries_its_token(path):
    for form in re.findall(r"<form\b(?:[^>{]|{{.*?}}|{%.*?%})*>.*?</form>", path.read_text(), re.DOTALL):
        if re.search(r"method=\"post\"", form[: form.index(">") + 1], re.IGNORECASE):
            assert "{% csrf_token %}" in form


@pytest.mark.parametrize("path", PAGES, ids=NAMES)
def test_every_named_icon_is_in_the_sprite(path):
    sprite = (TEMPLATES.parent / "static" / "icons.svg").read_text()
    for name in re.findall(r"{%\s*icon\s+[\"']([\w-]+)[\"']", path.read_text()):
        assert f'<symbol id="{name}"' in sprite, name


@pytest.mark.parametrize("path", PAGES, ids=NAMES)
def test_every_table_names_its_columns_or_rows(path):
    for table in re.findall(r"<table\b.*?</table>", path.read_text(), re.DOTALL):
        assert "<th" in table or "{% slot" in table


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ('<p style="color:red">', "an inline style"),
        ('<a href="#" onclick="go()">', "an inline handler"),
        ('<a hx-on:click="go()">', "an inline handler"),
        ("<script>go()</script>", "an inline script"),
        ('<div hx-vals="js:{a: 1}">', "an evaluated value"),
        ('<div hx-trigger="click[ctrlKey]">', "a trigger filter"),
        ("{{ text|safe }}", "text let through unescaped"),
        ('<img src="//cdn.example/x.png">', "a foreign address"),
    ],
)
def test_each_rule_finds_its_sample(source, fault):
    assert faults(source) == [fault]


def test_the_rules_let_good_markup_pass():
    assert faults('<script src="{% static \'app.js\' %}" defer></script><a href="{{ url }}" data-copy="x">') == []
