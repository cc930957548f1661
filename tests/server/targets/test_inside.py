"""The tester of a target's scope says what the engine's own guard would do."""

from __future__ import annotations

import pytest

from tests.server import factories
from vedette.contract.addresses import Policy
from vedette.contract.job import Scope
from vedette.engine.net.guard import Guard
from vedette.server.targets import inside
from vedette.server.targets.services import extra_hosts
from vedette.server.targets.services.job_settings import job_settings
from vedette.server.tenancy.actor import system_actor

SITE = "http://shop.example.org/store/"
URLS = [
    "http://shop.example.org/store/",
    "http://shop.example.org/store",
    "http://shop.example.org/storeroom",
    "http://shop.example.org/store/item?id=1",
    "http://shop.example.org/store/../admin",
    "http://shop.example.org/store/%2e%2e/admin",
    "http://shop.example.org/store/admin/users",
    "http://shop.example.org/store/Admin/users",
    "http://shop.example.org/store/x/%2e%2e/admin/users",
    "http://shop.example.org/account/orders",
    "http://shop.example.org/account",
    "http://shop.example.org:80/store/item",
    "http://SHOP.example.org/store/item",
    "http://shop.example.org/",
    "https://shop.example.org/store/",
    "http://shop.example.org:8080/store/",
    "http://api.example.org/v1",
    "https://api.example.org/v1",
    "http://other.example.org/",
    "http://off.example.org/",
]


@pytest.fixture
def target(db):
    home = factories.organisation()
    made = factories.target(
        home, SITE, whitelist=["/account/orders"], blacklist=["http://shop.example.org/store/admin/*"]
    )
    system = system_actor(home)
    for host, include in (("api.example.org", True), ("off.example.org", False)):
        extra = extra_hosts.add(system, made, host=host, include=include, skip_reachability_check=True)
        factories.verify(extra.domain)
    extra_hosts.add(system, made, host="unshown.example.org", skip_reachability_check=True)
    return type(made).objects.get(pk=made.pk)


@pytest.mark.parametrize("url", URLS)
def test_it_agrees_with_the_engine(target, url):
    given = job_settings(target)
    guard = Guard(given.start_urls, Scope(include=given.scope.include, exclude=given.scope.exclude), Policy())
    assert inside.answer(target, url).inside == (guard.refusal(url) == "")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://shop.example.org/store/item", "It lies under http://shop.example.org/store/"),
        ("http://api.example.org/v1", "It lies under http://api.example.org/"),
        ("http://shop.example.org/store/admin/x", "An exclusion keeps the scan away from it."),
        ("http://shop.example.org/elsewhere", "It lies outside the path of the target and of every start path."),
        ("https://shop.example.org/store/", "The target is asked for with the other scheme."),
        ("http://off.example.org/", "The extra host is switched off, or nobody has shown yet that it is yours."),
        ("http://unshown.example.org/", "The extra host is switched off, or nobody has shown yet that it is yours."),
        ("http://other.example.org/", "The host belongs neither to the target nor to one of its extra hosts."),
        ("ftp://shop.example.org/", "Only http and https URLs can be scanned."),
        ("nonsense", "Enter a valid URL, such as https://shop.example/."),
    ],
)
def test_it_says_why(target, url, reason):
    assert inside.answer(target, url).reason == reason


def test_it_shows_the_normal_form(target):
    assert inside.answer(target, " HTTP://Shop.Example.org:80/store/#top ").url == "http://shop.example.org/store/"
    assert inside.answer(target, "nonsense").url == ""
