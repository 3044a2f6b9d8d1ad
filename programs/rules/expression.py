"""Compile a condition in clinical notation, such as `sui ∈ {active_now, high}`, into a function.

The text in the rule file is the rule: it is parsed once, at load, against a vocabulary that says which names
exist and what each may be compared with, and anything else is a `ConditionError`. The function is compiled
from a syntax tree that this module builds itself out of a dozen node types, so no text of a rule file is
ever run as Python.

    condition := part ("or" part)*            part := test ("and" test)*
    test      := "(" condition ")" | flag | term op term | term "=" word | term "∈" "{" word, ... "}"
    term      := number | name | table "(" key ")" | "|" set "|" | "max" "(" term, ... ")"
    op        := one of  ≥ > ≤ < = ≠

`any table(k) = word` stands for the same test of every key joined by "or". A comparison with a number that
is not known is false; only `= null` is true of it.
"""

import ast
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import CodeType, FunctionType
from typing import Any

MAX_LENGTH = 2000
MAX_DEPTH = 20
_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)(?![\w.])|(?P<name>[A-Za-z_]\w*)|(?P<sign>[(){},|≥≤><=≠∈]))", re.ASCII
)
_ORDER: dict[str, type[ast.cmpop]] = {"≥": ast.GtE, ">": ast.Gt, "≤": ast.LtE, "<": ast.Lt}
_EQUAL: dict[str, type[ast.cmpop]] = {"=": ast.Eq, "≠": ast.NotEq}
_RESERVED = frozenset({"and", "or", "any", "max", "true", "false", "null", "k"})


class ConditionError(ValueError):
    """The text isn't a condition over this vocabulary; the message says what was not understood."""


@dataclass(frozen=True)
class Number:
    """A number; `known` is False when it may be null."""

    known: bool = True


@dataclass(frozen=True)
class Word:
    """One of a closed list of words."""

    values: frozenset[str]


@dataclass(frozen=True)
class Flag:
    """True or false, never null."""


@dataclass(frozen=True)
class Many:
    """A set, read only through its size."""


@dataclass(frozen=True)
class Table:
    """A value for each of a closed list of keys."""

    keys: tuple[str, ...]
    entry: Number | Word


Kind = Number | Word | Flag | Many | Table
Vocabulary = Mapping[str, Kind]
Facts = Mapping[str, Any]
Reference = tuple[str, str | None]


@dataclass(frozen=True)
class Condition:
    """A compiled condition: `holds(facts)`, what it `reads`, and the parts its topmost "or" joins."""

    text: str
    reads: tuple[Reference, ...]
    holds: Callable[[Facts], bool]
    alternatives: tuple["Condition", ...] = ()


@dataclass(frozen=True)
class Quantity:
    """A compiled number: `value(facts)` and what it `reads`."""

    text: str
    reads: tuple[Reference, ...]
    value: Callable[[Facts], float]


def compile_condition(text: str, vocabulary: Vocabulary) -> Condition:
    """Return the condition that `text` states; raise `ConditionError` on anything not in the notation."""
    parser = _Parser(text, vocabulary)
    parts = parser.parse_condition()
    joined = parts[0].tree if len(parts) == 1 else ast.BoolOp(ast.Or(), [part.tree for part in parts])
    alternatives = tuple(
        Condition(text, part.reads, _function(part.tree)) for part in (parts if len(parts) > 1 else ())
    )
    return Condition(
        text, _once(ref for part in parts for ref in part.reads), _function(joined), alternatives
    )


def compile_quantity(text: str, vocabulary: Vocabulary) -> Quantity:
    """Return the number that `text` states, for example `max(C(opioid), C(kratom))`."""
    term = _Parser(text, vocabulary).parse_quantity()
    return Quantity(text, term.reads, _function(term.tree))


@dataclass(frozen=True)
class _Part:
    tree: ast.expr
    reads: tuple[Reference, ...]


@dataclass(frozen=True)
class _Term:
    tree: ast.expr
    kind: Kind
    reads: tuple[Reference, ...]
    words: str


def _once(references: Any) -> tuple[Reference, ...]:
    return tuple(dict.fromkeys(references))


def _function(tree: ast.expr) -> Callable[[Facts], Any]:
    """Compile a tree of ours into a function of `facts`, with nothing in reach but `len` and `max`."""
    arguments = ast.arguments(
        posonlyargs=[], args=[ast.arg("facts")], kwonlyargs=[], kw_defaults=[], defaults=[]
    )
    expression = ast.fix_missing_locations(ast.Expression(ast.Lambda(arguments, tree)))
    module = compile(expression, "<condition>", "eval")
    code = next(const for const in module.co_consts if isinstance(const, CodeType))
    return FunctionType(code, {"__builtins__": {}, "len": len, "max": max})


def _lookup(name: str, key: str | None = None) -> ast.expr:
    tree: ast.expr = ast.Subscript(ast.Name("facts", ast.Load()), ast.Constant(name), ast.Load())
    return tree if key is None else ast.Subscript(tree, ast.Constant(key), ast.Load())


def _call(function: str, arguments: list[ast.expr]) -> ast.expr:
    return ast.Call(ast.Name(function, ast.Load()), arguments, [])


def _compare(left: ast.expr, operator: ast.cmpop, right: ast.expr) -> ast.expr:
    return ast.Compare(left, [operator], [right])


class _Parser:
    """One pass over the tokens of one text."""

    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        self.text = text
        self.vocabulary = vocabulary
        self.tokens = self._split()
        self.at = 0
        self.depth = 0

    def _split(self) -> list[str]:
        if len(self.text) > MAX_LENGTH:
            raise ConditionError(f"a condition has at most {MAX_LENGTH} characters")
        tokens, at, end = [], 0, len(self.text.rstrip())
        while at < end:
            match = _TOKEN.match(self.text, at)
            if match is None:
                raise self._error(f"cannot read {self.text[at : at + 12].strip()!r}")
            tokens.append(match.group(match.lastgroup or 0))
            at = match.end()
        return tokens

    def _error(self, reason: str) -> ConditionError:
        return ConditionError(f"{reason} in {self.text!r}")

    def _peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def _take(self, wanted: str | None = None) -> str:
        token = self._peek()
        if not token or (wanted is not None and token != wanted):
            raise self._error(f"expected {wanted or 'something'} but found {token or 'the end'}")
        self.at += 1
        return token

    def _finish(self) -> None:
        if self._peek():
            raise self._error(f"unexpected {self._peek()!r}")

    def parse_condition(self) -> list[_Part]:
        parts = self._either()
        self._finish()
        return parts

    def parse_quantity(self) -> _Term:
        term = self._term()
        self._finish()
        self._number(term)
        return term

    def _either(self) -> list[_Part]:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self._error("too many brackets")
        parts = self._part()
        while self._peek() == "or":
            self._take()
            parts += self._part()
        self.depth -= 1
        return parts

    def _part(self) -> list[_Part]:
        if self._peek() == "any":
            parts = self._any()
            if self._peek() == "and":
                raise self._error("'any' cannot be joined by 'and'")
            return parts
        tests = [self._test()]
        while self._peek() == "and":
            self._take()
            tests.append(self._test())
        if len(tests) == 1:
            return tests
        tree = ast.BoolOp(ast.And(), [test.tree for test in tests])
        return [_Part(tree, _once(ref for test in tests for ref in test.reads))]

    def _any(self) -> list[_Part]:
        self._take("any")
        name = self._take()
        kind = self.vocabulary.get(name)
        if not isinstance(kind, Table):
            raise self._error(f"{name!r} has no keys")
        for token in ("(", "k", ")"):
            self._take(token)
        start, parts = self.at, []
        for key in kind.keys:
            self.at = start
            parts.append(self._comparison(_Term(_lookup(name, key), kind.entry, ((name, key),), name)))
        return parts

    def _test(self) -> _Part:
        if self._peek() == "(":
            self._take()
            parts = self._either()
            self._take(")")
            tree = parts[0].tree if len(parts) == 1 else ast.BoolOp(ast.Or(), [part.tree for part in parts])
            return _Part(tree, _once(ref for part in parts for ref in part.reads))
        term = self._term()
        if isinstance(term.kind, Flag) and self._peek() in ("", "and", "or", ")"):
            return _Part(term.tree, term.reads)
        return self._comparison(term)

    def _comparison(self, left: _Term) -> _Part:
        sign = self._take()
        if sign == "∈":
            return self._membership(left)
        if sign not in _ORDER and sign not in _EQUAL:
            raise self._error(f"expected a comparison but found {sign!r}")
        right = self._peek()
        if isinstance(left.kind, Word):
            return self._word_test(left, sign)
        if isinstance(left.kind, Flag):
            return self._flag_test(left, sign)
        if right == "null":
            return self._null_test(left, sign)
        return self._number_test(left, sign)

    def _membership(self, left: _Term) -> _Part:
        if not isinstance(left.kind, Word):
            raise self._error(f"{left.words!r} is not a word")
        self._take("{")
        words = [self._word(left.kind, left.words)]
        while self._peek() == ",":
            self._take()
            words.append(self._word(left.kind, left.words))
        self._take("}")
        listed = ast.Tuple([ast.Constant(word) for word in words], ast.Load())
        return _Part(_compare(left.tree, ast.In(), listed), left.reads)

    def _word(self, kind: Word, name: str) -> str:
        word = self._take()
        if word not in kind.values:
            raise self._error(f"{name!r} is never {word!r}")
        return word

    def _word_test(self, left: _Term, sign: str) -> _Part:
        if sign not in _EQUAL or not isinstance(left.kind, Word):
            raise self._error(f"{left.words!r} is a word and has no order")
        word = ast.Constant(self._word(left.kind, left.words))
        return _Part(_compare(left.tree, _EQUAL[sign](), word), left.reads)

    def _flag_test(self, left: _Term, sign: str) -> _Part:
        literal = self._take()
        if sign != "=" or literal not in ("true", "false"):
            raise self._error(f"{left.words!r} is only = true or = false")
        tree = left.tree if literal == "true" else ast.UnaryOp(ast.Not(), left.tree)
        return _Part(tree, left.reads)

    def _null_test(self, left: _Term, sign: str) -> _Part:
        self._take("null")
        if not isinstance(left.kind, Number) or left.kind.known:
            raise self._error(f"{left.words!r} is never null")
        if sign != "=":
            raise self._error("only '= null' is a test of null")
        return _Part(_compare(left.tree, ast.Is(), ast.Constant(None)), left.reads)

    def _number_test(self, left: _Term, sign: str) -> _Part:
        right = self._term()
        if sign == "≠":
            raise self._error("numbers are not compared with ≠")
        guards = [
            _compare(side.tree, ast.IsNot(), ast.Constant(None))
            for side in (left, right)
            if not self._number(side).known
        ]
        tree = _compare(left.tree, (_ORDER.get(sign) or _EQUAL[sign])(), right.tree)
        whole = ast.BoolOp(ast.And(), [*guards, tree]) if guards else tree
        return _Part(whole, _once([*left.reads, *right.reads]))

    def _number(self, term: _Term) -> Number:
        if not isinstance(term.kind, Number):
            raise self._error(f"{term.words!r} is not a number")
        return term.kind

    def _term(self) -> _Term:
        start = self._take()
        if start == "|":
            return self._size()
        if start == "max":
            return self._maximum()
        if start[0].isdigit():
            value = float(start)
            return _Term(ast.Constant(int(value) if value.is_integer() else value), Number(), (), start)
        kind = self.vocabulary.get(start)
        if kind is None or start in _RESERVED:
            raise self._error(f"unknown name {start!r}")
        if isinstance(kind, Table):
            return self._entry(start, kind)
        return _Term(_lookup(start), kind, ((start, None),), start)

    def _entry(self, name: str, kind: Table) -> _Term:
        self._take("(")
        key = self._take()
        if key not in kind.keys:
            raise self._error(f"{name!r} has no {key!r}")
        self._take(")")
        return _Term(_lookup(name, key), kind.entry, ((name, key),), f"{name}({key})")

    def _size(self) -> _Term:
        name = self._take()
        if not isinstance(self.vocabulary.get(name), Many):
            raise self._error(f"{name!r} is not a set")
        self._take("|")
        return _Term(_call("len", [_lookup(name)]), Number(), ((name, None),), f"|{name}|")

    def _maximum(self) -> _Term:
        self._take("(")
        terms = [self._term()]
        while self._peek() == ",":
            self._take()
            terms.append(self._term())
        self._take(")")
        for term in terms:
            if not self._number(term).known:
                raise self._error(f"max cannot read {term.words!r}, which may be null")
        if len(terms) < 2:
            raise self._error("max needs two terms")
        reads = _once(ref for term in terms for ref in term.reads)
        return _Term(_call("max", [term.tree for term in terms]), Number(), reads, "max")
