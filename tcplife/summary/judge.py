# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""What is concluded beyond states: the beginning, what was acknowledged, whose turn it is, time, capture point.

In: a finished Life, its endpoints as client and server, their statistics. Out: the Connection's Judgement.
"""

from __future__ import annotations

from ..model import longs
from ..model.catalogue import ROWS
from ..model.close_kinds import (
    ACK_FIN,
    ACK_OCTETS,
    ACK_SYN_ACK,
    ANSWER_SYN,
    BEFORE_CAPTURE,
    BETWEEN,
    BOTH_NEAR,
    BY_INFERENCE,
    CLOSE_HALF,
    FAST_OPEN,
    NEAR_CLIENT,
    NEAR_SERVER,
    REFUSED,
    SIMULTANEOUS,
    THREE_SEGMENT,
    UNANSWERED,
    UNFINISHED,
    UNREACHABLE,
)
from ..model.names import (
    BY_IMPLICATION,
    CLOSE_WAIT,
    CLOSING,
    FIN_WAIT_1,
    LAST_ACK,
    SYN_RECEIVED,
    SYN_SENT,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..model.connection import Connection, SideStats
    from ..model.judgement import Judgement
    from ..tracker.account import Account
    from ..tracker.endpoint import Endpoint
    from ..tracker.life import Life

EVENTS = ("SENDS_SYN", "SENDS_SYN_ACK", "GETS_ACK_OF_SYN", "GETS_ICMP_ERROR")
SENT_SYN = 1
SENT_SYN_ACK = 2
GOT_ACK_OF_SYN = 4
GOT_ICMP = 8
IMPLIED = 16
FAR = 5
"""One side is near when the other's answers take five times as long, at least."""
NEAR_NS = 300_000
"""Answers within 0.3 ms come from the same host or the same switch."""

_EVENT_BITS = bytearray()


def _event_bits() -> bytearray:
    """Bit of each row's event; made once, as the table is published after this module is read."""
    for row in ROWS:
        _EVENT_BITS.append(1 << EVENTS.index(row.event) if row.event in EVENTS else 0)
    return _EVENT_BITS


def judge(c: Connection, life: Life, client: Endpoint, server: Endpoint) -> None:
    """Fill the Judgement of a connection whose statistics and close are judged already."""
    judgement = c.judgement
    account: Account | None = life.spent
    _judge_opening(c, judgement, client, server)
    judgement.acked_client = _acked(client, server, c.client_stats)
    judgement.acked_server = _acked(server, client, c.server_stats)
    if c.close_kind is None:
        _judge_turn(judgement, client, server, c.client_stats, c.server_stats)
    if account is None:
        return
    _take_split(judgement, account, client, server)
    _judge_handshake(c, judgement, account, client, server)
    _judge_place(c, judgement)


def _judge_opening(c: Connection, judgement: Judgement, client: Endpoint, server: Endpoint) -> None:
    bits = _EVENT_BITS if len(_EVENT_BITS) else _event_bits()
    mine = 0
    other = 0
    if c.transition_rows is not None:
        size = len(c.transition_rows)
        rows = longs.of(c.transition_rows)
        for at in range(2, size, 4):
            code = rows[at]
            bit = bits[code >> 3]
            if bit:
                if code >> 1 & 3 == BY_IMPLICATION:
                    bit |= IMPLIED
                if code & 1:
                    other |= bit
                else:
                    mine |= bit
    if mine & SENT_SYN:
        judgement.opened_by = 0
    judgement.opened_how = _how(c, mine, other, client, server)


def _how(c: Connection, mine: int, other: int, client: Endpoint, server: Endpoint) -> int:
    if not mine & SENT_SYN:
        return UNFINISHED if client.syns else BEFORE_CAPTURE
    if (mine | other) & IMPLIED:
        return BY_INFERENCE
    if other & SENT_SYN:
        return SIMULTANEOUS
    if other & SENT_SYN_ACK:
        if not other & GOT_ACK_OF_SYN:
            return UNFINISHED
        return FAST_OPEN if client.tfo > 0 else THREE_SEGMENT
    if mine & GOT_ICMP:
        return UNREACHABLE
    if c.close_kind == "refused":
        return REFUSED
    return UNANSWERED if server.packets == 0 else UNFINISHED


def _acked(e: Endpoint, p: Endpoint, stats: SideStats) -> int:
    """Whether every octet of e was acknowledged: 1, 0; -1 where one direction was not captured."""
    if (p.packets == 0 and e.syns == 0) or (e.packets == 0 and p.ack < 0):
        return -1
    return 1 if stats.unacked_bytes == 0 else 0


def _judge_turn(
    judgement: Judgement, client: Endpoint, server: Endpoint, of_client: SideStats, of_server: SideStats
) -> None:
    """Who has to act next, and what for; nobody when nothing is outstanding."""
    turn = -1
    why = 0
    if client.state == SYN_SENT:
        turn, why = 1, ANSWER_SYN
    elif server.state == SYN_RECEIVED:
        turn, why = 0, ACK_SYN_ACK
    elif client.state == CLOSE_WAIT:
        turn, why = 0, CLOSE_HALF
    elif server.state == CLOSE_WAIT:
        turn, why = 1, CLOSE_HALF
    elif client.state in (FIN_WAIT_1, LAST_ACK, CLOSING):
        turn, why = 1, ACK_FIN
    elif server.state in (FIN_WAIT_1, LAST_ACK, CLOSING):
        turn, why = 0, ACK_FIN
    elif of_client.unacked_bytes > 0:
        turn, why = 1, ACK_OCTETS
    elif of_server.unacked_bytes > 0:
        turn, why = 0, ACK_OCTETS
    judgement.turn = turn
    judgement.turn_why = why


def _take_split(judgement: Judgement, account: Account, client: Endpoint, server: Endpoint) -> None:
    judgement.handshake_ns = account.handshake_ns
    judgement.network_ns = client.network_ns + server.network_ns
    judgement.window_ns = account.window_ns
    judgement.recovery_ns = account.recovery_ns
    judgement.idle_ns = account.idle_ns
    judgement.closing_ns = account.closing_ns
    judgement.client_ns = client.own_ns
    judgement.server_ns = server.own_ns


def _judge_handshake(c: Connection, judgement: Judgement, account: Account, client: Endpoint, server: Endpoint) -> None:
    """The handshake's round trip, split at the capture point; a half only where it was not repeated (Karn)."""
    if client.syns == 0 or account.established_ns < 0:
        return
    c.handshake_ns = account.established_ns - client.syn_ns
    if server.syn_acks and client.syns == 1:
        judgement.handshake_server_ns = server.syn_ns - client.syn_ns
    if server.syn_acks == 1 and client.ack >= 1:
        judgement.handshake_client_ns = account.established_ns - server.syn_ns


def _judge_place(c: Connection, judgement: Judgement) -> None:
    """Where the capture was taken: near the side whose answers are quick."""
    to_server = c.client_stats.rtt_min_ns
    to_client = c.server_stats.rtt_min_ns
    judgement.way_server_ns = to_server
    judgement.way_client_ns = to_client
    if to_server < 0 or to_client < 0:
        return
    if to_server <= NEAR_NS and to_client <= NEAR_NS:
        judgement.place = BOTH_NEAR
    elif to_client <= to_server // FAR:  # multiplied, an absurd time would be too long for C
        judgement.place = NEAR_CLIENT
    elif to_server <= to_client // FAR:
        judgement.place = NEAR_SERVER
    else:
        judgement.place = BETWEEN
