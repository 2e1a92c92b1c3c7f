"""What holds of every life, planned or not: the table, the sums, and all that must not matter.

Every figure of this room and lives drawn by chance (`strange`) are held against each other under another beginning of
numbers, another time, other addresses, cut into files, stopped and taken up again, and as far as they have come.
"""

from __future__ import annotations

import json
import re
import struct
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tcplife import Connection, Options
from tcplife.capture import open_captures
from tcplife.checkpoint.encoding import text_of, thing_of
from tcplife.checkpoint.memory import memory_of, remember
from tcplife.pipeline import Analysis
from tcplife.report.base import Look, reporter

from .every import every_figure
from .figure import HEADER, HOSTS, PORTS, START_NS, WRAPPING, World, capture, play, records_of, steps_of
from .strange import GAPS_MS, lives

if TYPE_CHECKING:
    from collections.abc import Iterable

FIGURES: Final = every_figure()
SOME: Final = settings(max_examples=60, deadline=None)
FEW: Final = settings(max_examples=30, deadline=None)
FORWARD: Final = tuple(gap for gap in GAPS_MS if gap > 0)
LATER_NS: Final = 86_400_000_000_123


class Sink:
    """A reporter's output, kept."""

    def __init__(self) -> None:
        self.octets = b""

    def write(self, octets: bytes | memoryview) -> None:
        self.octets += octets

    def flush(self) -> None:
        return


def told(connections: Iterable[Connection]) -> str:
    """Return the whole records, segments included, in the order in which they began."""
    sink = Sink()
    made = reporter("jsonl", sink, Look())
    made.begin()
    for connection in sorted(connections, key=lambda connection: connection.index):
        made.connection(connection)
    return sink.octets.decode()


def analysed(*files: bytes) -> str:
    """Return the records of one capture, or of one in several files."""
    return told(Analysis(open_captures([BytesIO(octets) for octets in files]), Options(segments=True)))


def essence(records: str, world: World) -> list[Any]:
    """Return the records without what a world gives them: addresses, ports and times of day."""
    for name, host in zip(("left", "right"), world.hosts, strict=True):
        records = records.replace(f'"{".".join(map(str, host))}"', f'"{name}"')
    found = [json.loads(line) for line in records.splitlines()]
    for record in found:
        for word in ("start", "start_ns", "community_id"):
            del record[word]
    return found


def in_worlds(figure: str, *worlds: World) -> list[list[Any]]:
    """Return the essence of a figure in each world."""
    return [essence(analysed(capture(figure, world)), world) for world in worlds]


def zero_numbers(figure: str, world: World) -> bool:
    """Whether a reset has the number zero on the wire: that is how a host without the connection answers a SYN."""
    resets = re.findall(r"([<>]) R\.? (-?\d+)", figure)
    return any((world.isn[way == "<"] + int(seq)) & 0xFFFFFFFF == 0 for way, seq in resets)


def check_worlds(figure: str, *others: World) -> None:
    here = World()
    for other in others:
        if not zero_numbers(figure, here) and not zero_numbers(figure, other):
            first, second = in_worlds(figure, here, other)
            assert first == second, other


NUMBERS: Final = [World(isn=isn) for isn in ((7, 9), (2**31 - 2, 2**32 - 2), (2**32 - 40, 2**31 - 40))]
TIMES: Final = [World(start_ns=START_NS + LATER_NS), World(start_ns=5 * 10**16)]
PLACES: Final = [
    World(hosts=(HOSTS[1], HOSTS[0])),
    World(ports=(50_000, 443)),
    World(hosts=(bytes((192, 0, 2, 9)), bytes((198, 51, 100, 3)))),
]


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_reads_the_same_everywhere(name: str) -> None:
    check_worlds(FIGURES[name], *NUMBERS, *TIMES, *PLACES[:1])


@SOME
@given(figure=lives(), isn=st.tuples(*[st.integers(1, 2**32 - 1)] * 2))
def test_where_the_numbers_begin_does_not_matter(figure: str, isn: tuple[int, int]) -> None:
    check_worlds(figure, World(isn=isn))


@FEW
@given(figure=lives(), shift_ns=st.integers(-(10**18), 10**18))
def test_when_it_was_does_not_matter(figure: str, shift_ns: int) -> None:
    check_worlds(figure, World(start_ns=START_NS + shift_ns))


@FEW
@given(figure=lives())
def test_where_it_was_does_not_matter(figure: str) -> None:
    check_worlds(figure, *PLACES)


@SOME
@given(figure=lives(gaps=(*GAPS_MS, -3)))
def test_no_life_leaves_the_table_or_loses_a_segment(figure: str) -> None:
    """The chain of states, the bases, the order and the sums: `truth.check`, which play() runs."""
    played = play(capture(figure))
    steps = [step for step in steps_of(figure) if step.is_segment]
    told_of = [line.packet for connection in played.connections for line in connection.segments or ()]
    assert sorted(told_of) == [step.packet for step in steps]
    assert played.totals.records == played.totals.tracked + sum(played.totals.skipped.values())


@SOME
@given(octets=st.lists(st.binary(max_size=48), min_size=1, max_size=12))
def test_no_segment_raises(octets: list[bytes]) -> None:
    """Any octets in place of a TCP header, between two hosts that had a handshake."""
    opening = "client segment server\n... > S 0 ...\n... < S. 0 ack 1 ...\n... > . 1 ack 1 ..."
    made = [capture(opening)]
    for number, body in enumerate(octets):
        head = struct.pack(">HH", *(PORTS if number % 2 else PORTS[::-1]))
        source, target = HOSTS if number % 2 else HOSTS[::-1]
        packet = struct.pack(
            ">BBHHHBBH4s4s", 0x45, 0, 24 + len(body), number, 0, 64, 6, 0, source, target
        ) + head + body  # fmt: skip
        frame = bytes(12) + b"\x08\x00" + packet
        made.append(struct.pack("<IIII", START_NS // 10**9 + number, 0, len(frame), len(frame)) + frame)
    played = play(b"".join(made))
    assert played.totals.records == len(octets) + 3


@SOME
@given(figure=lives(gaps=FORWARD), data=st.data())
def test_a_capture_cut_into_files_is_the_capture(figure: str, data: st.DataObject) -> None:
    records = list(records_of(steps_of(figure), World()))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(records)), max_size=3)))
    parts = [records[start:end] for start, end in zip([0, *cuts], [*cuts, len(records)], strict=True)]
    assert analysed(*[HEADER + b"".join(part) for part in parts]) == analysed(HEADER + b"".join(records))


def stopped(records: list[bytes], cut: int) -> str:
    """Return the records of a run that is saved after `cut` packets and taken up by another."""
    options = Options(segments=True, keep_open=True)
    first = Analysis(open_captures([BytesIO(HEADER + b"".join(records[:cut]))]), options)
    while first.step():
        pass
    connections = first.take_ready()
    second = Analysis(open_captures([BytesIO(HEADER + b"".join(records[cut:]))]), options)
    remember(second, thing_of(text_of(memory_of(first))))
    while second.step():
        connections += second.take_ready()
    while second.leave():
        connections += second.take_ready()
    return told(connections + second.take_ready())


@FEW
@given(figure=lives(), data=st.data())
def test_a_run_stopped_in_the_middle_is_the_run_that_never_stopped(figure: str, data: st.DataObject) -> None:
    records = list(records_of(steps_of(figure), World()))
    cut = data.draw(st.integers(1, len(records)))
    assert stopped(records, cut) == analysed(HEADER + b"".join(records))


REVISED: Final = {
    "test_old_duplicate_syn_behind_the_real_one_rfc9293_figure_8": "another SYN is another attempt until it is reset",
    "test_old_duplicate_syn_rfc9293_figure_8": "the SYN turns out to be an old duplicate, so not its sender's own act",
    "test_one_direction_only_from_the_middle_may_hide_a_fin": "without a beginning, unseen numbers may hide a FIN",
    "test_a_repeated_syn_ack_may_be_no_beginning": "without a beginning, unseen numbers may hide a FIN",
    "test_a_syn_reported_as_a_duplicate_had_come_before_the_syn_ack_rfc2883": "the report comes after the first ACK",
    "test_a_late_copy_of_the_syn_begins_nothing": "a copy of a SYN shows by what answers it",
    "test_a_syn_ack_that_comes_after_what_it_opened_is_no_beginning": "that it comes late shows by what answers it",
    "test_an_ack_overtaken_by_the_fin_that_it_follows_shows_that_the_fins_crossed": "what is older comes later",
    "test_a_syn_overtaken_by_an_answer_to_the_peers_tells_that_both_called": "what is older comes later",
    "test_a_syn_overtaken_by_the_reset_of_its_sender_tells_that_both_called": "what is older comes later",
    "test_who_answers_when_its_fin_was_acknowledged_had_closed_first": "which FIN was first shows by who lives on",
    "test_an_acknowledgement_of_one_number_never_captured_may_be_of_a_fin_or_of_an_octet": "what was not captured may have been a FIN",
    "test_a_fin_acknowledged_before_it_shows_where_the_capture_begins_late_may_have_been_the_first": "what is older comes later",
    "test_a_fin_that_came_behind_the_answer_for_want_of_a_socket": "what is older comes later",
    "test_who_repeats_its_syn_had_not_gone_on": "that it calls still shows by its SYN sent again",
    "test_reset_by_somebody_else_is_withdrawn_when_its_sender_goes_on": "a forged reset shows by what comes after it",
    "test_what_came_before_the_syn_left_nothing_behind": "strays that drew nothing but resets belong to no life",
    "test_time_wait_that_answers_a_syn_by_an_ack_lives_on": "a SYN begins a life until the old one answers it itself",
}
"""Where what comes later may take back what was certain as far as it went, and why."""


def certain(connection: Connection, role: str) -> list[tuple[object, ...]]:
    """Return the moves of an endpoint up to the first that is tentative or a matter of time."""
    found: list[tuple[object, ...]] = []
    for move in connection.transitions:
        if move.endpoint == role:
            if move.basis == "timer" or (move.basis == "received" and move.confirmed_by is None):
                break
            found.append((move.packet, move.event, move.basis, move.confirmed_by))
    return found


@pytest.mark.parametrize("name", sorted(FIGURES.keys() - REVISED))
def test_what_is_certain_stays_so_however_the_capture_goes_on(name: str) -> None:
    assert takes_back(FIGURES[name]) == []


@pytest.mark.parametrize("name", REVISED)
def test_what_is_taken_back_is_known_by_name(name: str) -> None:
    assert takes_back(FIGURES[name])


def takes_back(figure: str) -> list[str]:
    """Return which moves were certain after some packet and are not so in the end."""
    records = list(records_of(steps_of(figure), World(isn=WRAPPING)))
    lives_of = {life.first_packet: life for life in play(HEADER + b"".join(records)).connections}
    found = []
    for count in range(1, len(records)):
        for part in play(HEADER + b"".join(records[:count])).connections:
            whole = lives_of.get(part.first_packet)
            for role in ("client", "server"):
                moves = certain(part, role)
                later = [] if whole is None else certain(whole, role)
                if later[: len(moves)] != moves:
                    found.append(f"after packet {count}: {role} {moves}, in the end {later}")
    return found
