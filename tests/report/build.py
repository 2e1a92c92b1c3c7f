"""Connections made by hand, for testing reporters without a capture: a textbook life, and any life at all."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Final

from tcplife.model.catalogue import KINDS, ROWS, Kind, kind_id
from tcplife.model.close_kinds import OPENED, PLACES, TURNS
from tcplife.model.connection import NO_VALUE, Connection, SideStats
from tcplife.model.judgement import Judgement
from tcplife.model.names import (
    BY_RECEIVING,
    BY_SENDING,
    CLOSED,
    STATES,
    TIME_WAIT,
    Severity,
)
from tcplife.tracker import transitions as _table

if TYPE_CHECKING:
    import random

START_NS: Final = 1_560_334_151_163_215_000
CLIENT, SERVER = 0, 1
COUNTED: Final = (
    "packets", "bytes", "unique_bytes", "data_packets", "retransmitted_packets", "retransmitted_bytes", "out_of_order",
    "duplicate_acks", "rtt_samples", "acked_bytes", "unacked_bytes", "unseen_bytes", "duplicate_packets", "keep_alives",
    "zero_windows", "sack_blocks", "syns", "fins", "resets", "ecn_ce", "max_segment", "lost_before", "lost_after",
    "spurious", "reordered",
)  # fmt: skip
OPTIONAL: Final = (
    "rtt_min_ns", "rtt_avg_ns", "rtt_max_ns", "rtt_median_ns", "rtt_p95_ns", "mss", "wscale", "tfo", "initial_window",
    "window_min", "window_max", "ttl_min", "ttl_max",
)  # fmt: skip


MADE_UP_KINDS: Final = (
    Kind("made_up", Severity.WARNING, "tests", "made for a test"),
    Kind("counted", Severity.ERROR, "tests", "made for a test, with a value", "octets"),
    Kind("noted", Severity.INFO, "tests", "made for a test"),
)
"""Kinds of anomaly that conftest publishes around each test."""


def row_of(from_state: str, event: str) -> int:
    """The number of the row of the transition table."""
    for number, row in enumerate(_table.TRANSITIONS):
        if STATES[row.from_state] == from_state and row.event == event:
            return number
    raise LookupError(f"no row for {from_state} on {event}")


def transition(packet: int, us: int, side: int, from_state: str, event: str, confirmed: int = 0) -> tuple[int, ...]:
    """A packed transition row; us: microseconds since the start."""
    basis = BY_SENDING if event.startswith("SENDS") else BY_RECEIVING
    return packet, START_NS + us * 1000, side | basis << 1 | row_of(from_state, event) << 3, confirmed


def textbook() -> Connection:
    """The first download of the textbook's trace: three segments to open, three to close."""
    c = Connection()
    c.index = 1
    c.client_lo, c.client_port = 0xC0A8_8384, 37584
    c.server_lo, c.server_port = 0xC0A8_838A, 80
    c.first_packet, c.last_packet = 1, 26
    c.start_ns, c.end_ns = START_NS, START_NS + 1_667_000
    c.handshake_ns = 175_000
    c.final_client, c.final_server = TIME_WAIT, CLOSED
    moves = (
        transition(1, 0, CLIENT, "CLOSED", "SENDS_SYN"),
        transition(2, 140, SERVER, "LISTEN", "SENDS_SYN_ACK"),
        transition(2, 140, CLIENT, "SYN_SENT", "GETS_SYN_ACK", 3),
        transition(3, 175, SERVER, "SYN_RECEIVED", "GETS_ACK_OF_SYN", 5),
        transition(24, 1270, CLIENT, "ESTABLISHED", "SENDS_FIN"),
        transition(24, 1270, SERVER, "ESTABLISHED", "GETS_FIN", 25),
        transition(25, 1648, SERVER, "CLOSE_WAIT", "SENDS_FIN"),
        transition(25, 1648, CLIENT, "FIN_WAIT_1", "GETS_ACK_OF_FIN", 26),
        transition(25, 1648, CLIENT, "FIN_WAIT_2", "GETS_FIN", 26),
        transition(26, 1667, SERVER, "LAST_ACK", "GETS_ACK_OF_FIN"),
    )
    c.transition_rows = array("q", [number for move in moves for number in move])
    c.close_kind, c.close_initiator, c.close_packet = "three_segment", CLIENT, 24
    c.client_stats, c.server_stats = SideStats(), SideStats()
    c.client_stats.packets, c.client_stats.bytes = 14, 151
    c.client_stats.unique_bytes, c.client_stats.data_packets = 151, 1
    c.server_stats.packets, c.server_stats.bytes = 12, 65_800
    c.server_stats.unique_bytes, c.server_stats.data_packets = 65_800, 10
    for side in (c.client_stats, c.server_stats):
        side.mss, side.wscale, side.sack_ok, side.timestamps = 1460, 7, 1, 1
        side.syns = side.fins = 1
        side.rtt_samples, side.rtt_min_ns, side.rtt_avg_ns, side.rtt_max_ns = 3, 111_000, 126_000, 140_000
    c.zeek_state, c.zeek_history = "SF", "ShADadFf"
    c.zeek_bytes_orig, c.zeek_bytes_resp, c.zeek_pkts_orig, c.zeek_pkts_resp = 151, 65_800, 14, 12
    c.verdict = "Client closed first; the server had nothing more to send and closed in the same segment."
    return c


def syn_only(index: int = 1) -> Connection:
    """One SYN that nobody answered, as a flood makes them by the million."""
    c = Connection()
    c.index = index
    c.client_lo, c.client_port = 0x0A00_0000 + index, 1024 + index % 60_000
    c.server_lo, c.server_port = 0xC0A8_838A, 80
    c.first_packet = c.last_packet = index
    c.start_ns = c.end_ns = START_NS
    c.final_client = STATES.index(STATES[3])
    c.transition_rows = array("q", transition(index, 0, CLIENT, "CLOSED", "SENDS_SYN"))
    c.close_kind, c.close_packet = "unanswered", index
    c.client_stats, c.server_stats = SideStats(), SideStats()
    c.client_stats.packets = c.client_stats.syns = 1
    c.client_stats.mss = 1460
    c.zeek_state, c.zeek_history = "S0", "S"
    c.zeek_pkts_orig = 1
    c.verdict = "The SYN was never answered."
    return c


def random_stats(rng: random.Random) -> SideStats:
    """Statistics of any size, or none at all."""
    s = SideStats()
    if rng.random() < 0.2:
        return s
    for name in COUNTED:
        setattr(s, name, rng.choice((0, 1, rng.randrange(10**5), rng.randrange(2**31))))
    for name in OPTIONAL:
        setattr(s, name, rng.choice((-1, 0, rng.randrange(65536), rng.randrange(2**31))))
    s.sack_ok, s.timestamps, s.mptcp = (rng.randrange(2) for _ in range(3))
    return s


def random_text(rng: random.Random) -> str:
    """Text that may need every kind of escape."""
    alphabet = 'abc XYZ"\\/\x00\x1b\x7f\x85é€😀\u202e\ud800'
    return "".join(rng.choice(alphabet) for _ in range(rng.randrange(12)))


def random_connection(rng: random.Random) -> Connection:
    """A connection with any values its fields can have; nothing in it need make sense."""
    kinds = [kind_id(made_up.name) for made_up in MADE_UP_KINDS]
    c = Connection()
    c.index = rng.randrange(1, 10**7)
    c.ip_version = rng.choice((4, 6))
    if c.ip_version == 6:
        c.client_hi, c.server_hi = rng.getrandbits(64), rng.choice((0, rng.getrandbits(64)))
    c.client_lo, c.server_lo = rng.getrandbits(32), rng.getrandbits(32)
    c.client_port, c.server_port = rng.randrange(65536), rng.randrange(65536)
    c.client_guess = rng.choice((None, random_text(rng)))
    c.tunnel = rng.choice(("", "gre", random_text(rng)))
    c.first_packet = rng.randrange(1, 10**6)
    c.last_packet = c.first_packet + rng.randrange(10**6)
    c.start_ns = rng.choice((0, START_NS, rng.randrange(4 * 10**18)))
    c.end_ns = c.start_ns + rng.choice((0, 1, 10**9, rng.randrange(10**14)))
    c.handshake_ns = rng.choice((-1, 0, rng.randrange(10**10)))
    c.final_client, c.final_server = rng.randrange(len(STATES)), rng.randrange(len(STATES))
    moves = array("q")
    for _ in range(rng.randrange(6)):
        code = rng.randrange(8) | rng.randrange(len(ROWS)) << 3
        moves.extend((rng.choice((0, 7)), c.start_ns + rng.randrange(10**12), code, rng.choice((0, 9))))
    c.transition_rows = moves
    found = array("q")
    for _ in range(rng.randrange(5)):
        value = rng.choice((NO_VALUE, 0, -5, rng.randrange(10**12)))
        found.extend((rng.randrange(1, 99), rng.randrange(2) | rng.choice(kinds) << 1, value, rng.choice((0, 3))))
    c.anomaly_rows = rng.choice((None, found))
    c.anomalies_omitted = rng.choice((0, 12))
    c.close_kind = rng.choice((None, "reset", "three_segment"))
    c.close_initiator, c.close_packet = rng.randrange(-1, 2), rng.randrange(100)
    c.client_stats, c.server_stats = random_stats(rng), random_stats(rng)
    c.zeek_state, c.zeek_history, c.zeek_note = "SF", "ShADadFf", rng.choice((None, random_text(rng)))
    c.zeek_bytes_orig, c.zeek_missed = rng.randrange(2**40), rng.randrange(9)
    c.verdict = random_text(rng)
    if rng.random() < 0.5:
        c.judgement = random_judgement(rng)
    c.left_early = rng.choice((None, "idle"))
    if rng.random() < 0.5:
        c.segment_rows = random_segments(rng, c)
    return c


def random_judgement(rng: random.Random) -> Judgement:
    """Judgements of any value; nothing in them need make sense."""
    j = Judgement()
    j.opened_by, j.opened_how = rng.randrange(-1, 2), rng.randrange(len(OPENED))
    j.acked_client, j.acked_server = rng.randrange(-1, 2), rng.randrange(-1, 2)
    j.turn, j.turn_why, j.place = rng.randrange(-1, 2), rng.randrange(len(TURNS)), rng.randrange(len(PLACES))
    j.half_by, j.half_from, j.half_ns, j.half_bytes = (
        rng.randrange(-1, 2),
        rng.randrange(9),
        rng.randrange(10**12),
        rng.randrange(99),
    )
    j.idle_ns, j.closing_ns = rng.randrange(10**12), rng.randrange(10**6)
    return j


def random_segments(rng: random.Random, c: Connection) -> array[int]:
    """Segment rows that point to the anomaly rows there are."""
    rows = array("q")
    held = len(c.anomaly_rows or ()) // 4
    for packet in range(1, rng.randrange(1, 8)):
        count = rng.randrange(held + 1)
        ack = rng.choice((NO_VALUE, 0, -1, 2**33))
        states = rng.randrange(12) | rng.randrange(12) << 4
        when = c.start_ns + rng.randrange(10**12)
        code = rng.randrange(2) | rng.randrange(512) << 1
        rows.extend(
            (
                packet,
                when,
                code,
                rng.choice((0, -3, 2**35)),
                ack,
                rng.randrange(9000),
                65535,
                states,
                held - count,
                count,
            )
        )
    return rows


def with_anomalies(c: Connection, numbers: list[int], packet: int = 5) -> Connection:
    """The connection with anomalies of these kinds, on one packet after the other, sent by the server."""
    rows = array("q")
    for place, number in enumerate(numbers):
        rows.extend((packet + place, SERVER | number << 1, NO_VALUE, 0))
    c.anomaly_rows = rows
    c.worst = max((int(KINDS[number].severity) for number in numbers), default=0)
    return c
