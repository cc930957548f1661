import html


def test_the_finder_shows_the_person_unescaped(visitor):
    assert ("em", {"class": "mine"}) in visitor.plant("xss-finder", "<em class=mine>").page.elements


def test_the_tag_lets_quotes_out_of_the_attribute_but_no_brackets(visitor):
    page = visitor.plant("xss-tag", 'Ada" data-mine="1').page
    assert any(attributes.get("data-mine") == "1" for _, attributes in page.elements)
    assert "em" not in visitor.plant("xss-tag", "<em>").page.tags()


def test_the_wrap_lets_quotes_out_of_the_string_but_not_out_of_the_script(visitor):
    assert 'var paper = "waves";mine("";' in visitor.plant("xss-wrap", 'waves";mine("').text
    assert "</script><em>" not in visitor.plant("xss-wrap", "</script><em>").text


def test_the_cards_message_is_a_template(visitor):
    assert "3087" in visitor.plant("template-card", "{{ 63 * 49 }}").text
    assert "Harbour Goods" in visitor.plant("template-card", "{{ shop }}").page.words
    assert visitor.plant("template-card", "{{ 63 * }}").status == 500
    assert "em" not in visitor.plant("template-card", "<em>").page.tags()


def test_the_cards_sender_is_not_a_template(visitor):
    assert "from {{ 63 * 49 }}" in visitor.plant("like-template-from", "{{ 63 * 49 }}").page.words


def test_the_greeting_is_an_expression(visitor):
    assert "<h2>3087</h2>" in visitor.plant("template-greeting", "${63 * 49}").text
    assert "em" not in visitor.plant("template-greeting", "<em>").page.tags()


def test_the_name_in_the_path_is_part_of_a_template(visitor):
    assert "Hello Ada, welcome to Harbour Goods." in visitor.plant("template-hello").page.words
    assert "Hello 3087," in visitor.plant("template-hello", "<%= 63 * 49 %>").page.words


def test_the_mails_subject_is_a_template(visitor):
    assert '"subject": "3087"' in visitor.plant("template-mail", "{{ 63 * 49 }}").text
    assert visitor.plant("template-mail", "{{ 63 * }}").status == 500


def test_many_letters_know_two_placeholders_only(visitor):
    words = visitor.plant("like-template-merge", "[name] {{ 6 * 7 }} ${6*7} <%= 6*7 %>").page.words
    assert "Ben {{ 6 * 7 }} ${6*7} <%= 6*7 %>" in words and "42" not in words


def test_the_live_preview_leaves_braces_to_the_browser(visitor):
    answer = visitor.plant("like-template-browser", "{{ 63 * 49 }}")
    assert "{{ greeting }} {{ 63 * 49 }}" in html.unescape(answer.text) and "3087" not in answer.text


def test_the_live_preview_cannot_be_left(visitor):
    answer = visitor.plant("like-xss-script-json", "</script><em>\"'\\")
    assert "em" not in answer.page.tags() and answer.text.count("</script>") == 1


def test_the_label_is_text(visitor):
    answer = visitor.plant("like-xss-label", "<em>")
    assert "TO: <em>" in answer.text and answer.header("Content-Type") == "text/plain; charset=utf-8"
    assert answer.header("X-Content-Type-Options") == "nosniff"


def test_the_hub_and_the_card_form_open(visitor):
    assert visitor.get("/gifts").status == visitor.get("/gifts/card").status == 200
