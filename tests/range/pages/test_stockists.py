import pytest


def test_a_town_is_part_of_the_expression_and_errors_are_shown(visitor):
    assert "Tar and Twine" in visitor.plant("xpath-town").text
    assert "Tar and Twine" in visitor.plant("xpath-town", "Eastport' and '7'='7").text
    assert "No shop" in visitor.plant("xpath-town", "Eastport' and '7'='8").text
    broken = visitor.plant("xpath-town", "Eastport'")
    assert broken.status == 500 and "XPathEvalError" in broken.text


def test_a_region_is_part_of_the_expression(visitor):
    usual = visitor.plant("xpath-region")
    assert "3 shops" in usual.text
    assert visitor.plant("xpath-region", "north' and string-length('abc')=3 and '1'='1").whole == usual.whole
    assert "None yet" in visitor.plant("xpath-region", "north' and string-length('abc')=4 and '1'='1").text
    assert "None yet" in visitor.plant("xpath-region", "north'").text


def test_a_code_in_json_is_part_of_the_expression(visitor):
    assert visitor.plant("xpath-code").text == '{"names": ["Tar and Twine"]}'
    assert "edda" in visitor.plant("xpath-code", "x'] | //contact | //x['").text or (
        "Salt Loft" in visitor.plant("xpath-code", "x' or '1'='1").text
    )
    assert visitor.plant("xpath-code", "S-01'").status == 500


def test_a_code_in_the_path_is_part_of_the_expression(visitor):
    usual = visitor.plant("xpath-shop")
    assert "The Bilge" in usual.text
    assert visitor.plant("xpath-shop", "S-02' and '7'='7").whole == usual.whole
    assert visitor.plant("xpath-shop", "S-02' and '7'='8").status == 404
    assert visitor.plant("xpath-shop", "S-02'").status == 404


@pytest.mark.parametrize("value", ["2 and 1=2", "2]", "2'", "2 or 1"])
def test_the_nth_shop_is_a_number(visitor, value):
    assert visitor.plant("like-xpath-nth", value).whole == visitor.plant("like-xpath-nth").whole


def test_names_are_compared_outside(visitor):
    assert "Salt Loft" in visitor.plant("like-xpath-name").text
    odd = {visitor.plant("like-xpath-name", f"Salt Loft{tail}").body for tail in ("'", "' or '1'='1", "' and '1'='2")}
    assert len(odd) == 1 and b"No shop found" in odd.pop()


def test_suggestions_come_without_quotes(visitor):
    refused = {visitor.plant("like-xpath-suggest", value).whole[1] for value in ("a'", 'a"', "a' or '1'='1")}
    assert len(refused) == 1
    assert "know them well" in visitor.plant("like-xpath-suggest").text
    assert "go and look" in visitor.plant("like-xpath-suggest", "a] | //*[").text


def test_the_hub_and_the_forms_open(visitor):
    for path in ("/stockists", "/stockists/region", "/stockists/suggest"):
        assert visitor.get(path).status == 200
