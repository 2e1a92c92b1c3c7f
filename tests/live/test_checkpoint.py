"""A run that stops and goes on is the run that never stopped; a file that is not whole is not read at all."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from tcplife.capture import open_capture
from tcplife.checkpoint import Saver
from tcplife.checkpoint.classes import CLASSES, FIELDS, values_of
from tcplife.checkpoint.encoding import text_of, thing_of
from tcplife.checkpoint.memory import memory_of
from tcplife.checkpoint.store import load, save
from tcplife.errors import CheckpointError
from tcplife.model.totals import Options
from tcplife.pipeline import Analysis
from tcplife.report.base import Look, reporter

from .fed import ROOT, Fed
from .talk import HEADER, SECOND, Talk
from .test_prompt import Sink
from .test_rings import traffic

if TYPE_CHECKING:
    from pathlib import Path

    from tcplife.report.base import Reporter

SAMPLES = sorted((ROOT / "sample_pcaps").glob("*.pcap*"))
CUTS = 3
"""Places at which each sample is stopped, by chance from a seed; the smallest ones are stopped everywhere."""
EVERYWHERE = 20


def hand_on(analysis: Analysis, made: Reporter) -> None:
    for connection in analysis.take_ready():
        made.connection(connection)


def go_on(analysis: Analysis, sink: Sink, *, finish: bool) -> None:
    """Read to the end; let what is open leave when this is the last run."""
    made = reporter("jsonl", sink, Look())
    made.begin()
    while analysis.step():
        hand_on(analysis, made)
    hand_on(analysis, made)
    while finish and analysis.leave():
        hand_on(analysis, made)
    hand_on(analysis, made)
    analysis.complete()
    made.end(analysis.totals)
    analysis.reader.close()


def whole(path: Path) -> tuple[bytes, int]:
    """Return the lines of a capture read in one go, and its records."""
    sink = Sink()
    analysis = Analysis(open_capture(path), Options(keep_open=True))
    go_on(analysis, sink, finish=True)
    return sink.octets, analysis.records


def stopped_at(path: Path, cut: int, place: Path) -> bytes:
    """Return the lines of a capture read in two runs, the first of which stops after `cut` records."""
    sink = Sink()
    first = Analysis(open_capture(path), Options(keep_open=True, count=cut))
    go_on(first, sink, finish=False)
    Saver(str(place), first, [str(path)], 60).save()
    second = Analysis(open_capture(path), Options(keep_open=True))
    Saver(str(place), second, [str(path)], 60).take_up()
    go_on(second, sink, finish=True)
    return sink.octets


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_a_run_that_stopped_goes_on_as_if_it_never_had(path: Path, tmp_path: Path) -> None:
    expected, records = whole(path)
    if records <= EVERYWHERE:
        cuts = list(range(1, records + 1))
    else:
        cuts = sorted(random.Random(path.name).sample(range(1, records + 1), CUTS))
    for cut in cuts:
        assert stopped_at(path, cut, tmp_path / "run") == expected, f"stopped after record {cut}"


@pytest.mark.parametrize("made", CLASSES, ids=lambda made: made.__name__)
def test_every_field_of_every_class_is_saved(made: type) -> None:
    declared = FIELDS[CLASSES.index(made)]
    assert len(declared) == len(set(declared)) > 0
    blank: object = made.__new__(made, *[0] * len(declared) * issubclass(made, tuple))
    assert len(values_of(blank)) == len(declared)


def test_what_is_saved_comes_back_the_same() -> None:
    analysis = Analysis(open_capture(ROOT / "sample_pcaps" / "loss_sack.pcap"), Options(keep_open=True, count=200))
    while analysis.step():
        pass
    memory = memory_of(analysis)
    analysis.reader.close()
    assert memory["flows"]
    assert text_of(thing_of(text_of(memory))) == text_of(memory)


def test_a_line_can_make_nothing_but_the_classes_of_a_run() -> None:
    for line in ('["c", "os.system", "true"]', "[99]", "[-1000]", '{"py/object": "os.system"}', "[0, 1]", "[]", "not"):
        with pytest.raises((ValueError, TypeError, IndexError)):
            thing_of(line)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """Return a checkpoint of an open connection."""
    place = tmp_path / "run"
    analysis = Analysis(open_capture(ROOT / "sample_pcaps" / "wget.pcap"), Options(keep_open=True, count=10))
    go_on(analysis, Sink(), finish=False)
    Saver(str(place), analysis, [], 60).save()
    return place


def refused(place: Path, **options: object) -> str:
    """Return the words with which a file is refused; nothing of it may have been used."""
    analysis = Analysis(open_capture(ROOT / "sample_pcaps" / "wget.pcap"), Options(keep_open=True, **options))  # type: ignore[arg-type]
    with pytest.raises(CheckpointError) as problem:
        Saver(str(place), analysis, [], 60).take_up()
    assert (analysis.count, analysis.records) == (0, 0)
    analysis.reader.close()
    return str(problem.value)


@pytest.mark.parametrize("seed", range(25))
def test_a_file_with_one_octet_changed_is_refused(saved: Path, seed: int) -> None:
    octets = bytearray(saved.read_bytes())
    octets[random.Random(seed).randrange(len(octets))] ^= 1 << seed % 8
    saved.write_bytes(octets)
    assert refused(saved)


@pytest.mark.parametrize("keep", [0, 1, 50, 0.3, 0.9, -1])
def test_a_file_that_was_cut_is_refused(saved: Path, keep: float) -> None:
    octets = saved.read_bytes()
    saved.write_bytes(octets[: int(len(octets) * keep) if isinstance(keep, float) else keep])
    assert refused(saved)


def test_a_file_of_another_version_is_refused_with_a_clear_line(saved: Path) -> None:
    head, _, rest = saved.read_bytes().partition(b"\n")
    saved.write_bytes(head.replace(b"checkpoint 1 ", b"checkpoint 2 ") + b"\n" + rest)
    assert "another version" in refused(saved)


def test_a_file_that_is_something_else_is_refused(saved: Path) -> None:
    saved.write_bytes((ROOT / "sample_pcaps" / "wget.pcap").read_bytes())
    assert refused(saved) == f"{saved}: is no checkpoint of tcplife"


def test_other_options_than_before_are_refused(saved: Path) -> None:
    assert "another value of segments" in refused(saved, segments=True)


def test_a_file_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    place = tmp_path / "run"
    save(str(place), ["1", "2"])

    def lines() -> list[str]:
        raise OSError(28, "no space left")

    with pytest.raises(OSError, match="no space"):
        save(str(place), (line for part in (1,) for line in lines()))
    assert list(load(str(place))) == ["1", "2"]
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def run(*arguments: object) -> tuple[int, list[bytes], str]:
    """Return exit code, lines and errors of the command."""
    done = subprocess.run(
        [sys.executable, "-m", "tcplife", "analyze", "--format", "jsonl", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    return done.returncode, done.stdout.splitlines(), done.stderr.decode()


@pytest.fixture
def parts(tmp_path: Path) -> list[Path]:
    """Return a capture in three parts, and the whole of it last."""
    records = traffic(120)
    third = len(records) // 3
    paths = [tmp_path / f"part-{number}.pcap" for number in range(3)]
    for number, path in enumerate(paths):
        piece = records[number * third : (number + 1) * third if number < 2 else None]
        path.write_bytes(HEADER + b"".join(piece))
    (tmp_path / "whole.pcap").write_bytes(HEADER + b"".join(records))
    return [*paths, tmp_path / "whole.pcap"]


def test_files_one_after_the_other_answer_as_the_whole(parts: list[Path], tmp_path: Path) -> None:
    place = tmp_path / "run"
    lines: list[bytes] = []
    for number, part in enumerate(parts[:3]):
        code, more, errors = run("--checkpoint", place, *["--finish"] * (number == 2), part)
        assert code == 0, errors
        lines += more
    assert lines == run(parts[3])[1]
    assert not place.exists()


def test_files_that_were_read_before_are_passed_over(parts: list[Path], tmp_path: Path) -> None:
    place = tmp_path / "run"
    lines = run("--checkpoint", place, parts[0])[1]
    lines += run("--checkpoint", place, *parts[:2])[1]
    lines += run("--checkpoint", place, *parts[:3])[1]
    lines += run("--checkpoint", place, "--finish")[1]
    assert lines == run(parts[3])[1]
    run("--checkpoint", place, *parts[:2])
    code, _, errors = run("--checkpoint", place, parts[1], parts[2])
    assert (code, "others that were are missing" in errors) == (2, True)


def test_a_killed_run_loses_no_more_than_what_came_since_it_saved(tmp_path: Path) -> None:
    place = tmp_path / "run"
    now = time.time_ns()
    with Fed("analyze", "--format", "jsonl", "--checkpoint", str(place), "--checkpoint-every", "0.2", "-") as fed:
        fed.feed(Talk(40000).opening(now))
        until = time.monotonic() + 20
        while time.monotonic() < until and not (place.exists() and b"40000" in place.read_bytes()):
            time.sleep(0.05)
        fed.kill()
    later = tmp_path / "later.pcap"
    later.write_bytes(HEADER + Talk(40000).closing(now + SECOND))
    code, lines, errors = run("--checkpoint", place, "--finish", later)
    assert code == 0, errors
    (record,) = [json.loads(line) for line in lines]
    assert (record["first_packet"], record["last_packet"]) == (1, 6)
    assert record["close"]["initiator"] == "client"


def test_options_that_do_not_go_together_are_refused(tmp_path: Path) -> None:
    wget = ROOT / "sample_pcaps" / "wget.pcap"
    assert run("--finish", wget)[0] == 2
    assert run("--checkpoint", tmp_path / "run", "--jobs", "2", wget)[0] == 2
    assert run("--checkpoint", tmp_path / "run", "-o", tmp_path / "out", wget)[0] == 2
