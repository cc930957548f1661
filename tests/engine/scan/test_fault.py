"""A crash told in one line."""

from vedette.engine.scan.fault import told


def breaking():
    raise LookupError("nothing there")


def test_the_line_names_the_error_and_its_place():
    try:
        breaking()
    except LookupError as error:
        line = told(error)
    assert line.startswith("LookupError: nothing there (breaking, line ")
