"""Every finding of a filter, in the order of its list, by key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.server.factories import flaw
from vedette.contract.checkinfo import Severity
from vedette.server.findings import exports, queries
from vedette.server.findings.models import Finding
from vedette.server.findings.queries import ORDERINGS, FindingFilter
from vedette.server.tenancy.models import Organisation


@pytest.fixture
def many(story, monkeypatch):
    """Thirty findings with many equal values, in chunks of four."""
    monkeypatch.setattr(exports, "CHUNK", 4)
    severities = list(Severity)
    flaws = [flaw(f"p{n}", severity=severities[n % 3], title=f"Title {n % 4}") for n in range(30)]
    story.see(*flaws)
    for one in flaws[::5]:
        story.recheck(one, "gone")


@pytest.mark.parametrize("ordering", [sign + name for name in ORDERINGS for sign in ("", "-")] + ["nonsense", ""])
def test_it_is_what_the_pages_show(owner, many, ordering):
    for wanted in (FindingFilter(), FindingFilter(states=("notfixed",), severities=(20, 30))):
        pages = queries.page(owner, wanted, ordering, 1, 100).rows
        assert [row.pk for row in exports.whole(owner, wanted, ordering)] == [row.pk for row in pages]
        assert pages


def test_the_number_of_queries_grows_with_the_chunks_alone(owner, many, django_assert_max_num_queries):
    with django_assert_max_num_queries(8 * 5 + 3):
        rows = list(exports.whole(owner, FindingFilter()))
        assert [str(row.target) for row in rows] == ["Shop"] * 30


def test_a_row_that_changes_meanwhile_moves_nobody_else(owner, many):
    told = exports.whole(owner, FindingFilter(), "title")
    first = [next(told).pk for _ in range(6)]
    Finding.objects.filter(pk=first[0]).update(title="Zzz")
    rest = [row.pk for row in told]
    assert set(first[1:]).isdisjoint(rest)
    assert len(set(first) | set(rest)) == 30


def test_an_empty_list_ends_at_once(owner, target):
    assert list(exports.whole(owner, FindingFilter())) == []


def test_what_others_have_is_not_in_it(person, many):
    rival = Organisation.objects.create(name="Rival")
    assert list(exports.whole(person("owner", home=rival), FindingFilter())) == []


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=12), st.booleans())
def test_the_condition_means_later_in_the_order(pairs, descending):
    condition = exports._behind(("a", "b"), (1, 2), descending)
    later = [pair for pair in pairs if (pair < (1, 2) if descending else pair > (1, 2))]
    assert [pair for pair in pairs if _holds(condition, dict(zip("ab", pair, strict=True)))] == later


def _holds(q, row):
    """The condition, evaluated here."""

    def one(part):
        if not isinstance(part, tuple):
            return _holds(part, row)
        name, _, step = part[0].partition("__")
        return {"lt": row[name] < part[1], "gt": row[name] > part[1], "": row[name] == part[1]}[step]

    results = [one(part) for part in q.children]
    return all(results) if q.connector == "AND" else any(results)
