import pytest

MINE = "<em class=mine>x</em>"


@pytest.mark.parametrize(
    "flaw",
    [
        "xss-lookbook",
        "xss-contact",
        "xss-nickname",
        "xss-wishlist",
        "xss-outlet",
        "xss-returns",
        "xss-preview",
        "xss-hours",
    ],
)
def test_the_value_comes_back_as_markup(visitor, flaw):
    answer = visitor.plant(flaw, MINE)
    assert ("em", {"class": "mine"}) in answer.page.elements
    assert (answer.header("Content-Type") or "").startswith("text/html")
    assert "em" not in visitor.plant(flaw).page.tags()


def test_a_shared_link_has_any_scheme_but_stays_in_its_attribute(visitor):
    page = visitor.plant("xss-share", "javascript:mine(1)").page
    assert ("a", {"href": "javascript:mine(1)"}) in page.elements
    assert "em" not in visitor.plant("xss-share", f'">{MINE}').page.tags()


@pytest.mark.parametrize("spot", ["like-xss-contact-name", "like-xss-shade"])
def test_other_values_come_back_escaped(visitor, spot):
    page = visitor.plant(spot, f"\"'>{MINE}").page
    assert "em" not in page.tags()
    assert f"\"'>{MINE}" in page.words + str([list(attributes.values()) for _, attributes in page.elements])


def test_the_receipt_is_a_download(visitor):
    answer = visitor.plant("like-xss-receipt", MINE)
    assert (answer.header("Content-Disposition") or "").startswith("attachment")
    assert answer.header("X-Content-Type-Options") == "nosniff"


def test_the_outlet_says_that_it_depends_on_the_referring_page(visitor):
    assert visitor.get("/outlet").header("Vary") == "Referer"


def test_the_welcome_page_sets_both_cookies(visitor):
    answer = visitor.get("/welcome")
    assert sum("nickname=" in value or "shade=" in value for name, value in answer.headers if name == "Set-Cookie") == 2


def test_known_seasons_and_forms_open(visitor):
    assert [visitor.get(path).status for path in ("/lookbook/autumn", "/contact", "/returns")] == [200, 200, 200]
    assert visitor.get("/lookbook/winter").status == 404
