"""Places of TOML values: every value tomllib finds has one, and the text there is that value."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tcplife.checks.places import MAX_DEPTH, Path, Places

DOCUMENT = '''\
# a policy
strict = true
extends = "graceful"   # "quoted" in a comment [rules]

[rules.https]
where = 'service == "443"'
expect = [
  "not reset",   # one
  """
close.initiator == \\
    "client" """,
]
[rules."odd name".inner]
a.b = {c = 1, d = [{e = "x"}, {e = 'y'}]}
[[many]]
x = "\\u00e9 tab\\t end"
[[many]]
x = 2
[many.below]
y = 3
'''


def _leaves(value: object, path: Path = ()) -> list[tuple[Path, object]]:
    if isinstance(value, dict):
        return [found for key, inner in value.items() for found in _leaves(inner, (*path, key))]
    if isinstance(value, list):
        return [found for number, inner in enumerate(value) for found in _leaves(inner, (*path, number))]
    return [(path, value)]


def test_every_value_has_its_place() -> None:
    places = Places(DOCUMENT)
    for path, value in _leaves(tomllib.loads(DOCUMENT)):
        spot = places.spots[path]
        assert tomllib.loads(f"v = {DOCUMENT[spot.start : spot.end]}")["v"] == value, path


@pytest.mark.parametrize(
    ("path", "line", "column"),
    [
        (("strict",), 2, 10),
        (("rules", "https"), 5, 1),
        (("rules", "https", "where"), 6, 9),
        (("rules", "https", "expect", 0), 8, 3),
        (("rules", "https", "expect", 1), 9, 3),
        (("rules", "odd name", "inner", "a", "b", "d", 1, "e"), 14, 36),
        (("many", 1, "x"), 18, 5),
        (("many", 1, "below", "y"), 20, 5),
        (("nowhere",), 1, 1),
        (("rules", "https", "absent"), 5, 1),
    ],
)
def test_line_and_column(path: Path, line: int, column: int) -> None:
    assert Places(DOCUMENT).of_value(path) == (line, column)


def test_a_character_inside_a_text_is_found_through_escapes() -> None:
    places = Places(DOCUMENT)
    values = dict(_leaves(tomllib.loads(DOCUMENT)))
    lines = DOCUMENT.split("\n")
    for path, part in (
        (("rules", "https", "where"), '"443"'),
        (("rules", "https", "expect", 1), '"client"'),
        (("many", 0, "x"), "end"),
        (("rules", "https", "expect", 0), "reset"),
    ):
        text = str(values[path])
        line, column = places.inside(path, text.index(part))
        assert lines[line - 1][column - 1 :].startswith(part), path


def test_nesting_is_bounded() -> None:
    assert Places("a = " + "[" * MAX_DEPTH + "]" * MAX_DEPTH).too_deep is None
    assert Places("a = " + "[" * 100_000).too_deep == 4 + MAX_DEPTH
    assert Places("a." * 100_000 + "b = 1").too_deep == 2 * MAX_DEPTH
    assert Places("[" + "a." * 100_000 + "b]").too_deep == 0


@pytest.mark.parametrize("part", ['"""\\', "'''\\", '"\\', "'", '"', "\n'", "[", "a.", "#", "{a=", "\\", "a='"])
def test_a_large_document_is_read_once(part: str) -> None:
    """What looks at it again for each part would take hours here."""
    assert Places(part * 100_000).line_column(0) == (1, 1)


_NAMES = st.sampled_from(["a", "b", "c.d", '"e f"', "'g'"])
_VALUES = st.sampled_from(["1", '"x"', "'y\"'", "[1, [2, 'z']]", '{k = "v", l = [1]}', '"""\nlong\n"""', "true", "1.5"])


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.one_of(st.tuples(_NAMES, _VALUES), _NAMES.map("[{}]".format), _NAMES.map("[[{}]]".format)), max_size=8)
)
def test_every_value_of_any_document_has_its_place(lines: list[tuple[str, str] | str]) -> None:
    document = "\n".join(line if isinstance(line, str) else f"{line[0]} = {line[1]}" for line in lines)
    places = Places(document)
    try:
        values = tomllib.loads(document)
    except tomllib.TOMLDecodeError:
        return
    for path, value in _leaves(values):
        spot = places.spots[path]
        assert tomllib.loads(f"v = {document[spot.start : spot.end]}")["v"] == value, path


@given(st.text(alphabet="[]{}=,.\"'\\\n #ab1", max_size=80))
def test_any_text_is_scanned_to_its_end(document: str) -> None:
    places = Places(document)
    for path in places.spots:
        assert places.inside(path, 5) >= (1, 1)
