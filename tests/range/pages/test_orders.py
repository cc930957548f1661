def test_the_order_number_is_part_of_the_query(visitor):
    usual = visitor.plant("sqli-track")
    assert "on its way" in usual.text
    assert visitor.plant("sqli-track", "HG-2041' AND '35' = '3' || '5").whole == usual.whole
    assert "no such order" in visitor.plant("sqli-track", "HG-2041' AND '35' = '3' || '6").text
    assert "no such order" in visitor.plant("sqli-track", "HG-2041'").text


def test_the_postcode_is_compared_outside_the_query(visitor):
    odd = [
        visitor.plant("like-sqli-track-postcode", text) for text in ("HB1'", "HB1' AND '1'='1", "HB1' OR '1'='2", "x")
    ]
    assert len({answer.body for answer in odd}) == 1 and "another postcode" in odd[0].text


def test_an_invoice_can_be_any_file(visitor):
    assert "Invoice 2041" in visitor.plant("file-invoice").text
    assert "root:x:0:0:" in visitor.plant("file-invoice", "../../../../etc/passwd").text
    assert "localhost" in visitor.plant("file-invoice", "../../../../etc/hosts").text
    assert visitor.plant("file-invoice", "2041.txt\0").status == 404


def test_the_basket_fills(visitor):
    visitor.get("/cart")
    assert visitor.ask("POST", "/cart/add", body="product=7&quantity=2").status == 303
    assert "€ 88.00" in visitor.get("/cart").text
    assert visitor.ask("POST", "/cart/add", body="product=99&quantity=2").status == 303


def test_the_till_opens(visitor):
    assert (
        visitor.get("/checkout").status == visitor.get("/services").status == visitor.get("/orders/track").status == 200
    )
    assert visitor.get("/orders/invoice").status == 200
