"""A live pipe: what ended is told at once, whatever else the pipe does; a stored capture through a pipe is its file."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tcplife.capture import open_capture
from tcplife.model.totals import Options
from tcplife.pipeline import Analysis
from tcplife.report.base import Look, reporter

from .fed import PATIENCE_S, Fed
from .talk import HEADER, SECOND, Talk

if TYPE_CHECKING:
    from collections.abc import Iterable

SAMPLES = sorted((Path(__file__).resolve().parents[2] / "sample_pcaps").glob("*.pcap*"))
PROMISED_S = 0.5
TRIES = 20


class Sink:
    """An Output that remembers."""

    def __init__(self) -> None:
        self.octets = b""

    def write(self, octets: bytes | memoryview) -> None:
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


def keeps_its_promise(measured: Iterable[float]) -> bool:
    """Whether a line came in time: of many tries one, as a busy machine may delay any of them (but not all)."""
    return any(took < PROMISED_S for took in measured)


def test_a_finished_connection_shows_within_half_a_second_although_the_pipe_stays_open() -> None:
    with Fed("analyze", "--format", "jsonl", "-") as fed:
        fed.settle()
        latency(fed, Talk(40000))  # until it has started
        assert keeps_its_promise(latency(fed, Talk(40001 + number)) for number in range(TRIES))
        assert fed.end() == 0


def test_a_pipe_that_is_never_silent_holds_nothing_back() -> None:
    with Fed("analyze", "--format", "jsonl", "-") as fed:
        fed.settle()
        latency(fed, Talk(40000))
        other = Talk(50000)
        fed.feed(other.opening(time.time_ns()))
        done = threading.Event()

        def chatter() -> None:
            sequence = 1
            while not done.wait(0.01):
                fed.feed(other.up(time.time_ns(), "P.", sequence, 1, b"x"))
                sequence += 1

        chattering = threading.Thread(target=chatter)
        chattering.start()
        try:
            assert keeps_its_promise(latency(fed, Talk(40001 + number)) for number in range(TRIES))
        finally:
            done.set()
            chattering.join()
        assert fed.end() == 0
        assert [json.loads(line)["client"]["port"] for line in fed.rest()] == [50000]


class Drip:
    """A stream that always has one more record, and never two."""

    def __init__(self) -> None:
        self._next = HEADER
        self._port = 1024

    def readinto(self, view: memoryview) -> int:
        """Give the next record."""
        octets = self._next
        view[: len(octets)] = octets
        self._port += 1
        self._next = Talk(self._port).up(time.time_ns(), "S", 0)
        return len(octets)

    def read(self, size: int) -> bytes:
        """Say that it is a stream."""
        raise NotImplementedError


@pytest.mark.parametrize("why", [{"watch": True}, {"keep_open": True}], ids=["watched", "saved"])
def test_who_looks_or_saves_gets_a_chance_at_each_arrival_though_the_pipe_is_never_silent(why: dict[str, bool]) -> None:
    analysis = Analysis(open_capture(Drip(), live=True, idle_ms=100), Options(live=True, **why))
    for number in range(1, 9):
        assert analysis.step()
        assert analysis.records == number
    analysis.reader.close()


def test_a_writer_whose_clock_is_wrong_is_found_out_to_be_live_after_some_seconds() -> None:
    with Fed("analyze", "--format", "jsonl", "-") as fed:
        fed.settle()
        for number in range(100):
            fed.feed(Talk(40000 + number).whole(time.time_ns() - 100 * SECOND))
            with suppress(queue.Empty):
                found = fed.line(0.2)
                break
        assert found is not None
        assert number > 0
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
        fed.settle()
        fed.feed(talk.whole(time.time_ns()))
        assert fed.line() is not None
        fed.feed(talk.down(time.time_ns(), "F.", 1, 8) + talk.up(time.time_ns(), ".", 8, 2))
        assert fed.end() == 0
        text = b"".join(fed.rest()).decode()
        assert "10 records = 10 TCP segments in 1 connection " in text
        assert "2 segments came after their connection had been reported" in text


def test_the_same_ports_again_are_another_connection() -> None:
    with Fed("analyze", "--format", "jsonl", "-") as fed:
        fed.settle()
        latency(fed, Talk(40000))
        latency(fed, Talk(40000, isn=900_000))
        assert fed.end() == 0
        assert fed.rest() == []


def test_sigterm_tells_what_is_open_and_ends_well() -> None:
    with Fed("analyze", "--format", "jsonl", "-") as fed:
        fed.settle()
        latency(fed, Talk(40000))
        fed.feed(Talk(40001).opening(time.time_ns()))
        fed.signal(signal.SIGTERM)
        assert fed.wait() == 0
        assert [json.loads(line)["final"] for line in fed.rest()] == [
            {"client": "ESTABLISHED", "server": "ESTABLISHED"}
        ]


def test_ctrl_c_tells_what_is_open_and_what_is_in_the_pipe() -> None:
    with Fed("analyze", "--format", "jsonl", "-") as fed:
        fed.settle()
        latency(fed, Talk(40000))
        fed.feed(Talk(40001).opening(time.time_ns()))
        fed.settle()
        fed.signal(signal.SIGSTOP)  # so that it finds both the Ctrl-C and the packets, however busy the machine is
        fed.signal(signal.SIGINT)
        fed.feed(Talk(40002).opening(time.time_ns()))
        fed.signal(signal.SIGCONT)
        assert fed.end() == 130
        assert [json.loads(line)["client"]["port"] for line in fed.rest()] == [40001, 40002]
        assert fed.errors == ""


def drained(monkeypatch: pytest.MonkeyPatch, *, patient: bool) -> list[int]:
    """Stop a run, let the pipe be silent for a while, then feed a last connection; return the ports told."""
    monkeypatch.setattr("tcplife.pipeline.analysis.DRAIN_NS", int(PATIENCE_S * SECOND))
    out, into = os.pipe()
    with os.fdopen(out, "rb", buffering=0) as pipe, os.fdopen(into, "wb", buffering=0) as writer:
        writer.write(HEADER + Talk(40001).opening(time.time_ns()))
        analysis = Analysis(open_capture(pipe, live=True, idle_ms=20), Options(live=True, watch=True))
        while analysis.records < 3:
            analysis.step()
        analysis.stop(patient=patient)
        goes_on = [analysis.step() for _ in range(5)]  # silences
        writer.write(Talk(40002).opening(time.time_ns()))
        writer.close()
        while goes_on[-1] and analysis.step():
            continue
        while analysis.leave():
            continue
        told = analysis.take_ready()
        analysis.complete()
        analysis.reader.close()
    return [connection.client.port for connection in told]


def test_what_the_writer_still_hands_over_when_it_is_stopped_too_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    assert drained(monkeypatch, patient=True) == [40001, 40002]


def test_who_is_not_patient_waits_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    assert drained(monkeypatch, patient=False) == [40001]


def ctrl_c_twice() -> list[bytes]:
    """Press it while a connection is open and the pipe, too; return what was told of it."""
    with Fed("analyze", "--format", "jsonl", "-") as fed:
        fed.settle()
        latency(fed, Talk(40000))
        fed.feed(Talk(40001).opening(time.time_ns()))
        fed.settle()
        fed.signal(signal.SIGINT)
        time.sleep(0.1)
        fed.signal(signal.SIGINT)
        assert fed.wait() == 130
        assert "Traceback" not in fed.errors
        return fed.rest()


def test_ctrl_c_twice_ends_at_once_and_tells_nothing_more() -> None:
    # Both may come as one where the machine is too busy to take the first; not every time, though.
    assert any(ctrl_c_twice() == [] for _ in range(5))


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
        fed.settle()
        latency(fed, Talk(40000))
        fed.feed(Talk(40001).opening(time.time_ns()))
        found = fed.line()
        assert found is not None
        record = json.loads(found[1])
        assert record["client"]["port"] == 40001
        assert record["left_early"] == "it was silent for longer than --idle-timeout"
        assert fed.end() == 0
