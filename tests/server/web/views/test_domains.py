"""Domains."""

import pytest

from tests.server import factories
from vedette.server.audit.models import DomainEvent
from vedette.server.targets import domain_login, ownership
from vedette.server.targets.models import Attestation, Domain


@pytest.fixture
def looked(monkeypatch):
    """Checks of ownership end like this."""
    asked = []

    def check(actor, domain, method):
        asked.append(method)
        domain.verified, domain.last_error = method == "file", "" if method == "file" else "No such record."
        domain.save()
        return domain

    monkeypatch.setattr(ownership, "_check", check)
    return asked


def test_a_domain_is_added_and_shown_with_what_to_place(client, words):
    assert client.post("/ui/settings/domains/new/", {"hostname": "shop.example.org"})["HX-Refresh"] == "true"
    domain = Domain.objects.get()
    assert "Not shown" in words(client.get("/ui/settings/domains/"))
    answer = client.get(f"/ui/settings/domains/{domain.public_id}/")
    body = answer.content.decode()
    for text in (f"vedette-{domain.token}.txt", f"Vedette={domain.token}", "DNS TXT record", "DNS CNAME record"):
        assert text in words(answer)
    assert f'data-copy="Vedette={domain.token}"' in body


@pytest.mark.parametrize("name", ["", "http://x/y?z", "a b"])
def test_what_is_no_host_is_refused(client, name):
    assert client.post("/ui/settings/domains/new/", {"hostname": name}).status_code == 422
    assert not Domain.objects.exists()


def test_a_proof_is_looked_for_and_the_answer_told(client, home, looked, words):
    domain = factories.target(home, verified=False).domain
    path = f"/ui/settings/domains/{domain.public_id}/"
    assert "No such record." in words(client.post(f"{path}check/", {"method": "dns_txt"}, follow=True))
    assert "is yours" in words(client.post(f"{path}check/", {"method": "file"}, follow=True))
    assert looked == ["dns_txt", "file"]
    client.post(f"{path}check/", {"method": "email"})
    assert looked == ["dns_txt", "file"]


def test_what_a_domain_rests_on_is_told_and_looked_at_again(client, home, looked, words):
    domain = Domain.objects.create(organisation=home, hostname="www.shop.example.org")
    path = f"/ui/settings/domains/{domain.public_id}/"
    assert "What shows it" not in words(client.get(path))
    word = Attestation.objects.create(organisation=home, hostname="shop.example.org", method="back_office")
    assert "is yours" in words(client.post(f"{path}check/", follow=True))
    assert "The operator's word: shop.example.org" in words(client.get(path))
    assert "The operator's word" in words(client.get("/ui/settings/domains/"))
    word.delete()
    assert "took back their word" in words(client.post(f"{path}check/", follow=True))
    assert looked == []


def test_only_what_nothing_uses_is_removed(client, home, words):
    used = factories.target(home).domain
    free = Domain.objects.create(organisation=home, hostname="free.example.org")
    for domain in (used, free):
        client.post(f"/ui/settings/domains/{domain.public_id}/remove/")
    assert [domain.hostname for domain in Domain.objects.all()] == [used.hostname]


def test_domains_of_others_are_not_found(client, rival):
    theirs = rival[0].domain
    assert client.get(f"/ui/settings/domains/{theirs.public_id}/").status_code == 404
    assert client.post(f"/ui/settings/domains/{theirs.public_id}/check/", {"method": "file"}).status_code == 404


def test_who_may_not_change_them_does_not(enter, home, looked):
    domain = factories.target(home, verified=False).domain
    auditor = enter("auditor")
    assert "Look for it now" not in auditor.get(f"/ui/settings/domains/{domain.public_id}/").content.decode()
    auditor.post(f"/ui/settings/domains/{domain.public_id}/check/", {"method": "file"})
    assert looked == []
    assert enter("scanner").get("/ui/settings/domains/").status_code == 403


def test_a_proof_that_is_not_found_is_told_though_the_domain_stands(client, home, monkeypatch, words):
    domain = factories.target(home).domain
    Domain.objects.update(method="email")

    def check(actor, domain, method):
        domain.last_error = "No such record."
        domain.save()
        return domain

    monkeypatch.setattr(ownership, "_check", check)
    text = words(client.post(f"/ui/settings/domains/{domain.public_id}/check/", {"method": "dns_txt"}, follow=True))
    assert "No such record." in text
    assert "is yours." not in text
    target = domain.targets.get()
    path = f"/ui/targets/{target.public_id}/verify/"
    answer = client.post(path, {"method": "dns_txt"}, headers={"HX-Request": "true"})
    assert "HX-Refresh" not in answer
    assert "No such record." in words(answer) and "A confirmed mailbox" in words(answer)
    assert "A confirmed mailbox" in words(client.get(f"/ui/targets/{target.public_id}/begin/"))


def test_basic_authentication_is_set_changed_and_cleared(client, home, words):
    domain = factories.target(home, verified=False).domain
    path = f"/ui/settings/domains/{domain.public_id}/"
    assert "Nothing is sent." in words(client.get(path))
    given = {"basic_auth_username": "ann", "basic_auth_password": "c4nary"}
    assert client.post(f"{path}login/", given)["HX-Refresh"] == "true"
    page = client.get(path)
    assert "ann" in words(page) and "OBFUSCATED_" in words(page) and b"c4nary" not in page.content
    assert b"c4nary" not in client.get(f"{path}login/").content
    client.post(f"{path}login/", {"basic_auth_username": "eve", "basic_auth_password": ""})
    domain.refresh_from_db()
    assert (domain.basic_username, domain_login.password(domain)) == ("eve", "c4nary")
    client.post(f"{path}login/clear/")
    domain.refresh_from_db()
    assert (domain.basic_username, domain_login.password(domain)) == ("", "")
    assert DomainEvent.objects.filter(kind="domain.changed").count() == 3


def test_what_the_service_refuses_of_a_log_in_stands_in_the_form(client, home, words):
    domain = factories.target(home, verified=False).domain
    path = f"/ui/settings/domains/{domain.public_id}/login/"
    answer = client.post(path, {"basic_auth_username": "a:b", "basic_auth_password": str(domain.token)})
    assert answer.status_code == 422
    assert "holds no colon" in words(answer) and "must not hold the token" in words(answer)
    assert 'value="a:b"' in answer.content.decode()


def test_a_log_in_is_for_who_may_change_the_domain(client, enter, home, rival):
    domain = factories.target(home, verified=False).domain
    path = f"/ui/settings/domains/{domain.public_id}/"
    auditor = enter("auditor")
    assert f"{path}login/" not in auditor.get(path).content.decode()
    assert auditor.get(f"{path}login/").status_code == 403
    assert auditor.post(f"{path}login/", {"basic_auth_username": "eve"}).status_code == 403
    auditor.post(f"{path}login/clear/")
    theirs = f"/ui/settings/domains/{rival[0].domain.public_id}/login/"
    assert client.get(theirs).status_code == 404
    assert client.post(f"{theirs}clear/").status_code == 404
    assert not DomainEvent.objects.filter(kind="domain.changed").exists()
