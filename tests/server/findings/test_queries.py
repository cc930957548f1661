from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.server.factories import flaw
from vedette.contract.checkinfo import ProofLevel, Severity
from vedette.server.findings import queries
from vedette.server.findings.models import Finding, SavedView
from vedette.server.findings.queries import FindingFilter
from vedette.server.findings.services import triage
from vedette.server.kernel import clock
from vedette.server.kernel.errors import NotAllowed, NotFound
from vedette.server.tenancy.actor import Grant
from vedette.server.tenancy.models import Label, Organisation, Team
from vedette.server.tenancy.rules import BUILTIN_ROLES

DAY = datetime(2026, 11, 1, 12, tzinfo=UTC)
ANALYST = BUILTIN_ROLES["analyst"]


def names(rows) -> list[str]:
    return [row.parameter for row in rows]


@pytest.fixture
def listed(story):
    """What a page of a filter shows, by parameter; its total must say the same."""

    def run(actor, ordering="-last_found", length=50, **given) -> list[str]:
        wanted = FindingFilter(**given)
        page = queries.page(actor, wanted, ordering, 1, length)
        assert page.total == queries.count(actor, wanted) == queries.filtered(actor, wanted).distinct().count()
        return names(page.rows)

    return run


@pytest.fixture
def shelf(story, owner):
    """Five findings: a (critical) to e (info), found a day apart, in different states."""
    for day, (name, severity) in enumerate(zip("abcde", Severity, strict=True)):
        with clock.frozen(DAY + timedelta(days=day)):
            story.see(flaw(name, severity=severity, title=f"Title {name}", check=f"check-{name}"))
    with clock.frozen(DAY + timedelta(days=9)):
        triage.accept_risk(
            actor=owner,
            finding=story.row(flaw("b", check="check-b")),
            until=date(2026, 12, 24),
            approval_date=DAY.date(),
        )
        triage.mark_false_positive(actor=owner, finding=story.row(flaw("c", check="check-c")))
        story.recheck(flaw("d", check="check-d"), "gone")
    return {row.parameter: row for row in Finding.objects.all()}


# Who sees what


def test_each_sees_what_is_theirs(story, make_target, organisation, person, owner):
    other = type(story)(make_target(url="http://b.example/", name="B"))
    home = Organisation.objects.create(name="Other")
    foreign = type(story)(make_target(home, url="http://c.example/"))
    for name, teller in (("a", story), ("b", other), ("c", foreign)):
        teller.see(flaw(name))
    team = Team.objects.create(organisation=organisation, name="Web")
    other.target.teams.add(team)
    stranger = person("owner", home=home)
    by_team = person("analyst", [Grant(ANALYST, "team", team_id=team.pk)])
    by_target = person("analyst", [Grant(ANALYST, "target", target_id=story.target.pk)])
    both = person("analyst", [*by_team.grants, *by_target.grants])
    nobody = person("x", [Grant(frozenset({"targets.view"}))])
    greedy = person("analyst", [Grant(ANALYST, "target", target_id=foreign.target.pk)])
    for actor, seen in (
        (owner, "ab"), (stranger, "c"), (by_team, "b"), (by_target, "a"), (both, "ab"), (nobody, ""), (greedy, ""),
    ):  # fmt: skip
        page = queries.page(actor, ordering="title")
        assert sorted(names(page.rows)) == list(seen)
        assert page.total == queries.count(actor) == queries.for_actor(actor).count() == len(seen)
        assert sum(queries.counts(actor).values()) == len(seen)
        for name, teller in (("a", story), ("b", other), ("c", foreign)):
            row = teller.row(flaw(name))
            if name in seen:
                assert queries.get(actor, row.public_id) == row
                assert queries.get_numbered(actor, teller.target.public_id, 1) == row
            else:
                with pytest.raises(NotFound):
                    queries.get(actor, row.public_id)
                with pytest.raises(NotFound):
                    queries.get_numbered(actor, teller.target.public_id, 1)


def test_filters_reach_no_further_than_the_actor(story, make_target, person):
    home = Organisation.objects.create(name="Other")
    foreign = type(story)(make_target(home))
    foreign.see(flaw("a"))
    stranger, row = person("owner"), foreign.row(flaw("a"))
    for wanted in (
        {"ids": (row.public_id,)}, {"targets": (foreign.target.public_id,)}, {"keys": ((foreign.target.public_id, 1),)},
        {"search": "scripting"}, {"include_tentative": True}, {"scans": (row.last_scan.public_id,)},
    ):  # fmt: skip
        assert queries.page(stranger, FindingFilter(**wanted)).total == 0


def test_findings_of_archived_targets_are_not_listed_nor_counted(story, make_target, owner):
    story.see(flaw("a"))
    other = type(story)(make_target(url="http://b.example/"))
    other.see(flaw("b"))
    other.target.archived_at = DAY
    other.target.save()
    assert names(queries.page(owner).rows) == ["a"]
    assert queries.count(owner) == 1
    assert queries.count(owner, FindingFilter(targets=(other.target.public_id,))) == 0
    with pytest.raises(NotFound):
        queries.get(owner, other.row(flaw("b")).public_id)


def test_tentative_ones_are_shown_when_asked_for(story, owner, listed):
    story.see(flaw("a"), flaw("b", proof=ProofLevel.TENTATIVE))
    assert listed(owner) == ["a"]
    assert sorted(listed(owner, include_tentative=True)) == ["a", "b"]
    assert listed(owner, include_tentative=True, proofs=("tentative",)) == ["b"]
    assert queries.get(owner, story.row(flaw("b")).public_id).parameter == "b"


def test_evidence_needs_its_own_right(story, person):
    story.see(flaw("a"))
    row = story.row(flaw("a"))
    assert len(queries.steps(person("auditor"), row)) == 1
    with pytest.raises(NotAllowed):
        queries.steps(person("scanner"), row)


# Filters


@pytest.mark.parametrize(
    ("wanted", "seen"),
    [
        ({}, "edcba"),
        ({"severities": (40, 10)}, "da"),
        ({"severities": (0, 10, 20, 30, 40)}, "edcba"),
        ({"severities": (15,)}, ""),
        ({"states": ("notfixed",)}, "ea"),
        ({"states": ("accepted", "invalid")}, "cb"),
        ({"states": ("accepted", "fixed"), "severities": (30, 20)}, "b"),
        ({"states": ("notfixed", "invalid", "accepted", "fixed")}, "edcba"),
        ({"numbers": (1, 5)}, "ea"),
        ({"not_numbers": (1, 5)}, "dcb"),
        ({"checks": ("check-b", "check-c")}, "cb"),
        ({"proofs": ("firm",)}, ""),
        ({"found_after": DAY + timedelta(days=3)}, "ed"),
        ({"found_before": DAY + timedelta(days=1)}, "ba"),
        ({"changed_after": DAY + timedelta(days=8)}, "dcb"),
        ({"changed_before": DAY + timedelta(days=4)}, "ea"),
        ({"expiration_date": date(2026, 12, 24)}, "b"),
        ({"approval_date": date(2026, 11, 1)}, "b"),
        ({"reachable": False}, ""),
        ({"reachable": True}, "edcba"),
        ({"search": "title D"}, "d"),
        ({"search": "title", "states": ("notfixed",)}, "ea"),
    ],
)
def test_filters(shelf, owner, listed, wanted, seen):
    assert listed(owner, **wanted) == list(seen)


def test_filters_by_what_belongs_to_a_finding(shelf, story, owner, person, organisation, listed):
    red, blue = (Label.objects.create(organisation=organisation, kind="finding", name=name) for name in ("red", "blue"))
    shelf["a"].labels.set([red, blue])
    shelf["b"].labels.set([blue])
    developer = person("developer").user
    Finding.objects.filter(parameter="c").update(assignee=developer)
    Finding.objects.filter(parameter="d").update(retesting=True, review_status="pending", new=False)
    both = (red.public_id, blue.public_id)
    assert listed(owner, labels=both) == ["b", "a"]
    assert listed(owner, labels=both, every_label=True) == ["a"]
    assert listed(owner, assignees=(developer.public_id,)) == ["c"]
    assert listed(owner, assignees=(queries.NOBODY, developer.public_id)) == list("edcba")
    assert listed(owner, states=("retesting",)) == ["d"]
    assert listed(owner, states=("retesting", "accepted")) == ["d", "b"]
    assert listed(owner, review_statuses=("pending",)) == ["d"]
    assert (listed(owner, new=False), listed(owner, new=True)) == (["d"], list("ecba"))
    assert listed(owner, ids=(shelf["a"].public_id, "1" * 12)) == ["a"]
    scan = story.begin()
    story.see(flaw("e", check="check-e"), scan=scan)
    story.recheck(flaw("a", check="check-a"), "gone", scan=scan)
    assert listed(owner, scans=(scan.public_id,)) == ["e"]


def test_filters_by_what_belongs_to_a_target(shelf, story, make_target, owner, organisation, listed):
    other = type(story)(make_target(url="http://b.example/"))
    other.see(flaw("z"))
    label = Label.objects.create(organisation=organisation, kind="target", name="prod")
    more = Label.objects.create(organisation=organisation, kind="target", name="eu")
    team = Team.objects.create(organisation=organisation, name="Web")
    other.target.labels.set([label])
    other.target.teams.set([team])
    story.target.labels.set([label, more])
    here, there = story.target.public_id, other.target.public_id
    assert listed(owner, targets=(there,)) == ["z"]
    assert listed(owner, teams=(team.public_id,)) == ["z"]
    assert listed(owner, target_labels=(label.public_id, more.public_id)) == list("zedcba")
    assert listed(owner, target_labels=(label.public_id, more.public_id), every_target_label=True) == list("edcba")
    assert listed(owner, targets=(here,), teams=(team.public_id,)) == []
    assert listed(owner, keys=((here, 1), (here, 4), (there, 1), (there, 4))) == ["z", "d", "a"]


# Order and pages


@pytest.mark.parametrize(
    ("ordering", "seen"),
    [
        ("last_found", "abcde"),
        ("-severity", "abcde"),
        ("severity", "edcba"),
        ("number", "abcde"),
        ("-number", "edcba"),
        ("title", "abcde"),
        ("created", "abcde"),
        ("-changed", "dcbea"),
        ("state", "bdcae"),
        ("-target", "edcba"),
        ("nonsense; DROP TABLE", "edcba"),
        ("--severity", "edcba"),
        ("", "edcba"),
    ],
)
def test_orders(shelf, owner, listed, ordering, seen):
    assert listed(owner, ordering) == list(seen)


@pytest.mark.parametrize("ordering", ["-last_found", "severity", "title", "-state"])
@pytest.mark.parametrize(
    "wanted", [{}, {"severities": (40, 30, 10), "states": ("notfixed", "fixed")}, {"search": "http"}]
)
def test_pages_hold_every_row_once(story, owner, ordering, wanted):
    with clock.frozen(DAY):  # all at the same moment: only the last column orders them
        story.see(*(flaw(f"p{number}", severity=list(Severity)[number % 5]) for number in range(23)))
    found = FindingFilter(**wanted)
    whole = [row.pk for row in queries.page(owner, found, ordering, 1, 100).rows]
    for length in (1, 4, 5, 23):
        pages = queries.page(owner, found, ordering, 1, length).pages
        joined = [
            row.pk
            for number in range(1, pages + 1)
            for row in queries.page(owner, found, ordering, number, length).rows
        ]
        assert joined == whole
    assert len(set(whole)) == len(whole) > 10
    assert queries.page(owner, found, ordering, 99, 10).rows == []
    assert queries.page(owner, found, ordering, 0, 10).rows == []


def test_an_empty_list_has_one_page(owner, target):
    page = queries.page(owner)
    assert (page.rows, page.total, page.pages) == ([], 0, 1)


def test_a_page_costs_the_same_queries_whatever_its_length(story, owner, django_assert_max_num_queries):
    story.see(*(flaw(f"p{number}") for number in range(12)))
    for row in Finding.objects.all():
        row.labels.add(Label.objects.create(organisation=owner.organisation, kind="finding", name=row.parameter))
    with django_assert_max_num_queries(7):
        for row in queries.page(owner).rows:
            assert row.target.name == "Shop" and row.assignee is None and len(row.labels.all()) == 1


# Totals


def test_other_totals_are_kept_for_ten_seconds_unless_this_process_changes_something(story, owner):
    wanted = FindingFilter(search="scripting")
    with clock.frozen(DAY) as time:
        story.see(flaw("a"))
        assert queries.count(owner, wanted) == 1
        Finding.objects.create(
            organisation=owner.organisation, target=story.target, number=9, identity="x", check_id="c", title="t",
            severity=10, severity_seen=10, url="u", search_text="scripting",
        )  # fmt: skip
        time.advance(9.9)
        assert queries.count(owner, wanted) == 1
        time.advance(0.1)
        assert queries.count(owner, wanted) == 2
        story.see(flaw("b"))
        assert queries.count(owner, wanted) == 3


def test_the_kept_counts_need_no_rows(shelf, owner, django_assert_num_queries):
    with django_assert_num_queries(2):
        assert queries.count(owner, FindingFilter(severities=(40, 30), states=("notfixed",))) == 1
    assert queries.counts(owner, FindingFilter(severities=(40, 30))) == {(40, "notfixed"): 1, (30, "accepted"): 1}
    with pytest.raises(ValueError, match="counted"):
        queries.counts(owner, FindingFilter(search="x"))


def test_what_the_kept_counts_can_tell():
    assert FindingFilter(
        targets=("a",), severities=(10,), states=("fixed",), teams=("b",), target_labels=("c",)
    ).countable
    for wanted in ({"states": ("retesting",)}, {"include_tentative": True}, {"new": True}, {"search": "x"}):
        assert not FindingFilter(**wanted).countable


# What belongs to a finding


def test_scans_that_saw_it(story):
    first, second, third = (story.begin() for _ in range(3))
    story.see(flaw("a"), scan=first)
    story.recheck(flaw("a"), "untested", scan=second)
    story.see(flaw("a"), flaw("b"), scan=third)
    a, b = story.row(flaw("a")), story.row(flaw("b"))
    assert queries.scan_ids([a, b]) == {a.pk: [first.public_id, third.public_id], b.pk: [third.public_id]}


def test_history_newest_first_and_by_type(shelf):
    row = shelf["d"]
    assert [one.type for one in queries.logs(row)] == ["fixed", "found"]
    assert [one.type for one in queries.logs(row, ("found", "note"))] == ["found"]


def test_the_decision_in_force(shelf, owner):
    assert queries.decision(shelf["b"]).kind == "accepted"
    triage.reopen(actor=owner, finding=shelf["b"])
    assert queries.decision(shelf["b"]) is None


def test_open_findings_of_a_scan(story, owner):
    scan = story.begin()
    story.see(flaw("a"), flaw("b", severity=Severity.LOW), flaw("c", proof=ProofLevel.TENTATIVE), scan=scan)
    triage.accept_risk(actor=owner, finding=story.row(flaw("a")))
    assert queries.seen_in(scan.pk) == {0: 0, 10: 1, 20: 0, 30: 0, 40: 0}


def test_saved_views_are_a_persons_own(owner, person, organisation):
    for actor, name in ((owner, "b"), (owner, "a"), (person("admin"), "c")):
        SavedView.objects.create(organisation=organisation, user=actor.user, name=name, query="state=notfixed")
    assert [view.name for view in queries.saved_views(owner)] == ["a", "b"]
