def test_the_text_of_a_review_is_shown_as_written(visitor):
    assert visitor.plant("stored-review", "<em class=mine>wet</em>").status == 303
    assert ("em", {"class": "mine"}) in visitor.sink("stored-review").page.elements
    assert "mine" not in visitor.get("/product/8").text


def test_the_author_of_a_review_is_escaped(visitor):
    visitor.plant("like-stored-author", "<em class=mine>Cora</em>")
    page = visitor.sink("like-stored-author").page
    assert "em" not in page.tags() and "<em class=mine>Cora</em>" in page.words


def test_questions_are_escaped_in_text_and_attribute(visitor):
    visitor.plant("like-stored-question", "\"'><em>")
    page = visitor.sink("like-stored-question").page
    assert page.words.count("\"'><em>") == 1
    assert ("li", {"title": "\"'><em>"}) in page.elements


def test_reviews_do_not_grow_without_end(visitor):
    for number in range(40):
        visitor.plant("stored-review", f"review {number}")
    text = visitor.sink("stored-review").text
    assert "review 39" in text and "review 20" in text and "review 19" not in text


def test_reviews_belong_to_real_products(visitor):
    assert visitor.ask("POST", "/product/99/reviews", body="text=x").status == 404
