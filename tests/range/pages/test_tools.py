import json

import pytest

ECHO = "echo $((63*49))"


def test_a_host_to_ping_may_bring_another_command(visitor):
    assert "PING north-warehouse (127.0.1.5)" in visitor.plant("command-ping").text
    assert "3087" in visitor.plant("command-ping", f"127.0.0.1; {ECHO}").text
    assert "3087" not in visitor.plant("command-ping", f"127.0.0.1 '; {ECHO}'").text


def test_a_word_to_look_up_leaves_its_double_quotes(visitor):
    assert "rope 12" in visitor.plant("command-stocklist").text
    assert "3087" in visitor.plant("command-stocklist", f'rope" /dev/null; {ECHO}; echo "').text
    assert "3087" in visitor.plant("command-stocklist", "x\" /dev/null; echo $(expr 63 '*' 49); echo \"").text


def test_a_barcode_leaves_its_single_quotes(visitor):
    assert json.loads(visitor.plant("command-barcode").text)["barcode"] == "*HG-101*"
    assert "3087" in visitor.plant("command-barcode", f"x'; {ECHO}; echo '").text
    assert "3087" not in visitor.plant("command-barcode", f"; {ECHO}").text


def test_a_warehouse_in_a_header_may_bring_another_command(visitor):
    assert json.loads(visitor.plant("command-shelf").text) == {"stock": ["rope 12", "lamps 4", "blankets 9"]}
    assert "3087" in visitor.plant("command-shelf", f"north.txt; {ECHO} #").text


def test_a_printer_in_a_cookie_may_bring_another_command(visitor):
    assert "Your printer is counter" in visitor.plant("command-printer").text
    assert "3087" in visitor.plant("command-printer", f"counter; {ECHO}").text


def test_the_labels_printer_is_a_command_that_nobody_sees(visitor, naps):
    answers = [visitor.plant("command-label", value) for value in ("counter", "x; sleep 1.5", f"x; {ECHO}", "'", "x &")]
    assert len({str(answer.whole) for answer in answers}) == 1
    assert naps == [1.5]


def test_the_labels_size_is_looked_up(visitor, naps):
    answers = [visitor.plant("like-command-size", value) for value in ("A6", "A6; sleep 2", "$(sleep 2)")]
    assert len({str(answer.whole) for answer in answers}) == 1 and naps == []


@pytest.mark.parametrize("value", [f"north-warehouse; {ECHO}", f"$({ECHO})", f"`{ECHO}`"])
def test_the_trace_knows_its_hosts(visitor, naps, value):
    answer = visitor.plant("like-command-trace", value)
    assert answer.status == 400 and "3087" not in answer.text and "echo" in answer.page.words
    assert "traceroute" in visitor.plant("like-command-trace").text


def test_the_tide_is_slow_whatever_is_asked(visitor, naps):
    answers = [visitor.plant("like-command-tide", value) for value in ["Eastport"] * 20 + ["Eastport; sleep 3"]]
    assert len({answer.body for answer in answers[:20]}) == 1
    assert len(naps) == 21 and max(naps) < 0.2 and len(set(naps)) > 10


def test_splitting_a_bill_is_arithmetic_and_nothing_else(visitor, naps):
    assert "Together 3087, that is 771.75 each." in visitor.plant("like-code-split", "63*49").page.words
    for value in (
        "sleep(2)",
        "__import__('os')",
        "2**9",
        "1//2",
        "'a'*3",
        "{{7*7}}",
        "$((7*7))",
        "1/0",
        "(" * 50,
        "07",
        "",
    ):
        assert "no sum" in visitor.plant("like-code-split", value).text, value
    assert naps == []


def test_the_shed_and_its_forms_open(visitor):
    for path in ("/tools", "/tools/stocklist", "/tools/label"):
        assert visitor.get(path).status == 200
