"""Orders and families."""

from tests.contract.test_finding import info
from vedette.contract.checkinfo import ProofLevel, Severity


def test_worst_and_surest_come_first():
    assert min(Severity, key=lambda item: item.rank) == Severity.CRITICAL
    assert min(ProofLevel, key=lambda item: item.rank) == ProofLevel.CONFIRMED


def test_the_family_is_the_first_word_of_the_id():
    assert info(id="sqli-error").family == "sqli"
