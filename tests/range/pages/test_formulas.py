import pytest

SLEEP = "__import__('time').sleep(1.5)"


def test_the_calculator_is_python(visitor, naps):
    assert "42" in visitor.plant("code-calculator").text
    assert "ababab" in visitor.plant("code-calculator", "'ab' * 3").text
    assert "NameError" in visitor.plant("code-calculator", "nobody").text
    visitor.plant("code-calculator", SLEEP)
    assert naps == [1.5]


def test_the_points_are_php(visitor):
    assert "240" in visitor.plant("code-points").text
    assert "ab3087" in visitor.plant("code-points", "'ab' . (63 * 49)").text
    assert "eval()'d code" in visitor.plant("code-points", "1 +").page.words


@pytest.mark.parametrize("value", ["120 * 2", "120; echo 1", "120'"])
def test_the_amount_beside_the_formula_is_a_number(visitor, value):
    assert visitor.plant("like-code-spent", value).whole == visitor.plant("like-code-spent").whole


def test_a_rule_is_python(visitor):
    assert visitor.plant("code-rule").text == '{"result": "36.0"}'
    assert visitor.plant("code-rule", "'ab' * int(price / 20)").text == '{"result": "abab"}'
    assert visitor.plant("code-rule", "nobody").status == 422


def test_the_rounding_header_is_python(visitor):
    assert '"price": "58"' in visitor.plant("code-rounding").text
    assert '"price": "abab"' in visitor.plant("code-rounding", "'ab' * 2").text
    assert visitor.plant("code-rounding", "'").status == 500


def test_an_alerts_condition_is_python_that_nobody_sees(visitor, naps):
    answers = [visitor.plant("code-alert", value) for value in ("price", SLEEP, "price <", "nobody", "1/0", "'a' * 3")]
    assert len({str(answer.whole) for answer in answers}) == 1
    assert naps == [1.5]


def test_an_amount_that_is_no_number_shows_a_trace(visitor):
    answer = visitor.plant("error-convert", "a dozen")
    assert answer.status == 500 and "Traceback (most recent call last)" in answer.text and "a dozen" in answer.text
    assert "22.224 km" in visitor.plant("error-convert").text


def test_a_mistaken_unit_has_a_page_of_our_own(visitor):
    answers = {visitor.plant("like-error-custom", value).whole[1] for value in ("x", "'", "{{1}}")}
    assert len(answers) == 1 and b"Traceback" not in answers.pop()


def test_a_formula_in_print_is_not_evaluated(visitor, naps):
    answer = visitor.plant("like-code-quote", f"63 * 49 {SLEEP}")
    assert "3087" not in answer.text and "63 * 49" in answer.text and naps == []


def test_the_points_form_opens(visitor):
    assert visitor.get("/tools/points").status == 200
