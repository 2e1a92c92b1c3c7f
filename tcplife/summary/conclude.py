# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""A finished Life becomes a Connection: sides become client and server, counters become statistics.

In: a Life nothing more can happen to. Out: the Connection, its close and verdict judged by the other modules of
this room from the same finished facts.
"""

from __future__ import annotations

from ..anomalies.judge import in_packet_order, judge_life
from ..flows.roles import guess_client
from ..model import longs
from ..model.catalogue import KINDS
from ..model.connection import SEGMENT_WIDTH, WORD, Connection, SideStats
from ..model.judgement import Judgement
from .close import judge_close
from .forensics import examine_reset
from .judge import judge
from .verdict import judge_verdict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from array import array

    from ..tracker.account import Account, SideAccount
    from ..tracker.endpoint import Endpoint
    from ..tracker.life import Life
    from .zeek import ZeekLife

BIT = 1
DUPLICATE_ACK = 4
"""Kind of Wireshark's duplicate ACKs: its kinds are published first, in a fixed order (`anomalies.flags`)."""


_SEVERITIES = bytearray()


def _severities() -> bytearray:
    """How bad each kind is; made once, as kinds are published after this module is read."""
    for kind in KINDS:
        _SEVERITIES.append(int(kind.severity))
    return _SEVERITIES


def conclude(life: Life, tunnel: str) -> Connection:
    """The finished record of a life that `Life.finish` has closed."""
    c = Connection.__new__(Connection)
    c.begin()
    side = life.syn_side
    if side < 0:
        side = 1 - life.synack_side if life.synack_side >= 0 else -1
        if side >= 0:
            c.client_guess = "it was answered with SYN+ACK"
    if side < 0:
        side, c.client_guess = guess_client(life.a_port, life.b_port)
    client = life.a if side == 0 else life.b
    server = life.b if side == 0 else life.a
    c.index = life.index
    c.ip_version = life.ip_version
    c.client_side = side
    if side == 0:
        c.client_hi, c.client_lo, c.client_port = life.a_hi, life.a_lo, life.a_port
        c.server_hi, c.server_lo, c.server_port = life.b_hi, life.b_lo, life.b_port
    else:
        c.client_hi, c.client_lo, c.client_port = life.b_hi, life.b_lo, life.b_port
        c.server_hi, c.server_lo, c.server_port = life.a_hi, life.a_lo, life.a_port
    c.tunnel = tunnel
    c.first_packet = life.first_packet
    c.last_packet = life.last_packet
    c.start_ns = life.start_ns
    c.end_ns = life.last_ns
    c.final_client = client.state
    c.final_server = server.state
    c.transition_rows = _turned(life.rows, side)
    c.anomaly_rows = _turned_anomalies(life.anomalies, side)
    c.anomalies_omitted = life.incidents.anomalies_omitted
    c.segment_rows = _turned_segments(life.segments, side)
    c.details = life.details
    c.client_stats = side_stats(client, server)
    c.server_stats = side_stats(server, client)
    c.client_isn = client.base if client.based else -1
    c.server_isn = server.base if server.based else -1
    zeek: ZeekLife | None = life.zeek
    if zeek is not None:
        zeek.tell(c)
    account: Account | None = life.spent
    if account is not None:
        _take_account(c.client_stats, account.a if side == 0 else account.b)
        _take_account(c.server_stats, account.b if side == 0 else account.a)
    c.judgement = Judgement.__new__(Judgement)
    c.judgement.begin()
    judge_close(c, life, client, server)
    judge(c, life, client, server)
    if account is not None and account.reset is not None:
        examine_reset(c, account, client, server)
    judge_verdict(c, life, server)
    judge_life(c, life, client, server)
    if c.anomaly_rows is not None:
        in_packet_order(c)
        _count_anomalies(c)
    return c


def _take_account(s: SideStats, mine: SideAccount) -> None:
    mending = mine.mending
    if mending is None:
        return
    s.lost_before = mending.lost_before
    s.lost_after = mending.lost_after
    s.spurious = mending.spurious
    s.reordered = mending.reordered
    s.late_packets = mending.late_packets
    s.twin_packets = mending.twins


def _count_anomalies(c: Connection) -> None:
    """Which kinds there are, how bad the worst is, and Wireshark's duplicate ACKs per side."""
    if c.anomaly_rows is None:
        return
    severities = _SEVERITIES if len(_SEVERITIES) else _severities()
    size = len(c.anomaly_rows)
    rows = longs.of(c.anomaly_rows)
    low = 0
    high = 0
    worst = 0
    for at in range(1, size, 4):
        kind = rows[at] >> 1
        if kind < WORD:
            low |= BIT << kind
        else:
            high |= BIT << (kind - WORD)
        worst = max(worst, severities[kind])
        if kind == DUPLICATE_ACK:
            if rows[at] & 1:
                c.server_stats.duplicate_acks += 1
            else:
                c.client_stats.duplicate_acks += 1
    c.kinds_low = low
    c.kinds_high = high
    c.worst = worst


def _turned(rows: array[int], side: int) -> array[int]:
    """Rows whose sides are client (0) and server (1) instead of a and b."""
    if side:
        size = len(rows)
        numbers = longs.of(rows)
        for at in range(2, size, 4):
            numbers[at] ^= 1
    return rows


def _turned_anomalies(rows: array[int] | None, side: int) -> array[int] | None:
    if side and rows is not None:
        size = len(rows)
        numbers = longs.of(rows)
        for at in range(1, size, 4):
            numbers[at] ^= 1
    return rows


def _turned_segments(rows: array[int] | None, side: int) -> array[int] | None:
    """The segment log likewise: who sent it, and the pair of states."""
    if side and rows is not None:
        for at in range(0, len(rows), SEGMENT_WIDTH):
            rows[at + 2] ^= 1
            rows[at + 7] = rows[at + 7] >> 4 | (rows[at + 7] & 15) << 4
    return rows


def side_stats(e: Endpoint, p: Endpoint) -> SideStats:
    """What one endpoint sent, counted."""
    s = SideStats.__new__(SideStats)
    s.begin()
    s.packets = e.packets
    s.bytes = e.bytes
    s.unique_bytes = e.unique
    payload_end = e.fin if e.fin >= 0 else e.snd_max
    acked = min(p.ack, payload_end)
    s.acked_bytes = max(acked - 1, 0)
    s.unacked_bytes = max(payload_end - max(p.ack, 1), 0) if payload_end > 1 else 0
    odd = e.odd
    fins = e.fins
    s.unseen_bytes = odd.unseen + max(0, e.acked_unseen - max(e.edge, 1))
    s.data_packets = e.data_packets
    s.retransmitted_packets = odd.repeated_packets
    s.retransmitted_bytes = odd.repeated_bytes
    s.out_of_order = odd.out_of_order
    s.duplicate_packets = odd.duplicates
    s.keep_alives = odd.keep_alives
    s.zero_windows = odd.zero_windows
    s.sack_blocks = odd.sack_blocks
    s.syns = e.syns + e.syn_acks
    s.fins = fins.tries
    s.resets = odd.resets
    s.mss = e.mss
    s.wscale = e.wscale
    s.sack_ok = e.sack_ok
    s.timestamps = e.timestamps
    s.tfo = e.tfo
    s.mptcp = e.mptcp
    s.ecn_ce = odd.ecn_ce
    s.max_segment = e.max_segment
    s.initial_window = e.first_window
    s.window_min = e.window_min
    s.window_max = e.window_max
    s.ttl_min = e.ttl_min if e.ttl_max else -1
    s.ttl_max = e.ttl_max or -1
    s.last_ack = e.ack
    if fins.packet:
        s.fin_number = e.fin
        s.fin_packet = fins.packet
        s.fin_last_packet = fins.last_packet
        if fins.acked_packet:
            s.fin_acked_packet = fins.acked_packet
            s.fin_acked_after_ns = fins.acked_ns - fins.ts_ns
    timing = e.timing
    if timing is not None and timing.count_kept():
        timing.sum_up()
        s.rtt_samples = timing.count
        s.rtt_min_ns = timing.min_ns
        s.rtt_max_ns = timing.max_ns
        s.rtt_avg_ns = timing.sum_ns // timing.count
        count = timing.count_kept()
        timing.put_in_order()
        s.rtt_median_ns = timing.kept_at((count - 1) // 2)
        s.rtt_p95_ns = timing.kept_at((count * 95 - 1) // 100)
    return s
