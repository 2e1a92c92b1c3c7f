"""A verdict as JUnit XML: a suite per rule, a case per group of connections of one shape, one for those that held."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from .findings import Change, Outcome
from .tokens import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .findings import Finding, Result, Verdict


def render(verdict: Verdict) -> str:
    """The document."""
    root = ET.Element("testsuites", name="tcplife check")
    if verdict.problems:
        _problems(root, verdict)
    for result in verdict.results:
        _suite(root, verdict, result)
    for suite in [root, *root.findall("testsuite")]:
        suite.set("tests", str(len(list(suite.iter("testcase")))))
        suite.set("failures", str(len(list(suite.iter("failure")))))
        suite.set("errors", str(len(list(suite.iter("error")))))
        if suite is not root:
            suite.set("skipped", str(len(list(suite.iter("skipped")))))
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _problems(root: ET.Element, verdict: Verdict) -> None:
    suite = ET.SubElement(root, "testsuite", name="capture")
    for problem in verdict.problems:
        case = ET.SubElement(suite, "testcase", classname="tcplife", name=printable(verdict.source) or "capture")
        ET.SubElement(case, "error", message=printable(problem), type="capture")


def _suite(root: ET.Element, verdict: Verdict, result: Result) -> None:
    rule = result.rule
    suite = ET.SubElement(root, "testsuite", name=rule.name)
    if result.outcome is Outcome.EMPTY:
        case = _case(suite, result, f"nothing selected by {rule.selector}")
        kind = "failure" if verdict.failing(result) else "skipped"
        ET.SubElement(case, kind, message="the rule selects no connection: it proves nothing")
        return
    for finding in result.findings:
        _finding(_case(suite, result, finding.title), finding, fails=verdict.failing(result))
    if result.omitted:
        case = _case(suite, result, f"{result.omitted} connections of further shapes")
        ET.SubElement(case, "failure" if verdict.failing(result) else "skipped", message="not told apart")
    if not result.findings or (result.held and rule.tests):
        _case(suite, result, f"{result.held} connections: {rule.expected}")


def _case(suite: ET.Element, result: Result, title: str) -> ET.Element:
    return ET.SubElement(suite, "testcase", classname=f"tcplife.{result.rule.name}", name=printable(title))


def _finding(case: ET.Element, finding: Finding, *, fails: bool) -> None:
    clauses = finding.clauses()
    message = "; ".join(f"expected {clause.expected}; {clause.actual}" for clause in clauses)
    if not fails or finding.change is Change.KNOWN:
        reason = "in the baseline" if finding.change is Change.KNOWN else str(finding.rule.level)
        ET.SubElement(case, "skipped", message=printable(f"{reason}: {message}"))
        return
    failure = ET.SubElement(case, "failure", message=printable(message), type=finding.rule.name)
    proof = finding.proof()
    if proof:
        lines = [proof.connection, *proof.lines, proof.filter]
        failure.text = "\n".join(printable(line) for line in lines)
