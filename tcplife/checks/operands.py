"""The leaves of the grammar: fields and the constants they are held against, each of the field's type."""

from __future__ import annotations

import json
import re
from difflib import get_close_matches

from ..model.catalogue import KINDS
from ..model.names import Severity
from .literals import Type, address_range, number
from .nodes import Leaf, Node, Not, Pair, Some
from .tokens import Token, printable
from .words import SEVERITY_WORDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from .fields import Field, Value
    from .parser import Parser

_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)
_FLAT: Final = (Type.BOOL, Type.NUMBER, Type.OCTETS, Type.DURATION, Type.TEXT)
_HINT_LENGTH: Final = 40


def field(parser: Parser) -> Field:
    """The field named next. Raises: ExpressionError with the likeliest one when there is none."""
    token = parser.take()
    found = parser.fields.find(token.word)
    if found is None:
        near = token.word.lower() if token.word.isupper() else parser.fields.close_to(token.word)
        hint = f"; did you mean {near}?" if near else ""
        raise parser.error(f"unknown field {printable(token.word[:_HINT_LENGTH])}{hint}", token)
    return found


def ordered_field(parser: Parser) -> Field:
    """The field named next, which must have an order."""
    token = parser.peek()
    if token.kind != "name":
        raise parser.expected("a field")
    found = field(parser)
    if not found.type.ordered:
        raise parser.error(f"{found.name} is {found.type.value}: expected a field that is a number or a time", token)
    return found


def truth(parser: Parser, of: Field) -> Node:
    """A field that stands alone: it must be true or false."""
    if of.type is Type.BOOL:
        return Leaf(of, "==", True, of.name)
    if of.type is Type.WORDS:
        raise parser.expected(f'"contains" after {of.name}')
    raise parser.expected(f"a comparison (==, !=, {'<, <=, >, >=, ' if of.type.ordered else ''}in) after {of.name}")


def comparison(parser: Parser, of: Field, sign: Token) -> Node:
    """A field, a comparison sign already taken, and what comes after."""
    if of.type is Type.WORDS:
        raise parser.error(f'{of.name} is a list of words: expected "contains"', sign)
    if sign.word not in {"==", "!="} and not of.type.ordered:
        raise parser.error(f'{of.name} has no order: expected "==", "!=" or "in"', sign)
    token = parser.peek()
    if token.kind == "name" and token.word not in {"true", "false"}:
        return _pair(parser, of, sign.word)
    if of.type is Type.ADDRESS:
        return _within(of, [_network(parser, of)], negative=sign.word == "!=")
    wanted, spelt = constant(parser, of)
    return Leaf(of, sign.word, wanted, f"{of.name} {sign.word} {spelt}")


def _pair(parser: Parser, left: Field, relation: str) -> Node:
    token = parser.peek()
    if parser.fields.find(token.word) is None and left.type is Type.TEXT:
        # Far more often a word without its quotes than a misspelt field.
        raise parser.expected(f"{left.type.value}, as in {json.dumps(token.word[:_HINT_LENGTH])}")
    right = field(parser)
    if right.type is not left.type:
        message = f"{left.name} is {left.type.value}, {right.name} is {right.type.value}: they cannot be compared"
        raise parser.error(message, token)
    return Pair(left, relation, right, f"{left.name} {relation} {right.name}")


def membership(parser: Parser, of: Field) -> Node:
    """What comes after `field in`: a list of constants, or for an address also one network."""
    if of.type is Type.WORDS:
        raise parser.error(f'{of.name} is a list of words itself: expected "contains"', parser.peek())
    if of.type is Type.ADDRESS:
        bare = not parser.ahead("[")
        return _within(of, [_network(parser, of)] if bare else _networks(parser, of), bare=bare)
    if of.type not in _FLAT or not parser.ahead("["):
        raise parser.expected('a list, as in ["a", "b"]')
    wanted = []
    spelt = []
    for value, spelling in _list(parser, of):
        wanted.append(value)
        spelt.append(spelling)
    return Leaf(of, "in", frozenset(wanted), f"{of.name} in [{', '.join(spelt)}]")


def _list(parser: Parser, of: Field) -> list[tuple[Value, str]]:
    found = []
    parser.demand("[")
    while not parser.skip("]"):
        found.append(constant(parser, of))
        if not parser.skip(",") and not parser.ahead("]"):
            raise parser.expected('"," or "]"')
    if not found:
        raise parser.error("the list is empty: nothing is in it", parser.peek())
    return found


def _networks(parser: Parser, of: Field) -> list[tuple[str, tuple[int, int]]]:
    found = []
    parser.demand("[")
    while not parser.skip("]"):
        found.append(_network(parser, of))
        if not parser.skip(",") and not parser.ahead("]"):
            raise parser.expected('"," or "]"')
    if not found:
        raise parser.error("the list is empty: nothing is in it", parser.peek())
    return found


def _network(parser: Parser, of: Field) -> tuple[str, tuple[int, int]]:
    token = parser.peek()
    if token.kind not in {"address", "text"}:
        raise parser.expected(f"{of.type.value} for {of.name}")
    parser.take()
    word = token.word if token.kind == "address" else _unquoted(token.word)
    try:
        return word, address_range(word)
    except ValueError as problem:
        message = f"{printable(str(problem))[:120]}: expected {of.type.value}"
        raise parser.error(message, token) from problem


def _within(
    of: Field,
    networks: list[tuple[str, tuple[int, int]]],
    *,
    negative: bool = False,
    bare: bool = True,
) -> Node:
    words = ", ".join(word for word, _ in networks)
    spelt = words if bare else f"[{words}]"
    test = Leaf(of, "within", tuple(pair for _, pair in networks), f"{of.name} in {spelt}")
    return Not(test, f"{of.name} not in {spelt}") if negative else test


def contains(parser: Parser, of: Field) -> Node:
    """What comes after `field contains`: a word of the list, or a part of the text."""
    if of.type not in {Type.WORDS, Type.TEXT}:
        raise parser.error(f"{of.name} is {of.type.value}: it contains nothing", parser.peek())
    if of.name == "anomalies":
        return _kind(parser, "anomalies contains")
    word = _quoted(parser, of, choices=of.choices if of.type is Type.WORDS else ())
    return Leaf(of, "contains", word, f"{of.name} contains {json.dumps(word, ensure_ascii=False)}")


def constant(parser: Parser, of: Field) -> tuple[Value, str]:
    """The constant that comes next, of a field's type, and its canonical spelling."""
    token = parser.peek()
    if of.type is Type.TEXT:
        word = _quoted(parser, of, choices=of.choices)
        return word, json.dumps(word, ensure_ascii=False)
    if of.type is Type.BOOL:
        if not parser.ahead("true") and not parser.ahead("false"):
            raise parser.expected(f"{of.type.value} for {of.name}")
        return parser.take().word == "true", token.word
    return figure(parser, of)


def figure(parser: Parser, of: Field | None) -> tuple[int | float, str]:
    """The number that comes next, in the unit of a field (a bare count without one), and its spelling."""
    kind, unit = (of.type, of.unit) if of else (Type.NUMBER, 1)
    token = parser.peek()
    if token.kind != "number":
        raise parser.expected(f"{kind.value}{f' for {of.name}' if of else ''}")
    parser.take()
    try:
        return number(token.word, kind, unit), token.word
    except ValueError as problem:
        raise parser.error(str(problem), token) from problem


def anomaly(parser: Parser) -> Node:
    """`has anomaly` or `no anomaly`, bare, with a kind, a list of kinds, or a severity."""
    negative = parser.take().word == "no"
    parser.take()
    word = "no" if negative else "has"
    if parser.skip("at"):
        parser.demand("or", "above")
        return _severity(parser, word)
    if parser.ahead("in"):
        return _negated(_kinds(parser), word)
    if parser.peek().kind == "text":
        return _negated(_kind(parser, "has anomaly"), word)
    return _worst(parser, Severity.INFO, word, f"{word} anomaly")


def _severity(parser: Parser, word: str) -> Node:
    token = parser.peek()
    if token.kind != "text" or _unquoted(token.word) not in SEVERITY_WORDS:
        raise parser.expected(f"a severity ({', '.join(json.dumps(name) for name in SEVERITY_WORDS)})")
    name = _unquoted(parser.take().word)
    return _worst(parser, Severity[name.upper()], word, f"{word} anomaly at or above {json.dumps(name)}")


def _worst(parser: Parser, least: Severity, word: str, text: str) -> Node:
    worst = parser.fields.find("worst")
    if worst is None:
        raise parser.expected("a field")
    return Leaf(worst, "<" if word == "no" else ">=", int(least), text)


def _kinds(parser: Parser) -> Node:
    parser.demand("in", "[")
    parts: list[Node] = []
    while not parser.skip("]"):
        parts.append(_kind(parser, "has anomaly"))
        if not parser.skip(",") and not parser.ahead("]"):
            raise parser.expected('"," or "]"')
    if not parts:
        raise parser.error("the list is empty: nothing is in it", parser.peek())
    spelt = ", ".join(part.text.removeprefix("has anomaly ") for part in parts)
    return Some(tuple(parts), f"has anomaly in [{spelt}]")


def _negated(node: Node, word: str) -> Node:
    return Not(node, node.text.replace("has", "no", 1)) if word == "no" else node


def _kind(parser: Parser, before: str) -> Node:
    anomalies = parser.fields.find("anomalies")
    if anomalies is None:
        raise parser.expected("a field")
    name = _quoted(parser, anomalies, choices=tuple(kind.name for kind in KINDS))
    return Leaf(anomalies, "contains", name, f"{before} {json.dumps(name)}")


def octets_acknowledged(parser: Parser) -> Node:
    """`every octet acknowledged`, already taken."""
    found = parser.fields.find("every_octet_acknowledged")
    if found is None:
        raise parser.expected("a field")
    return Leaf(found, "==", True, "every octet acknowledged")


def _quoted(parser: Parser, of: Field, choices: tuple[str, ...]) -> str:
    token = parser.peek()
    if token.kind != "text":
        raise parser.expected(f"text in quotes for {of.name}{_quote_hint(token)}")
    parser.take()
    word = _unquoted(token.word)
    if choices and word not in choices:
        near = get_close_matches(word[:80], choices, 1, 0.5)
        hint = f"did you mean {json.dumps(near[0])}?" if near else f"expected one of {', '.join(choices)}"
        shown = printable(word[:_HINT_LENGTH])
        raise parser.error(f'{of.name} is never "{shown}": {hint}', token)
    return word


def _quote_hint(token: Token) -> str:
    return f' (as in "{printable(token.word[:_HINT_LENGTH])}")' if token.kind in {"number", "name"} else ""


def _unquoted(word: str) -> str:
    return _ESCAPED.sub(r"\1", word[1:-1])
