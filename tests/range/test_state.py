from vedette.range.state import Note, State


def test_sessions_are_repeatable_and_bounded():
    first, second = State(1), State(1)
    names = [first.new_session().id for _ in range(1100)]
    assert names[:3] == [second.new_session().id for _ in range(3)]
    assert len(set(names)) == 1100 and State(2).new_session().id != names[0]
    assert first.session(names[0]) is None and first.session(names[-1]).id == names[-1]


def test_boards_keep_the_last_notes_newest_first():
    state = State(1)
    for number in range(30):
        state.write("a", Note("x", str(number)))
    assert [note.text for note in state.notes("a")] == [str(number) for number in range(29, 9, -1)]
    assert state.notes("b") == []


def test_notes_and_boards_are_bounded():
    state = State(1)
    state.write("first", Note("x", "y" * 5000))
    assert len(state.notes("first")[0].text) == 2000
    for number in range(64):
        state.write(f"board {number}", Note("x", "y"))
    assert state.notes("first") == [] and state.notes("board 63")


def test_noise_differs_each_time_and_repeats_in_a_second_run():
    first, second = State(1), State(1)
    numbers = [first.noise("ad") for _ in range(50)]
    assert len(set(numbers)) == 50 and numbers == [second.noise("ad") for _ in range(50)]


def test_sprung_traps_are_remembered():
    state = State(1)
    state.spring("pay-form")
    assert state.sprung == ["pay-form"]
