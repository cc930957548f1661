"""What a job is told about a target."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from vedette.contract import wire
from vedette.contract.job import Job, secret_names
from vedette.engine.crawl.login import login_for
from vedette.server.kernel import clock
from vedette.server.targets.items import RequestItem
from vedette.server.targets.models import Domain, Target
from vedette.server.targets.services import extra_hosts, targets
from vedette.server.targets.services.job_settings import JobSettings, job_settings
from vedette.server.tenancy.actor import Actor

Make = Callable[..., Target]


def job_of(settings: JobSettings) -> Job:
    return Job(
        id="x",
        start_urls=settings.start_urls,
        scope=settings.scope,
        headers=settings.headers,
        cookies=settings.cookies,
        allow_actions=settings.allow_actions,
        login=settings.login,
    )


def test_a_plain_target_gives_a_plain_job(make: Make) -> None:
    settings = job_settings(make("https://shop.example/app/"))
    assert settings.start_urls == ("https://shop.example/app/",)
    assert settings.scope.include == ("https://shop.example/app/",)
    assert settings.scope.exclude == ()
    assert (settings.headers, settings.cookies, settings.secrets) == ((), (), {})
    assert settings.login.kind == "none"
    assert settings.limits_rate is None
    assert settings.authorized == ""


def test_paths_patterns_rate_and_consent_are_told(make: Make) -> None:
    target = make(
        whitelist=["/extra", "/admin/x"],
        blacklist=["https://shop.example/admin/*"],
        allow_actions=["pay", "delete"],
        max_rate=5,
        authorized=True,
    )
    settings = job_settings(target)
    assert settings.start_urls == ("https://shop.example/", "https://shop.example/extra")
    assert settings.scope.exclude == ("https://shop.example/admin/*",)
    assert settings.allow_actions == ("delete", "pay")
    assert settings.limits_rate == 5.0
    assert settings.authorized.startswith("Ada <ada@example.org>, 2")


def test_secrets_are_named_in_the_job_and_told_apart(make: Make) -> None:
    target = make(
        headers=[RequestItem(name="X-Plain", value="plain-canary")],
        cookies=[RequestItem(name="sid", value="login-canary", authentication=True)],
    )
    settings = job_settings(target)
    job = job_of(settings)
    assert "canary" not in wire.dumps(job)
    assert {name: settings.secrets[name] for name in secret_names(job)} == {
        "header-1": "plain-canary",
        "cookie-1": "login-canary",
    }
    assert settings.login.kind == "static"
    assert type(login_for(job)).__name__ == "StaticLogin"


def test_headers_that_do_not_log_in_make_no_log_in(make: Make) -> None:
    target = make(headers=[RequestItem(name="X", value="v", sensitive=True)])
    assert job_settings(target).login.kind == "none"


@pytest.mark.parametrize(("include", "verified"), [(True, False), (False, True), (False, False)])
def test_a_host_that_is_not_shown_to_be_ours_or_not_wanted_stays_out(
    owner: Actor, make: Make, include: bool, verified: bool
) -> None:
    target = make()
    extra_hosts.add(owner, target, host="api.other.example", include=include, skip_reachability_check=True)
    Domain.objects.filter(hostname="api.other.example").update(verified=verified, checked_at=clock.now())
    assert job_settings(target).scope.include == ("https://shop.example/",)


def test_a_wanted_host_that_is_ours_is_in_scope(owner: Actor, make: Make) -> None:
    target = make()
    for host in ("api.other.example", "127.0.0.1:8443"):
        extra_hosts.add(owner, target, host=host, skip_reachability_check=True)
        Domain.objects.filter(hostname=host).update(verified=True)
    assert job_settings(target).scope.include == (
        "https://shop.example/",
        "https://api.other.example/",
        "http://api.other.example/",
        "https://127.0.0.1:8443/",
        "http://127.0.0.1:8443/",
    )


def test_a_later_change_shows_in_the_next_job(owner: Actor, make: Make) -> None:
    target = make(headers=[RequestItem(name="X", value="old")])
    assert job_settings(target).secrets == {"header-1": "old"}
    targets.change(owner, target, headers=[])
    assert job_settings(Target.objects.get(pk=target.pk)).secrets == {}
