"""An instance with something of everything in it, and its rows as they can be compared."""

from django.apps import apps
from django.core.management import call_command

from tests.server import factories
from vedette.server.audit import services as audit
from vedette.server.commands.archive import NOTE, plain, tables
from vedette.server.kernel.queue import enqueue
from vedette.server.targets.items import RequestItem

SECRET = "s3cret-canary"
"""The value of a header, sealed in the database."""


def fill():
    """Two organisations with people, keys, targets, a finished scan with findings, one under way, and jobs."""
    first, second = factories.organisation("Äcme ☃"), factories.organisation("Second")
    for home in (first, second):
        factories.person(home)
        factories.key(home)
    target = factories.target(
        first,
        "http://shop.example.org/",
        name='quotes " and \\ backslashes',
        headers=[RequestItem(name="X-Key", value=SECRET, sensitive=True)],
    )
    factories.run_scan(target, *(factories.flaw(name) for name in "abc"))
    factories.start(factories.target(second))
    enqueue("note", key="k", payload={"nested": [1, 2.5, None, {"ü": True}]})
    audit.seal()
    return first


def rows():
    """Every row of every table that a backup holds, as text."""
    found = {}
    for model in tables(apps.get_models(include_auto_created=True)):
        names = [field.attname for field in model._meta.concrete_fields]
        values = model._base_manager.order_by("pk").values_list(*names)
        found[model._meta.db_table] = [repr([plain(value) for value in row]) for row in values]
    note = found["server_instancevalue"]
    found["server_instancevalue"] = [row for row in note if not row.startswith(f"['{NOTE}'")]
    return found


def empty():
    """Takes everything away, as in a new database."""
    call_command("flush", verbosity=0, interactive=False)
