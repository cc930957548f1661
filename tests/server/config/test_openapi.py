"""Documents and their reader are served, offline and without foreign scripts."""

import re

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from vedette.server.config.openapi import documented

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("dialect", documented())
def test_a_document_and_its_page(dialect):
    answer = Client().get(f"/openapi/{dialect}.json")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    assert answer.json()["paths"]
    answer = Client().get(f"/openapi/{dialect}/")
    assert answer.status_code == 200
    page = answer.content.decode()
    assert f'data-url="/openapi/{dialect}.json"' in page
    assert not re.search(r"https?://|<script>|\son\w+=|style=", page)
    for name in re.findall(r'(?:src|href)="/ui/static/([^"]+)"', page):
        assert finders.find(name), name


def test_scripts_are_ours_alone_even_there():
    policy = Client().get("/openapi/probely/")["Content-Security-Policy"]
    directives = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))
    assert directives["script-src"] == "'self'"
    assert directives["style-src"] == "'self' 'unsafe-inline'"
    assert directives["default-src"] == "'none'"


def test_the_way_there():
    answer = Client().get("/openapi")
    assert (answer.status_code, answer["Location"]) == (302, "/openapi/probely/")


@pytest.mark.parametrize("path", ["/openapi/nobody.json", "/openapi/nobody/", "/openapi/../settings.json"])
def test_there_are_no_others(path):
    assert Client().get(path).status_code == 404
