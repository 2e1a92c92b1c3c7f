# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""The verdict: one sentence on a finished connection, in plain words, naming its packets.

In: a Connection whose close, statistics and judgement are filled. Out: its verdict. What is guessed says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..model.close_kinds import BEFORE_CAPTURE, FAST_OPEN, OPENED, SIMULTANEOUS, UNFINISHED
from ..model.names import CLOSE_WAIT, FIN_WAIT_2, ROLES, STATES, SYN_RECEIVED

if TYPE_CHECKING:
    from ..model.connection import Connection, SideStats
    from ..model.judgement import Judgement, ResetFacts
    from ..tracker.account import Account
    from ..tracker.endpoint import Endpoint
    from ..tracker.life import Life

MINUTE_NS = 60_000_000_000
SECOND_NS = 1_000_000_000
MS_NS = 1_000_000
_WHO = tuple(str(role) for role in ROLES)
BOTH_SIDES = -1
THE_CONNECTION = -2
ACTORS = 4
"""Who acts in a sentence: the connection, both sides, the client, the server."""
_TURNS = (
    "",
    "the {} has not answered the SYN yet",
    "the {} has not acknowledged the SYN+ACK",
    "it is the {}'s turn to close",
    "it is the {}'s turn to acknowledge the FIN",
    "it is the {}'s turn to acknowledge what is on its way",
)
_OWED = [turn.format(who) for turn in _TURNS for who in _WHO]
_ICMP = {
    (4, 3, 0): "network unreachable",
    (4, 3, 1): "host unreachable",
    (4, 3, 2): "protocol unreachable",
    (4, 3, 3): "port unreachable",
    (4, 3, 9): "network prohibited by an administrator",
    (4, 3, 10): "host prohibited by an administrator",
    (4, 3, 13): "communication prohibited by an administrator (a firewall)",
    (4, 3, -1): "destination unreachable",
    (4, 11, -1): "time exceeded on the way",
    (6, 1, 0): "no route",
    (6, 1, 1): "communication prohibited by an administrator (a firewall)",
    (6, 1, 3): "address unreachable",
    (6, 1, 4): "port unreachable",
    (6, 1, -1): "destination unreachable",
    (6, 3, -1): "time exceeded on the way",
}
"""(IP version, ICMP type, code; -1: any other) -> words."""


def judge_verdict(c: Connection, life: Life, client: Endpoint, server: Endpoint) -> None:
    """Fill verdict."""
    kind = c.close_kind
    by = c.close_initiator
    if kind is None:
        c.told = _still_open(c, life, client, server)
    elif kind == "three_segment":
        c.told = (
            f"{_start(c, by)} closed first (packet {c.close_packet}), in three segments as the {_WHO[1 - by]} had "
            "nothing more "
            f"to send{_acknowledged(c)}."
        )
    elif kind == "four_segment":
        c.told = f"{_start(c, by)} closed first (packet {c.close_packet}){_second_fin(c)}{_acknowledged(c)}."
    elif kind == "half_close":
        c.told = f"{_half(c)}, then closed too (packet {c.judgement.half_to}){_acknowledged(c)}."
    elif kind == "simultaneous":
        c.told = (
            f"{_start(c, BOTH_SIDES)} closed at once: the FINs crossed (packet {c.client_stats.fin_packet} of the client, "
            f"{c.server_stats.fin_packet} of the server){_acknowledged(c)}."
        )
    elif kind == "reset":
        c.told = _reset(c)
    elif kind == "refused":
        c.told = (
            f"Nobody listens on the server's port {c.server_port}: the SYN was answered with a reset (packet "
            f"{c.close_packet})."
        )
    elif kind == "unanswered":
        c.told = None  # it can be told when somebody asks
    elif kind == "unreachable":
        c.told = (
            f"The client's SYN to port {c.server_port} was answered by an ICMP error (packet {c.close_packet}): "
            f"{_icmp(c, life)}."
        )
    else:
        c.told = _timed_out(c, life)


def span(ns: int) -> str:
    """A time in words: "0.14 ms", "402 ms", "1.01 s", "3 min", "2.1 h"."""
    if ns < 10 * MS_NS:
        return f"{ns / 1e6:.2f} ms"
    if ns < SECOND_NS:
        return f"{ns / 1e6:.0f} ms"
    if ns < 2 * MINUTE_NS:
        return f"{ns / 1e9:.2f} s"
    if ns < 120 * MINUTE_NS:
        return f"{ns / 6e10:.0f} min"
    return f"{ns / 3.6e12:.1f} h"


def octets(count: int) -> str:
    """A number of octets in words: "1 octet", "65,800 octets"."""
    if count < 1000:  # without commas it costs a quarter
        return "1 octet" if count == 1 else f"{count} octets"
    return f"{count:,} octets"


def _start(c: Connection, by: int) -> str:
    """The beginning of the sentence, up to the one who acts."""
    judgement: Judgement = c.judgement
    return _STARTS[judgement.opened_how * ACTORS + by - THE_CONNECTION]


def _beginning(how: int, by: int) -> str:
    who = f"the {_WHO[by]}" if by >= 0 else "both sides" if by == BOTH_SIDES else "and it"
    if how == SIMULTANEOUS:
        return f"Both sides opened it at once, {who}"
    if how == BEFORE_CAPTURE:
        return f"It was open before the capture began (which side is the client is a guess), {who}"
    if how == UNFINISHED:
        return f"The handshake was never finished, {who}"
    opened = "The client opened it"
    if how == FAST_OPEN:
        opened = "The client opened it with Fast Open"
    elif how:
        opened = "The client opened it (part of the handshake is not in the capture)"
    return f"{opened} and" if by == 0 else f"{opened}, {who}"


_STARTS = [_beginning(how, by) for how in range(len(OPENED)) for by in range(THE_CONNECTION, len(_WHO))]
"""By how it was opened, and by who acts."""


def _acknowledged(c: Connection) -> str:
    """The end of the sentence: whether everything arrived, as far as the capture shows."""
    judgement: Judgement = c.judgement
    client = c.client_stats
    server = c.server_stats
    if judgement.acked_client == 1 and judgement.acked_server == 1:
        if client.unseen_bytes or server.unseen_bytes:
            return (
                f"; all octets were acknowledged, {client.unseen_bytes + server.unseen_bytes:,} of them are not in "
                "the capture"
            )
        if client.bytes == 0 and server.bytes == 0:
            return "; no data was sent"
        return "; all octets were acknowledged"
    return _unacknowledged(judgement, client, server)


def _unacknowledged(judgement: Judgement, client: SideStats, server: SideStats) -> str:
    told = ""
    if judgement.acked_client == 0:
        told = f"; {octets(client.unacked_bytes)} of the client's were never acknowledged"
    if judgement.acked_server == 0:
        told += f"; {octets(server.unacked_bytes)} of the server's were never acknowledged"
    if client.packets == 0 or server.packets == 0:
        seen = _WHO[0] if client.packets else _WHO[1]
        told += f"; only the {seen}'s packets are in the capture"
    return told


def _second_fin(c: Connection) -> str:
    by = c.close_initiator
    first = c.client_stats if by == 0 else c.server_stats
    second = c.server_stats if by == 0 else c.client_stats
    if not second.fin_packet:
        return f", the FIN of the {_WHO[1 - by]} is not in the capture"
    if second.fin_acked_after_ns < 0 and first.fin_acked_after_ns < 0:
        return f", then the {_WHO[1 - by]} (packet {second.fin_packet})"
    later = f"{span(c.judgement.half_ns)} later" if c.judgement.half_ns else "at the same time"
    return f", the {_WHO[1 - by]} {later} (packet {second.fin_packet})"


def _half(c: Connection) -> str:
    judgement: Judgement = c.judgement
    by = judgement.half_by
    return (
        f"{_start(c, by)} closed its half first (packet {judgement.half_from}), the {_WHO[1 - by]} sent "
        f"{octets(judgement.half_bytes)} more in {span(judgement.half_ns)}"
    )


def _reset(c: Connection) -> str:
    r: ResetFacts | None = c.judgement.reset
    by = c.close_initiator
    lost = _unacknowledged(c.judgement, c.client_stats, c.server_stats)
    if r is None or r.packet != c.close_packet:
        return f"{_start(c, by)} reset it (packet {c.close_packet}){lost}."
    if r.signs:
        return (
            f"{_start(c, 1 - by)} was reset in the {_WHO[by]}'s name (packet {r.packet}), probably by a third party: "
            f"{r.signs[0]}{lost}."
        )
    if c.judgement.opened_how == UNFINISHED and by == 0 and r.provoked_sure:
        return (
            f"The client answered the server's SYN+ACK with a reset (packet {r.packet}): it knew nothing of that "
            "SYN, probably "
            "an old duplicate."
        )
    why = f" in answer to packet {r.provoked_by}" if r.provoked_by else ""
    if r.probes > 1:
        why = f" after {r.probes} keep-alive probes without an answer"
    states = f"in {STATES[r.from_state]}, the {_WHO[1 - by]} being in {STATES[r.to_state]}"
    if r.from_state == r.to_state:
        states = f"while both sides were in {STATES[r.to_state]}"
    return f"{_start(c, by)} reset it{why} (packet {r.packet}) {states}{lost}."


def _icmp(c: Connection, life: Life) -> str:
    """The error that ended the attempt, in the words of RFC 792, RFC 1812 5.2.7 and RFC 4443 3."""
    for packet, _, kind, code in life.icmp or ():
        if packet == c.close_packet:
            return (
                _ICMP.get((c.ip_version, kind, code))
                or _ICMP.get((c.ip_version, kind, -1))
                or f"type {kind}, code {code}"
            )
    return "of a type that was not kept"


def _timed_out(c: Connection, life: Life) -> str:
    by = c.close_initiator
    account: Account = life.spent
    side = c.client_side if by == 0 else 1 - c.client_side
    tries = account.a.tries if side == 0 else account.b.tries
    return (
        f"{_start(c, by)} sent octets again {tries} times from packet {c.close_packet} on, got no answer and fell "
        "silent: it probably "
        f"gave up as the {_WHO[1 - by]} was gone{_unacknowledged(c.judgement, c.client_stats, c.server_stats)}."
    )


def _still_open(c: Connection, life: Life, client: Endpoint, server: Endpoint) -> str:
    judgement: Judgement = c.judgement
    if server.state == SYN_RECEIVED:
        return (
            f"Half-open: the server answered the SYN with SYN+ACK (packet {server.syn_packet}), and the client did "
            "not finish the "
            "handshake in this capture."
        )
    lost = _unacknowledged(judgement, c.client_stats, c.server_stats)
    if judgement.half_by >= 0 and judgement.half_to == 0 and (_has_half(client.state) or _has_half(server.state)):
        by = judgement.half_by
        return (
            f"{_start(c, by)} closed its half (packet {judgement.half_from}); when the capture ended "
            f"{span(judgement.half_ns)} later "
            f"the {_WHO[1 - by]} had not closed: {_turn(judgement)}{lost}."
        )
    tries = 0
    account: Account | None = life.spent
    if account is not None:
        tries = max(account.a.tries, account.b.tries)
    if tries > 1:
        return (
            f"{_start(c, THE_CONNECTION)} was still open when the capture ended, after octets had been sent again {tries} times "
            f"without an answer{lost}."
        )
    if judgement.turn < 0:
        return f"{_start(c, THE_CONNECTION)} was still open when the capture ended, with nothing outstanding{_acknowledged(c)}."
    return f"{_start(c, THE_CONNECTION)} was not over when the capture ended: {_turn(judgement)}{lost}."


def _has_half(state: int) -> bool:
    return state in (CLOSE_WAIT, FIN_WAIT_2)


def _turn(judgement: Judgement) -> str:
    return _OWED[judgement.turn_why * 2 + judgement.turn] if judgement.turn >= 0 else "nobody owes anything"
