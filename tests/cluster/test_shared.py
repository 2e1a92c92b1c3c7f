"""Runs that are shared out: octet for octet what one process says, whatever is shared and whoever does it."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import dpkt
import pytest

from tcplife.capture import open_captures
from tcplife.cluster.cut import Cut
from tcplife.cluster.local import LocalCrew
from tcplife.cluster.number import number, ticks
from tcplife.cluster.shared import SharedAnalysis
from tcplife.model.pairs import PARTS, part_of, shares_of
from tcplife.model.totals import Options
from tcplife.pipeline import Analysis
from tests.cli.command import SAMPLES, command, environment, tcplife

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SAMPLE_FILES = sorted(str(path) for path in SAMPLES.glob("*.pcap*"))


def records(path: Path) -> list[tuple[float, bytes]]:
    with path.open("rb") as file:
        return [(float(ts), bytes(octets)) for ts, octets in dpkt.pcap.Reader(file)]


def write(path: Path, made: list[tuple[float, bytes]]) -> str:
    with path.open("wb") as file:
        writer = dpkt.pcap.Writer(file, nano=True)
        for ts, octets in made:
            writer.writepkt(octets, ts)
    return str(path)


def busy(count: int) -> list[tuple[float, bytes]]:
    """Many copies of some lives, at other times from other ports, so that all bounds and timers have work."""
    rng = random.Random(11)
    lives = [
        records(SAMPLES / name)
        for name in ("close_four_by_client.pcap", "refused.pcap", "fragments.pcap", "half_open_syn.pcap")
    ]
    made = []
    for copy in range(count):
        life = lives[copy % len(lives)]
        at = 1.7e9 + rng.random() * 900
        for ts, octets in life:
            frame = dpkt.ethernet.Ethernet(octets)
            ip = frame.data
            if not isinstance(ip, dpkt.ip.IP):
                continue
            ip.src, ip.dst = (bytes([10, copy >> 8 & 255, copy & 255, end[3]]) for end in (ip.src, ip.dst))
            ip.sum = 0
            made.append((at + ts - life[0][0], bytes(frame)))
    return sorted(made)


@pytest.fixture(scope="module")
def rotated(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Eight rotated files: connections, and datagrams in fragments, span them."""
    room = tmp_path_factory.mktemp("rotated")
    whole = busy(2400)
    size = len(whole) // 8 + 1
    return [write(room / f"{i}.pcap", whole[i * size : (i + 1) * size]) for i in range(8)]


@pytest.fixture(scope="module")
def interleaved(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Three files that overlap record by record, one with a clock that steps back."""
    room = tmp_path_factory.mktemp("interleaved")
    rng = random.Random(5)
    ways: list[list[tuple[float, bytes]]] = [[], [], []]
    for record in busy(600):
        rng.choice(ways).append(record)
    ways[2] = [(ts - (40 if 300 < i < 330 else 0), octets) for i, (ts, octets) in enumerate(ways[2])]
    return [write(room / f"{i}.pcap", way) for i, way in enumerate(ways)]


@pytest.mark.parametrize(
    "wanted",
    [
        ["--format", "jsonl"],
        ["--format", "jsonl", "--segments"],
        ["--format", "jsonl", "--idle-timeout", "3"],
        ["--format", "jsonl", "--port", "80", "--fail-on", "error"],
        ["--format", "jsonl", "--msl", "0.5", "--max-closed", "2000"],
        ["--format", "json", "--checksums"],
        ["--format", "csv"],
        ["--format", "text"],
    ],
    ids=" ".join,
)
def test_jobs_say_what_one_process_says(wanted: list[str]) -> None:
    alone = tcplife("analyze", *wanted, *SAMPLE_FILES)
    shared = tcplife("analyze", *wanted, "--jobs", "2", *SAMPLE_FILES)
    assert (shared.code, shared.err) == (alone.code, alone.err)
    assert shared.out == alone.out


@pytest.mark.parametrize("kind", ["rotated", "interleaved"])
@pytest.mark.parametrize("form", ["jsonl", "json"])
def test_connections_that_span_files_come_out_whole(kind: str, form: str, request: pytest.FixtureRequest) -> None:
    files = request.getfixturevalue(kind)
    alone = tcplife("analyze", "--format", form, *files)
    assert alone.code == 0
    assert alone.out.count('"index"') > 500
    shared = tcplife("analyze", "--format", form, "--jobs", "3", *files)
    assert (shared.code, shared.err) == (0, alone.err)
    assert shared.out == alone.out


def test_totals_are_those_of_one_process(interleaved: list[str]) -> None:
    options = Options(max_closed=1024)
    alone = Analysis(open_captures(list(interleaved)), options)
    ours = [(c.index, c.verdict) for c in alone]
    with LocalCrew(interleaved, 2) as crew:
        shared = SharedAnalysis(crew, options)
        assert [(c.index, c.verdict) for c in shared] == ours
    for name in ("records", "tracked", "skipped", "connections", "first_ns", "last_ns", "left_closed", "clock_backs"):
        assert getattr(shared.totals, name) == getattr(alone.totals, name), name
    assert shared.totals.capture == alone.totals.capture
    assert shared.totals.piles == alone.totals.piles


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--count", "50"], "--count stops"),
        (["--max-closed", "3"], "--max-closed 3 is too small"),
        (["--max-connections", "5"], "may be reached"),
        (["--segments", "--format", "text"], "show octets"),
    ],
)
def test_where_only_one_process_will_do_it_says_so_and_does(options: list[str], why: str) -> None:
    options = ["--format", "jsonl", *options]
    alone = tcplife("analyze", *options, *SAMPLE_FILES[:20])
    shared = tcplife("analyze", *options, "--jobs", "2", *SAMPLE_FILES[:20])
    assert shared.out == alone.out
    assert shared.err.count("\n") == alone.err.count("\n") + 1
    assert why in shared.err


def test_damage_and_what_is_no_capture(tmp_path: Path) -> None:
    cut = tmp_path / "cut.pcap"
    cut.write_bytes((SAMPLES / "wget.pcap").read_bytes()[:5000])
    files = [SAMPLES / "ipv6.pcap", cut]
    alone = tcplife("analyze", "--format", "json", *files)
    shared = tcplife("analyze", "--format", "json", "-j", "2", *files)
    assert (alone.code, shared.code) == (4, 4)
    assert (shared.out, shared.err) == (alone.out, alone.err)
    out = tmp_path / "out.jsonl"
    gone = tcplife("analyze", "--format", "jsonl", "-j", "2", *files, tmp_path / "gone.pcap", "-o", out)
    assert (gone.code, gone.err.count("\n")) == (3, 1)
    assert list(tmp_path.iterdir()) == [cut]


SLOW_TO_GIVE_BACK = """
import sys, threading, time
from multiprocessing import resource_tracker, synchronize

def give_back(name):
    synchronize.sem_unlink(name)
    time.sleep(0.05)
    resource_tracker.unregister(name, "semaphore")

def when_threads_are_gone(count=threading.active_count):
    for _ in range(3000):
        if count() == 1:
            break
        time.sleep(0.001)
    return count()

if __name__ == "__main__":
    synchronize.SemLock._cleanup = staticmethod(give_back)
    threading.active_count = when_threads_are_gone
    from tcplife.__main__ import main
    sys.exit(main())
"""


def test_nothing_is_told_of_semaphores_given_back_slowly(tmp_path: Path) -> None:
    slow = tmp_path / "slow.py"
    slow.write_text(SLOW_TO_GIVE_BACK)
    arguments = ["analyze", "-j", "2", SAMPLES / "ipv6.pcap", tmp_path / "gone.pcap"]
    ran = subprocess.run(
        [sys.executable, slow, *map(str, arguments)],
        capture_output=True, timeout=60, env=environment(), check=False, text=True,
    )  # fmt: skip
    assert (ran.returncode, ran.stderr.count("\n")) == (3, 1), ran.stderr


def test_parts_are_the_same_from_both_ends() -> None:
    rng = random.Random(3)
    seen = set()
    for _ in range(8000):
        one, two = ((rng.getrandbits(64), rng.getrandbits(64), rng.getrandbits(16)) for _ in range(2))
        assert part_of(*one, *two) == part_of(*two, *one)
        seen.add(part_of(*one, *two))
    assert seen == set(range(PARTS))


def test_a_small_bound_is_not_divided() -> None:
    assert [shares_of(bound) for bound in (1, 127, 128, 1000, 16_384, 10**9)] == [1, 1, 2, 8, 256, 256]


def test_numbers_of_overlapping_files_are_those_of_the_merge() -> None:
    from array import array

    keys = [array("q", [10, 10, 30]), array("q", [10, 20, 40])]
    cuts = [Cut("a", records=3, begin_ns=10, end_ns=30), Cut("b", records=3, begin_ns=10, end_ns=40)]
    numbers = number(cuts, keys.__getitem__)
    assert [[n.of(i) for i in range(3)] for n in numbers] == [[1, 2, 5], [3, 4, 6]]
    cuts[0].ticks = [(2, 3_000_000_000)]
    cuts[1].ticks = [(1, 2_000_000_000), (2, 3_500_000_000)]
    assert [list(column) for column in ticks(cuts, numbers)] == [[4, 5], [2_000_000_000, 3_000_000_000]]


# ---------------------------------------------------------------- Dask


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[Callable[[int], tuple[str, list[subprocess.Popen[bytes]]]]]:
    """Starts a scheduler and workers of its own; ends them."""
    pytest.importorskip("distributed")
    started: list[subprocess.Popen[bytes]] = []

    def start(workers: int) -> tuple[str, list[subprocess.Popen[bytes]]]:
        place = tmp_path / "scheduler.json"
        dask = [
            sys.executable,
            "-m",
            "distributed.cli.dask_scheduler",
            "--host",
            "127.0.0.1",
            "--port",
            "0",
            "--no-dashboard",
        ]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        started.append(subprocess.Popen([*dask, "--scheduler-file", str(place)], env=environment(), **quiet))  # type: ignore[call-overload]
        wait_for(place.exists)
        work = [sys.executable, "-m", "distributed.cli.dask_worker", "--scheduler-file", str(place), "--nthreads", "1"]
        work += ["--no-nanny", "--no-dashboard", "--local-directory", str(tmp_path)]
        made = [subprocess.Popen(work, env=environment(), **quiet) for _ in range(workers)]  # type: ignore[call-overload]
        started.extend(made)
        import json

        return json.loads(place.read_text())["address"], made

    yield start
    for process in reversed(started):
        process.kill()
        process.wait()


def wait_for(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 90
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.mark.parametrize("form", ["jsonl", "json"])
def test_a_local_cluster_says_what_one_process_says(form: str, rotated: list[str]) -> None:
    pytest.importorskip("distributed")
    alone = tcplife("analyze", "--format", form, *rotated)
    shared = tcplife("analyze", "--format", form, "--cluster", *rotated)
    assert (shared.code, shared.err) == (alone.code, alone.err)
    assert shared.out == alone.out


def test_parquet_of_a_local_cluster_equals_that_of_one_process(rotated: list[str], tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    alone, shared = tmp_path / "alone.parquet", tmp_path / "shared.parquet"
    urls = [f"file://{file}" for file in rotated]
    assert tcplife("analyze", "--format", "parquet", "-o", alone, *rotated).code == 0
    done = tcplife("analyze", "--format", "parquet", "-o", shared, "--cluster", *urls)
    assert (done.code, done.err) == (0, "")
    assert shared.read_bytes() == alone.read_bytes()


def test_a_worker_killed_in_the_middle_changes_nothing(
    rotated: list[str], scheduler: Callable[[int], tuple[str, list[subprocess.Popen[bytes]]]]
) -> None:
    alone = tcplife("analyze", "--format", "jsonl", *rotated)
    address, workers = scheduler(3)
    run = subprocess.Popen(
        command("analyze", "--format", "jsonl", "--cluster", address, *rotated),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(),
    )  # fmt: skip
    killer = threading.Timer(1.5, lambda: os.kill(workers[0].pid, signal.SIGKILL))
    killer.start()
    out, err = run.communicate(timeout=180)
    killer.join()
    assert workers[0].wait(10) == -signal.SIGKILL
    assert (run.returncode, err.decode()) == (0, "")
    assert out.decode() == alone.out


def test_what_dask_mends_by_itself_is_not_told(
    tmp_path: Path, scheduler: Callable[[int], tuple[str, list[subprocess.Popen[bytes]]]]
) -> None:
    """As when it gathers again what a dead worker took with it: a race that no test can win at will."""
    address, _ = scheduler(1)
    code = (
        "import logging, sys\n"
        "from tcplife.cluster.farm import FarmCrew\n"
        f"with FarmCrew([], {address!r}, 1):\n"
        "    for name in ('client', 'gc', 'worker', 'scheduler', 'nanny', 'core', 'comm.tcp', 'not.made.yet'):\n"
        "        logging.getLogger('distributed.' + name).warning('rescheduling')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(), capture_output=True, cwd=tmp_path, check=True
    )
    assert (done.stdout, done.stderr) == (b"", b"")


def test_no_scheduler_is_one_line_and_exit_3(tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    out = tmp_path / "out.jsonl"
    done = tcplife("analyze", "--cluster", "tcp://127.0.0.1:1", SAMPLES / "wget.pcap", "--format", "jsonl", "-o", out)
    assert done.code == 3
    assert done.err == "tcplife: tcp://127.0.0.1:1: no Dask scheduler answers\n"
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_not_there_is_one_line_on_a_cluster(tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    done = tcplife("analyze", "--cluster", SAMPLES / "wget.pcap", tmp_path / "gone.pcap", "--format", "jsonl")
    assert (done.code, done.out) == (3, "")
    assert done.err.count("\n") == 1
    assert "gone.pcap" in done.err


def test_rows_are_a_fifth_of_full_frames_at_most(tmp_path: Path) -> None:
    """What travels: the rows of a transfer of full frames, with an acknowledgement for every second of them."""
    whole = [record for record in records(SAMPLES / "wget.pcap") for _ in range(3)]
    files = [write(tmp_path / f"{i}.pcap", whole) for i in range(2)]
    with LocalCrew(files, 2) as crew:
        rows = sum(sum(cut.octets) for cut in crew.cut(checksums=False))
    assert rows <= sum(Path(file).stat().st_size for file in files) / 5
