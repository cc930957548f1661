import pytest

ELSEWHERE = "https://elsewhere.example/x"


@pytest.mark.parametrize("flaw", ["redirect-go", "redirect-language", "redirect-leave", "redirect-resume"])
def test_redirects_anywhere(visitor, flaw):
    answer = visitor.plant(flaw, ELSEWHERE)
    assert (answer.status, answer.header("Location")) == (302, ELSEWHERE)
    assert (visitor.plant(flaw).header("Location") or "").startswith("/")


def test_the_ferry_page_refreshes_to_anywhere(visitor):
    page = visitor.plant("redirect-ferry", f'{ELSEWHERE}">').page
    assert ("meta", {"http-equiv": "refresh", "content": f'0; url={ELSEWHERE}">'}) in page.elements


@pytest.mark.parametrize(
    "address",
    [
        ELSEWHERE,
        "//ferry.example@elsewhere.example",
        "https://ferry.example@elsewhere.example/",
        "https://ferry.example.elsewhere.example/",
        "https://elsewhere.example/ferry.example",
        "https://elsewhere.example\\@ferry.example/",
        "javascript:ferry.example",
        "http://[",
    ],
)
def test_partners_are_known(visitor, address):
    assert visitor.plant("like-redirect-partner", address).status == 400
    assert visitor.plant("like-redirect-partner").header("Location") == "https://ferry.example/"


@pytest.mark.parametrize(
    "address", [ELSEWHERE, "//elsewhere.example", "/\\elsewhere.example", "/\t/elsewhere.example", ""]
)
def test_back_stays_in_the_shop(visitor, address):
    assert visitor.plant("like-redirect-back", address).header("Location") == "/"
    assert visitor.plant("like-redirect-back").header("Location") == "/shop"


def test_outside_is_only_shown(visitor):
    answer = visitor.plant("like-redirect-outside", f'{ELSEWHERE}"><meta http-equiv="refresh">')
    assert answer.status == 200 and answer.header("Location") is None
    assert all("elsewhere" not in str(attributes) for _, attributes in answer.page.elements)


@pytest.mark.parametrize("flaw", ["crlf-currency", "crlf-tongue", "crlf-sorting", "crlf-region"])
def test_a_line_break_begins_another_header(visitor, flaw):
    (line,) = visitor.plant(flaw, "x\r\nX-Mine: 1\r\nX-Rest: ").lines
    assert "\r\nX-Mine: 1\r\n" in line
    assert "\r" not in visitor.plant(flaw).lines[0]


def test_a_language_is_one_of_three(visitor):
    assert visitor.plant("like-crlf-language", "da").header("Content-Language") == "da"
    assert visitor.plant("like-crlf-language", "da\r\nX-Mine: 1").header("Content-Language") == "en"


def test_header_lines_in_a_page_are_no_headers(visitor):
    answer = visitor.plant("like-crlf-headers", "metre\r\nX-Mine: 1")
    assert "\nX-Mine: 1" in answer.page.words and answer.header("X-Mine") is None and answer.lines == []


def test_a_unit_goes_into_an_ordinary_header(visitor):
    answer = visitor.plant("like-crlf-unit", "metre\r\nX-Mine: 1")
    # Headers of this kind lose their line breaks on the wire, see tests/range/test_wire.py.
    assert answer.lines == [] and answer.header("X-Unit") == "metre\r\nX-Mine: 1"


def test_the_settings_open(visitor):
    assert visitor.get("/currency").status == 200
