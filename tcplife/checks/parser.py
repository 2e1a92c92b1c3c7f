"""Tokens -> a typed tree: the grammar of the language, each refusal naming its place and what was expected.

    expression  every "or" of every "and" of: not X | ( X ) | test
    test        field                                            a field that is true or false
                field == != < <= > >= constant | other field
                field [not] in [constant, ...] | network
                field contains "text"
                field is [not] known | is unknown
                has | no anomaly ["kind" | in ["kind", ...] | at or above "severity"]
                every octet acknowledged
                count | count(X) | share(X) | p95(field) ...     only where all connections are seen (rules)
Nesting is bounded, lists and repetitions are loops: no text can exhaust the stack.
"""

from __future__ import annotations

from . import operands
from .nodes import All, Leaf, Node, Not, Pair, Some, Whole, walk
from .statistics import STATISTICS
from .tokens import ExpressionError, Token, printable, tokenize

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Final

    from .fields import Field, Fields

MAX_DEPTH: Final = 50
"""Most parentheses inside each other; each costs a few frames of the stack here and in the evaluation."""

_COMPARISONS: Final = ("==", "!=", "<", "<=", ">", ">=")
_RESERVED: Final = frozenset(
    {"and", "or", "not", "in", "is", "has", "no", "every", "contains", "known", "unknown", "true", "false"},
)


class Parser:
    """One text, read once. aggregates: whether figures over all connections make sense here."""

    def __init__(self, text: str, fields: Fields, *, aggregates: bool) -> None:
        self.text = text
        self.fields = fields
        self.aggregates = aggregates
        self._tokens = tokenize(text)
        self._at = 0
        self._depth = 0

    def parse(self) -> Node:
        """The tree of the whole text. Raises: ExpressionError."""
        if self.peek().kind == "end":
            raise self.error("the expression is empty", self.peek())
        node = self._either()
        if self.peek().kind != "end":
            raise self.expected('"and", "or" or the end')
        return node

    # -- words ---------------------------------------------------------------------------------------------------

    def peek(self, ahead: int = 0) -> Token:
        """The token that comes next, or one further on."""
        at = self._at + ahead
        return self._tokens[at] if at < len(self._tokens) else self._tokens[-1]

    def take(self) -> Token:
        """The next token, used up; the end never is."""
        token = self._tokens[self._at]
        if token.kind != "end":
            self._at += 1
        return token

    def ahead(self, word: str, *more: str) -> bool:
        """Whether exactly these bare words (or signs) come next; a text never does, it has its quotes."""
        if self._tokens[self._at].word != word:
            return False
        return all(self.peek(number).word == following for number, following in enumerate(more, 1))

    def skip(self, *words: str) -> bool:
        """Use these words up if they come next."""
        found = self.ahead(*words)
        self._at += len(words) if found else 0
        return found

    def demand(self, *words: str) -> None:
        """Use these words up. Raises: ExpressionError where they do not stand."""
        for word in words:
            if not self.skip(word):
                raise self.expected(f'"{word}"')

    def error(self, message: str, token: Token) -> ExpressionError:
        """A refusal at a token."""
        return ExpressionError(message, token.at, self.text)

    def expected(self, what: str) -> ExpressionError:
        """A refusal at the next token: what should stand there instead."""
        token = self.peek()
        shown = "the end" if token.kind == "end" else printable(token.word[:40])
        lowered = token.word.lower()
        hint = f' (words are written small: "{lowered}")' if lowered != token.word and lowered in _RESERVED else ""
        return self.error(f"expected {what}, found {shown}{hint}", token)

    # -- the grammar ---------------------------------------------------------------------------------------------

    def _either(self) -> Node:
        first, place = self._both(), self.peek()
        parts = [first]
        while self.skip("or"):
            parts.append(self._both())
        return self._alike(_some(parts), place) if len(parts) > 1 else first

    def _both(self) -> Node:
        parts = [self._negated()]
        while self.skip("and"):
            parts.append(self._negated())
        return _all(parts) if len(parts) > 1 else parts[0]

    def _negated(self) -> Node:
        place, negative = self.peek(), False
        while self.skip("not"):
            negative = not negative
        node = self._primary()
        return self._alike(_not(node), place) if negative else node

    def _alike(self, node: Node, place: Token) -> Node:
        """Refuse "or" and "not" over a mixture: one connection and all of them are true at different times."""
        leaves = [isinstance(here, Whole) for here in walk(node) if isinstance(here, Leaf | Pair | Whole)]
        inside = sum(_leaves(here.condition) for here in walk(node) if isinstance(here, Whole) and here.condition)
        if any(leaves) and leaves.count(False) > inside:
            message = 'figures over all connections and tests of one can be joined by "and" only'
            raise self.error(message, place)
        return node

    def _primary(self) -> Node:
        if self.ahead("("):
            return self._parenthesis()
        if self.peek().kind == "name":
            if self.ahead("has", "anomaly") or self.ahead("no", "anomaly"):
                return operands.anomaly(self)
            if self.skip("every", "octet"):
                self.demand("acknowledged")
                return operands.octets_acknowledged(self)
            if self.ahead("count") or self.peek(1).word == "(":
                return self._whole()
            if self.peek().word not in _RESERVED:
                return self._test(operands.field(self))
        raise self.expected("a field")

    def _parenthesis(self) -> Node:
        node = self._deeper(self._either)
        self.demand(")")
        return node

    def _deeper(self, inner: Callable[[], Node]) -> Node:
        """What stands after a parenthesis that opens here."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self.error(f"more than {MAX_DEPTH} parentheses inside each other", self.peek())
        self.demand("(")
        node = inner()
        self._depth -= 1
        return node

    def _test(self, field: Field) -> Node:
        word = self.peek().word
        if self.peek().kind == "sign" and word in _COMPARISONS:
            return operands.comparison(self, field, self.take())
        if self.skip("in"):
            return operands.membership(self, field)
        if self.skip("not", "in"):
            inside = operands.membership(self, field)
            return Not(inside, inside.text.replace(" in ", " not in ", 1))
        if self.skip("contains"):
            return operands.contains(self, field)
        if self.skip("is"):
            return self._known(field)
        return operands.truth(self, field)

    def _known(self, field: Field) -> Node:
        negative = self.skip("not")
        if not self.ahead("known") and not self.ahead("unknown"):
            raise self.expected('"known" or "unknown"')
        negative ^= self.take().word == "unknown"
        known = Leaf(field, "known", True, f"{field.name} is known")
        return Not(known, f"{field.name} is unknown") if negative else known

    def _whole(self) -> Node:
        name = self.take()
        if name.word not in STATISTICS:
            names = ", ".join(STATISTICS)
            raise self.error(f"unknown function {printable(name.word[:40])}: expected one of {names}", name)
        if not self.aggregates:
            raise self.error(f"{name.word} looks at all connections, and here each is looked at alone", name)
        field, condition, shown = self._arguments(name)
        sign = self.peek()
        if sign.kind != "sign" or sign.word not in _COMPARISONS:
            raise self.expected(f"a comparison ({', '.join(_COMPARISONS)})")
        self.take()
        wanted, spelt = operands.figure(self, field)
        return Whole(name.word, field, condition, sign.word, wanted, f"{shown} {sign.word} {spelt}")

    def _arguments(self, name: Token) -> tuple[Field | None, Node | None, str]:
        statistic = STATISTICS[name.word]
        if not statistic.of_condition:
            self.demand("(")
            field = operands.ordered_field(self)
            self.demand(")")
            return field, None, f"{name.word}({field.name})"
        if name.word == "count" and not self.ahead("("):
            return None, None, "count"
        condition = self._parenthesis()
        if any(isinstance(here, Whole) for here in walk(condition)):
            raise self.error("a figure over all connections cannot stand inside another", name)
        return None, condition, f"{name.word}({condition.text})"


def _leaves(node: Node) -> int:
    return sum(isinstance(here, Leaf | Pair) for here in walk(node))


def _all(parts: list[Node]) -> Node:
    flat = [inner for part in parts for inner in (part.parts if isinstance(part, All) else (part,))]
    return All(tuple(flat), " and ".join(f"({part.text})" if isinstance(part, Some) else part.text for part in flat))


def _some(parts: list[Node]) -> Node:
    flat = [inner for part in parts for inner in (part.parts if isinstance(part, Some) else (part,))]
    return Some(tuple(flat), " or ".join(f"({part.text})" if isinstance(part, All) else part.text for part in flat))


def _not(node: Node) -> Node:
    if isinstance(node, Not):
        return node.part
    return Not(node, f"not ({node.text})" if isinstance(node, All | Some) else f"not {node.text}")
