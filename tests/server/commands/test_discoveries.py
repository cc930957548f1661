"""`vedette discoveries`: what scripts read stands alone on standard output."""

import json

import pytest
from typer.testing import CliRunner

from tests.server import factories
from vedette.cli.problem import Problem
from vedette.server.commands.discoveries import app
from vedette.server.discovery.models import DiscoveryRun
from vedette.server.targets.models import Domain

pytestmark = pytest.mark.django_db(transaction=True)


def typed(*arguments):
    return CliRunner().invoke(app, arguments)


def test_one_is_started_listed_and_stopped(place):
    Domain.objects.create(organisation=factories.organisation("Home"), hostname="example.org")
    started = typed("start", "example.org")
    run = DiscoveryRun.objects.get()
    assert (started.exit_code, started.stdout) == (0, f"{run.public_id}\n")
    assert typed("list").stdout.split("\t")[:3] == [run.public_id, "example.org", "queued"]
    assert json.loads(typed("list", "--json").stdout)[0]["id"] == run.public_id
    assert typed("cancel", "example.org", "--organisation", "Home").stdout == f"{run.public_id}\n"


def test_what_is_wrong_is_one_sentence(place):
    factories.organisation("Home")
    failed = typed("start", "example.org")
    assert isinstance(failed.exception, Problem) and str(failed.exception).startswith("domain: Home has no domain")
