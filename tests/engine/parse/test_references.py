"""References are followed within a description, and nowhere else."""

from vedette.engine.parse.references import MAX_PROBLEMS, Document


def test_references_within_are_followed_through_each_other():
    root = {"a/b": {"~x": [{"$ref": "#/end"}]}, "end": {"found": 1}}
    assert Document(root).resolve({"$ref": "#/a~1b/~0x/0"}) == {"found": 1}
    assert Document(root).resolve({"$ref": "#/a%7E1b/~0x/0"}) == {"found": 1}
    assert Document(root).resolve({"$ref": "#"}) == root
    assert Document(root).resolve(5) == 5


def test_what_leads_nowhere_out_or_in_circles_is_told_once_under_its_operation():
    root = {"a": {"$ref": "#/b"}, "b": {"$ref": "#/a"}}
    document = Document(root)
    document.about = "GET /x"
    for reference in ("#/none", "#/a/9", "http://evil.invalid/x.json", "other.yaml#/x", "#/a", 7):
        for _ in range(2):
            assert document.resolve({"$ref": reference}) == {}
    assert document.problems == [
        "GET /x: the reference #/none leads nowhere.",
        "GET /x: the reference #/a/9 leads nowhere.",
        "GET /x: the reference http://evil.invalid/x.json leads out of the description, and is not followed.",
        "GET /x: the reference other.yaml#/x leads out of the description, and is not followed.",
        "GET /x: its references go in a circle.",
        "GET /x: a reference is not a text.",
    ]


def test_texts_that_are_missing_are_named_first_with_what_to_do():
    document = Document({"a": 1})
    assert document.all_problems() == []
    for name in ("a.yaml#/x", "a.yaml#/y", "b.yaml", "c.yaml", "d.yaml", "e.yaml", "f.yaml", "g.yaml"):
        document.resolve({"$ref": name})
    first, *others = document.all_problems()
    assert first.startswith("The description refers to what is not part of it: a.yaml, b.yaml, c.yaml, d.yaml, e.yaml")
    assert " and 2 more. Bundle it into one file" in first
    assert others == document.problems
    assert len(others) == 8


def test_problems_are_few():
    document = Document([])
    for number in range(1000):
        document.note(f"number {number}")
    assert len(document.problems) == MAX_PROBLEMS
    assert document.problems[0] == "Number 0."
