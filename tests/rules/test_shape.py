"""The shape of the house: described rooms, twin tests, few catch-alls, no forbidden names."""

import ast

from tests.rules.tree import PACKAGE, ROOT, name_of, sources

BORDERS = {
    "vedette/engine/scan/units.py": "check runner",
    "vedette/engine/scan/passive.py": "check runner, passive checks",
    "vedette/server/jobs/database.py": "job runner",
}
FORBIDDEN_ROOMS = {"utils", "util", "helpers", "helper", "common", "core", "manager", "managers", "misc"}


def test_every_package_says_what_lives_in_it():
    for path in sources():
        if path.name == "__init__.py":
            doc = ast.get_docstring(ast.parse(path.read_text())) or ""
            assert len(doc) >= 40, f"{name_of(path)} needs a docstring: what lives here, who may use it"


def test_every_source_file_has_its_twin_test():
    missing = []
    for path in sources():
        relative = path.relative_to(PACKAGE)
        is_check = relative.parts[:2] == ("engine", "checks")
        described = path.name in ("__init__.py", "__main__.py", "models.py", "apps.py", "settings.py", "testing.py")
        # A dialect is tested by its operations over the wire, not file by file; so are routes.
        is_dialect = relative.parts[:2] == ("server", "api") and len(relative.parts) > 3
        is_routes = path.name.startswith(("urls", "routes")) and relative.parts[0] == "server"
        if described or is_check or is_dialect or is_routes:
            continue
        twin = ROOT / "tests" / relative.with_name(f"test_{path.name}")
        if not twin.exists():
            missing.append(f"{name_of(path)} -> {twin.relative_to(ROOT)}")
    assert not missing, "\n".join(missing)


def catch_alls(tree: ast.AST) -> int:
    wide = {"Exception", "BaseException"}
    count = 0
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler):
            caught = node.type is None or (isinstance(node.type, ast.Name) and node.type.id in wide)
            # A handler that raises again hides nothing.
            again = any(isinstance(inner, ast.Raise) and inner.exc is None for inner in ast.walk(node))
            count += caught and not again
    return count


def test_catch_all_handlers_stand_only_at_the_named_borders():
    found = {name_of(path) for path in sources() if catch_alls(ast.parse(path.read_text()))}
    assert found <= set(BORDERS)


def test_the_catch_all_rule_tells_samples_apart():
    swallowing = "try:\n    f()\nexcept Exception:\n    pass"
    raising = "try:\n    f()\nexcept BaseException:\n    g()\n    raise"
    named = "try:\n    f()\nexcept ValueError:\n    pass"
    assert [catch_alls(ast.parse(text)) for text in (swallowing, raising, named)] == [1, 0, 0]


def test_no_room_has_a_name_that_says_nothing():
    for path in sources():
        assert not set(path.relative_to(PACKAGE).with_suffix("").parts) & FORBIDDEN_ROOMS, name_of(path)


def test_no_import_hides_inside_a_function():
    hidden = []
    for path in sources():
        text = path.read_text()
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                inner = [item for item in ast.walk(node) if isinstance(item, ast.Import | ast.ImportFrom)]
                hidden += [f"{name_of(path)}:{item.lineno}" for item in inner]
    assert not hidden, hidden


NO_ROWS = ("api", "web", "worker", "config")


def test_rows_are_reached_through_a_rooms_own_doors():
    """Dialects, pages and pure rules ask queries and services; they hold no door to rows of their own."""
    faults = []
    for path in sources():
        relative = path.relative_to(PACKAGE)
        if relative.parts[0] != "server" or (relative.parts[1] not in NO_ROWS and path.name != "rules.py"):
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if ".objects." in line:
                faults.append(f"{name_of(path)}:{number}: {line.strip()}")
    assert not faults, "\n".join(faults)
