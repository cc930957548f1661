import pytest

from vedette.range.sinks.code_php import compile_program
from vedette.range.sinks.code_php_lexer import ParseError
from vedette.range.sinks.code_php_run import Jump, Run


def printed(code):
    run = Run({}, lambda _seconds: None, {})
    for statement in compile_program(code):
        statement(run)
    return "".join(run.out)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("if (0): ", None),
        ("if (0) echo 1; elseif (1) { echo 2; } else echo 3;", "2"),
        ("for ($i = 0, $j = 5; $i < $j; $i++, $j--) echo $i, $j, ' ';", "05 14 23 "),
        ("foreach (['a' => 1, 'b' => 2] as $k => $v) { if ($k == 'b') break; echo $k, $v; }", "a1"),
        ("$n = 3; while ($n) { $n--; if ($n == 1) continue; echo $n; }", "20"),
        ("echo 1 ?> and <?= 2 ?> <?php echo 3;", "1 and 2 3"),
        ("ECHO 'x'; If (TRUE) Echo 'y';", "xy"),
        ("", ""),
    ],
)
def test_statements(code, text):
    if text is None:
        with pytest.raises(ParseError):
            compile_program(code)
    else:
        assert printed(code) == text


def test_return_and_exit_leave_by_a_jump():
    for code, kind in {"return;": "return", "return 1;": "return", "exit;": "exit", "break;": "break"}.items():
        with pytest.raises(Jump) as caught:
            printed(code)
        assert caught.value.kind == kind
