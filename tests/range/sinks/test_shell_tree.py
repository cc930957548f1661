import pytest

from vedette.range.sinks.shell_tree import Sequence, ShellSyntaxError, Text


def test_errors_know_their_line():
    with pytest.raises(ShellSyntaxError) as caught:
        raise ShellSyntaxError(3, "what")
    assert (caught.value.line, caught.value.message) == (3, "what")


def test_nodes_compare_by_value_and_cannot_change():
    assert Text("a") == Text("a", quoted=False) != Text("a", quoted=True)
    with pytest.raises(AttributeError):
        Sequence(()).items = ()
