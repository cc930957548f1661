from vedette.range.catalogue import CATEGORIES, FILES, PRODUCTS, STAFF, TABLES


def test_products_are_numbered_and_belong_to_categories():
    assert [row[0] for row in PRODUCTS] == list(range(1, 19))
    assert {row[3] for row in PRODUCTS} == {row[0] for row in CATEGORIES}
    assert len({row[1] for row in PRODUCTS}) == len(PRODUCTS)


def test_every_product_has_its_attributes():
    assert len(TABLES["attributes"]) == 2 * len(PRODUCTS)


def test_people_have_what_the_directory_shows():
    for entry in STAFF:
        assert all(len(values) == 1 for values in entry.values())
    assert STAFF[0]["telephoneNumber"] == ["+00 555 0111"]


def test_files_lie_below_the_shops_folder_or_in_etc():
    assert all(path.startswith(("/var/www/shop/", "/etc/")) for path in FILES)
