"""A job refers to secrets by name."""

from vedette.contract.discovery import Discovery, DiscoveryDomain, Provider
from vedette.contract.job import Encryption, Job, Setting, Signing, secret_names


def test_secret_names_come_in_order_and_once():
    job = Job(
        id="j",
        start_urls=("http://a/",),
        headers=(Setting(name="A", secret="two"), Setting(name="B", value="plain"), Setting(name="C", secret="one")),
        cookies=(Setting(name="sid", secret="two"),),
    )
    assert secret_names(job) == ("two", "one")


def test_keys_of_providers_are_secrets():
    providers = (Provider(source="crt-sh"), Provider(source="securitytrails", secret="trails"))
    discovery = Discovery(domains=(DiscoveryDomain(name="shop.example"),), providers=providers)
    assert secret_names(Job(id="j", start_urls=(), discovery=discovery)) == ("trails",)


def test_keys_of_what_goes_with_each_request_are_secrets():
    job = Job(
        id="j",
        start_urls=("http://a/",),
        certificate="pem",
        signing=Signing(method="xpay", algorithm="hmac-sha256", secret="shared"),
        encryption=Encryption(key="theirs"),
    )
    assert set(secret_names(job)) == {"pem", "shared", "theirs"}
