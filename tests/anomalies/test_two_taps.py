"""What is told as lost, against a second capture of the same frames: the stored captures were taken at both hosts.

A frame that only the sender's tap has was lost between the taps; what one tap concludes from itself alone must not
contradict the other tap.
"""

from __future__ import annotations

import struct
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import tcplife
from tests.kernel.frames import FIN, Frame, parse

if TYPE_CHECKING:
    from tcplife import Anomaly

CAPTURES = Path(__file__).parents[1] / "kernel" / "captures"
AGAIN = {"lost_after_capture", "lost_before_capture", "overtaken", "repeated_needlessly"}
PASSED = {"ack_of_fin_lost", "syn_ack_lost", "handshake_ack_lost", "reset_lost"}
TOLD = AGAIN | PASSED | {"fin_lost"}
INDISTINCT = {
    "accept_queue_full": "the server's full queue ignores what arrived",
    "accept_queue_full_data_ignored": "the server's full queue ignores what arrived",
    "fast_open_early_fin": "octets that overtook the SYN+ACK found no connection yet",
    "forged_ack_bad_in_syn_received": "the reset arrived and was not acceptable",
    "handshake_slow": "the SYN+ACK took longer than the SYN's timer",
}
"""Scenario -> why something that arrived looks lost; the kinds told there are marked as guesses."""


LIVES = ("random_", "batch_", "odd", "state_")
"""Random lives over a wire that holds frames back at will: what looks lost there may have been late."""


@cache
def frames_of(path: Path) -> tuple[Frame, ...]:
    """Every frame of a capture by packet number, less one."""
    raw = path.read_bytes()
    frames = []
    at = 24
    while at + 16 <= len(raw):
        size = struct.unpack_from("<I", raw, at + 8)[0]
        frames.append(parse(raw[at + 16 : at + 16 + size]))
        at += 16 + size
    return tuple(frames)


def same(frame: Frame) -> tuple[object, ...]:
    """What two captures of one frame share, whatever checksum offload does."""
    ip_id = frame.ip[4:6] if frame.ip[0] >> 4 == 4 else b""
    return (
        frame.src, frame.dst, frame.seq, frame.ack, frame.flags, frame.window, frame.payload, frame.options, ip_id
    )  # fmt: skip


def copies(frames: tuple[Frame, ...], of: Frame) -> int:
    """How many frames carry some of its octets. What the wire has doubled its sender has not sent again: see `holds`."""
    found = 0
    for frame in frames:
        if frame.tcp and frame.payload and (frame.src, frame.dst) == (of.src, of.dst):
            start = (frame.seq - of.seq + 2**31) % 2**32 - 2**31
            found += start < len(of.payload) and start + len(frame.payload) > 0
    return found


def holds(told: Anomaly, here: tuple[Frame, ...], there: tuple[Frame, ...]) -> bool:
    """Whether the other tap agrees."""
    frame = here[told.packet - 1]
    if told.kind in AGAIN:
        mine, other = copies(here, frame), copies(there, frame)
        if told.kind == "lost_after_capture":
            return mine > other
        if told.kind == "lost_before_capture":
            return other > mine
        return other >= copies(tuple({same(one): one for one in here if one.tcp}.values()), frame)
    lost = here[(told.related or 0) - 1]
    if told.kind == "fin_lost":
        acks_here, acks_there = (sum(acknowledges(frame, lost) for frame in tap) for tap in (here, there))
        if acks_there > acks_here:
            return True
    seen = Counter(same(frame) for frame in there if frame.tcp)
    return seen[same(lost)] < sum(same(frame) == same(lost) for frame in here if frame.tcp)


def acknowledges(frame: Frame, fin: Frame) -> bool:
    """Whether the frame comes from the FIN's receiver and covers it."""
    return frame.tcp and bool(fin.flags & FIN) and frame.src == fin.dst and (frame.ack - fin.end) % 2**32 < 2**31


PAIRS = sorted(CAPTURES.glob("*.client.pcap"))


def test_what_one_tap_tells_as_lost_the_other_confirms() -> None:
    counted: Counter[str] = Counter()
    wrong = []
    for client_tap in PAIRS:
        scenario = client_tap.name.removesuffix(".client.pcap")
        server_tap = client_tap.with_name(f"{scenario}.server.pcap")
        if not server_tap.exists():
            continue
        for mine, other in ((client_tap, server_tap), (server_tap, client_tap)):
            for connection in tcplife.analyze(mine):
                for told in connection.anomalies:
                    if told.kind not in TOLD:
                        continue
                    if holds(told, frames_of(mine), frames_of(other)):
                        counted[told.kind] += 1
                    elif scenario not in INDISTINCT and not scenario.startswith(LIVES):
                        wrong.append(f"{mine.name} packet {told.packet}: {told.kind}")
                    elif not told.guess:
                        wrong.append(f"{mine.name} packet {told.packet}: {told.kind} is no certainty here")
    assert wrong == []
    assert set(counted) == TOLD, "each kind is told, and confirmed, at least once"


@pytest.mark.parametrize("scenario", INDISTINCT)
def test_what_looks_lost_has_its_scenario(scenario: str) -> None:
    assert (CAPTURES / f"{scenario}.client.pcap").exists()
