import pytest


@pytest.mark.parametrize(
    ("command", "fields"),
    [
        ("x='a  b'; show $x", ["a", "b"]),
        ("x='a  b'; show \"$x\"", ["a  b"]),
        ("x=; show $x", []),
        ("x=; show \"$x\" ''", ["", ""]),
        ("IFS=:; x=:a::b:; show $x", ["", "a", "", "b"]),
        ("IFS=' :'; x='a : b:c'; show $x", ["a", "b", "c"]),
        ("IFS=; x='a b'; show $x", ["a b"]),
        ('x=b; show a${x}c a"$x"c', ["abc", "abc"]),
        ("set -- 'a b' c; show \"$@\"", ["a b", "c"]),
        ("set -- 'a b' c; show \"x$@y\"", ["xa b", "cy"]),
        ("set -- 'a b' c; show $*", ["a", "b", "c"]),
        ('set -- a b; show "$*" $#', ["a b", "2"]),
        ('show "$@"', []),
        ("show ${u-d} ${u:-$((1+1))} ${u+x}", ["d", "2"]),
        ("show ${u:=v}$u", ["vv"]),
        ("x=a.b.c; show ${x#*.} ${x##*.} ${x%.*} ${x%%.*} ${#x}", ["b.c", "c", "a.b", "a", "5"]),
        ("x='*'; show \"$x\" \\* '*'", ["*", "*", "*"]),
        ("show manuals/*", ["manuals/kettle.txt", "manuals/lamp.txt", "manuals/radio.txt"]),
        ("show manuals/[kl]*.txt", ["manuals/kettle.txt", "manuals/lamp.txt"]),
        ("show m*/[!kl]?d*", ["manuals/radio.txt"]),
        ("show /e*/hostname /nothing*", ["/etc/hostname", "/nothing*"]),
        ("x='manuals/l*'; show $x", ["manuals/lamp.txt"]),
        ("show */", ["manuals/", "templates/", "uploads/"]),
        ("show ~ ~/x '~' a~", ["/var/www", "/var/www/x", "~", "a~"]),
        ("show $(printf 'a b\\n\\n') \"$(printf 'a b\\n')\"", ["a", "b", "a b"]),
    ],
)
def test_fields(sh, command, fields):
    prefix, _, last = command.rpartition("show")
    found, errors, _ = sh(f"{prefix}printf '<%s>' \"\" {last}")
    assert (found, errors) == ("".join(f"<{field}>" for field in ["", *fields]), "")


@pytest.mark.parametrize(
    ("command", "error"),
    [("echo ${u?}", "u: parameter not set"), ("echo ${u:?gone}", "u: gone"), ("echo ${a b}", "Bad substitution")],
)
def test_fatal_expansions_end_the_shell(sh, command, error):
    assert sh(command + "; echo on") == ("", f"sh: 1: {error}\n", 2)
