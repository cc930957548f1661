"""A small PHP-like language: statements and expressions, read by descent and evaluated without executing anything.

    program    = *statement [ inline ]
    statement  = "echo" expression *( "," expression ) ";" / expression ";" / "{" *statement "}" / ";" / inline
               / "if" "(" expression ")" statement *( "elseif" "(" expression ")" statement ) [ "else" statement ]
               / "while" "(" expression ")" statement
               / "for" "(" [ list ] ";" [ list ] ";" [ list ] ")" statement
               / "foreach" "(" expression "as" [ variable "=>" ] variable ")" statement
               / "return" [ expression ] ";" / "break" ";" / "continue" ";"
    expression = operators as in PHP 8, from "or" over assignment and "?:" to "**", by binding strength
    unary      = ( "!" / "-" / "+" / "~" / "@" / cast / "++" / "--" / "print" ) unary / power
    postfix    = primary *( "[" [ expression ] "]" / "++" / "--" )
    primary    = variable / "$" primary / "${" expression "}" / number / text / "[" items "]" / "array" "(" items ")"
               / name "(" [ expression *( "," expression ) ] ")" / name / "(" expression ")"
               / ( "isset" / "empty" / "exit" / "die" ) "(" ... ")"

Functions and classes cannot be declared, and there are no objects. What a name in backticks would run goes to the
function `shell_exec`, which exists only where the caller provides it.
"""

from __future__ import annotations

from vedette.range.sinks.code_php_expression import ExpressionParser
from vedette.range.sinks.code_php_lexer import tokens_of
from vedette.range.sinks.code_php_nodes import in_sequence, jumping, loop, runs_on, stepping
from vedette.range.sinks.code_php_run import Evaluate, Jump, Run
from vedette.range.sinks.code_php_values import Value, to_bool, to_text


def compile_program(code: str) -> list[Evaluate]:
    """Return the statements of a program as functions; raises ParseError."""
    parser = _Parser(tokens_of(code))
    statements: list[Evaluate] = []
    while parser.peek().kind != "end":
        statements.append(parser.statement())
    return statements


class _Parser(ExpressionParser):
    """Reads a program."""

    def statement(self) -> Evaluate:
        token = self.peek()
        if token.kind == "inline":
            return self._inline()
        if token.kind == "sign" and self.accept(";"):
            return lambda _run: None
        if self.accept("{"):
            return self._block()
        word = token.text.lower() if token.kind == "keyword" else ""
        readers = {
            "echo": self._echo,
            "if": self._if,
            "while": self._while,
            "for": self._for,
            "foreach": self._foreach,
            "return": self._return,
        }
        if word in readers:
            self.take()
            return readers[word]()
        if word in ("break", "continue"):
            self.take()
            self._end_of_statement('";"')
            return jumping(word)
        if word in ("else", "elseif"):
            raise self.unexpected("end of file")
        node = self.expression()
        self._end_of_statement("")
        return stepping(node.evaluate)

    def _inline(self) -> Evaluate:
        token = self.take()
        body = token.text[2:].removeprefix("\n")
        opened = body.endswith("<?=")
        text = (
            body.removesuffix("<?=")
            if opened
            else body[: body.lower().rfind("<?php")]
            if "<?php" in body.lower()
            else body
        )
        follows = self._echo() if opened else None

        def run_inline(run: Run) -> Value:
            run.write(text)
            return follows(run) if follows else None

        return run_inline

    def _end_of_statement(self, wanted: str) -> None:
        if self.peek().kind != "inline" and not self.accept(";"):
            raise self.unexpected(wanted)

    def _block(self) -> Evaluate:
        body: list[Evaluate] = []
        while not self.at("}"):
            body.append(self.statement())
        self.expect("}")
        return in_sequence(body)

    def _echo(self) -> Evaluate:
        parts = [self.expression().evaluate]
        while self.accept(","):
            parts.append(self.expression().evaluate)
        self._end_of_statement('"," or ";"')

        def echo(run: Run) -> Value:
            for part in parts:
                run.write(to_text(part(run)))
            return None

        return stepping(echo)

    def _condition(self) -> Evaluate:
        self.expect("(")
        node = self.expression()
        self.expect(")", told=False)
        return node.evaluate

    def _if(self) -> Evaluate:
        branches = [(self._condition(), self.statement())]
        otherwise: Evaluate = lambda _run: None  # noqa: E731 - a branch that is not there
        while self.accept("elseif"):
            branches.append((self._condition(), self.statement()))
        if self.accept("else"):
            otherwise = self.statement()

        def choose(run: Run) -> Value:
            return next((body for test, body in branches if to_bool(test(run))), otherwise)(run)

        return stepping(choose)

    def _while(self) -> Evaluate:
        test = self._condition()
        return loop([], [test], [], self.statement())

    def _for(self) -> Evaluate:
        self.expect("(")
        first = self._clause(";")
        tests = self._clause(";")
        steps = self._clause(")")
        return loop(first, tests, steps, self.statement())

    def _clause(self, end: str) -> list[Evaluate]:
        parts: list[Evaluate] = []
        while not self.at(end):
            parts.append(self.expression().evaluate)
            if not self.accept(",") and not self.at(end):
                raise self.unexpected()
        self.expect(end)
        return parts

    def _foreach(self) -> Evaluate:
        self.expect("(")
        many = self.expression().evaluate
        self.expect("as")
        places = [self.target()]
        if self.accept("=>"):
            places.append(self.target())
        self.expect(")")
        body = self.statement()

        def run_foreach(run: Run) -> Value:
            values = many(run)
            for key, value in values.items() if isinstance(values, dict) else ():
                for place, item in zip(reversed(places), (value, key), strict=False):
                    place.write(run, item)
                if not runs_on(body, run):
                    break
            return None

        return run_foreach

    def _return(self) -> Evaluate:
        if self.peek().kind == "end":
            raise self.unexpected('";"')
        value = None if self.at(";") or self.peek().kind == "inline" else self.expression().evaluate
        self._end_of_statement('";"')

        def leave(run: Run) -> Value:
            if value:
                value(run)
            raise Jump("return")

        return leave
