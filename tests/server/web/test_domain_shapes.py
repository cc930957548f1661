"""What a domain rests on, in words."""

import dataclasses

import pytest

from tests.server import factories
from vedette.server.config.mail import mail_server
from vedette.server.targets import domain_login, rules
from vedette.server.targets.models import Attestation, Domain
from vedette.server.web import domain_shapes as shapes
from vedette.server.web.domain_shapes import Login, Standing

pytestmark = pytest.mark.django_db


def test_every_method_has_words():
    assert set(shapes.SHOWN_BY) == set(rules.OWNERSHIP_METHODS)


def test_rows_are_by_name():
    home = factories.organisation()
    for name, method, verified in (("b.example", "file", True), ("a.example", "email", False)):
        Domain.objects.create(organisation=home, hostname=name, method=method, verified=verified)
    found = [(row.domain.hostname, row.shown_by) for row in shapes.rows(Domain.objects.order_by("id"))]
    assert found == [("a.example", ""), ("b.example", "A file")]


def test_what_it_rests_on_is_told():
    home = factories.organisation()
    domain = Domain.objects.create(organisation=home, hostname="www.shop.example", method="waved")
    assert shapes.standing(domain) is None
    domain.verified = True
    assert shapes.standing(domain) == Standing("An agreement", "", grows_old=False)
    Attestation.objects.create(organisation=home, hostname="shop.example", method="waved")
    assert shapes.standing(domain) == Standing("An agreement", "shop.example", grows_old=False)
    domain.method = "dns_txt"
    assert shapes.standing(domain) == Standing("A TXT record", "", grows_old=True)


def test_mailboxes_need_a_mail_server(settings):
    assert not shapes.can_be_mailed()
    server = mail_server("smtp://mail.example/?from=v@example.org")
    settings.VEDETTE = dataclasses.replace(settings.VEDETTE, mail=server)
    assert shapes.can_be_mailed()


def test_a_log_in_is_shown_without_its_password():
    domain = Domain.objects.create(organisation=factories.organisation(), hostname="shop.example")
    assert shapes.login(domain) is None
    domain_login.fill(domain, {"basic_auth_username": "ann"})
    assert shapes.login(domain) == Login("ann", "")
    domain_login.fill(domain, {"basic_auth_username": "", "basic_auth_password": "c4nary"})
    found = shapes.login(domain)
    assert found is not None and found.password.startswith("OBFUSCATED_") and found.username == ""
