"""`vedette domains`: the operator's word, as it is typed."""

import json

import pytest

from tests.server import factories
from vedette.server.targets.models import Attestation, Domain

pytestmark = pytest.mark.django_db(transaction=True)
WHO = ("--by", "Olga Ops", "--why", "Called their office.")


@pytest.fixture
def domain(place):
    home = factories.organisation("Acme")
    return Domain.objects.create(organisation=home, hostname="shop.example.org")


def test_a_word_is_given_listed_and_withdrawn(domain, typed):
    code, out, _ = typed("domains", "verify", "shop.example.org", "--organisation", "acme", *WHO)
    assert code == 0
    domain.refresh_from_db()
    assert (domain.verified, domain.method) == (True, "back_office")
    line = "\t".join((out.strip(), "back_office", "shop.example.org", "Acme", "Olga Ops", "Called their office."))
    assert typed("domains", "list")[:2] == (0, line + "\n")
    code, out, _ = typed("domains", "withdraw", out.strip(), *WHO)
    assert (code, out) == (0, "The attestation of shop.example.org was withdrawn.\n")
    domain.refresh_from_db()
    assert not domain.verified
    assert typed("domains", "list")[:2] == (0, "")


def test_an_agreement_is_read_from_its_file(domain, typed, tmp_path):
    file = tmp_path / "agreement.txt"
    command = ("domains", "waive", "shop.example.org", "--organisation", "Acme", *WHO, "--agreement", file)
    code, _, err = typed(*command)
    assert code == 2
    assert "agreement.txt cannot be read" in err
    file.write_text("We agree to be scanned.\n", encoding="utf-8")
    assert typed(*command)[0] == 0
    domain.refresh_from_db()
    assert (domain.verified, domain.method) == (True, "waved")
    assert Attestation.objects.get().agreement == "We agree to be scanned."


def test_a_name_on_the_list_needs_no_organisation(domain, typed):
    assert typed("domains", "whitelist", "example.org", *WHO)[0] == 0
    domain.refresh_from_db()
    assert (domain.verified, domain.method) == (True, "whitelist")
    assert "\t*\t" in typed("domains", "list")[1]
    (told,) = json.loads(typed("domains", "list", "--json")[1])
    assert (told["name"], told["organisation"]) == ("example.org", "*")


def test_what_is_wrong_is_one_sentence(domain, typed):
    code, out, err = typed("domains", "verify", "shop.example.org", "--organisation", "Nobody", *WHO)
    assert (code, out) == (2, "")
    assert err.startswith("vedette: organisation: ")
    assert typed("domains", "verify", "shop.example.org", "--organisation", "Acme")[0] == 2
    assert not Attestation.objects.exists()
