"""`vedette schedules`: what scripts read stands alone on standard output."""

import json

import pytest
from typer.testing import CliRunner

from tests.server import factories
from vedette.cli.problem import Problem
from vedette.server.commands.schedules import app
from vedette.server.schedules.models import Schedule

pytestmark = pytest.mark.django_db(transaction=True)


def typed(*arguments):
    return CliRunner().invoke(app, arguments)


def test_one_is_added_listed_previewed_changed_and_removed(place):
    factories.target(factories.organisation("Home"), name="Shop")
    words = ("--at", "2190-01-31T22:00", "--every", "month", "--weekday", "last-5", "--zone", "Europe/Lisbon")
    added = typed("add", "Shop", *words)
    row = Schedule.objects.get()
    assert (added.exit_code, added.stdout) == (0, f"{row.public_id}\n")
    assert typed("list").stdout.split("\t")[:2] == [row.public_id, "Shop"]
    (told,) = json.loads(typed("list", "--json").stdout)
    assert (told["id"], told["target"], told["state"]) == (row.public_id, "Shop", "on")
    assert len(json.loads(typed("preview", row.public_id, "--json").stdout)) == 10
    runs = typed("preview", row.public_id, "--count", "2", "--zone", "Asia/Tokyo").stdout.splitlines()
    assert [run.split("\t")[0][:7] for run in runs] == ["2190-02", "2190-03"]
    changed = typed("change", row.public_id, "--weekday", "", "--every", "day", "--zone", "Asia/Tokyo")
    assert (changed.exit_code, changed.stdout) == (0, f"{row.public_id}\n")
    row.refresh_from_db()
    assert (row.recurrence, row.timezone, f"{row.start_time:%H:%M}") == ("d", "Asia/Tokyo", "22:00")
    removed = typed("remove", row.public_id, "--organisation", "Home")
    assert removed.stdout == f"{row.public_id}\n" and not Schedule.objects.exists()


def test_what_is_wrong_is_one_sentence(place):
    factories.organisation("Home")
    failed = typed("add", "Shop", "--at", "2190-01-31T22:00")
    assert isinstance(failed.exception, Problem) and str(failed.exception).startswith("target: Home has no target")
