"""The list of findings."""

import csv
import io

import pytest

from tests.server import factories
from vedette.contract.checkinfo import ProofLevel, Severity
from vedette.server.findings import queries


@pytest.fixture
def found(shop, actor):
    """Three findings: high, critical, and a tentative one."""
    factories.run_scan(
        shop,
        factories.flaw("a"),
        factories.flaw("b", severity=Severity.CRITICAL, title="=cmd|' /C calc'!A0"),
        factories.flaw("c", proof=ProofLevel.TENTATIVE, title="Perhaps"),
    )
    return queries.page(actor, queries.FindingFilter(include_tentative=True), "number").rows


def titles(answer):
    return [row.title for row in answer.context["rows"]]


def test_an_empty_list_says_so(client, words):
    assert "No open findings" in words(client.get("/ui/findings/"))
    assert "Nothing was proven yet" in words(client.get("/ui/findings/?state=all"))
    assert "No finding fits" in words(client.get("/ui/findings/?q=nothing"))


def test_without_a_query_the_open_ones_are_shown_worst_first(client, found, words):
    answer = client.get("/ui/findings/")
    assert titles(answer) == ["=cmd|' /C calc'!A0", "Reflected cross-site scripting"]
    text = words(answer)
    for part in ("Critical", "Web shop", "GET /search", "1–2 of 2", "State: Open"):
        assert part in text


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("severity=high", ["Reflected cross-site scripting"]),
        ("state=fixed", []),
        ("proof=tentative&state=all", ["Perhaps"]),
        ("state=all&sort=number", ["Reflected cross-site scripting", "=cmd|' /C calc'!A0"]),
        ("q=cross-site", ["Reflected cross-site scripting"]),
        ("page=99", ["=cmd|' /C calc'!A0", "Reflected cross-site scripting"]),
    ],
)
def test_the_address_narrows_orders_and_pages(client, found, query, expected):
    assert titles(client.get(f"/ui/findings/?{query}")) == expected


def test_htmx_is_told_the_short_address_and_links_use_it(client, found):
    answer = client.get("/ui/findings/?state=notfixed&severity=any&target=any&sort=-severity", HTTP_HX_REQUEST="true")
    assert answer["HX-Push-Url"] == "/ui/findings/?state=notfixed"
    assert "severity=any" not in answer.content.decode()


def test_the_number_of_queries_does_not_grow_with_the_rows(client, home, actor, django_assert_max_num_queries):
    factories.run_scan(factories.target(home), *(factories.flaw(f"p{n}") for n in range(30)))
    with django_assert_max_num_queries(32):
        assert len(titles(client.get("/ui/findings/"))) == 30


def test_the_export_is_what_is_shown_and_no_formula(client, found):
    answer = client.get("/ui/findings/export.csv?state=notfixed&sort=-severity")
    assert answer.streaming and answer["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode())))
    assert [row["title"] for row in rows] == ["'=cmd|' /C calc'!A0", "Reflected cross-site scripting"]
    assert (rows[1]["severity"], rows[1]["target"], rows[1]["id"]) == ("High", "Web shop", found[0].public_id)


def test_the_side_panel_shows_the_proof(client, found, words):
    answer = client.get(f"/ui/findings/{found[0].public_id}/peek/")
    assert "Reflected cross-site scripting" in words(answer)
    assert "<mark>1</mark>" in answer.content.decode()
    assert "<html" not in answer.content.decode()


def test_whoever_may_not_see_evidence_sees_none(enter, found):
    answer = enter("scanner").get(f"/ui/findings/{found[0].public_id}/peek/")
    assert answer.status_code == 200
    assert "evidence" not in answer.content.decode()


def test_what_others_have_is_not_there(client, rival):
    theirs = queries.Finding.objects.get()
    assert titles(client.get("/ui/findings/?state=all")) == []
    assert client.get(f"/ui/findings/{theirs.public_id}/peek/").status_code == 404
    assert client.get(f"/ui/findings/export.csv?state=all&target={rival[0].public_id}").getvalue().count(b"\n") == 1
