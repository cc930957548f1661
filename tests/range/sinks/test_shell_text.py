import pytest


@pytest.mark.parametrize(
    ("command", "wanted"),
    [
        ("printf 'a\\nb' | cat -n", "     1\ta\n     2\tb"),
        ("printf 'a\\nb\\n' | tac", "b\na\n"),
        ("seq 20 | head -n 3 | tail -n 1", "3\n"),
        ("seq 20 | head -2", "1\n2\n"),
        ("printf abcdef | tail -c 2", "ef"),
        ("printf abcdef | head -c -2", "abcd"),
        ("wc -l /etc/hostname", "1 /etc/hostname\n"),
        ("printf 'a b\\n' | wc -w", "2\n"),
        ("grep -c nologin /etc/passwd", "15\n"),
        ("grep -n hostn /etc/hosts || echo none", "none\n"),
        ("printf 'ab\\nAB\\n' | grep -io b", "b\nB\n"),
        ("printf 'a.b\\naxb\\n' | grep -F a.b", "a.b\n"),
        ("printf 'ab\\nb\\n' | grep -E '^(a|c)b$'", "ab\n"),
        ("printf 'cat\\ncats\\n' | grep -w cat", "cat\n"),
        ("grep -l shop /etc/hostname /etc/hosts", "/etc/hostname\n/etc/hosts\n"),
        ("printf 'b\\na\\nb\\n' | sort -u", "a\nb\n"),
        ("printf '10\\n9\\n' | sort -nr", "10\n9\n"),
        ("printf 'a\\na\\nb\\n' | uniq -c", "      2 a\n      1 b\n"),
        ("echo abc | rev", "cba\n"),
        ("echo Hello | tr a-z A-Z", "HELLO\n"),
        ("echo hello | tr -d l", "heo\n"),
        ("echo aabb | tr -s ab", "ab\n"),
        ("echo a1b2 | tr -cd '[:digit:]'", "12"),
        ("echo a:b:c | cut -d : -f 1,3", "a:c\n"),
        ("echo abcdef | cut -c 2-3,5-", "bcef\n"),
        ("echo aXbX | sed s/X/-/", "a-bX\n"),
        ("echo aXbX | sed 's/\\(a\\)X/\\1&/g'", "aaXbX\n"),
        ("seq 5 -2 1", "5\n3\n1\n"),
        ("seq -s , 3", "1,2,3\n"),
        ("printf hello | base64", "aGVsbG8=\n"),
        ("echo aGVsbG8= | base64 -d", "hello"),
        ("printf hello | md5sum", "5d41402abc4b2a76b9719d911017c592  -\n"),
        ("echo a | tee /tmp/t; cat /tmp/t", "a\na\n"),
    ],
)
def test_output(sh, command, wanted):
    assert sh(command)[:2] == (wanted, "")


@pytest.mark.parametrize(
    ("command", "error", "code"),
    [
        ("cat /nowhere", "cat: /nowhere: No such file or directory", 1),
        ("cat /etc/hostname/x", "cat: /etc/hostname/x: Not a directory", 1),
        ("grep x /etc", "grep: /etc: Is a directory", 2),
        ("head -n x", "head: invalid number of lines: 'x'", 1),
        ("cut x", "cut: you must specify a list of bytes, characters, or fields", 1),
        ("seq a", "seq: invalid floating point argument: 'a'\nTry 'seq --help' for more information.", 1),
        ("echo '*' | base64 -d", "base64: invalid input", 1),
        ("echo | grep '\\('", "grep: Invalid regular expression", 2),
        ("echo | sed p", "sed: -e expression #1, char 1: unknown command: `p'", 1),
        ("echo | tee /etc/x >/dev/null", "tee: /etc/x: Permission denied", 1),
    ],
)
def test_complaints(sh, command, error, code):
    _, errors, status = sh(command)
    assert (errors, status) == (error + "\n", code)


def test_readable_files_are_read_though_another_is_missing(sh):
    assert sh("cat /nowhere /etc/hostname")[::2] == ("shop\n", 1)
