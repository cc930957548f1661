import pytest

from vedette.range.sinks.files import VirtualFiles
from vedette.range.sinks.shell_condition import evaluate_test


@pytest.mark.parametrize(
    ("words", "held"),
    [
        ("", False),
        ("x", True),
        ("-n", True),
        ("a = a", True),
        ("a != a", False),
        ("2 -gt 10", False),
        ("-1 -le 0", True),
        ("! a = b", True),
        ("a = b -o c = c", True),
        ("a = a -a b = c", False),
        ("( a = b -o c ) -a d", True),
        ("-z x", False),
        ("-e /etc", True),
        ("-f /etc", False),
        ("-d /etc", True),
        ("-f /etc/hostname", True),
        ("-s /dev/null", False),
        ("-r /etc/shadow", False),
        ("-w /etc/hostname", False),
        ("-x /bin/cat", True),
        ("-t 0", False),
        ("= = =", True),
    ],
)
def test_conditions(words, held):
    assert evaluate_test(words.split(), VirtualFiles(), "/") is held


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("a -eq 1", "Illegal number: a"),
        ("a b", "b: unexpected operator"),
        ("( a", "closing paren expected"),
        ("a -a", "argument expected"),
    ],
)
def test_what_cannot_be_read(words, message):
    with pytest.raises(ValueError, match=message):
        evaluate_test(words.split(), VirtualFiles(), "/")
