# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""How a connection ended: the kinds of `model.close_kinds`, judged from the finished facts.

In: a finished Life and its endpoints as client and server. Out: close_kind, close_initiator, close_packet, all left
alone while it is open, and what a half-close was. The packet is the one in which the close begins.
"""

from __future__ import annotations

from ..model import longs
from ..model.catalogue import ROWS
from ..model.names import CLOSED, SYN_SENT, TIME_WAIT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..model.connection import Connection
    from ..model.judgement import Judgement
    from ..tracker.account import Account
    from ..tracker.endpoint import Endpoint
    from ..tracker.life import Life

REFUSED = 1
ICMP = 2
GOT_RESET = 3
SENT_RESET = 4
GAVE_UP_TRIES = 3
"""Repeats without an answer after which silence counts as giving up; Linux makes 15, others 5 (RFC 9293 3.8.3)."""
GAVE_UP_TIMES = 3
"""... once the capture has gone on for three times the wait after which it had tried last (the timer doubles)."""

_ENDINGS = bytearray()


def _endings() -> bytearray:
    """What each row of the transition table ends, made once: the table is published after this module is read."""
    for row in ROWS:
        code = 0
        if row.event == "GETS_RST" and row.from_state == SYN_SENT:
            code = REFUSED
        elif row.event == "GETS_ICMP_ERROR":
            code = ICMP
        elif row.event.startswith("GETS_RST") and row.from_state != TIME_WAIT:
            code = GOT_RESET
        elif row.event == "SENDS_RST" and row.from_state != TIME_WAIT:
            code = SENT_RESET
        _ENDINGS.append(code)
    return _ENDINGS


def judge_close(c: Connection, life: Life, client: Endpoint, server: Endpoint) -> None:
    """Fill close_kind, close_initiator, close_packet, and the half-close of the judgement."""
    account: Account | None = life.spent
    if account is not None and (client.fins.packet or server.fins.packet):
        _judge_fins(c, life, client, server)
        if c.close_kind is not None:
            return
    if _judge_rows(c):
        return
    if client.state == SYN_SENT and server.packets == 0:
        c.close_kind = "unanswered"
        c.close_packet = client.syn_packet or c.first_packet
    elif account is not None:
        _judge_silence(c, life, client, server, account)


def _judge_rows(c: Connection) -> bool:
    """Whether a reset or an ICMP error ended it: the first such row of the transition log."""
    endings = _ENDINGS if len(_ENDINGS) else _endings()
    if c.transition_rows is None:
        return False
    size = len(c.transition_rows)
    rows = longs.of(c.transition_rows)
    for at in range(2, size, 4):
        code = rows[at]
        ending = endings[code >> 3]
        if ending:
            side = code & 1
            c.close_packet = rows[at - 2]
            if ending == REFUSED:
                c.close_kind = "refused"
                c.close_initiator = 1 - side
            elif ending == ICMP:
                c.close_kind = "unreachable"
            else:
                c.close_kind = "reset"
                c.close_initiator = side if ending == SENT_RESET else 1 - side
            return True
    return False


def _judge_fins(c: Connection, life: Life, client: Endpoint, server: Endpoint) -> None:
    """One FIN at least: which came first, what came between them, and whether both were acknowledged."""
    first = client
    second = server
    by = 0
    if not client.fins.packet or (server.fins.packet and server.fins.packet < client.fins.packet):
        first = server
        second = client
        by = 1
    bytes_after = 0
    if first.fins.peer_sent >= 0:
        reach = second.fin if second.fin >= 0 else second.snd_max
        bytes_after = max(0, reach - max(first.fins.peer_sent, 1))
    both = second.fins.packet != 0
    crossed = both and second.fins.first_ack <= first.fin
    c.judgement.half_ns = (second.fins.ts_ns if both else life.last_ns) - first.fins.ts_ns
    if not crossed and (bytes_after or not both):
        _note_half(c, first, second, by, bytes_after)
    if not _is_closed(client.state) or not _is_closed(server.state) or _is_reset_first(c, client, server):
        return
    c.close_initiator = by
    c.close_packet = first.fins.packet
    if crossed:
        c.close_kind = "simultaneous"
    elif bytes_after:
        c.close_kind = "half_close"
    elif both and first.fins.acked_packet == second.fins.packet:
        c.close_kind = "three_segment"
    else:
        c.close_kind = "four_segment"


def _is_closed(state: int) -> bool:
    return state in (CLOSED, TIME_WAIT)


def _is_reset_first(c: Connection, client: Endpoint, server: Endpoint) -> bool:
    """Whether a reset cut the exchange of FINs short; resets without such an end are not looked for."""
    if client.odd.resets == 0 and server.odd.resets == 0:
        return False
    return _judge_rows(c)


def _note_half(c: Connection, first: Endpoint, second: Endpoint, by: int, octets: int) -> None:
    judgement: Judgement = c.judgement
    judgement.half_by = by
    judgement.half_from = first.fins.packet
    judgement.half_to = second.fins.packet
    judgement.half_bytes = octets


def _judge_silence(c: Connection, life: Life, client: Endpoint, server: Endpoint, account: Account) -> None:
    """Whether one side repeated in vain and then stopped, while the capture went on."""
    for side in (0, 1):
        e = client if side == 0 else server
        p = server if side == 0 else client
        if e.tries < GAVE_UP_TRIES:
            continue
        mending = (account.a if e.side == 0 else account.b).mending
        if mending is None or p.last_ns > mending.tries_ns or _is_closed(e.state):
            continue
        waited = mending.tries_ns - mending.tries_before_ns
        if life.quiet_ns > GAVE_UP_TIMES * waited:
            c.close_kind = "timed_out"
            c.close_initiator = side
            c.close_packet = mending.tries_packet
            return
