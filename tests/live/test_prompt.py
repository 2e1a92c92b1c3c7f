"""A live pipe: what ended is told at once, whatever else the pipe does; a stored capture through a pipe is its file."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tcplife.capture import open_capture
from tcplife.model.totals import Options
from tcplife.pipeline import Analysis
from tcplife.report.base import Look, reporter

from .fed import Fed
from .talk import HEADER, SECOND, Talk

SAMPLES = sorted((Path(__file__).resolve().parents[2] / "sample_pcaps").glob("*.pcap*"))
PROMISED_S = 0.5


class Sink:
    """An Output that remembers."""

    def __init__(self) -> None:
        self.octets = b""

    def write(self, octets: bytes) -> None:
        self.octets += octets

    def flush(self) -> None:
        """Nothing waits."""


def records(path: Path, *, live: bool) -> bytes:
    """Return the JSON lines of a capture, read as a file or through a pipe."""
    sink = Sink()
    made = reporter("jsonl", sink, Look(live=live))
    made.begin()
    if not live:
        analysis = Analysis(open_capture(path))
        for connection in analysis:
            made.connection(connection)
        made.end(analysis.totals)
        return sink.octets
    out, into = os.pipe()

    def pour() -> None:
        with os.fdopen(into, "wb") as pipe:
            pipe.write(path.read_bytes())

    pouring = threading.Thread(target=pour)
    pouring.start()
    with os.fdopen(out, "rb", buffering=0) as pipe:
        analysis = Analysis(open_capture(pipe, live=True, idle_ms=100), Options(live=True))
        for connection in analysis:
            made.connection(connection)
        made.end(analysis.totals)
    pouring.join()
    assert not analysis.is_live
    return sink.octets


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_a_stored_capture_through_a_pipe_reads_as_its_file(path: Path) -> None:
    assert records(path, live=True) == records(path, live=False)


def latency(fed: Fed, talk: Talk) -> float:
    """Feed a whole connection; return how long its line took."""
    sent = fed.feed(talk.whole(time.time_ns()))
    found = fed.line()
    assert found is not None
    assert json.loads(found[1])["client"]["port"] == talk.port
    return found[0] - sent


def test_a_finished_connection_shows_within_half_a_second_although_the_pipe_stays_open() -> None:
    with Fed("analyze", "--format", "jsonl", "-") as fed:
        latency(fed, Talk(40000))  # until it has started
        took = [latency(fed, Talk(40001 + number)) for number in range(4)]
        assert sorted(took)[1] < PROMISED_S
        assert fed.end() == 0


def test_a_pipe_that_is_never_silent_holds_nothing_back() -> None:
    with Fed("analyze", "--format", "jsonl", "-") as fed:
        latency(fed, Talk(40000))
        other = Talk(50000)
        fed.feed(other.opening(time.time_ns()))
        done = threading.Event()
        lock = threading.Lock()

        def chatter() -> None:
            sequence = 1
            while not done.wait(0.01):
                with lock:
                    fed.feed(other.up(time.time_ns(), "P.", sequence, 1, b"x"))
                sequence += 1

        chattering = threading.Thread(target=chatter)
        chattering.start()
        try:
            took = []
            for number in range(4):
                with lock:
                    sent = fed.feed(Talk(40001 + number).whole(time.time_ns()))
                found = fed.line()
                assert found is not None
                took.append(found[0] - sent)
        finally:
            done.set()
            chattering.join()
        assert sorted(took)[1] < PROMISED_S
        assert fed.end() == 0
        assert [json.loads(line)["client"]["port"] for line in fed.rest()] == [50000]


def test_a_writer_whose_clock_is_wrong_is_found_out_to_be_live_after_some_seconds() -> None:
    skew = -100 * SECOND
    with Fed("analyze", "--format", "jsonl", "-") as fed:
        for number in range(30):
            fed.feed(Talk(40000 + number).whole(time.time_ns() + skew))
            time.sleep(0.2)
        found = fed.line(0.01)
        assert found is not None
        assert json.loads(found[1])["client"]["port"] == 40000
        assert fed.end() == 0


def test_an_old_capture_in_an_open_pipe_waits_for_its_end() -> None:
    old = Talk(40000).whole(1_000_000_000 * SECOND) + Talk(40001).whole(1_000_000_002 * SECOND)
    with Fed("analyze", "--format", "jsonl", "-") as fed:
        fed.feed(old)
        assert fed.quiet_for(1.5)
        assert fed.end() == 0
        assert len(fed.rest()) == 2


def test_a_late_segment_belongs_to_the_connection_that_was_told_and_is_counted() -> None:
    with Fed("analyze", "-") as fed:
        talk = Talk(40000)
        fed.feed(talk.whole(time.time_ns()))
        assert fed.line() is not None
        time.sleep(0.5)
        fed.feed(talk.down(time.time_ns(), "F.", 1, 8) + talk.up(time.time_ns(), ".", 8, 2))
        time.sleep(0.3)
        assert fed.end() == 0
        text = b"".join(fed.rest()).decode()
        assert "10 records = 10 TCP segments in 1 connection " in text
        assert "2 segments came after their connection had been reported" in text


def test_the_same_ports_again_are_another_connection() -> None:
    with Fed("analyze", "--format", "jsonl", "-") as fed:
        latency(fed, Talk(40000))
        assert latency(fed, Talk(40000, isn=900_000)) < 10 * PROMISED_S
        assert fed.end() == 0
        assert fed.rest() == []


def test_sigterm_tells_what_is_open_and_ends_well() -> None:
    with Fed("analyze", "--format", "jsonl", "-") as fed:
        latency(fed, Talk(40000))
        fed.feed(Talk(40001).opening(time.time_ns()))
        time.sleep(0.2)
        fed.signal(signal.SIGTERM)
        assert fed.wait() == 0
        assert [json.loads(line)["final"] for line in fed.rest()] == [
            {"client": "ESTABLISHED", "server": "ESTABLISHED"}
        ]


def test_ctrl_c_tells_what_is_open_and_what_the_writer_still_had() -> None:
    with Fed("analyze", "--format", "jsonl", "-") as fed:
        latency(fed, Talk(40000))
        fed.feed(Talk(40001).opening(time.time_ns()))
        time.sleep(0.2)
        fed.signal(signal.SIGINT)
        fed.feed(Talk(40002).opening(time.time_ns()))  # tcpdump got the same Ctrl-C and hands over what it has
        assert fed.end() == 130
        assert [json.loads(line)["client"]["port"] for line in fed.rest()] == [40001, 40002]
        assert fed.errors == ""


def test_ctrl_c_twice_ends_at_once() -> None:
    with Fed("analyze", "--format", "jsonl", "-") as fed:
        latency(fed, Talk(40000))
        done = threading.Event()

        def flood() -> None:
            number = 0
            try:
                while not done.wait(0.001):
                    number += 1
                    fed.feed(Talk(10000 + number % 50000).up(time.time_ns(), "S", 0))
            except OSError:
                return

        flooding = threading.Thread(target=flood)
        flooding.start()
        fed.signal(signal.SIGINT)
        time.sleep(0.1)
        fed.signal(signal.SIGINT)
        began = time.monotonic()
        assert fed.wait() == 130
        assert time.monotonic() - began < 2
        done.set()
        flooding.join()
        assert "Traceback" not in fed.errors


def test_a_broken_output_ends_quietly() -> None:
    out, into = os.pipe()
    os.close(out)
    with os.fdopen(into, "wb") as broken:
        done = subprocess.run(
            [sys.executable, "-m", "tcplife", "analyze", "--format", "jsonl", "-"],
            input=HEADER + Talk(40000).whole(time.time_ns()),
            stdout=broken,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_silent_connection_leaves_a_silent_pipe_after_its_time() -> None:
    with Fed("analyze", "--format", "jsonl", "--idle-timeout", "1", "-") as fed:
        latency(fed, Talk(40000))
        fed.feed(Talk(40001).opening(time.time_ns()))
        found = fed.line()
        assert found is not None
        record = json.loads(found[1])
        assert record["client"]["port"] == 40001
        assert record["left_early"] == "it was silent for longer than --idle-timeout"
        assert fed.end() == 0
