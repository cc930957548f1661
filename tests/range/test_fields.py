import pytest

from vedette.range.fields import Malformed, leading_number, parse_cookies, parse_multipart, parse_pairs


def test_pairs_keep_order_blanks_and_repeats():
    fields = parse_pairs("a=1&b=&a=2&c=x%27y+z")
    assert fields.pairs == [("a", "1"), ("b", ""), ("a", "2"), ("c", "x'y z")]
    assert fields("a") == "1" and fields("none", "usual") == "usual" and "b" in fields


def test_too_many_pairs_are_malformed():
    with pytest.raises(Malformed):
        parse_pairs("&".join("a=1" for _ in range(300)))


@pytest.mark.parametrize(
    ("text", "number"), [("7", 7), ("7 AND 1=1", 7), ("4-1", 4), ("x", 0), ("", 0), ("9" * 30, 999999999), ("²", 0)]
)
def test_numbers_are_the_leading_digits(text, number):
    assert leading_number(text) == number


def test_cookies_are_decoded():
    cookies = parse_cookies("recent=11%2C7; shade=navy;broken; empty=")
    assert cookies.pairs == [("recent", "11,7"), ("shade", "navy"), ("empty", "")]


def test_multipart_gives_names_files_and_texts():
    body = (
        b'--b\r\nContent-Disposition: form-data; name="note"\r\n\r\nfirst\r\nsecond\r\n'
        b'--b\r\nContent-Type: text/xml\r\nContent-Disposition: form-data; name="feed"; filename="f.xml"\r\n\r\n'
        b"<a/>\r\n--b--\r\n"
    )
    note, feed = parse_multipart(body, 'multipart/form-data; boundary="b"')
    assert (note.name, note.filename, note.text) == ("note", "", "first\r\nsecond")
    assert (feed.name, feed.filename, feed.text) == ("feed", "f.xml", "<a/>")


@pytest.mark.parametrize(
    ("body", "media"),
    [
        (b"--b\r\n", "multipart/form-data"),
        (b"nothing", "multipart/form-data; boundary=b"),
        (b"--b\r\nno header--b--", "multipart/form-data; boundary=b"),
        (b"--b\r\nX: y\r\n\r\ntext--b--", "multipart/form-data; boundary=b"),
    ],
)
def test_broken_multipart_is_malformed(body, media):
    with pytest.raises(Malformed):
        parse_multipart(body, media)
