from __future__ import annotations

import pytest

from vedette.contract.checkinfo import Severity
from vedette.engine import catalog
from vedette.server.definitions import rules
from vedette.server.kernel.ids import is_id

FIX = (
    "Send the header. nginx: `add_header X always;`\nApache: `Header set X`.\n"
    "Django: `X = True`. Express, Node: no `x`; PHP: `x = 1`. Keep it short. Ruby likewise."
)


def test_every_severity_has_its_number():
    assert [rules.SEVERITY_NUMBERS[severity] for severity in Severity] == [40, 30, 20, 10, 0]


def test_an_id_is_stable_and_its_own():
    ids = {rules.definition_id(check.id) for check in catalog.load().checks}
    assert len(ids) == len(catalog.load().checks)
    assert all(is_id(one) for one in ids)
    assert rules.definition_id("sqli-error") == rules.definition_id("sqli-error") != rules.definition_id("sqli-time")


@pytest.mark.parametrize(
    ("vector", "score"),
    [("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8), ("", 0.0), ("CVSS:3.1/AV:Q", 0.0), ("hello", 0.0)],
)
def test_scores(vector: str, score: float):
    assert rules.cvss_score(vector) == score


def test_a_fix_text_is_cut_at_its_technologies_and_general_again_after_the_sentence():
    assert [(piece.labels, piece.text) for piece in rules.pieces(FIX)] == [
        ((), "Send the header."),
        (("nginx",), "nginx: `add_header X always;`"),
        (("Apache",), "Apache: `Header set X`."),
        (("Django",), "Django: `X = True`."),
        (("Express", "Node"), "Express, Node: no `x`;"),
        (("PHP",), "PHP: `x = 1`."),
        ((), "Keep it short. Ruby likewise."),
    ]


def test_code_is_never_cut():
    text = "nginx: `a. PHP: b` and more. PHP: `c`."
    assert [piece.text for piece in rules.pieces(text)] == ["nginx: `a. PHP: b` and more.", "PHP: `c`."]


def test_what_fits_comes_after_what_holds_for_everybody():
    assert rules.fitting(FIX, ["Apache httpd", "jQuery"]) == (
        "Send the header. Keep it short. Ruby likewise.\n\n- Apache: `Header set X`."
    )
    assert rules.fitting(FIX, ["nginx", "Laravel"]).endswith("- nginx: `add_header X always;`\n- PHP: `x = 1`.")


def test_the_whole_text_when_nothing_fits():
    assert rules.fitting(FIX, ["Tomcat"]) == FIX
    assert rules.fitting(FIX, []) == FIX


def test_a_part_that_leans_on_the_one_before_brings_it_along():
    text = "nginx: `ssl_ciphers A`.\nApache: the same list in `SSLCipherSuite`."
    assert rules.fitting(text, ["Apache"]) == "- nginx: `ssl_ciphers A`.\n- Apache: the same list in `SSLCipherSuite`."


def test_nothing_of_any_fix_text_is_lost_when_it_is_cut():
    for check in catalog.load().checks:
        joined = "".join(piece.text for piece in rules.pieces(check.doc.fix))
        assert joined.split() != []
        assert "".join(joined.split()) == "".join(check.doc.fix.split()), check.id
