"""The address of the list of findings, read and written."""

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.server import factories
from tests.server.layers import shared
from vedette.server.findings.queries import NOBODY, FindingFilter
from vedette.server.tenancy.services import labels
from vedette.server.web import finding_query

LABEL = "abcdefghijkm"


class Somebody:
    id = "nobodyknowsme"


def read(text):
    return finding_query.read(Somebody(), QueryDict(text))


@pytest.mark.parametrize(
    ("address", "filter"),
    [
        ("", FindingFilter()),
        ("state=all", FindingFilter()),
        ("state=any&severity=any&q=", FindingFilter()),
        ("state=notfixed&state=fixed", FindingFilter(states=("notfixed", "fixed"))),
        ("state=retesting&state=nonsense", FindingFilter(states=("retesting",))),
        ("severity=high&severity=40&severity=High", FindingFilter(severities=(30, 40))),
        ("q=%20two%20%20words%20", FindingFilter(search="two words")),
        (
            f"label={LABEL}&target={LABEL}&scan={LABEL}",
            FindingFilter(labels=(LABEL,), targets=(LABEL,), scans=(LABEL,)),
        ),
        ("label=0O&target='--&scan=x", FindingFilter()),
        ("assignee=me&assignee=none", FindingFilter(assignees=(Somebody.id, NOBODY))),
        ("check=xss-reflected&check=made-up", FindingFilter(checks=("xss-reflected",))),
        ("proof=firm", FindingFilter(proofs=("firm",))),
        ("proof=tentative", FindingFilter(proofs=("tentative",), include_tentative=True)),
        ("new=yes", FindingFilter(new=True)),
        ("new=no&reachable=no", FindingFilter(new=False, reachable=False)),
        ("review=pending&review=x", FindingFilter(review_statuses=("pending",))),
    ],
)
def test_what_can_be_read_is_meant_and_the_rest_is_left_out(address, filter):  # noqa: A002
    assert read(address).filter == filter


@pytest.mark.parametrize(
    ("address", "sort", "page"),
    [
        ("", "-severity", 1),
        ("sort=title&page=7", "title", 7),
        ("sort=-target&page=0", "-target", 1),
        ("sort=password&page=-1", "-severity", 1),
        ("sort=--title&page=x", "-severity", 1),
        ("page=99999999999999999999999", "-severity", 999999999),
        ("page=%D9%A1", "-severity", 1),
    ],
)
def test_order_and_page(address, sort, page):
    asked = read(address)
    assert (asked.sort, asked.page) == (sort, page)


def test_an_address_is_written_as_short_as_it_can_be():
    assert read("severity=40&state=any&label=x&sort=-severity&page=3").address == "severity=critical&state=all"
    assert read("state=notfixed&q=a%20b&sort=title").address == "q=a+b&state=notfixed&sort=title"


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(st.sampled_from([*finding_query._PARTS, "sort", "page", "x"]), st.text(max_size=20)), max_size=8)
)
def test_what_is_written_reads_the_same(parts):
    query = QueryDict(mutable=True)
    for name, value in parts:
        query.appendlist(name, value)
    asked = finding_query.read(Somebody(), query)
    again = read(asked.address)
    assert (again.filter, again.sort, again.address) == (asked.filter, asked.sort, asked.address)


def test_a_condition_can_be_taken_away():
    asked = read("state=notfixed&state=fixed&q=x&sort=title")
    assert asked.without("state", "fixed") == "?q=x&state=notfixed&sort=title"
    assert read("state=notfixed").without("state", "notfixed") == "?state=all"


@shared
def actor():
    return factories.actor(factories.organisation())


def test_menus_offer_what_is_not_chosen_yet_and_chips_name_what_is(actor):
    shop = factories.target(actor.organisation, name="Web shop")
    label = labels.create(actor=actor, kind="finding", name="backlog")
    labels.create(actor=actor, kind="target", name="other kind")
    given = f"state=notfixed&target={shop.public_id}&label={label.public_id}&assignee=me&q=text"
    asked = finding_query.read(actor, QueryDict(given))
    words = finding_query.choices(actor, asked)
    menus = {menu.name: dict(menu.choices) for menu in finding_query.menus(asked, words)}
    assert "notfixed" not in menus["state"] and menus["state"]["fixed"] == "Fixed"
    assert "target" not in menus and "label" not in menus  # nothing is left to choose
    assert menus["assignee"] == {"none": "Nobody"}
    assert [(chip.name, chip.value) for chip in finding_query.chips(asked, words)] == [
        ("State", "Open"), ("Target", "Web shop"), ("Label", "backlog"), ("Assignee", "Me"),
    ]  # fmt: skip


def test_what_belongs_to_others_is_neither_offered_nor_named(actor):
    rival = factories.actor(factories.organisation("Rival"))
    theirs = factories.target(rival.organisation, name="Secret shop")
    asked = finding_query.read(actor, QueryDict(f"target={theirs.public_id}"))
    words = finding_query.choices(actor, asked)
    assert words["target"] == {}
    assert rival.id not in words["assignee"]
    (chip,) = finding_query.chips(asked, words)
    assert chip.value == theirs.public_id
