"""Policy files: what they may say, and the line and column of what they may not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tcplife.checks import builtin, policy
from tcplife.checks.rules import Level
from tcplife.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

GOOD = """\
extends = "graceful"
strict = true
msl_s = 30

[rules.https-closes]
why = "the client ends"
where = 'service == "443"'
expect = ["close.initiator == \\"client\\"", "p95(rtt_ms) < 80"]
level = "warning"

[rules.no-reset]
level = "note"

[rules.closed]
enabled = false
"""

REFUSED = [
    ("[rules.a]\nexpect = 'close.kidn == \"x\"'", "2:11", "unknown field close.kidn; did you mean close.kind?"),
    ('[rules.a]\nexpect = "service == \\"a\\" and bogus"', "2:32", "unknown field bogus"),
    ('[rules.a]\nexpect = ["reset", "p95(rtt_ms) > fast"]', "2:35", "expected a time"),
    ('[rules.a]\nexpect = """\n  not reset\n  and bogus"""', "4:7", "unknown field bogus"),
    ("[rules.a]\nwhere = 'count > 1'\nexpect = 'reset'", "2:10", "looks at all connections"),
    ("[rules.a]\nexpekt = 'reset'", "2:1", "unknown key expekt; did you mean expect?"),
    ("[rules.a]\nwhy = 'x'", "1:1", '"expect" is missing'),
    ("[rules.a]\nexpect = 5", "2:10", "an expression in quotes"),
    ("[rules.a]\nexpect = []", "2:10", "an expression in quotes"),
    ("[rules.a]\nexpect = 'reset'\nlevel = 'fatal'", "3:9", '"error", "warning" or "note"'),
    ("[rules.a]\nexpect = 'reset'\nlevel = []", "3:9", '"error", "warning" or "note"'),
    ("[rules]\na = 'not reset'", "2:5", "expected a table"),
    ("rules = 'not reset'", "1:9", "expected tables"),
    ("[rule.a]\nexpect = 'reset'", "1:1", "unknown key rule; did you mean rules?"),
    ("strict = 'yes'\n[rules.a]\nexpect = 'reset'", "1:10", "true or false"),
    ("msl_s = true\n[rules.a]\nexpect = 'reset'", "1:9", "a number of seconds"),
    ("msl_s = -3\n[rules.a]\nexpect = 'reset'", "1:9", "more than 0"),
    ("extends = 'gracefull'", "1:11", "unknown profile gracefull"),
    ("strict = true", "1:1", "no rules"),
    ("", "1:1", "no rules"),
    ("a = ", "1:5", "no TOML"),
    ("[rules.a]\nexpect = 'reset", "2:16", "no TOML"),
    ("[rules.a]\nexpect = 'reset'\nexpect = 'open'", "3:16", "no TOML"),
    ("a = " + "[" * 5_000, "1:69", "nested deeper"),
    ("a = " + "[ {b = " * 5_000, "1:", "nested deeper"),
    ("a." * 5_000 + "b = 1", "1:", "nested deeper"),
    ("[" + "a." * 5_000 + "b]", "1:1", "nested deeper"),
    ('[rules."\\u0007"]\nexpect = "reset"', "1:1", "printable"),
    ('[rules.""]\nexpect = "reset"', "1:1", "printable"),
    ("[rules.ä]\nexpect = 'reset'", "1:8", "no TOML"),
    ('[rules."ä"]\nexpect = "ünknown"', "2:11", "has no meaning"),
]


def test_extends_changes_and_takes_out() -> None:
    read = policy.read(GOOD, "tcplife.toml", builtin.profile)
    rules = {rule.name: rule for rule in read.rules}
    assert "closed" not in rules
    assert (read.strict, read.msl_s, read.allow_empty) == (True, 30, False)
    assert rules["no-reset"].level is Level.NOTE
    assert rules["no-reset"].expected == 'not reset or close.kind == "refused"'
    assert rules["https-closes"].expected == 'close.initiator == "client" and p95(rtt_ms) < 80'
    assert [whole.text for whole in rules["https-closes"].figures] == ["p95(rtt_ms) < 80"]
    assert str(rules["https-closes"].place) == "tcplife.toml:5:1"


@pytest.mark.parametrize(("document", "place", "part"), REFUSED, ids=range(len(REFUSED)))
def test_refuses_naming_file_line_and_column(document: str, place: str, part: str) -> None:
    with pytest.raises(policy.PolicyError) as caught:
        policy.read(document, "tcplife.toml", builtin.profile)
    line = str(caught.value)
    assert line.startswith(f"tcplife.toml:{place}"), line
    assert part in line
    assert line.isprintable()


def test_pyproject_is_read_with_its_own_places(tmp_path: Path) -> None:
    file = tmp_path / "pyproject.toml"
    file.write_text('[project]\nname = "x"\n')
    assert policy.find(tmp_path) is None
    file.write_text(
        '[project]\nname = "x"\n[tool.tcplife]\nstrict = true\n[tool.tcplife.rules.a]\nexpect = "not reset"\n'
    )
    assert policy.find(tmp_path) == file
    read = policy.load(file, builtin.profile)
    assert (read.strict, [rule.name for rule in read.rules]) == (True, ["a"])
    (tmp_path / "tcplife.toml").write_text('[rules.b]\nexpect = "opne"\n')
    assert policy.find(tmp_path) == tmp_path / "tcplife.toml"
    with pytest.raises(UsageError, match=r"tcplife.toml:2:11: unknown field opne; did you mean open\?"):
        policy.load(tmp_path / "tcplife.toml", builtin.profile)


def test_files_that_are_no_policy(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No such file"):
        policy.load(tmp_path / "absent.toml", builtin.profile)
    with pytest.raises(UsageError, match="directory"):
        policy.load(tmp_path, builtin.profile)
    (tmp_path / "bad.toml").write_bytes(b"# \xff\n")
    with pytest.raises(policy.PolicyError, match=r"bad\.toml:1:3: not UTF-8"):
        policy.load(tmp_path / "bad.toml", builtin.profile)
    (tmp_path / "mark.toml").write_bytes(b'\xef\xbb\xbf[rules.a]\r\nexpect = "resett"\r\n')
    with pytest.raises(policy.PolicyError, match=r"mark\.toml:2:11: unknown field"):
        policy.load(tmp_path / "mark.toml", builtin.profile)


@pytest.mark.parametrize("name", sorted(builtin.PROFILES))
def test_every_profile_reads_and_gives_reasons(name: str) -> None:
    read = builtin.profile(name)
    assert len(read.rules) >= 4
    assert all(rule.why for rule in read.rules)


def test_ten_thousand_rules_are_read() -> None:
    document = "\n".join(f"[rules.r{number}]\nexpect = 'packets < {number}'" for number in range(10_000))
    read = policy.read(document, "many.toml", builtin.profile)
    assert len(read.rules) == 10_000
    assert str(read.rules[-1].place) == "many.toml:19999:1"


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(GOOD)), st.sampled_from(list("[]{}\"'=.,#\\\n x1\u00e9\0"))), max_size=6))
def test_any_mutation_is_read_or_refused_in_one_line(changes: list[tuple[int, str]]) -> None:
    document = GOOD
    for at, sign in changes:
        document = document[:at] + sign + document[at + at % 3 :]
    try:
        policy.read(document, "tcplife.toml", builtin.profile)
    except policy.PolicyError as refusal:
        _names_a_place(refusal, document)


def _names_a_place(refusal: policy.PolicyError, document: str) -> None:
    assert str(refusal).isprintable()
    assert 1 <= refusal.place.line <= document.count("\n") + 1
    assert refusal.place.column >= 1
