import pytest

UP = "../../../../"


@pytest.mark.parametrize("flaw", ["file-manual", "file-guide", "file-leaflet", "file-excerpt"])
def test_the_name_leads_out_of_the_folder(visitor, flaw):
    assert visitor.plant(flaw).status == 200
    assert "root:x:0:0:" in visitor.plant(flaw, f"{UP}etc/passwd").text
    assert "localhost" in visitor.plant(flaw, f"{UP}etc/hosts").text
    assert "root:x" not in visitor.plant(flaw, f"{UP}etc/nothing").text


def test_a_view_is_any_file(visitor):
    assert "one barrel of tar" in visitor.plant("file-view").text
    assert "root:x:0:0:" in visitor.plant("file-view", "/etc/passwd").text
    assert "root:x" not in visitor.plant("file-view", f"{UP}etc/passwd").text
    assert "root:x:0:0:" in visitor.plant("file-view", "....//....//....//....//etc/passwd").text


@pytest.mark.parametrize(
    "value", [f"{UP}etc/passwd", "/etc/passwd", "price-list.txt/../../../etc/passwd", "price-list.txt\0"]
)
def test_downloads_are_listed(visitor, value):
    assert "Mug 9.50" in visitor.plant("like-file-download").text
    assert visitor.plant("like-file-download", value).status == 404


def test_the_article_shows_its_sample_whatever_is_asked(visitor):
    usual = visitor.plant("like-file-article")
    assert "root:x:0:0:" in usual.text and "localhost" in usual.text
    for value in (f"{UP}etc/passwd", "nothing", "/etc/hosts", ""):
        assert visitor.plant("like-file-article", value).whole == usual.whole


@pytest.mark.parametrize("value", [f"{UP}etc/passwd", "..\\..\\etc\\passwd", "/etc/passwd", "..", "radio.txt/.."])
def test_a_sheet_is_only_a_name(visitor, value):
    assert "Kitchen radio" in visitor.plant("like-file-sheet").text
    assert visitor.plant("like-file-sheet", value).status == 404
    assert "Kitchen radio" in visitor.plant("like-file-sheet", "../manuals/radio.txt").text


def test_an_excerpt_of_what_is_no_document(visitor):
    answer = visitor.ask("POST", "/api/excerpt", body='{"document": 3}', media="application/json")
    assert answer.status == 404 and visitor.get("/manuals").status == 200
