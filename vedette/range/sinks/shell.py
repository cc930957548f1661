"""A POSIX-like shell over a virtual file tree: no process is ever started.

The language is that of `shell_parser` (grammar), `shell_lexer` (words and quoting), `shell_expand` and
`shell_arithmetic`; the programs it finds are those of `shell_builtins`, `shell_system` and `shell_text`. Messages,
statuses and the treatment of errors follow dash. A name that is neither gives `sh: 1: NAME: not found`, status 127.

Time: `sleep` and `ping` let time pass on the run's own time line; at its end the clock is called once with the
seconds that a caller who waits for the end of the output would have waited.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from vedette.range.sinks.files import HOME, VirtualFiles
from vedette.range.sinks.shell_builtins import BUILTINS
from vedette.range.sinks.shell_expand import fields, single
from vedette.range.sinks.shell_parser import read_program
from vedette.range.sinks.shell_process import (
    Call,
    FileOutput,
    Input,
    Leave,
    LimitError,
    Machine,
    Output,
    Process,
    Stream,
)
from vedette.range.sinks.shell_system import SYSTEM
from vedette.range.sinks.shell_text import TEXT
from vedette.range.sinks.shell_tree import (
    AndOr,
    For,
    Group,
    If,
    Node,
    Pipeline,
    Redirect,
    Sequence,
    ShellSyntaxError,
    Simple,
    While,
)

PROGRAMS: dict[str, Callable[[Call], int]] = {
    **SYSTEM,
    **TEXT,
    # These exist as programs too, for `env` and for calls by path.
    **{name: BUILTINS[name] for name in ("[", "echo", "false", "printf", "pwd", "test", "true")},
}
_ENVIRONMENT = {
    "HOME": "/var/www",
    "LANG": "C",
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "PWD": HOME,
    "USER": "www-data",
}
_DEPTH_MAX = 30
_KILLED = 137


@dataclass(frozen=True, slots=True)
class Result:
    """What a command left behind: both outputs and the exit status."""

    stdout: str
    stderr: str
    code: int


class Shell:
    """Runs command lines against a file tree; `clock` is called with the seconds a command took."""

    def __init__(self, files: VirtualFiles, clock: Callable[[float], None]) -> None:
        self._files = files
        self._clock = clock

    def run(self, command: str) -> Result:
        """Run a command as `sh -c` does, in a fresh shell."""
        machine = Machine(self._files)
        out, err = Output(machine), Output(machine)
        process = Process(
            machine,
            _Runner(),
            {0: Input(), 1: out, 2: err},
            {**_ENVIRONMENT, "IFS": " \t\n", "OPTIND": "1"},
            dict.fromkeys(_ENVIRONMENT),
        )
        try:
            code = process.runner.evaluate(command.replace("\0", ""), process)
        except Leave as leave:
            code = leave.code
        except LimitError:
            code = _KILLED
        taken = max(machine.now, out.open_until, err.open_until)
        if taken > 0:
            self._clock(taken)
        return Result(out.text(), err.text(), code)


class _Runner:
    """Walks the syntax tree; holds no state of its own."""

    def evaluate(self, text: str, process: Process) -> int:
        """Run a program text line by line; a syntax error ends the shell with status 2."""
        process.status = 0
        process.depth += 1
        if process.depth > _DEPTH_MAX:
            process.complain("Cannot fork")
            raise Leave(2)
        try:
            for parsed in read_program(text):
                self.run(parsed, process)
        except ShellSyntaxError as error:
            process.line = error.line
            process.complain(f"Syntax error: {error.message}")
            raise Leave(2) from None
        process.depth -= 1
        return process.status

    def run(self, node: Node, process: Process) -> int:
        """Run one node and remember its status."""
        process.machine.step()
        process.status = self._dispatch(node, process)
        return process.status

    def capture(self, node: Node, process: Process) -> str:
        """Return what the node prints in a subshell, once the last holder of the pipe is gone."""
        child = process.fork()
        pipe = Output(process.machine)
        child.streams[1] = pipe
        process.substitution_status = self._in_child(node, child)
        process.machine.now = max(process.machine.now, pipe.open_until)
        return pipe.text()

    def invoke(self, words: list[str], process: Process, *, functions: bool = True) -> int:
        """Run one command given as words."""
        name = words[0]
        program = _find(name, process, functions=functions)
        if program is not None:
            return program(Call(name, words[1:], process))
        if "/" in name and process.machine.files.exists(name, process.cwd):
            process.complain(f"{name}: Permission denied")
            return 126
        process.complain(f"{name}: not found")
        return 127

    def _in_child(self, node: Node, child: Process) -> int:
        if child.depth > _DEPTH_MAX:
            child.complain("Cannot fork")
            return 2
        try:
            return self.run(node, child)
        except Leave as leave:
            return leave.code

    def _dispatch(self, node: Node, process: Process) -> int:
        match node:
            case Simple():
                return self._simple(node, process)
            case Sequence():
                return self._sequence(node, process)
            case Pipeline():
                return self._pipeline(node, process)
            case AndOr():
                first = self.run(node.left, process)
                return self.run(node.right, process) if (first == 0) == (node.operator == "&&") else first
            case Group() if node.subshell:
                child = process.fork()
                return self._redirected(node.redirects, child, lambda: self._in_child(node.body, child))
            case Group():
                return self._redirected(node.redirects, process, lambda: self.run(node.body, process))
            case If():
                return self._redirected(node.redirects, process, lambda: self._if(node, process))
            case While():
                return self._redirected(node.redirects, process, lambda: self._while(node, process))
            case For():
                return self._redirected(node.redirects, process, lambda: self._for(node, process))

    def _sequence(self, node: Sequence, process: Process) -> int:
        status = 0
        for item, background in node.items:
            status = self._background(item, process) if background else self.run(item, process)
            process.status = status
        return status

    def _background(self, node: Node, process: Process) -> int:
        child = process.fork()
        child.streams[0] = Input()
        machine = process.machine
        start = machine.now
        self._in_child(node, child)
        process.jobs_end = max(process.jobs_end, machine.now)
        machine.now = start
        return 0

    def _pipeline(self, node: Pipeline, process: Process) -> int:
        machine = process.machine
        start = end = machine.now
        status = 0
        feed = ""
        for position, member in enumerate(node.members):
            child = process.fork() if len(node.members) > 1 else process
            pipe = Output(machine)
            if position > 0:
                child.streams[0] = Input(feed)
            if position < len(node.members) - 1:
                child.streams[1] = pipe
            # All members start together; the pipeline ends with the slowest.
            machine.now = start
            status = self._in_child(member, child) if child is not process else self.run(member, process)
            end = max(end, machine.now, pipe.open_until)
            feed = pipe.text()
        machine.now = end
        return int(status == 0) if node.negated else status

    def _if(self, node: If, process: Process) -> int:
        for condition, body in node.branches:
            if self.run(condition, process) == 0:
                return self.run(body, process)
        return self.run(node.otherwise, process) if node.otherwise else 0

    def _while(self, node: While, process: Process) -> int:
        status = 0
        while (self.run(node.condition, process) == 0) != node.inverted:
            status = self.run(node.body, process)
        return status

    def _for(self, node: For, process: Process) -> int:
        status = 0
        for value in [field for word in node.words for field in fields(word, process)]:
            process.variables[node.variable] = value
            status = self.run(node.body, process)
        return status

    def _simple(self, node: Simple, process: Process) -> int:
        process.line = node.line
        process.substitution_status = 0
        words = [field for word in node.words for field in fields(word, process)]
        if not words:
            for name, value in node.assignments:
                process.variables[name] = single(value, process)
            return self._redirected(node.redirects, process, lambda: process.substitution_status)
        return self._redirected(node.redirects, process, lambda: self._command(node, words, process))

    def _command(self, node: Simple, words: list[str], process: Process) -> int:
        before, exported = dict(process.variables), dict(process.exported)
        for name, value in node.assignments:
            process.variables[name] = single(value, process)
            process.exported[name] = None
        status = self.invoke(words, process)
        if node.assignments:
            process.variables, process.exported = before, exported
        return status

    def _redirected(self, redirects: tuple[Redirect, ...], process: Process, body: Callable[[], int]) -> int:
        if not redirects:
            return body()
        streams = dict(process.streams)
        for redirect in redirects:
            if not _redirect(redirect, streams, process):
                return 2
        former = process.with_streams(streams)
        try:
            return body()
        finally:
            process.streams = former


def _find(name: str, process: Process, *, functions: bool) -> Callable[[Call], int] | None:
    if "/" not in name:
        builtin = BUILTINS.get(name) if functions else None
        return builtin or PROGRAMS.get(name)
    folder, _, base = name.rpartition("/")
    if process.machine.files.exists(name, process.cwd) and folder.strip("/").endswith("bin"):
        return PROGRAMS.get(base)
    return None


def _redirect(redirect: Redirect, streams: dict[int, Stream], process: Process) -> bool:
    """Apply one redirection to the streams; False after complaining where it cannot be done."""
    target = single(redirect.target, process)
    if redirect.operator in ("<&", ">&"):
        return _duplicate(redirect.descriptor, target, streams, process)
    if redirect.operator == "<":
        return _open_input(redirect.descriptor, target, streams, process)
    try:
        append = redirect.operator == ">>"
        streams[redirect.descriptor] = FileOutput(process.machine, target, process.cwd, append=append)
    except OSError as error:
        reasons = {2: "Directory nonexistent", 20: "Directory nonexistent"}
        process.complain(f"cannot create {target}: {reasons.get(error.errno or 0, error.strerror)}")
        return False
    return True


def _duplicate(descriptor: int, target: str, streams: dict[int, Stream], process: Process) -> bool:
    if target == "-":
        streams.pop(descriptor, None)
        return True
    if int(target) not in streams:
        process.complain(f"{target}: Bad file descriptor")
        return False
    streams[descriptor] = streams[int(target)]
    return True


def _open_input(descriptor: int, target: str, streams: dict[int, Stream], process: Process) -> bool:
    try:
        folder = process.machine.files.is_dir(target, process.cwd)
        streams[descriptor] = Input("" if folder else process.machine.files.read(target, process.cwd))
    except OSError as error:
        reason = "No such file" if error.errno in (2, 20) else error.strerror
        process.complain(f"cannot open {target}: {reason}")
        return False
    return True
