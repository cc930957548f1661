"""The settings of a target: each section is stored by its service, and secrets are never shown again."""

from __future__ import annotations

import pytest

from tests.server import factories
from vedette.server.targets import ownership
from vedette.server.targets.models import ExtraHost, RequestSetting
from vedette.server.targets.services import extra_hosts
from vedette.server.targets.services.reading import PARTIAL
from vedette.server.tenancy.models import Team
from vedette.server.web.target_sections import NAMES


@pytest.fixture
def path(shop):
    return f"/ui/targets/{shop.public_id}/"


def messages(answer):
    return [str(one) for one in answer.context["messages"]]


@pytest.mark.parametrize("section", NAMES)
def test_every_section_opens(client, path, section):
    answer = client.get(f"{path}settings/{section}/")
    assert answer.status_code == 200
    html = answer.content.decode()
    assert f'settings/{section}/" aria-current="page"' in html
    assert f"<title>{NAMES[section]} · Web shop · Vedette</title>" in html


@pytest.mark.parametrize("section", NAMES)
def test_who_may_only_look_changes_nothing(enter, path, shop, section):
    auditor = enter("auditor")
    body = auditor.get(f"{path}settings/{section}/").content.decode()
    assert "Save" not in body
    assert auditor.post(f"{path}settings/{section}/", {"name": "x", "profile": "full"}).status_code in (200, 403, 422)
    shop.refresh_from_db()
    assert (shop.name, shop.profile) == ("Web shop", "normal")


def test_there_is_no_other_section(client, path):
    assert client.get(f"{path}settings/nonsense/").status_code == 404


def test_general(client, path, shop):
    given = {"name": "Shop", "desc": "Ours.", "fail_fast": ""}
    assert client.post(f"{path}settings/general/", given)["Location"] == f"{path}settings/general/"
    shop.refresh_from_db()
    assert (shop.name, shop.desc, shop.fail_fast) == ("Shop", "Ours.", False)


def test_scope(client, path, shop):
    given = {"whitelist": "/a\n\n /b ", "blacklist": "http://shop.example.org/admin/*"}
    client.post(f"{path}settings/scope/", given)
    shop.refresh_from_db()
    assert (shop.whitelist, shop.blacklist) == (["/a", "/b"], ["http://shop.example.org/admin/*"])


def test_every_switch_of_what_is_scanned_stands_on_the_page(client, path):
    page = client.get(f"{path}settings/scope/").content.decode()
    assert [name for name in PARTIAL if f'name="{name}"' not in page] == []


def test_faults_stand_at_their_fields_with_what_was_typed(client, path, shop):
    answer = client.post(f"{path}settings/scope/", {"whitelist": "http://x/", "blacklist": "http://shop.example.org/*"})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"whitelist", "blacklist"}
    assert "http://x/" in answer.content.decode()


def test_the_tester_answers(client, path, words):
    text = words(client.get(f"{path}settings/scope/", {"url": "http://shop.example.org/x"}))
    assert "In scope. It lies under http://shop.example.org/" in text
    assert "Not in scope." in words(client.get(f"{path}settings/scope/", {"url": "http://other.example.org/"}))


def test_scanning(client, path, shop):
    given = {"profile": "safe", "max_rate": "5", "allow_actions": ["pay", "log-out"]}
    client.post(f"{path}settings/scanning/", given)
    shop.refresh_from_db()
    assert (shop.profile, shop.max_rate, shop.allow_actions) == ("safe", 5, ["log-out", "pay"])
    client.post(f"{path}settings/scanning/", {"profile": "safe"})
    shop.refresh_from_db()
    assert (shop.max_rate, shop.allow_actions) == (None, [])


def test_labels_and_teams(client, home, path, shop):
    team = Team.objects.create(organisation=home, name="Shop team")
    client.post(f"{path}settings/belonging/", {"new_label": "prod", "teams": [team.public_id]})
    assert [label.name for label in shop.labels.all()] == ["prod"]
    assert list(shop.teams.all()) == [team]
    label = shop.labels.get()
    client.post(f"{path}settings/belonging/", {"labels": [label.public_id], "new_label": "eu", "teams": []})
    assert sorted(one.name for one in shop.labels.all()) == ["eu", "prod"]
    assert not shop.teams.exists()


def test_names_that_turn_their_direction_show_it(client, home, path):
    Team.objects.create(organisation=home, name="\u202efdp.exe<b>")
    page = client.get(f"{path}settings/belonging/").content.decode()
    assert "U+202E" in page and "\u202e" not in page and "exe&lt;b&gt;" in page


def test_a_full_team_refuses(client, home, path):
    team = Team.objects.create(organisation=home, name="Full", quota=0)
    answer = client.post(f"{path}settings/belonging/", {"new_label": "", "teams": [team.public_id]})
    assert answer.status_code == 422


# Headers and cookies

SECRET = "s3cr3t-value-of-mine"


def add(client, path, **fields):
    given = {"kind": "header", "name": "X-Key", "value": SECRET, "sensitive": "on"} | fields
    return client.post(f"{path}items/", given, HTTP_REFERER=f"http://testserver{path}settings/headers/", follow=True)


def test_a_secret_is_never_shown_again(client, path):
    answer = add(client, path)
    assert SECRET not in answer.content.decode()
    assert "X-Key" in answer.content.decode()
    assert SECRET.encode() not in bytes(RequestSetting.objects.get().sealed)


def test_what_is_no_secret_is_shown(client, path):
    assert SECRET in add(client, path, sensitive="").content.decode()


def test_one_of_the_same_name_is_replaced_and_others_stay(client, path, shop):
    add(client, path)
    add(client, path, name="X-Other", value="kept")
    add(client, path, name="x-key", value="new", sensitive="")
    add(client, path, kind="cookie", name="X-Key", value="cookie")
    from vedette.server.targets.services.request_settings import spoken_of

    told = {kind: spoken_of(shop, kind).secrets for kind in ("header", "cookie")}
    assert told == {"header": {"header-1": "kept", "header-2": "new"}, "cookie": {"cookie-1": "cookie"}}


def test_items_are_removed_by_name(client, path):
    add(client, path)
    client.post(f"{path}items/remove/", {"kind": "header", "name": "X-Key"})
    assert not RequestSetting.objects.exists()
    assert client.post(f"{path}items/remove/", {"kind": "nonsense", "name": "X-Key"}).status_code == 302


@pytest.mark.parametrize("fields", [{"name": "Host"}, {"name": "a b"}, {"name": ""}, {"value": "a\nb"}, {"kind": "x"}])
def test_what_must_not_be_sent_is_refused_without_repeating_it(client, path, fields):
    answer = add(client, path, **fields)
    assert messages(answer)
    assert SECRET not in answer.content.decode()
    assert not RequestSetting.objects.exists()


def test_only_who_may_change_a_target_gives_headers(enter, path):
    add(enter("auditor"), path)
    assert not RequestSetting.objects.exists()


# Extra hosts


@pytest.fixture
def extra(actor, shop):
    return extra_hosts.add(actor, shop, host="api.example.org", skip_reachability_check=True)


def test_extra_hosts_are_added_switched_and_removed(client, path, shop, monkeypatch):
    monkeypatch.setattr(extra_hosts, "_reach", lambda *_: None)
    client.post(f"{path}hosts/", {"host": "api.example.org", "name": "API"})
    host = ExtraHost.objects.get()
    assert (host.target, host.name, host.include) == (shop, "API", True)
    for word, expected in (("leave", False), ("include", True)):
        client.post(f"{path}hosts/{host.public_id}/", {"do": word})
        host.refresh_from_db()
        assert host.include is expected
    client.post(f"{path}hosts/{host.public_id}/", {"do": "remove"})
    assert not ExtraHost.objects.exists()


def test_what_is_no_host_is_told(client, path):
    answer = client.post(f"{path}hosts/", {"host": "*.example.org"}, follow=True)
    assert "Wildcards are not allowed" in messages(answer)[0]
    assert messages(client.post(f"{path}hosts/", {"host": ""}, follow=True))


def test_a_host_may_be_shown_to_be_ours(client, path, extra, monkeypatch):
    asked = []

    def check(actor, domain, method):
        asked.append((domain, method))
        domain.verified = True
        return domain

    monkeypatch.setattr(ownership, "start_check", check)
    answer = client.post(f"{path}hosts/{extra.public_id}/", {"do": "verify", "method": "file"}, follow=True)
    assert asked == [(extra.domain, "file")]
    assert messages(answer) == ["api.example.org was shown to be yours."]


def test_a_host_of_another_target_is_not_reached_this_way(client, home, extra):
    other = factories.target(home)
    answer = client.post(f"/ui/targets/{other.public_id}/hosts/{extra.public_id}/", {"do": "remove"})
    assert answer.status_code == 404
    assert ExtraHost.objects.exists()


# Ownership


@pytest.fixture
def looked(monkeypatch):
    """Checks of ownership end like this."""
    ends = {"verified": False, "error": "Token file not found."}

    def check(actor, domain, method):
        domain.verified, domain.last_error, domain.method = ends["verified"], ends["error"], method
        domain.save()
        return domain

    monkeypatch.setattr(ownership, "start_check", check)
    return ends


def test_a_check_that_finds_nothing_says_so_in_place(client, home, looked, words):
    target = factories.target(home, verified=False)
    answer = client.post(f"/ui/targets/{target.public_id}/verify/", {"method": "file"}, HTTP_HX_REQUEST="true")
    assert "Token file not found." in words(answer)
    assert "HX-Refresh" not in answer.headers
    assert "<html" not in answer.content.decode()


def test_a_check_that_finds_it_loads_the_page_anew(client, home, looked):
    looked |= {"verified": True, "error": ""}
    target = factories.target(home, verified=False)
    answer = client.post(f"/ui/targets/{target.public_id}/verify/", {"method": "file"}, HTTP_HX_REQUEST="true")
    assert answer["HX-Refresh"] == "true"


def test_without_script_a_check_leads_back(client, home, looked):
    target = factories.target(home, verified=False)
    back = f"http://testserver/ui/targets/{target.public_id}/begin/"
    answer = client.post(f"/ui/targets/{target.public_id}/verify/", {"method": "file"}, HTTP_REFERER=back)
    assert answer["Location"] == back


def test_a_check_is_asked_for_by_a_form_alone(client, path):
    assert client.get(f"{path}verify/").status_code == 404


# Deleting


def test_a_target_is_deleted(client, path, shop):
    answer = client.post(f"{path}delete/", follow=True)
    assert answer.redirect_chain == [("/ui/targets/", 302)]
    assert messages(answer) == ["Web shop was deleted."]
    shop.refresh_from_db()
    assert shop.archived_at is not None


def test_a_target_that_is_scanned_stays(client, path, shop, words):
    factories.start(shop)
    assert "A scan is under way: stop it first." in words(client.get(f"{path}settings/danger/"))
    client.post(f"{path}delete/")
    shop.refresh_from_db()
    assert shop.archived_at is None
