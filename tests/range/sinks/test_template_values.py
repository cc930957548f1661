import pytest

from vedette.range.sinks.template_values import Method, TemplateError, Undefined, attribute, call, item, shown_type


class Secret:
    door = "open"


def test_methods_of_plain_data_and_entries():
    assert call(attribute("ab", "upper"), [], {}) == "AB"
    assert attribute({"a": 1}, "a") == 1
    assert isinstance(attribute({"items": 1}, "items"), Method)
    assert item({"items": 1}, "items") == 1
    assert item([1, 2], -1) == 2


@pytest.mark.parametrize("value", ["a", 1, {}, [], None, Secret()])
@pytest.mark.parametrize("name", ["__class__", "_x"])
def test_underscores_are_unsafe_everywhere(value, name):
    for look in (attribute, item):
        with pytest.raises(TemplateError, match="unsafe"):
            look(value, name)


def test_other_objects_have_no_attributes():
    assert isinstance(attribute(Secret(), "door"), Undefined)
    assert isinstance(attribute("a", "format"), Undefined)
    assert isinstance(attribute([], "append"), Undefined)


def test_only_methods_can_be_called():
    for target in (len, Secret, "a", Undefined("'x' is undefined")):
        with pytest.raises(TemplateError):
            call(target, [], {})


def test_undefined_is_empty_and_fails_when_used():
    missing = Undefined("'x' is undefined")
    assert (str(missing), bool(missing)) == ("", False)
    with pytest.raises(TemplateError, match="'x' is undefined"):
        attribute(missing, "y")
    assert shown_type({}) == "dict object"
