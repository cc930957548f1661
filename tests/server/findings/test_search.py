from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.server.factories import flaw
from vedette.server.findings import search
from vedette.server.findings.models import Finding


def found(text: str) -> list[str]:
    return sorted(search.narrow(Finding.objects.all(), text).values_list("parameter", flat=True))


@pytest.fixture
def shelf(story):
    story.see(
        flaw("id", title="SQL injection", url="http://a.example/shop/items?id=1", detail='He said "boo" 100%_sure'),
        flaw("user-id", title="Cross-site scripting", url="http://a.example/Über/login", detail="It ran."),
        flaw("q", title="SQL error", url="http://a.example/search", detail="AND OR NOT NEAR(a b) col:x ^y * - + ()"),
    )


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("", ["id", "q", "user-id"]),
        ("   ", ["id", "q", "user-id"]),
        ("sql", ["id", "q"]),
        ("SQL Injection", ["id"]),
        ("injection sql", ["id"]),
        ('"injection sql"', []),
        ('"sql injection"', ["id"]),
        ("ripti", ["user-id"]),
        ("über", ["user-id"]),
        ("ÜBER login", ["user-id"]),
        ("id", ["id"]),
        ("user-id", ["user-id"]),
        ("q", ["q"]),
        ("sql q", ["q"]),
        ("2", ["user-id"]),
        ("items?id=1", ["id"]),
        ("100%_", ["id"]),
        ("100%_x", []),
        ("%%%", []),
        ("___", []),
        ('said "', ["id"]),
        ('"boo', ["id"]),
        ("near(a", ["q"]),
        ("col:x", ["q"]),
        ("* -", []),
        ("not near(a", ["q"]),
        ("') OR 1=1 --", []),
        ("\x00\ud800sql", []),
        ("\\", []),
        ("zzzz", []),
    ],
)
def test_what_a_text_finds(shelf, text, seen):
    assert found(text) == seen


def test_words():
    assert search.words('One "two  three" é id "" one') == ["one", "two three", "\né\n", "\nid\n"]
    assert len(search.words(" ".join(f"word{number}" for number in range(50)))) == search.MAX_WORDS
    assert len(search.words("x" * 5000)[0]) == search.MAX_TEXT


@settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=30))
def test_no_text_is_an_error(shelf, text):
    assert set(found(text)) <= {"id", "q", "user-id"}


def test_changes_and_deletions_are_followed(shelf, story):
    Finding.objects.filter(parameter="q").update(search_text="\nsomething else\n")
    assert (found("something"), found("sql")) == (["q"], ["id"])
    Finding.objects.filter(parameter="id").delete()
    assert found("sql") == []


def test_many_hits_are_the_same_hits(shelf, monkeypatch):
    few = found("sql")
    monkeypatch.setattr(search, "FEW", 1)
    assert found("sql") == few == ["id", "q"]
    assert found("injection") == ["id"]


def test_the_index_comes_and_goes(shelf):
    connection.check_constraints()  # PostgreSQL alters no table with checks still to come
    editor = SimpleNamespace(connection=connection)
    assert search.faults() == []
    search.remove(editor)
    assert len(search.faults()) == 1
    search.install(editor)
    search.install(editor)
    assert search.faults() == []
    assert found("sql") == ["id", "q"]
