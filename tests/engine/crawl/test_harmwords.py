import unicodedata

from vedette.engine.crawl import harmwords as words


def test_every_kind_has_its_phrases():
    assert tuple(words.ACTIONS) == words.KINDS
    assert all(words.ACTIONS.values())
    assert set(words.KINDS) >= words.VIEWED


def test_phrases_are_in_the_form_in_which_texts_are_compared():
    for phrases in (*words.ACTIONS.values(), words.CARD_FIELDS):
        for first, several in phrases.items():
            for phrase in several:
                assert phrase[0] == first
                assert all(word == word.lower() and unicodedata.normalize("NFKD", word) == word for word in phrase)
                assert all(word.isalnum() for word in phrase)
            assert list(several) == sorted(several, key=len, reverse=True)


def test_no_object_of_an_action_is_itself_an_action():
    single = {first for kind in words.ACTIONS.values() for first, several in kind.items() if (first,) in several}
    assert not single & words.OBJECTS
    assert not single & words.READING
