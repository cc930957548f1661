import pytest


@pytest.mark.parametrize(
    ("command", "wanted"),
    [
        (r"echo 'a\tb\0101\cd'", "a\tbA"),
        (r"echo -n a", "a"),
        ("printf '%s %d|' a 1 b 2", "a 1|b 2|"),
        ("printf '%-4s|%04d|%x|%o|%c|%.1f|' ab 7 255 8 xyz 2.55", "ab  |0007|ff|10|x|2.5|"),
        ("printf '%b' 'a\\tb'", "a\tb"),
        ("printf '%*d' 4 7", "   7"),
        ("printf '%d %d' \"'A\" 0x10", "65 16"),
        ("cd /etc && pwd && cd - >/dev/null && pwd", "/etc\n/var/www/shop\n"),
        ("export A=1; sh -c 'echo $A'; unset A; sh -c 'echo [$A]'", "1\n[]\n"),
        ('printf \'a b c\\nd\' | { read x y; echo "$y"; read z || echo "$z"; }', "b c\nd\n"),
        ("set -- a b c; shift; echo $1 $#", "b 2\n"),
        ("eval 'x=1; echo $x' '$x'", "1 1\n"),
        ("command echo a; command -v cat", "a\n/usr/bin/cat\n"),
        ("type cd cat", "cd is a shell builtin\ncat is /usr/bin/cat\n"),
        (": ignored; echo $?", "0\n"),
        ("(exit 3); echo $?; exit 4; echo no", "3\n"),
    ],
)
def test_output(sh, command, wanted):
    assert sh(command)[:2] == (wanted, "")


@pytest.mark.parametrize(
    ("command", "error", "code"),
    [
        ("cd /nowhere", "cd: can't cd to /nowhere", 2),
        ("exit x", "exit: Illegal number: x", 2),
        ("export 1x=2", "export: 1x: bad variable name", 2),
        ("[ a", "[: missing ]", 2),
        ("printf '%d' x", "printf: x: expected numeric value", 1),
        ("printf '%d' 1x", "printf: 1x: not completely converted", 1),
        ("printf %9999999d 1", "printf: Value too large", 2),
        ("shift", "shift: can't shift that many", 2),
    ],
)
def test_complaints(sh, command, error, code):
    _, errors, status = sh(command)
    assert (errors, status) == (f"sh: 1: {error}\n", code)
