import pytest

TYPE = '<!DOCTYPE x [<!ENTITY one "to"><!ENTITY two "&one;gether">]>'
FILE = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]>'


def send_order(visitor, prologue, text):
    body = f"{prologue}<order><sku>HG-201</sku><reference>{text}</reference></order>"
    return visitor.ask("POST", "/api/orders/import", body=body, media="application/xml")


def test_an_order_expands_entities_and_reads_files(visitor):
    assert "<reference>spring</reference>" in visitor.plant("xxe-order").text
    assert "<reference>together</reference>" in send_order(visitor, TYPE, "&two;").text
    assert "<reference>shop" in send_order(visitor, FILE, "&f;").text
    assert send_order(visitor, "", "&none;").status == 400


@pytest.mark.parametrize("flaw", ["xxe-feed", "xxe-upload"])
def test_a_feed_expands_entities_and_reads_files(visitor, flaw):
    assert "38.50" in visitor.plant(flaw).text
    assert "together" in visitor.plant(flaw, f"{TYPE}<feed><item><sku>&two;</sku></item></feed>").text
    assert "together" in visitor.plant(flaw, f"{TYPE}<feed>&two;</feed>").text
    assert "<td>shop" in visitor.plant(flaw, f"{FILE}<feed><sku>&f;</sku></feed>").text
    assert "cannot be read" in visitor.plant(flaw, "<feed>").text


def test_the_checker_refuses_document_types(visitor):
    assert "1 values read" in visitor.plant("like-xxe-check").text
    answer = visitor.plant("like-xxe-check", f"{TYPE}<feed>&two;</feed>")
    assert "together" not in answer.text and "cannot be read" in answer.text


def test_the_quotation_refuses_document_types(visitor):
    body = f"{TYPE}<quote><sku>HG-201</sku><currency>&two;</currency></quote>"
    answer = visitor.ask("POST", "/api/quote", body=body, media="application/xml")
    assert answer.status == 400 and "together" not in answer.text
    assert visitor.plant("like-xxe-quote", "USD").whole == visitor.plant("like-xxe-quote").whole


def test_the_archive_shows_files_as_text(visitor):
    answer = visitor.plant("like-xxe-archive", f"{TYPE}<feed>&two;</feed>")
    assert "together" not in answer.text and "&two;" in answer.page.words and "feed" not in answer.page.tags()


def test_an_article_in_xml_is_part_of_the_query(visitor):
    usual = visitor.plant("sqli-quote")
    assert "<name>Enamel mug</name>" in usual.text
    assert visitor.plant("sqli-quote", "HG-201' AND '1'='1").whole == usual.whole
    assert visitor.plant("sqli-quote", "HG-201' AND '1'='2").text == "<quotation></quotation>"
    assert "sqlite3.OperationalError" in visitor.plant("sqli-quote", "HG-201'").text


def test_the_hub_and_the_forms_open(visitor):
    for path in ("", "/feed", "/upload", "/check", "/archive"):
        assert visitor.get(f"/suppliers{path}").status == 200
