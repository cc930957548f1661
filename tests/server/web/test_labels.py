"""Words, icons and tones: every one has all three, and every icon and tone exists."""

import re
from pathlib import Path

import pytest

from vedette.contract.checkinfo import ProofLevel, Severity
from vedette.contract.discovery import SCORES
from vedette.contract.verdict import Verdict
from vedette.server.discovery import rules
from vedette.server.schedules import rules as schedules
from vedette.server.web import labels

STATIC = Path(labels.__file__).parent / "static"
TABLES = [labels.SEVERITIES, labels.STATES, labels.SCAN_STATUSES, labels.VERDICTS, labels.PROOFS]
TABLES += [labels.ASSET_STATES, labels.DISCOVERY_STATUSES, labels.ASSET_EVENTS]
TABLES += [labels.SCHEDULE_STATES, labels.OCCURRENCES]
ALL = [label for table in TABLES for label in table.values()]


@pytest.mark.parametrize("label", ALL, ids=lambda label: label.word)
def test_every_label_has_a_word_an_icon_of_the_sprite_and_a_tone_of_the_style_sheet(label):
    assert label.word.strip()
    assert f'<symbol id="{label.icon}"' in (STATIC / "icons.svg").read_text()
    assert re.search(rf"\.tone-{label.tone}\b", (STATIC / "tokens.css").read_text())


@pytest.mark.parametrize("table", TABLES, ids=len)
def test_no_two_values_of_a_table_look_alike(table):
    assert len({label.word for label in table.values()}) == len(table)


def test_severities_differ_by_outline_and_not_by_colour_alone():
    assert len({label.icon for label in labels.SEVERITIES.values()}) == len(labels.SEVERITIES)


def test_every_word_of_the_contract_has_its_label():
    assert set(labels.SEVERITIES) == set(Severity)
    assert set(labels.PROOFS) == set(ProofLevel)
    assert set(labels.VERDICTS) == set(Verdict)
    assert set(labels.OCCURRENCES) == set(schedules.OUTCOMES)


def test_every_word_of_discovery_has_its_label():
    assert set(labels.ASSET_STATES) == set(rules.STATES)
    assert set(labels.DISCOVERY_STATUSES) == set(rules.STATUSES)
    assert set(labels.ASSET_EVENTS) == set(rules.LOG_KINDS)


def test_scores_go_from_good_to_bad():
    tones = [labels.score_of(letter).tone for letter in SCORES]
    assert tones == ["ok", "ok", "low", "medium", "high", "bad", "bad", "quiet", "quiet"]
    assert labels.score_of("").word == "NA"


@pytest.mark.parametrize(
    ("given", "word"),
    [(40, "critical"), ("30", "high"), (Severity.MEDIUM, "medium"), ("LOW", "low"), (0, "info"), (7, "7"), (None, "")],
)
def test_severities_are_known_by_number_and_word(given, word):
    assert labels.severity_of(given) == word


def test_an_unknown_value_is_shown_by_its_own_words_and_nothing_is_claimed_of_it():
    label = labels.label_of(labels.STATES, "brand_new")
    assert (label.word, label.tone) == ("Brand new", "quiet")


def test_an_empty_value_says_so():
    assert labels.label_of(labels.VERDICTS, "", "No verdict yet").word == "No verdict yet"
    assert labels.label_of(labels.VERDICTS, None).word == "Not known"
