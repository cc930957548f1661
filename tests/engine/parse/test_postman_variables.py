"""What Postman's variables stand for."""

from vedette.engine.parse.postman_variables import MAX_VALUE, Variables, listed, plain

OWN = [{"key": "host", "value": "a.test"}, {"id": "old", "value": 5}, {"key": "base", "value": "http://{{host}}"},
       {"key": "off", "value": "x", "disabled": True}, "nonsense"]  # fmt: skip


def test_given_values_go_before_those_of_the_collection():
    made = Variables(OWN, {"old": "new"})
    assert made.filled("{{ base }}/{{old}}/{{off}}/{{none}}") == "http://a.test/new/{{off}}/{{none}}"
    assert (made.get("old"), made.get("none")) == ("new", "")


def test_what_stands_for_nothing_gets_a_value_by_its_name():
    made = Variables(None, {})
    assert made.sampled("{{EMAIL}} {{product_id}} {{userId}} {{$randomCity}}") == "jane.doe@example.com 1 1 Springfield"
    assert made.filled("{{$guid}}").count("-") == 4


def test_values_without_end_are_cut():
    circle = Variables([{"key": "a", "value": "{{b}}{{b}}"}, {"key": "b", "value": "{{a}}{{a}}"}], {})
    assert len(circle.filled("{{a}}")) < 2 * MAX_VALUE
    large = Variables([{"key": "a", "value": "x" * MAX_VALUE}], {})
    assert len(large.filled("{{a}}" * 100_000)) < 100_000 * 5 + 6 * MAX_VALUE


def test_lists_and_plain_values():
    assert listed(OWN) == {"host": "a.test", "old": "5", "base": "http://{{host}}"}
    assert listed({"key": "a"}) == {}
    assert [plain(one) for one in (True, False, 1.5, "a", None, [])] == ["true", "false", "1.5", "a", "", ""]
