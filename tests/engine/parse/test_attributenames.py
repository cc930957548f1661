from vedette.engine.parse.attributenames import DATA, EVENT, NOTHING, OTHER, REFERENCE, kinds


def test_what_attributes_hold_by_their_names():
    names = ("href", "data-url", "onclick", "xmlns:x", "class", "v-to")
    assert [kinds[name] for name in names] == [REFERENCE, DATA, EVENT, NOTHING, NOTHING, OTHER]


def test_what_is_remembered_is_bounded():
    for number in range(10_000):
        assert kinds[f"x{number}"] == OTHER
    assert len(kinds) < 5_000
