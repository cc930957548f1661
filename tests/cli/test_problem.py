"""One sentence, one hint, on standard error."""

from vedette.cli.problem import MEANING, Exit, Problem, show


def test_sentence_and_hint_go_to_standard_error(capsys):
    show(Problem("It is so.", "Do that."))
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "vedette: It is so.\n  Do that.\n"


def test_without_a_hint_there_is_one_line(capsys):
    show(Problem("It is so."))
    assert capsys.readouterr().err == "vedette: It is so.\n"


def test_what_a_site_or_file_says_cannot_steer_the_terminal(capsys):
    show(Problem("bad \x1b[2J\nname", "hint \x07"))
    err = capsys.readouterr().err
    assert "\x1b" not in err
    assert "\x07" not in err
    assert err.count("\n") == 2


def test_every_exit_code_has_a_meaning_and_problems_are_usage_unless_said():
    assert set(MEANING) == set(Exit)
    assert Problem("x").code == Exit.USAGE
    assert Problem("x", code=Exit.INTERRUPTED).code == 130
