import pytest

from vedette.range.sinks.files import VirtualFiles
from vedette.range.sinks.shell_process import Call, FileOutput, Input, LimitError, Machine, Output, Process


@pytest.fixture
def machine():
    return Machine(VirtualFiles())


@pytest.fixture
def process(machine):
    return Process(
        machine, None, {0: Input("a\nb"), 1: Output(machine), 2: Output(machine)}, {"A": "1", "B": "2"}, {"A": None}
    )


def test_output_comes_in_the_order_of_time(machine):
    pipe = Output(machine)
    machine.now = 2.0
    pipe.write("late")
    machine.now = 1.0
    pipe.write("early ")
    assert (pipe.text(), pipe.open_until) == ("early late", 2.0)


def test_input_is_read_once():
    text = Input("one\ntwo\nthree")
    assert (text.readline(), text.read(), text.read(), text.readline()) == ("one\n", "two\nthree", "", "")


def test_file_output_writes_to_the_tree(machine):
    FileOutput(machine, "/tmp/a", "/", append=False).write("x")
    FileOutput(machine, "/tmp/a", "/", append=True).write("y")
    assert machine.files.read("/tmp/a") == "xy"
    with pytest.raises(PermissionError):
        FileOutput(machine, "/etc/a", "/", append=False)


def test_limits(machine):
    with pytest.raises(LimitError):
        for _ in range(100_000):
            machine.step()
    with pytest.raises(LimitError):
        Output(machine).write("x" * 3_000_000)
    machine.pass_time(1e9)
    assert machine.now == 3600.0


def test_forks_keep_their_changes(process):
    child = process.fork()
    child.variables["A"] = "9"
    child.cwd = "/"
    assert (process.variables["A"], process.cwd, child.depth) == ("1", "/var/www/shop", 1)
    assert process.environment() == {"A": "1"}


def test_closed_descriptors_swallow_and_are_empty(process):
    process.with_streams({})
    process.output(1).write("x")
    assert process.input().read() == ""


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["-ab", "x"], ({"a": "", "b": ""}, ["x"])),
        (["-n", "3", "x"], ({"n": "3"}, ["x"])),
        (["-an3", "--", "-x"], ({"a": "", "n": "3"}, ["-x"])),
        (["-", "-a"], ({}, ["-", "-a"])),
    ],
)
def test_options(process, words, wanted):
    assert Call("prog", words, process).flags("ab", "n") == wanted


def test_unknown_options_are_complained_about(process):
    assert Call("prog", ["-z"], process).flags("ab") is None
    assert Call("prog", ["-n"], process).flags("", "n") is None
    assert process.output(2).text().startswith("prog: invalid option -- 'z'\n")
