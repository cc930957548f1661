"""A description in several files becomes one; nothing but files beside it is opened."""

import json

import pytest

from vedette.cli import bundling
from vedette.cli.bundling import bundled
from vedette.engine.parse import bundling as parts
from vedette.engine.parse import description
from vedette.engine.parse.bundling import MAX_REMARKS

HEAD = "openapi: 3.0.0\nservers: [{url: 'http://a.test'}]\n"


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "api"
    made.mkdir()
    return made


def put(folder, **files):
    for name, text in files.items():
        path = folder / name.replace("__", "/")
        path = path.with_name(path.name + (".json" if text[0] == "{" else ".yaml"))
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)


def read(folder, text):
    """The operations of a split description by name, the remarks and what the engine found wrong."""
    first = folder / "openapi.yaml"
    first.write_text(text)
    remarks = []
    reading = description.read("openapi", bundled(first, text, remarks), base="http://b.test/")
    return {one.name: one for one in reading.operations}, remarks, reading.problems


def test_paths_operations_parameters_and_schemas_come_from_their_files_each_relative_to_its_own(folder):
    put(
        folder,
        paths__users="get: {$ref: ../operations/find.json}\npost: {requestBody: {content: {application/json: "
        "{schema: {$ref: '../schemas/all.yaml#/User~1New'}}}}}",
        operations__find='{"parameters": [{"$ref": "../parameters.yaml#/%70age/0"}], "operationId": "find"}',
        parameters="page: [{name: page, in: query, schema: {$ref: '#/number'}}]\nnumber: {type: integer, example: 7}",
        schemas__all="User/New: {properties: {pet: {$ref: ./Pet.yaml#/}, "
        "kind: {$ref: ../openapi.yaml#/components/schemas/Kind}}}",
        schemas__Pet="properties: {name: {example: Rex}}",
    )
    made, remarks, problems = read(
        folder,
        HEAD + "paths: {/users: {$ref: paths/users.yaml}}\ncomponents: {schemas: {Kind: {example: big}}}",
    )
    assert made["GET /users"].parameters[0].value == 7
    assert made["POST /users"].body == {"pet": {"name": "Rex"}, "kind": "big"}
    assert (remarks, problems) == ([], [])


def test_whole_sections_stand_in_files_and_are_gone_through(folder):
    put(
        folder,
        paths="/a: {get: {security: [{key: []}], parameters: [{$ref: 'openapi.yaml#/components/parameters/q'}]}}",
        components="parameters: {$ref: parameters.yaml}\nsecuritySchemes: {$ref: schemes.json}",
        parameters="q: {name: q, in: query, schema: {example: found}}",
        schemes='{"key": {"type": "apiKey", "in": "header", "name": "X-K"}}',
    )
    made, remarks, problems = read(folder, HEAD + "paths: {$ref: paths.yaml}\ncomponents: {$ref: components.yaml}")
    assert made["GET /a"].parameters[0].value == "found"
    assert made["GET /a"].secured[0].name == "X-K"
    assert (remarks, problems) == ([], [])


def test_kinds_of_object_and_xml_elements_are_named_by_their_files(folder):
    put(
        folder,
        Pet="oneOf: [{$ref: Dog.yaml}]\ndiscriminator: {propertyName: kind, mapping: {hound: Dog.yaml}}",
        Dog="type: object\nproperties: {kind: {type: string}}\nrequired: [kind]",
    )
    content = "{requestBody: {content: {%s: {schema: {$ref: %s.yaml}}}}}"
    paths = f"paths: {{/j: {{post: {content % ('application/json', 'Pet')}}}, "
    made, _, _ = read(folder, HEAD + paths + f"/x: {{post: {content % ('application/xml', 'Dog')}}}}}")
    assert made["POST /j"].body == {"kind": "hound"}
    assert made["POST /x"].body["$xml"] == "Dog"


def test_circles_of_files_end(folder):
    put(
        folder,
        a="properties: {b: {$ref: b.yaml}}",
        b="properties: {a: {$ref: a.yaml}, name: {example: x}}",
        c="$ref: c.yaml",
    )
    body = "requestBody: {content: {application/json: {schema: {$ref: %s.yaml}}}}"
    made, remarks, problems = read(folder, HEAD + f"paths: {{/a: {{post: {{{body % 'a'}}}, put: {{{body % 'c'}}}}}}}")
    assert made["POST /a"].body["b"]["name"] == "x"
    assert remarks == []
    assert problems == ["PUT /a: its references go in a circle."]


@pytest.mark.parametrize(
    "name",
    ["../secret.yaml", "%2e%2e/secret.yaml", "link.yaml", "hidden/.keys.yaml", "notes.txt", "ABSOLUTE", "file:///x.yaml",
     "https://a.test/x.yaml", "//a.test/x.yaml", "a%00.yaml", "loop.yaml"],
)  # fmt: skip
def test_nothing_else_is_opened(folder, name, monkeypatch):
    secret = folder.parent / "secret.yaml"
    (folder / "hidden").mkdir()
    for path in (secret, folder / "notes.txt", folder / "hidden" / ".keys.yaml"):
        path.write_text("name: q\nin: query\nschema: {example: taken}")
    (folder / "link.yaml").symlink_to(secret)
    (folder / "loop.yaml").symlink_to(folder / "loop.yaml")
    name = str(secret) if name == "ABSOLUTE" else name
    made, remarks, problems = read(folder, HEAD + f"paths: {{/a: {{get: {{parameters: [{{$ref: '{name}'}}]}}}}}}")
    assert made["GET /a"].parameters == ()
    assert f"GET /a: the reference {name} leads out of the description, and is not followed." in problems
    assert remarks == [] or name == "loop.yaml"


def test_what_is_missing_or_broken_is_told_and_the_rest_goes_on(folder):
    put(folder, broken="a: [", good="name: q\nin: query\nschema: {example: x}")
    (folder / "folder.yaml").mkdir()
    (folder / "latin.yaml").write_bytes(b"name: \xff")
    names = ("none.yaml", "broken.yaml", "folder.yaml", "good.yaml#/none", "good.yaml#name", "good.yaml")
    listed = ", ".join(f"{{$ref: '{name}'}}" for name in names)
    made, remarks, problems = read(folder, HEAD + f"paths: {{/a: {{get: {{parameters: [{listed}]}}}}}}")
    assert [one.value for one in made["GET /a"].parameters] == ["x"]
    assert [one.partition(" at line")[0] for one in remarks] == [
        "none.yaml, to which openapi.yaml refers, cannot be read: there is no such file.",
        "broken.yaml, to which openapi.yaml refers, cannot be read: it is not valid YAML",
        "folder.yaml, to which openapi.yaml refers, cannot be read: there is no such file.",
        "openapi.yaml refers to good.yaml#/none, which is not there.",
        "openapi.yaml refers to good.yaml#name, which is not there.",
    ]
    assert any("none.yaml" in one for one in problems)


def test_remarks_are_few(folder):
    listed = ", ".join(f"{{$ref: '{number}.yaml'}}" for number in range(MAX_REMARKS + 5))
    _, remarks, _ = read(folder, HEAD + f"paths: {{/a: {{get: {{parameters: [{listed}]}}}}}}")
    assert remarks[MAX_REMARKS:] == ["5 more references to files could not be followed."]


@pytest.mark.parametrize(("limit", "most"), [("MAX_FILES", 3), ("MAX_IN_A_ROW", 2)])
def test_files_are_few_and_lead_not_far(folder, monkeypatch, limit, most):
    monkeypatch.setattr(bundling if limit == "MAX_FILES" else parts, limit, most)
    put(folder, **{f"f{number}": f"properties: {{x: {{$ref: f{number + 1}.yaml}}}}" for number in range(5)})
    body = "requestBody: {content: {application/json: {schema: {$ref: f0.yaml}}}}"
    made, remarks, _ = read(folder, HEAD + f"paths: {{/a: {{post: {{{body}}}}}}}")
    assert "f2.yaml, to which f1.yaml refers, is left out: at most" in remarks[0]
    assert "x" in made["POST /a"].body


def test_repeated_nodes_and_depth_stay_within_bounds(folder, monkeypatch):
    bomb = "a0: &a0 {x: 1}\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
    put(folder, bomb=bomb, circle="a: &a {b: *a}", deep='{"a": ' * 300 + "1" + "}" * 300, good="name: q\nin: query")
    monkeypatch.setattr(parts.tree_text, "MAX_JSON", 20_000)
    listed = "{$ref: circle.yaml}, {$ref: deep.json}, {$ref: good.yaml}, {$ref: bomb.yaml}"
    made, remarks, _ = read(folder, HEAD + f"paths: {{/a: {{get: {{parameters: [{listed}]}}}}}}")
    assert [one.rpartition(": ")[2] for one in remarks] == [
        "it is nested too deeply.", "it is nested too deeply.", "the description is too large with it.",
    ]  # fmt: skip
    assert [one.name for one in made["GET /a"].parameters] == ["q"]


def test_what_the_files_repeat_does_not_make_the_description_too_large(folder, monkeypatch):
    monkeypatch.setattr(parts.tree_text, "MAX_JSON", 9_000)
    put(folder, item="get: {$ref: op.yaml}", op="description: " + "x" * 2_000)
    text = HEAD + "paths: {" + ", ".join(f"/{number}: {{$ref: item.yaml}}" for number in range(50)) + "}"
    _, remarks, problems = read(folder, text)
    assert remarks == ["openapi.yaml is too large with the files that it refers to: they are left out."]
    assert "the reference item.yaml leads out" in problems[1]


@pytest.mark.parametrize(
    "text",
    [HEAD + "paths: {/a: {get: {parameters: [{$ref: '#/x'}]}}}", "a: {$ref: good.yaml}", "[{$ref: good.yaml}]", "a: [",
     "",
     "openapi: 3.0.0\npaths: [{$ref: 5}]"],
)  # fmt: skip
def test_other_texts_stay_as_they_are(folder, text):
    put(folder, good="name: q")
    remarks = []
    assert bundled(folder / "openapi.yaml", text, remarks) == text
    assert remarks == []


def test_a_link_to_the_first_file_stands_where_it_leads(folder, tmp_path):
    put(folder, q="name: q\nin: query")
    (folder / "openapi.yaml").write_text("")
    link = tmp_path / "link.yaml"
    link.symlink_to(folder / "openapi.yaml")
    made = json.loads(bundled(link, HEAD + "paths: {/a: {$ref: q.yaml}}", []))
    assert made[parts.ROOM] == {"q.yaml": {"q": {"name": "q", "in": "query"}}}
