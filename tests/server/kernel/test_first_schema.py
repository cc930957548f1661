"""All tables of a new database at once: the same tables as one after the other."""

import pytest
from django.db import ConnectionHandler, migrations, models
from django.db.migrations.state import ProjectState

from vedette.server.kernel.first_schema import FirstSchema

OPERATIONS = [
    migrations.CreateModel("Label", [("id", models.AutoField(primary_key=True)), ("name", models.CharField())]),
    migrations.CreateModel(
        "Page",
        [
            ("id", models.AutoField(primary_key=True)),
            ("above", models.ForeignKey("self", models.CASCADE, null=True)),
            ("first", models.ForeignKey("shop.label", models.PROTECT, related_name="+")),
            ("labels", models.ManyToManyField("shop.label")),
        ],
        options={"indexes": [models.Index(fields=["-id"], name="page_newest")]},
    ),
    migrations.AddField("label", "page", models.ForeignKey("shop.page", models.SET_NULL, null=True)),
    migrations.AddIndex("label", models.Index(fields=["name"], name="label_name")),
    migrations.CreateModel("Late", [("id", models.AutoField(primary_key=True))]),
]


@pytest.fixture(autouse=True)
def a_database_of_its_own(django_db_blocker):
    with django_db_blocker.unblock():
        yield


def made(kind, operations=OPERATIONS, *, rendered=False):
    """What the database says of its tables and indexes, and the state that Django is left with."""
    connection = ConnectionHandler({"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}})["default"]
    migration = kind("0001_initial", "shop")
    migration.operations = operations
    before = ProjectState()
    if rendered:
        assert before.apps.is_installed("shop") is False
    with connection.schema_editor() as editor:
        state = migration.apply(before, editor)
    with connection.cursor() as cursor:
        rows = cursor.execute("SELECT type, name, sql FROM sqlite_master ORDER BY type, name").fetchall()
    connection.connection.close()  # Django keeps databases in memory open
    return rows, state


@pytest.mark.parametrize("rendered", [False, True])
def test_the_tables_are_the_same(rendered):
    expected, state = made(migrations.Migration)
    found, ours = made(FirstSchema, rendered=rendered)
    assert found == expected
    assert {name for kind, name, _ in found if kind == "table"} > {"shop_label", "shop_page", "shop_page_labels"}
    assert ours == state
    assert ours.apps.get_model("shop", "label")._meta.get_field("page").related_model.__name__ == "Page"


def test_a_migration_that_begins_otherwise_is_as_any():
    later = [migrations.RunPython(migrations.RunPython.noop), *OPERATIONS]
    assert made(FirstSchema, later)[0] == made(migrations.Migration, later)[0]


def test_models_are_rendered_once(monkeypatch):
    rendered = []
    plain = ProjectState.reload_model
    monkeypatch.setattr(
        ProjectState, "reload_model", lambda self, *key, **more: (rendered.append(key), plain(self, *key, **more))
    )
    made(FirstSchema, OPERATIONS[:2], rendered=True)
    assert rendered == []
