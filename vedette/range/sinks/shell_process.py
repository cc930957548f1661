"""What a running shell command sees: streams, variables, a working folder, and the time that passes.

Nothing here runs anything: a "process" is a record. Commands run one after the other, but on a time line of their
own, so that the members of a pipeline and background commands overlap as they would on a real machine: each output
remembers when a piece was written and until when somebody held it open.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from vedette.range.sinks.files import HOME, VirtualFiles
from vedette.range.sinks.shell_tree import Node

_STEPS_MAX = 20_000
_OUTPUT_MAX = 2_000_000
_TIME_MAX = 3600.0


class Leave(Exception):  # noqa: N818 - no error, a way out
    """The shell (or subshell) ends with a status."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class LimitError(Exception):
    """The program used up its share of steps or output and is killed."""


@dataclass(slots=True)
class Machine:
    """What all processes of one run share: the time line and the limits."""

    files: VirtualFiles
    now: float = 0.0
    steps: int = 0
    written: int = 0

    def step(self) -> None:
        """Count one command; raises LimitError past the limit."""
        self.steps += 1
        if self.steps > _STEPS_MAX:
            raise LimitError

    def count_output(self, length: int) -> None:
        """Count characters written; raises LimitError past the limit."""
        self.written += length
        if self.written > _OUTPUT_MAX:
            raise LimitError

    def pass_time(self, seconds: float) -> None:
        """Move the time line on."""
        self.now = min(self.now + seconds, _TIME_MAX)


class Output:
    """A place to write to: by default a pipe that keeps what was written."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.open_until = 0.0
        self._pieces: list[tuple[float, str]] = []

    def write(self, text: str) -> None:
        """Write text at the present moment."""
        self.machine.count_output(len(text))
        self.open_until = max(self.open_until, self.machine.now)
        self._pieces.append((self.machine.now, text))

    def text(self) -> str:
        """Return what was written, in the order of time."""
        return "".join(text for _, text in sorted(self._pieces, key=lambda piece: piece[0]))


class FileOutput(Output):
    """A file opened for writing; /dev/null among them."""

    def __init__(self, machine: Machine, path: str, cwd: str, *, append: bool) -> None:
        super().__init__(machine)
        self._path = path
        self._cwd = cwd
        machine.files.write(path, "", cwd, append=append)

    def write(self, text: str) -> None:
        """Append to the file."""
        self.machine.count_output(len(text))
        self.machine.files.write(self._path, text, self._cwd, append=True)


class Input:
    """A text that is read once, by line or whole."""

    def __init__(self, text: str = "") -> None:
        self._text = text
        self._position = 0

    def read(self) -> str:
        """Return all that is left."""
        rest = self._text[self._position :]
        self._position = len(self._text)
        return rest

    def readline(self) -> str:
        """Return the next line with its newline, empty at the end."""
        end = self._text.find("\n", self._position) + 1 or len(self._text)
        line = self._text[self._position : end]
        self._position = end
        return line


Stream: TypeAlias = "Input | Output"


class Runner(Protocol):
    """What a command may ask of the shell that runs it."""

    def evaluate(self, text: str, process: Process) -> int:
        """Run a program text in this process."""

    def invoke(self, words: list[str], process: Process, *, functions: bool = True) -> int:
        """Run one command given as words; without `functions` as a program, not as a builtin of the shell."""

    def capture(self, node: Node, process: Process) -> str:
        """Return what the node prints in a subshell."""


@dataclass(slots=True)
class Process:
    """A shell or subshell."""

    machine: Machine
    runner: Runner
    streams: dict[int, Stream]
    variables: dict[str, str]
    exported: dict[str, None]
    cwd: str = HOME
    arguments: list[str] = field(default_factory=list)
    status: int = 0
    substitution_status: int = 0
    line: int = 1
    name: str = "sh"
    depth: int = 0
    jobs_end: float = 0.0

    def fork(self) -> Process:
        """Return a copy whose changes stay its own."""
        return Process(
            self.machine,
            self.runner,
            dict(self.streams),
            dict(self.variables),
            dict(self.exported),
            self.cwd,
            list(self.arguments),
            self.status,
            line=self.line,
            name=self.name,
            depth=self.depth + 1,
        )

    def with_streams(self, streams: dict[int, Stream]) -> dict[int, Stream]:
        """Put other streams in place and return the former ones."""
        former = self.streams
        self.streams = streams
        return former

    def output(self, descriptor: int) -> Output:
        """Return the output behind a descriptor; a closed one swallows."""
        stream = self.streams.get(descriptor)
        return stream if isinstance(stream, Output) else Output(self.machine)

    def input(self) -> Input:
        """Return standard input; a closed one is empty."""
        stream = self.streams.get(0)
        return stream if isinstance(stream, Input) else Input()

    def sleep(self, seconds: float) -> None:
        """Let time pass while the outputs stay open."""
        self.machine.pass_time(seconds)
        for stream in self.streams.values():
            if isinstance(stream, Output):
                stream.open_until = max(stream.open_until, self.machine.now)

    def complain(self, message: str) -> None:
        """Write a message of the shell itself to standard error."""
        self.output(2).write(f"{self.name}: {self.line}: {message}\n")

    def environment(self) -> dict[str, str]:
        """Return the exported variables."""
        return {name: self.variables[name] for name in self.exported if name in self.variables}


@dataclass(slots=True)
class Call:
    """One command at work: its name, arguments and process."""

    name: str
    arguments: list[str]
    process: Process

    def out(self, text: str) -> None:
        """Write to standard output."""
        self.process.output(1).write(text)

    def fail(self, message: str, code: int = 1) -> int:
        """Write `NAME: message` to standard error as a program does; returns the status."""
        self.process.output(2).write(f"{self.name}: {message}\n")
        return code

    def shell_fail(self, message: str, code: int = 1) -> int:
        """Write `SHELL: LINE: NAME: message` as a builtin of the shell does; returns the status."""
        self.process.complain(f"{self.name}: {message}")
        return code

    def flags(self, known: str, valued: str = "") -> tuple[dict[str, str], list[str]] | None:
        """Split single-letter options from operands; None after complaining about an unknown one.

        `valued` options take the rest of their word or the next word. "--" ends the options.
        """
        found: dict[str, str] = {}
        words = list(self.arguments)
        while words and len(words[0]) > 1 and words[0].startswith("-"):
            word = words.pop(0)
            if word == "--":
                break
            for position, letter in enumerate(word[1:], 2):
                if letter in valued:
                    value = word[position:] or (words.pop(0) if words else None)
                    if value is None:
                        self.fail(f"option requires an argument -- '{letter}'")
                        return None
                    found[letter] = value
                    break
                if letter not in known:
                    self.fail(f"invalid option -- '{letter}'\nTry '{self.name} --help' for more information.")
                    return None
                found[letter] = ""
        return found, words
