"""The shop's goods, people and papers: data only."""

from __future__ import annotations

from typing import Any

SCHEMA = """
CREATE TABLE categories (id INTEGER PRIMARY KEY, slug TEXT, name TEXT, blurb TEXT);
CREATE TABLE products (id INTEGER PRIMARY KEY, sku TEXT, name TEXT, category INTEGER, price REAL, stock INTEGER,
  icon TEXT, colour TEXT, material TEXT, text TEXT);
CREATE TABLE attributes (product INTEGER, name TEXT, value TEXT);
CREATE TABLE stores (id INTEGER PRIMARY KEY, slug TEXT, name TEXT, street TEXT, hours TEXT);
CREATE TABLE orders (id INTEGER PRIMARY KEY, number TEXT, postcode TEXT, status TEXT, customer TEXT);
CREATE TABLE customers (id INTEGER PRIMARY KEY, login TEXT, password TEXT, name TEXT, email TEXT, role TEXT);
CREATE TABLE subscribers (email TEXT, since TEXT);
CREATE TABLE visits (visitor TEXT, page TEXT);
CREATE TABLE alerts (sku TEXT, email TEXT);
CREATE TABLE vouchers (code TEXT, percent INTEGER);
"""

CATEGORIES = (
    (1, "deck", "Deck", "Rope, brass and boots for wet planks."),
    (2, "galley", "Galley", "Kettles, mugs and knives that survive a swell."),
    (3, "cabin", "Cabin", "Blankets, lamps and a radio for quiet evenings."),
    (4, "chart-room", "Chart room", "Find your way, and write down where you were."),
)

PRODUCTS = (
    (1, "HG-101", "Mooring rope, 20 m", 1, 38.5, 24, "rope", "natural", "hemp", "Three-strand hemp, spliced by hand."),
    (2, "HG-102", "Brass deck bell", 1, 64.0, 7, "bell", "gold", "brass", "Rings clear through fog. Bracket included."),
    (3, "HG-103", "Quay boots", 1, 79.9, 31, "boot", "navy", "rubber", "Grip like a limpet, dry until the knee."),
    (
        4,
        "HG-104",
        "Oilskin jacket",
        1,
        129.0,
        12,
        "jacket",
        "yellow",
        "cotton",
        "Waxed twice, with a hood that stays up.",
    ),
    (5, "HG-105", "Bosun's bucket", 1, 22.0, 40, "bucket", "natural", "canvas", "Folds flat, holds eleven litres."),
    (6, "HG-201", "Enamel mug", 2, 9.5, 180, "mug", "white", "enamel", "Chips with character. Not for the microwave."),
    (
        7,
        "HG-202",
        "Galley kettle",
        2,
        44.0,
        18,
        "kettle",
        "red",
        "steel",
        "A wide base that will not slide off the stove.",
    ),
    (8, "HG-203", "Rigging knife", 2, 52.0, 15, "knife", "natural", "steel", "Sheepsfoot blade and a marlin spike."),
    (9, "HG-204", "Bread basket", 2, 17.5, 26, "basket", "natural", "willow", "Woven two streets from the shop."),
    (10, "HG-205", "Sea salt soap", 2, 6.0, 210, "soap", "white", "salt", "Lathers in cold water. Smells of thyme."),
    (11, "HG-301", "Storm lamp", 3, 58.0, 21, "lamp", "gold", "brass", "Burns eight hours on one filling."),
    (12, "HG-302", "Wool blanket", 3, 89.0, 14, "blanket", "navy", "wool", "Herringbone, heavy, warm when damp."),
    (
        13,
        "HG-303",
        "Kitchen radio",
        3,
        74.5,
        9,
        "radio",
        "red",
        "wood",
        "One dial, one speaker, the shipping forecast.",
    ),
    (14, "HG-304", "Hammock", 3, 69.0, 11, "hammock", "natural", "cotton", "Sleeps one and a half."),
    (15, "HG-401", "Pocket compass", 4, 34.0, 33, "compass", "gold", "brass", "Liquid damped, with a sighting mirror."),
    (
        16,
        "HG-402",
        "Harbour chart",
        4,
        19.0,
        55,
        "chart",
        "white",
        "paper",
        "Soundings in metres, printed on linen paper.",
    ),
    (17, "HG-403", "Log book", 4, 14.0, 90, "book", "navy", "paper", "160 pages that take ink and drizzle."),
    (18, "HG-404", "Brass dividers", 4, 41.0, 8, "dividers", "gold", "brass", "One-handed, points of steel."),
)

STORES = (
    (1, "quay", "Quay shop", "Old Quay 3", "Mon to Sat, 9 to 18"),
    (2, "lighthouse", "Lighthouse shop", "Mole End 1", "Tue to Sun, 10 to 17"),
    (3, "market", "Market stall", "Fish Market 12", "Sat, 7 to 13"),
)

ORDERS = (
    (1, "HG-2041", "HB1", "on its way", "Ada Fisher"),
    (2, "HG-2042", "HB2", "being packed", "Ben Keel"),
    (3, "HG-2043", "HB1", "delivered", "Cora Tide"),
)

CUSTOMERS = (
    (1, "demo", "harbour", "Demo Customer", "demo@harbour.example", "customer"),
    (2, "keeper", "anchors-aweigh", "Shop Keeper", "keeper@harbour.example", "staff"),
)

SUBSCRIBERS = (("ada@harbour.example", "2024-03-02"), ("ben@harbour.example", "2024-05-17"))

TABLES: dict[str, tuple[tuple[Any, ...], ...]] = {
    "categories": CATEGORIES,
    "products": PRODUCTS,
    "attributes": tuple(
        (row[0], name, value) for row in PRODUCTS for name, value in (("colour", row[7]), ("material", row[8]))
    ),
    "stores": STORES,
    "orders": ORDERS,
    "customers": CUSTOMERS,
    "subscribers": SUBSCRIBERS,
    "visits": (("a", "/offers"), ("b", "/offers"), ("a", "/")),
    "vouchers": (("SPRING10", 10), ("CREW20", 20)),
}

STAFF: tuple[dict[str, list[str]], ...] = tuple(
    {
        "objectClass": ["person"],
        "uid": [uid],
        "cn": [name],
        "mail": [f"{uid}@harbour.example"],
        "department": [department],
        "telephoneNumber": [f"+00 555 01{number}"],
    }
    for number, (uid, name, department) in enumerate(
        (
            ("afisher", "Ada Fisher", "sales"),
            ("bkeel", "Ben Keel", "warehouse"),
            ("ctide", "Cora Tide", "sales"),
            ("dmast", "Dan Mast", "workshop"),
            ("eshore", "Edda Shore", "office"),
        ),
        start=11,
    )
)

STOCKISTS_XML = """\
<stockists>
  <shop code="S-01"><name>Tar and Twine</name><town>Eastport</town><region>north</region></shop>
  <shop code="S-02"><name>The Bilge</name><town>Sandhaven</town><region>north</region></shop>
  <shop code="S-03"><name>Anchor and Sons</name><town>Westmouth</town><region>south</region></shop>
  <shop code="S-04"><name>Salt Loft</name><town>Eastport</town><region>north</region></shop>
  <internal><margin>0.34</margin><contact>edda</contact></internal>
</stockists>
"""

_INVOICE = """\
Harbour Goods                                Old Quay 3
Invoice {number}

1 x {item:<34} {price:>8}
Carriage                                {carriage:>8}
Paid with thanks.
"""

_HOME = "/var/www/shop"

FILES: dict[str, str] = {
    "/etc/hosts": "127.0.0.1\tlocalhost\n127.0.1.1\tshop.example shop\n127.0.1.5\tnorth-warehouse\n"
    "127.0.1.6\tsouth-warehouse\n::1     localhost ip6-localhost ip6-loopback\n",
    f"{_HOME}/invoices/2041.txt": _INVOICE.format(number=2041, item="Storm lamp", price="58.00", carriage="4.90"),
    f"{_HOME}/invoices/2042.txt": _INVOICE.format(number=2042, item="Wool blanket", price="89.00", carriage="4.90"),
    f"{_HOME}/leaflets/spring.txt": "Spring at the harbour\n\nTen per cent off rope until the first swallow.\n",
    f"{_HOME}/leaflets/autumn.txt": "Autumn at the harbour\n\nLamps lit at five. Soup at the quay shop.\n",
    f"{_HOME}/guides/knots.txt": "Five knots that hold\n\nBowline, clove hitch, sheet bend, figure eight, reef knot.\n",
    f"{_HOME}/guides/lamps.txt": "Trimming a wick\n\nCut straight, then clip the corners. Half a finger is enough.\n",
    f"{_HOME}/views/story.html": "<p>We began in 1911 with one barrel of tar and two cats.</p>\n",
    f"{_HOME}/views/delivery.html": "<p>We deliver within three working days, weather permitting.</p>\n",
    f"{_HOME}/views/imprint.html": "<p>Harbour Goods, Old Quay 3. Keeper: E. Shore.</p>\n",
    f"{_HOME}/stock/north.txt": "rope 12\nlamps 4\nblankets 9\n",
    f"{_HOME}/stock/south.txt": "rope 30\nlamps 11\nblankets 2\n",
}
