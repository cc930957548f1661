"""The word list is made of labels, each once."""

import re

from vedette.engine.discover.words import DEEPER, words


def test_words_are_labels_and_each_is_there_once():
    assert len(words()) == len(set(words())) > 5 * DEEPER
    assert all(re.fullmatch(r"[a-z0-9](?:[a-z0-9\-]*[a-z0-9])?", word) for word in words())
    assert words()[0] == "www"
