"""The job that a worker is given."""

import pytest

from tests.server import factories
from tests.server.layers import shared
from tests.server.targets.protecting import is_protected, protect
from vedette.contract import wire
from vedette.contract.job import Job, Profile
from vedette.engine.scan import run
from vedette.server.scans.services import building, pictures
from vedette.server.targets.items import RequestItem
from vedette.server.targets.models import Domain, Target
from vedette.server.targets.services import targets
from vedette.server.tenancy.actor import system_actor

pytestmark = pytest.mark.django_db


@shared
def home():
    return factories.organisation()


def test_credentials_travel_apart_from_the_job(home):
    items = [RequestItem(name="X-Token", value="canary-77", authentication=True)]
    target = factories.target(home, headers=items)
    factories.start(target)
    grant = factories.claim()
    assert "canary-77" in grant.secrets.values()
    assert "canary-77" not in wire.dumps(grant.job)
    assert grant.job.login.kind == "static"


def test_what_goes_with_each_request_is_told_and_the_engine_takes_it(home):
    actor = system_actor(home)
    target = factories.target(home, kind="api", api_scan_settings={"api_schema_type": "postman"})
    factories.start(protect(actor, target))
    grant = factories.claim()
    assert is_protected(grant.job)
    said = wire.dumps(grant.job)
    assert not [value for value in grant.secrets.values() if value in said] and "BEGIN" not in said
    run(grant.job, secrets=grant.secrets)


def test_a_change_of_the_target_alters_no_running_scan(home):
    target = factories.target(home, blacklist=["http://*/private/*"])
    factories.start(target)
    targets.change(system_actor(home), target, blacklist=[], max_rate=3)
    job = factories.claim().job
    assert job.scope.exclude == ("http://*/private/*",)
    assert job.limits.rate == 50.0


@pytest.mark.parametrize("fast", [True, False])
def test_a_scan_fails_as_fast_as_its_target_was_set_to_when_it_began(home, fast):
    target = factories.target(home, fail_fast=fast)
    factories.start(target)
    targets.change(system_actor(home), target, fail_fast=not fast)
    assert factories.claim().job.fail_fast is fast


FORM = {
    "auth_enabled": True,
    "has_form_login": True,
    "form_login_url": "http://shop.example.org/login",
    "form_login": [{"name": "user", "value": "ann"}, {"name": "password", "value": "x"}],
}


@pytest.mark.parametrize("wanted", [True, False])
def test_a_log_in_with_pages_is_filmed_once_where_that_is_wanted(home, wanted):
    target = factories.target(home, film_logins=wanted, **FORM)
    scan = factories.start(target)
    grant = factories.claim()
    assert (grant.job.login.kind, grant.job.login.record) == ("form", wanted)
    pictures.keep_film(scan, b"")
    scan.refresh_from_db()
    assert not building.grant_of(scan, scan.run).job.login.record


def test_what_has_no_pages_is_not_filmed(home):
    factories.start(factories.target(home, headers=[RequestItem(name="X-Token", value="c", authentication=True)]))
    assert not factories.claim().job.login.record


def test_a_target_on_this_machine_has_no_ceiling(home):
    factories.start(factories.target(home, "http://127.0.0.1:9999/"))
    assert factories.claim().job.limits.rate == 0.0


def test_an_unverified_target_gives_no_ground_for_payloads(home):
    factories.start(factories.target(home, verified=False), profile="lightning")
    job = factories.claim().job
    assert (job.authorized, job.profile) == ("", Profile.LIGHTNING)


def test_ownership_lost_while_waiting_takes_the_ground_away(home):
    target = factories.target(home)
    factories.start(target)
    Domain.objects.filter(pk=target.domain_id).update(verified=False)
    assert factories.claim().job.authorized == ""


def test_open_findings_are_known_to_the_next_scan(home):
    target = factories.target(home)
    factories.run_scan(target, factories.flaw("a"), factories.flaw("b"))
    factories.start(Target.objects.get(pk=target.pk))
    known = factories.claim().job.known
    assert [one.location.parameter for one in known] == ["a", "b"]
    assert known[0].id == factories.flaw("a").id
    assert known[0].request.url == "http://shop.example.org/search?a=1"


def test_the_job_survives_the_wire(home):
    target = factories.target(home)
    factories.run_scan(target, factories.flaw())
    factories.start(Target.objects.get(pk=target.pk))
    job = factories.claim().job
    assert wire.loads(Job, wire.dumps(job)) == job


def test_the_ground_names_method_and_day(home):
    target = factories.target(home)
    text = building.authorized(Target.objects.select_related("domain").get(pk=target.pk))
    assert text.startswith(f"{target.host} verified by file on 20")
