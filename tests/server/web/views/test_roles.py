"""Roles."""

from vedette.server.tenancy import queries
from vedette.server.tenancy.models import Role


def test_built_in_roles_are_shown_with_what_they_permit(client, words):
    rows = client.get("/ui/settings/roles/").context["rows"]
    assert [row.key for row, _ in rows] == ["owner", "admin", "analyst", "auditor", "developer", "scanner"]
    answer = client.get(f"/ui/settings/roles/{queries.builtin_role('scanner').public_id}/")
    assert "Start scans" in words(answer)
    assert "<form" not in answer.content.decode().partition('<section class="panel">')[2].partition("</section>")[0]


def test_a_role_of_one_s_own_is_made_changed_and_deleted(client, words):
    given = {"name": "Triage", "description": "Decides.", "permissions": ["findings.view", "findings.triage"]}
    assert client.post("/ui/settings/roles/new/", given)["Location"] == "/ui/settings/roles/"
    role = Role.objects.get(name="Triage")
    path = f"/ui/settings/roles/{role.public_id}/"
    body = client.get(path).content.decode()
    assert body.count(" checked>") == 2
    client.post(path, given | {"permissions": ["findings.view"]})
    role.refresh_from_db()
    assert role.permissions == ["findings.view"]
    client.post(f"{path}delete/")
    assert not Role.objects.filter(name="Triage").exists()


def test_what_is_wrong_is_told(client, words):
    answer = client.post("/ui/settings/roles/new/", {"name": "Owner", "permissions": ["findings.view"]})
    assert answer.status_code == 422
    assert "A built-in role has this name." in words(answer)
    answer = client.post("/ui/settings/roles/new/", {"name": "X", "permissions": ["organisation.own"]})
    assert answer.status_code == 422


def test_a_built_in_role_stays_as_it_is(client, words):
    role = queries.builtin_role("scanner")
    path = f"/ui/settings/roles/{role.public_id}/"
    answer = client.post(path, {"name": "Mine", "permissions": ["findings.view"]})
    assert answer.status_code == 422
    answer = client.post(f"{path}delete/", follow=True, headers={"referer": f"http://testserver{path}"})
    assert "Built-in roles cannot be changed." in words(answer)
    role.refresh_from_db()
    assert role.name == "Scanner"


def test_who_may_not_make_roles_does_not(enter):
    assert enter("analyst").get("/ui/settings/roles/").status_code == 403
    given = {"name": "Triage", "permissions": ["findings.view"]}
    assert enter("auditor").post("/ui/settings/roles/new/", given).status_code == 422
    assert not Role.objects.filter(name="Triage").exists()
