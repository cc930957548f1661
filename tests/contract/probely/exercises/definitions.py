"""What can be found and recognised: the same for everybody."""

from __future__ import annotations

from tests.contract.probely.registry import exercise
from tests.contract.probely.stage import World
from vedette.engine import catalog
from vedette.server.definitions import queries as definitions
from vedette.server.definitions import technologies

OURS = {"blackout_wait"}
WARNINGS = [
    *("disabled_http_get", "env_error", "extra_hosts", "invalid_cookie", "local_ip", "login_failed"),
    *("navigation_sequence_failure", "network_error", "target_redirect", "target_status", "test_request_error"),
    "timeout_error",
]


@exercise("GET /definitions/", "GET /vulnerability_definitions/")
def every_check_has_its_definition(w: World) -> None:
    answer = w.call(length=10_000)
    assert answer["count"] == len(definitions.all_definitions())
    shown = {row["id"] for row in answer["results"]}
    assert {definitions.for_check(check.id).id for check in catalog.load().checks} <= shown


@exercise("GET /definitions/{}/", "GET /vulnerability_definitions/{}/")
def one_is_shown(w: World) -> None:
    wanted = definitions.for_check("xss-reflected")
    assert w.call(wanted.id)["name"] == wanted.name
    found = w.get(f"/targets/{w.things.target.public_id}/findings/1/")
    assert found["definition"]["id"] == wanted.id


@exercise("GET /frameworks/")
def technologies_are_those_that_are_recognised(w: World) -> None:
    answer = w.call(length=10_000)
    assert [row["name"] for row in answer["results"]] == [one.name for one in technologies.all_technologies()]


@exercise("GET /frameworks/{}/")
def one_technology_is_shown(w: World) -> None:
    wanted = next(iter(technologies.all_technologies()))
    assert w.call(wanted.id)["name"] == wanted.name


@exercise("GET /scans/warnings/")
def warnings_are_those_of_the_vendor(w: World) -> None:
    assert {row["id"] for row in w.call(length=100)["results"]} == {*WARNINGS, *OURS}


@exercise("GET /scans/warnings/{}/")
def one_warning_is_shown(w: World) -> None:
    assert w.call("login_failed")["id"] == "login_failed"
