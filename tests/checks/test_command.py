"""`tcplife check` as it is called: exit codes, outputs, bad input."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import pytest

from tcplife.checks import builtin
from tcplife.checks.fields import CONNECTION_FIELDS
from tcplife.cli.main import main
from tests.benchmarks import rules

SAMPLES = Path(__file__).parents[2] / "sample_pcaps"
WGET, REFUSED = str(SAMPLES / "wget.pcap"), str(SAMPLES / "refused.pcap")
EMPTY = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No policy lies around, no step summary is wanted."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)


def check(*arguments: str) -> int:
    """The exit code of a call."""
    return int(main(["check", *arguments]))


def told(capsys: pytest.CaptureFixture[str]) -> tuple[str, str]:
    """Standard output and standard error since the last look."""
    captured = capsys.readouterr()
    return captured.out, captured.err


def test_quiet_when_all_is_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert check(WGET) == 0
    out, err = told(capsys)
    assert out == ""
    assert err == "tcplife check: passed: 2 connections, 5 rules of profile graceful: 5 held\n"
    assert check("-q", WGET) == 0
    assert told(capsys) == ("", "")


def test_a_broken_rule_is_1_and_shows_its_proof(capsys: pytest.CaptureFixture[str]) -> None:
    assert check(REFUSED) == 1
    out, _ = told(capsys)
    for part in (
        "rule established",
        'actual    close.kind is "refused"',
        "see packets 2",
        "[R.] seq 1 ack 1",
        "frame.number",
    ):
        assert part in out


@pytest.mark.parametrize(
    ("arguments", "code", "part"),
    [
        ([], 2, "no capture given"),
        (["absent.pcap"], 3, "absent.pcap"),
        ([__file__], 3, "not a capture"),
        (["/"], 3, "directory"),
        (["--policy", "absent.toml", WGET], 2, "absent.toml: No such file"),
        (["--profile", "gentle", WGET], 2, "unknown profile gentle; expected one of graceful"),
        (["--show-profile", "gentle"], 2, "unknown profile"),
        (["--profile", "web", "--policy", "x", WGET], 2, "exclude each other"),
        (["--json", "-", "--junit", "-", WGET], 2, "only one output"),
        (["--json", "nowhere/x.json", WGET], 2, "nowhere/x.json: No such file"),
        (["--update-baseline", WGET], 2, "needs --baseline"),
        (["--baseline", __file__, WGET], 2, "no baseline of this version"),
        (["--msl", "0", WGET], 2, "--msl"),
        (["--nonsense", WGET], 2, "--nonsense"),
    ],
)
def test_what_makes_no_sense_is_one_line_and_a_code(
    arguments: list[str], code: int, part: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check(*arguments) == code
    out, err = told(capsys)
    assert out == ""
    assert part in err
    assert "Traceback" not in err


def test_a_damaged_capture_is_4_unless_allowed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cut = tmp_path / "cut.pcap"
    cut.write_bytes(Path(WGET).read_bytes()[:-7])
    assert check(str(cut)) == 4
    assert "damaged input" in told(capsys)[1]
    assert check(str(cut), "--allow-damaged") in {0, 1}
    (tmp_path / "tcplife.toml").write_text('allow_damaged = true\n[rules.a]\nexpect = "count >= 1"\n')
    assert check(str(cut)) == 0


def test_no_connection_fails_unless_allowed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty.pcap").write_bytes(EMPTY)
    assert check("empty.pcap") == 1
    assert "a check that saw nothing has proved nothing" in told(capsys)[0]
    assert check("empty.pcap", "--allow-empty") == 0
    assert check("empty.pcap", "--allow-empty", "--strict") == 1


def test_the_policy_of_the_folder_is_found_and_the_command_line_overrides(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.tcplife.rules.few]\nexpect = "packets < 5"\n')
    assert check(WGET) == 1
    (tmp_path / "tcplife.toml").write_text(
        '[rules.few]\nexpect = "packets < 500"\n[rules.no]\nwhere = "reset"\nexpect = "open"\n'
    )
    assert check(WGET) == 0
    assert check(WGET, "--strict") == 1
    assert check(WGET, "--policy", "pyproject.toml") == 1
    assert check(WGET, "--profile", "graceful") == 0


def test_several_outputs_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    (tmp_path / "summary.md").write_text("before\n")
    assert check(REFUSED, "--json", "-", "--junit", "j.xml", "--sarif", "s.json", "--github") == 1
    out, err = told(capsys)
    assert json.loads(out)["passed"] is False
    assert "::error title=tcplife%3A established::" in err
    assert (tmp_path / "summary.md").read_text().startswith("before\n### tcplife check: failed")
    assert (tmp_path / "j.xml").read_text().startswith("<?xml")
    assert json.loads((tmp_path / "s.json").read_text())["version"] == "2.1.0"


def test_a_baseline_is_written_once_then_held_against(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check(REFUSED, "--baseline", "known.json") == 0
    assert "baseline written to known.json" in told(capsys)[1]
    before = (tmp_path / "known.json").read_bytes()
    assert check(REFUSED, "--baseline", "known.json") == 0
    assert told(capsys)[0] == ""
    assert check(str(SAMPLES / "reset_by_server.pcap"), "--baseline", "known.json") == 1
    assert (tmp_path / "known.json").read_bytes() == before
    assert check(str(SAMPLES / "reset_by_server.pcap"), "--baseline", "known.json", "--update-baseline") == 0
    assert check(str(SAMPLES / "reset_by_server.pcap"), "--baseline", "known.json") == 0
    assert check(REFUSED, "--baseline", "known.json", "--sarif", "s.json") == 1
    (run,) = json.loads((tmp_path / "s.json").read_text())["runs"]
    assert [result["baselineState"] for result in run["results"]] == ["new"]


@pytest.mark.parametrize("damage", ["{}", "[]", "[[[" * 20_000, '{"tcplife_baseline": 99, "findings": []}', "\x00"])
def test_a_damaged_baseline_is_refused(damage: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "known.json").write_text(damage)
    assert check(WGET, "--baseline", "known.json") == 2
    assert "no baseline of this version" in told(capsys)[1]


def test_no_baseline_is_written_from_a_capture_that_proves_nothing(tmp_path: Path) -> None:
    (tmp_path / "empty.pcap").write_bytes(EMPTY)
    assert check("empty.pcap", "--baseline", "known.json") == 1
    assert not (tmp_path / "known.json").exists()


@pytest.mark.parametrize("name", sorted(builtin.PROFILES))
def test_a_shown_profile_can_be_used_as_a_policy(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check("--show-profile", name) == 0
    (tmp_path / "copy.toml").write_text(told(capsys)[0])
    assert check(WGET, "--policy", "copy.toml") == check(WGET, "--profile", name) == 0


def test_every_field_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert check("--show-fields") == 0
    lines = told(capsys)[0].splitlines()
    assert [line.split()[0] for line in lines] == [field.name for field in CONNECTION_FIELDS]


def test_several_captures_are_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert check(str(SAMPLES / "rotated_1.pcap"), str(SAMPLES / "rotated_2.pcap"), "--json", "-") in {0, 1}
    whole = json.loads(told(capsys)[0])["connections"]
    assert check(str(SAMPLES / "rotated_1.pcap"), "--json", "-") in {0, 1}
    assert json.loads(told(capsys)[0])["connections"] <= whole


@pytest.mark.parametrize("sample", sorted(path.name for path in SAMPLES.glob("*.pcap")))
def test_every_sample_gets_a_verdict_of_every_profile(sample: str, capsys: pytest.CaptureFixture[str]) -> None:
    for name in builtin.PROFILES:
        assert check(str(SAMPLES / sample), "--profile", name, "--allow-damaged") in {0, 1}
    out, err = told(capsys)
    assert all(line.isprintable() for line in (out + err).splitlines())


def test_a_thousand_rules_on_many_connections(tmp_path: Path) -> None:
    """All are judged; what it costs is measured by `python -m tests.benchmarks.rules`."""
    path = tmp_path / "many.pcap"
    rules.write_capture(path, 300)
    (tmp_path / "tcplife.toml").write_text("\n".join(rules.many_rules(1_000)))
    assert check("--json", str(tmp_path / "told.json"), str(path)) == 1
    told = json.loads((tmp_path / "told.json").read_text())
    assert len(told["rules"]) == 1_000
