import pickle

import pytest

from vedette.range.sinks.serialised import PhpObject, SerialisedError, java_object, php_unserialize, pickle_object


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("N;", None),
        ("b:1;", True),
        ("i:-5;", -5),
        ("d:1.5;", 1.5),
        ("d:1.0E+25;", 1e25),
        ('s:3:"abc";', "abc"),
        ('s:2:"é";', "é"),
        ('s:3:"a"b";', 'a"b'),
        ('a:2:{i:0;s:1:"a";s:1:"k";a:0:{}}', {0: "a", "k": {}}),
        ('O:8:"stdClass":1:{s:1:"a";i:1;}', PhpObject("stdClass", {"a": 1})),
        ("i:5;junk", 5),
        ("", False),
    ],
)
def test_php_values(sealed, text, value):
    assert sealed(php_unserialize, text) == value


# Offsets as PHP 8.2 reports them.
@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("x", 0),
        ("i:5", 0),
        ("i:abc;", 0),
        ("b:2;", 0),
        ('s:5:"abc";', 10),
        ('s:2:"abc";', 7),
        ('s:100:"x";', 2),
        ('s:3:"abc"', 9),
        ('a:2:{i:0;s:1:"a";}', 17),
        ('a:1:{i:0;s:1:"a"}', 16),
        ("a:1:{i:0;x}", 9),
        ("a:1:{d:1;i:1;}", 9),
        ("a:1:{i:0;i:1;", 13),
        ('O:8:"stdClass":1:{s:1:"a";i:1', 26),
        ('O:9:"stdClass":0:{}', 14),
        ('a:1:{s:1:"a;i:1;}', 11),
    ],
)
def test_php_notices(sealed, text, offset):
    with pytest.raises(SerialisedError) as caught:
        sealed(php_unserialize, text)
    assert str(caught.value) == f"unserialize(): Error at offset {offset} of {len(text.encode())} bytes"


@pytest.mark.parametrize("text", ["a:1:{i:0;" * 500, "a:999999:{", "a:99999999999:{"])
def test_php_depth_and_counts_are_bounded(text):
    with pytest.raises(SerialisedError):
        php_unserialize(text)


VALUES = [
    *(None, True, False, 0, 255, 256, 65536, -5, 2**40, -(2**40), 1.5, "a", "ä€\n'\"", (), (1,), (1, 2), (1, 2, 3)),
    *((1, 2, 3, 4), [], [1, [2, "x"]], {}, {"a": {"b": [None]}, 1: True}),
]


@pytest.mark.parametrize("protocol", range(5))
@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_pickles_of_plain_data(sealed, value, protocol):
    assert sealed(pickle_object, pickle.dumps(value, protocol)) == value


def test_pickles_share_objects_through_the_memo():
    inner = [1]
    found = pickle_object(pickle.dumps([inner, inner], 4))
    assert found[0] is found[1]


@pytest.mark.parametrize("protocol", range(5))
@pytest.mark.parametrize("value", [len, PhpObject, ValueError("x"), 1j, {1, 2}], ids=repr)
def test_pickles_that_look_something_up_are_refused(sealed, value, protocol):
    with pytest.raises(SerialisedError):
        sealed(pickle_object, pickle.dumps(value, protocol))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "EOFError: Ran out of input"),
        (b"x", "invalid load key, 'x'."),
        (b"\xff", "invalid load key, '\\xff'."),
        (pickle.dumps([1, 2])[:-1], "pickle data was truncated"),
        (b"K", "pickle data was truncated"),
        (b"Iabc\n.", "invalid literal for int() with base 10: 'abc'"),
        (b"Sabc\n.", "the STRING opcode argument must be quoted"),
        (b"e.", "could not find MARK"),
    ],
)
def test_pickle_errors(sealed, data, message):
    with pytest.raises(SerialisedError) as caught:
        sealed(pickle_object, data)
    assert str(caught.value).endswith(message)


HEAD = b"\xac\xed\x00\x05"


def test_java_texts():
    assert java_object(HEAD + b"\x74\x00\x02hi") == "hi"
    assert java_object(HEAD + b"\x70") is None


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "java.io.EOFException"),
        (b"abcd", "java.io.StreamCorruptedException: invalid stream header: 61626364"),
        (HEAD, "java.io.EOFException"),
        (HEAD + b"\x41", "java.io.StreamCorruptedException: invalid type code: 41"),
        (HEAD + b"\x74\x00\x09hi", "java.io.EOFException"),
        (HEAD + b"\x73\x72\x00\x08shop.Mug\x00", "java.lang.ClassNotFoundException: shop.Mug"),
        (HEAD + b"\x73\x41", "java.io.StreamCorruptedException: invalid type code: 41"),
        (HEAD + b"\x73", "java.io.EOFException"),
    ],
)
def test_java_errors(sealed, data, message):
    with pytest.raises(SerialisedError) as caught:
        sealed(java_object, data)
    assert str(caught.value) == message
