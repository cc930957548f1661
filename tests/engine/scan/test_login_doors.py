"""Whole scans behind doors of every kind, of our own making and of others'."""

import base64
import dataclasses

import pytest

from tests.engine.net.lodging import shares_chromium
from tests.engine.scan.entering import form_login, job_of, otp_of, secrets_of
from tests.engine.scan.scanning import ran
from tests.sites.certificates import certified_site
from tests.sites.login_club import club
from tests.sites.login_django import office
from vedette.contract import events as kinds
from vedette.contract.job import JobKind, Login, Profile, Setting


def within(result, site):
    """Whether the flaw that only members meet was found, and inner pages count as endpoints."""
    places = {event.finding.location.url.partition("?")[0] for event in result.of(kinds.FindingSeen)}
    return places == {site.url + "/members/note"}


@pytest.mark.parametrize("door", ["basic", "header"])
async def test_static_doors(door):
    async with club(door=door) as site:
        pair = base64.b64encode(f"{site.user}:{site.password}".encode()).decode()
        name, value = ("Authorization", f"Basic {pair}") if door == "basic" else ("X-Member-Key", site.header_value)
        login = Login(kind="static", check_url=site.url + "/members")
        job = job_of(site, login, headers=(Setting(name=name, secret="h"),))
        result = await ran(job, secrets={"h": value})
        assert within(result, site)
        assert value not in str(result.events)


async def test_a_client_certificate(tmp_path):
    context, client = certified_site(tmp_path)
    async with club(context, door="certificate") as site:
        login = Login(kind="static", check_url=site.url + "/members")
        job = job_of(site, login, certificate="pem", insecure=True)
        result = await ran(job, secrets={"pem": client})
        assert within(result, site)
        without = dataclasses.replace(job, certificate="")
        assert (await ran(without)).finished.verdict == "incomplete"


@pytest.mark.parametrize(("algorithm", "digits"), [("SHA256", 8)])
async def test_a_second_factor_over_a_scan(algorithm, digits):
    async with club(otp="page", algorithm=algorithm, digits=digits) as site:
        result = await ran(job_of(site, form_login(site, otp=otp_of(site))), secrets=secrets_of(site))
        assert within(result, site)
        assert any(change.key == "code:A" for batch in result.batches for change in batch.state)


@shares_chromium
async def test_a_scripted_door_over_a_scan():
    async with club(form="scripted", door="bearer", lifetime=70) as site:
        job = job_of(site, form_login(site), browser=True, checks=("headers",))
        result = await ran(job, secrets=secrets_of(site))
        assert "/members/rooms" in site.inside or "/members" in site.inside
        assert result.of(kinds.LoginAttempt)[0].ok, result.of(kinds.LoginAttempt)[0].reason


def office_login(place, **more):
    fields = (Setting(name="user", value=place.user), Setting(name="password", secret="password"))
    return Login(kind="form", url=place.url + "/admin/", fields=fields, **more)


def office_job(place, **more):
    return dataclasses.replace(
        job_of(place, office_login(place)), kind=JobKind.LOGIN_TEST, start_urls=(place.url + "/",), **more
    )


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    with office(tmp_path_factory.mktemp("office")) as opened:
        yield opened


async def test_djangos_administration(place):
    result = await ran(office_job(place), secrets={"password": place.password})
    assert result.finished.verdict == "clean", result.finished.reasons
    assert result.of(kinds.LoginAttempt)[0].url == place.url + "/admin/"
    wrong = await ran(office_job(place), secrets={"password": "guess-1"})
    assert "was refused" in wrong.finished.reasons[0]


@pytest.mark.parametrize("path", ["/api-auth/login/", "/accounts/login/"])
async def test_log_in_pages_that_others_wrote(place, path):
    login = dataclasses.replace(office_login(place), url=place.url + path, check_url=place.url + "/rooms/")
    job = dataclasses.replace(office_job(place), login=login)
    result = await ran(job, secrets={"password": place.password})
    assert result.finished.verdict == "clean", result.finished.reasons
    wrong = await ran(job, secrets={"password": "guess-1"})
    assert "was refused" in wrong.finished.reasons[0] or "the site says" in wrong.finished.reasons[0]


async def test_djangos_administration_with_short_sessions(tmp_path):
    with office(tmp_path, lasts=15) as place:
        limits = {"max_pages": 30}
        job = job_of(place, office_login(place), checks=("headers",), profile=Profile.LIGHTNING, limits=limits)
        result = await ran(job, secrets={"password": place.password})
        urls = {event.url.removeprefix(place.url) for event in result.of(kinds.EndpointFound) if event.status == 200}
        assert "/admin/auth/user/" in urls
        assert all(attempt.ok for attempt in result.of(kinds.LoginAttempt))
        assert len(result.of(kinds.LoginAttempt)) > 2
