"""The list of targets: narrowed by its address, acted on from its rows and its bar."""

from __future__ import annotations

import pytest

from tests.server import factories
from vedette.contract.checkinfo import Severity
from vedette.server.scans.models import Scan
from vedette.server.targets.models import Target
from vedette.server.tenancy.models import RoleGrant, Team


def names(answer):
    return [row.target.name for row in answer.context["rows"]]


def messages(answer):
    return [str(one) for one in answer.context["messages"]]


def test_an_empty_list_leads_to_the_first_target(client, words):
    assert "Add the first target" in words(client.get("/ui/targets/"))


def test_whoever_may_add_none_is_told_whom_to_ask(enter, words):
    assert "Ask an owner or administrator" in words(enter("auditor").get("/ui/targets/"))


def test_a_row_tells_how_a_target_stands(client, shop, words):
    factories.run_scan(shop, factories.flaw("a", severity=Severity.CRITICAL))
    text = words(client.get("/ui/targets/"))
    for part in (
        "Web shop",
        "http://shop.example.org/",
        "Ownership shown",
        "1 critical",
        "Worst open finding: critical",
    ):
        assert part in text


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["bad", "busy", "fine", "new"]),
        ("?q=BAD", ["bad"]),
        ("?q=nothing", []),
        ("?risk=high", ["bad"]),
        ("?risk=none", ["fine"]),
        ("?risk=unknown", ["busy", "new"]),
        ("?verified=no", ["new"]),
        ("?show=active", ["busy"]),
        ("?show=never", ["busy", "new"]),
        ("?order=-name", ["new", "fine", "busy", "bad"]),
        ("?order=-risk", ["bad", "fine", "new", "busy"]),
        ("?risk=nonsense&show=%00&order=id&page=99", ["bad", "busy", "fine", "new"]),
    ],
)
def test_the_address_narrows_and_orders(client, home, query, expected):
    bad, fine, busy = (factories.target(home, name=name) for name in ("bad", "fine", "busy"))
    factories.target(home, name="new", verified=False)
    factories.run_scan(bad, factories.flaw("a"))
    factories.run_scan(fine, verdict="clean")
    factories.start(busy)
    assert names(client.get(f"/ui/targets/{query}")) == expected


def test_labels_and_teams_narrow_too(client, home, actor, shop):
    client.post("/ui/targets/bulk/", {"ids": [shop.public_id], "do": "label", "label": "prod"})
    factories.target(home)
    label = shop.labels.get()
    assert names(client.get(f"/ui/targets/?label={label.public_id}")) == ["Web shop"]
    assert names(client.get("/ui/targets/?label=nonsense")) == []
    assert names(client.get("/ui/targets/?team=nonsense")) == []


def test_one_sees_what_one_was_given(home, enter, shop):
    factories.target(home, name="Hidden")
    team = Team.objects.create(organisation=home, name="Shop team")
    shop.teams.add(team)
    user = factories.person(home, "developer")
    RoleGrant.objects.filter(user=user).update(tier="team", team=team)
    client = enter(user=user)
    assert names(client.get("/ui/targets/")) == ["Web shop"]
    hidden = Target.objects.get(name="Hidden")
    assert client.get(f"/ui/targets/{hidden.public_id}/").status_code == 404


BUSY, IDLE, STOPPED = "A scan is under way", "No scan is running", "All scans are stopped"


@pytest.mark.parametrize(
    ("state", "why"),
    [
        ("idle", {"Scan now": "", "Scan with…": "", "Pause": IDLE, "Stop": IDLE}),
        ("queued", {"Scan now": BUSY, "Scan with…": BUSY, "Pause": "The scan is queued", "Stop": ""}),
        ("started", {"Scan now": BUSY, "Scan with…": BUSY, "Pause": "", "Stop": ""}),
        ("paused", {"Scan now": BUSY, "Scan with…": BUSY, "Resume": "", "Stop": ""}),
        ("unverified", {"Scan now": "Ownership is not shown yet", "Scan with…": "", "Pause": IDLE, "Stop": IDLE}),
        ("stopped", {"Scan now": STOPPED, "Scan with…": STOPPED, "Pause": IDLE, "Stop": IDLE}),
    ],
)
def test_what_cannot_be_done_says_why(client, home, state, why):
    target = factories.target(home, verified=state != "unverified")
    if state in ("queued", "started", "paused"):
        scan = factories.start(target)
        Scan.objects.filter(pk=scan.pk).update(status=state)
    if state == "stopped":
        client.post("/ui/stop-all/")
    (row,) = client.get("/ui/targets/").context["rows"]
    assert {one.label: one.why for one in row.actions} == why


def test_rights_are_among_the_reasons(enter, shop):
    (row,) = enter("auditor").get("/ui/targets/").context["rows"]
    assert row.actions[0].why == "You have no right to do this here"


def test_a_scan_is_started_from_its_row(client, shop):
    answer = client.post(f"/ui/targets/{shop.public_id}/scan/")
    scan = Scan.objects.get()
    assert answer["Location"] == f"/ui/scans/{scan.public_id}/"
    assert (scan.target, scan.profile, scan.created_by.email) == (shop, "normal", scan.created_by_name)


def test_what_stands_in_the_way_is_told_where_one_came_from(client, shop):
    factories.start(shop)
    answer = client.post(
        f"/ui/targets/{shop.public_id}/scan/", HTTP_REFERER="http://testserver/ui/targets/?q=x", follow=True
    )
    assert answer.redirect_chain == [("http://testserver/ui/targets/?q=x", 302)]
    assert messages(answer) == ["A scan of this target is under way."]


@pytest.mark.parametrize("referer", ["http://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_nobody_is_sent_elsewhere(client, shop, referer):
    factories.start(shop)
    answer = client.post(f"/ui/targets/{shop.public_id}/scan/", {"next": referer}, HTTP_REFERER=referer)
    assert answer["Location"] == "/ui/"


def test_actions_are_not_taken_by_a_link(client, shop):
    for path in (f"/ui/targets/{shop.public_id}/scan/", "/ui/targets/bulk/", "/ui/stop-all/", "/ui/lift-stop/"):
        assert client.get(path).status_code == 405
    assert not Scan.objects.exists()


def test_another_profile_may_be_chosen_in_a_dialog(client, home):
    target = factories.target(home, verified=False)
    path = f"/ui/targets/{target.public_id}/scan-with/"
    shown = client.get(path, HTTP_HX_REQUEST="true").content.decode()
    assert 'value="lightning"' in shown
    refused = client.post(path, {"profile": "full"}, HTTP_HX_REQUEST="true")
    assert refused.status_code == 422
    assert "Ownership of the target has not been shown" in refused.content.decode()
    answer = client.post(path, {"profile": "lightning"}, HTTP_HX_REQUEST="true")
    assert answer["HX-Redirect"] == f"/ui/scans/{Scan.objects.get().public_id}/"


def test_profiles_that_need_ownership_say_so(client, home):
    target = factories.target(home, verified=False)
    body = client.get(f"/ui/targets/{target.public_id}/scan-with/").content.decode()
    assert body.count("Needs ownership") == 3
    assert body.count("disabled") == 3


def test_a_bulk_scan_starts_what_it_can_and_tells_the_rest(client, home, shop):
    other, open_one = factories.target(home, name="Other"), factories.target(home, name="Open", verified=False)
    factories.start(other)
    ids = [one.public_id for one in (shop, other, open_one)]
    answer = client.post("/ui/targets/bulk/", {"ids": ids, "do": "scan", "next": "/ui/targets/"}, follow=True)
    told = messages(answer)
    assert told[0] == "1 scan asked for."
    assert told[1] == "Other: A scan of this target is under way."
    assert told[2].startswith("Open: Ownership of the target has not been shown")
    assert set(Scan.objects.values_list("target", flat=True)) == {shop.pk, other.pk}


def test_a_bulk_label_comes_beside_those_that_are_there(client, home, shop):
    other = factories.target(home)
    ids = [shop.public_id, other.public_id]
    client.post("/ui/targets/bulk/", {"ids": ids[:1], "do": "label", "label": "prod"})
    client.post("/ui/targets/bulk/", {"ids": ids, "do": "label", "label": "Shop"})
    assert sorted(label.name for label in shop.labels.all()) == ["Shop", "prod"]
    assert [label.name for label in other.labels.all()] == ["Shop"]


def test_a_bulk_delete_keeps_what_is_being_scanned(client, home, shop):
    busy = factories.target(home, name="Busy")
    factories.start(busy)
    ids = [shop.public_id, busy.public_id]
    answer = client.post("/ui/targets/bulk/", {"ids": ids, "do": "delete", "next": "/ui/targets/"}, follow=True)
    assert messages(answer) == ["1 target deleted.", "Busy: A scan of this target is running: stop it first."]
    assert names(answer) == ["Busy"]


def test_bulk_knows_no_strangers(client, shop, rival):
    answer = client.post("/ui/targets/bulk/", {"ids": [shop.public_id, rival[0].public_id], "do": "delete"})
    assert answer.status_code == 404
    assert Target.objects.filter(archived_at=None).count() == 2


def test_a_long_list_asks_a_bounded_number_of_questions(client, home, django_assert_max_num_queries):
    for number in range(12):
        target = factories.target(home, name=f"t{number}")
        if number % 3 == 0:
            factories.start(target)
    with django_assert_max_num_queries(32):
        assert len(names(client.get("/ui/targets/"))) == 12
