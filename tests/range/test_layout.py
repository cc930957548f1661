from vedette.range.layout import card_links, form, message_page, page, table
from vedette.range.markup import Markup
from vedette.range.web import Request


def test_a_page_has_one_heading_and_escaped_title():
    text = page("A & B", Markup("<p>x</p>")).body.decode()
    assert text.count("<h1") == 1 and "<title>A &amp; B · Harbour Goods</title>" in text
    assert page("A", Markup("<h1>own</h1>")).body.decode().count("<h1") == 1


def test_scripts_are_named_in_the_page():
    assert (
        '<script src="/assets/tools.js" defer></script>' in page("A", Markup(""), scripts=("tools.js",)).body.decode()
    )


def test_a_message_page_shows_the_path_escaped():
    answer = message_page(Request(method="GET", path="/<b>"), "Gone", "No <i>", status=404)
    assert answer.status == 404 and b"/&lt;b&gt;" in answer.body and b"No &lt;i&gt;" in answer.body


def test_forms_have_the_asked_fields():
    text = form("/a", [("x*", "X", "<"), ("y@", "Y", ""), ("z!", "Z", "s"), ("w", "W", '"')], "Go", upload=True)
    assert '<textarea name="x" rows="6">&lt;</textarea>' in text and '<input type="file" name="y">' in text
    assert 'type="password" name="z"' in text and 'name="w" value="&quot;"' in text
    assert 'enctype="multipart/form-data"' in text and "<button>Go</button>" in text


def test_tables_and_cards_escape_their_cells():
    assert "<td>&lt;</td>" in table(("A",), [("<",)])
    assert 'href="/a?b&amp;c"' in card_links([("/a?b&c", "T", "x")])
