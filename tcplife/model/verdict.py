# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""The verdict in words: one plain sentence on a finished connection, naming its packets.

In: a Connection whose close, statistics and judgement are filled. Out: the sentence, made when somebody asks for it
(`Connection.verdict`; `report.verdict_writer` writes the usual ones faster). Nothing is decided here.
"""

from __future__ import annotations

from .close_kinds import BEFORE_CAPTURE, BOTH_SIDES, FAST_OPEN, OPENED, SIMULTANEOUS, THE_CONNECTION, UNFINISHED
from .names import CLOSE_WAIT, FIN_WAIT_2, ROLES, STATES, UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .connection import Connection
    from .judgement import Judgement, ResetFacts

MINUTE_NS = 60_000_000_000
SECOND_NS = 1_000_000_000
MS_NS = 1_000_000
_WHO = tuple(str(role) for role in ROLES)
ACTORS = 4
"""Who acts in a sentence: the connection, both sides, the client, the server."""
TURNS = (
    "",
    "the {} has not answered the SYN yet",
    "the {} has not acknowledged the SYN+ACK",
    "it is the {}'s turn to close",
    "it is the {}'s turn to acknowledge the FIN",
    "it is the {}'s turn to acknowledge what is on its way",
)
OWED = [turn.format(who) for turn in TURNS for who in _WHO]
"""By what for, and by whose turn it is."""


def sentence(c: Connection) -> str:
    """What became of it, where the Connection alone says it (`Connection.told` is None)."""
    kind = c.close_kind
    by = c.close_initiator
    if kind is None:
        return _still_open(c)
    if kind == "three_segment":
        return (
            f"{start(c, by)} closed first (packet {c.close_packet}), in three segments as the {other(by)} had "
            f"nothing more to send{acknowledged(c)}."
        )
    if kind == "four_segment":
        return f"{start(c, by)} closed first (packet {c.close_packet}){_second_fin(c)}{acknowledged(c)}."
    if kind == "half_close":
        return f"{_half(c)}, then closed too (packet {c.judgement.half_to}){acknowledged(c)}."
    if kind == "simultaneous":
        return (
            f"{start(c, BOTH_SIDES)} closed at once: the FINs crossed (packet {c.client_stats.fin_packet} of the client, "
            f"{c.server_stats.fin_packet} of the server){acknowledged(c)}."
        )
    if kind == "reset":
        return _reset(c)
    if kind == "refused":
        return (
            f"Nobody listens on the server's port {c.server_port}: the SYN was answered with a reset (packet "
            f"{c.close_packet})."
        )
    return _unanswered(c)


def _unanswered(c: Connection) -> str:
    count = c.client_stats.syns
    times = f", sent {count} times," if count > 1 else ""
    return (
        f"The client's SYN to port {c.server_port} (packet {c.close_packet}){times} was not answered in this capture."
    )


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


def other(by: int) -> str:
    """The other side, in a word."""
    return _WHO[1 - by]


def start(c: Connection, by: int) -> str:
    """The beginning of the sentence, up to the one who acts."""
    return STARTS[start_of(c, by)]


def start_of(c: Connection, by: int) -> int:
    """Which of the STARTS."""
    judgement: Judgement = c.judgement
    return judgement.opened_how * ACTORS + by - THE_CONNECTION


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


STARTS = [_beginning(how, by) for how in range(len(OPENED)) for by in range(THE_CONNECTION, len(_WHO))]
"""By how it was opened, and by who acts."""


def acknowledged(c: Connection) -> str:
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
    return unacknowledged(c)


def unacknowledged(c: Connection) -> str:
    """The end of the sentence where something is missing."""
    judgement: Judgement = c.judgement
    client = c.client_stats
    server = c.server_stats
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
        return f", the FIN of the {other(by)} is not in the capture"
    if second.fin_acked_after_ns < 0 and first.fin_acked_after_ns < 0:
        return f", then the {other(by)} (packet {second.fin_packet})"
    later = f"{span(c.judgement.half_ns)} later" if c.judgement.half_ns else "at the same time"
    return f", the {other(by)} {later} (packet {second.fin_packet})"


def _half(c: Connection) -> str:
    judgement: Judgement = c.judgement
    by = judgement.half_by
    return (
        f"{start(c, by)} closed its half first (packet {judgement.half_from}), the {other(by)} sent "
        f"{octets(judgement.half_bytes)} more in {span(judgement.half_ns)}"
    )


def _reset(c: Connection) -> str:
    r: ResetFacts | None = c.judgement.reset
    by = c.close_initiator
    lost = unacknowledged(c)
    if r is None or r.packet != c.close_packet:
        return f"{start(c, by)} reset it (packet {c.close_packet}){lost}."
    if r.signs:
        return (
            f"{start(c, 1 - by)} was reset in the {_WHO[by]}'s name (packet {r.packet}), probably by a third party: "
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
    states = f"in {STATES[r.from_state]}, the {other(by)} being in {STATES[r.to_state]}"
    if r.from_state == r.to_state:
        states = f"while both sides were in {STATES[r.to_state]}"
    return f"{start(c, by)} reset it{why} (packet {r.packet}) {states}{lost}."


def _still_open(c: Connection) -> str:
    judgement: Judgement = c.judgement
    lost = unacknowledged(c)
    if is_half_closed(c):
        by = judgement.half_by
        return (
            f"{start(c, by)} closed its half (packet {judgement.half_from}); when the capture ended "
            f"{span(judgement.half_ns)} later the {other(by)} had not closed: {turn(judgement)}{lost}."
        )
    if is_out_of_sight(c):
        return f"{start(c, THE_CONNECTION)} was being closed, by whom first nobody can tell: the capture may lack a FIN{lost}."
    if judgement.turn < 0:
        return f"{start(c, THE_CONNECTION)} was still open when the capture ended, with nothing outstanding{acknowledged(c)}."
    return f"{start(c, THE_CONNECTION)} was not over when the capture ended: {turn(judgement)}{lost}."


def is_half_closed(c: Connection) -> bool:
    """Whether one side has closed, and the other is open at the end."""
    judgement: Judgement = c.judgement
    return (
        judgement.half_by >= 0 and judgement.half_to == 0 and (_has_half(c.final_client) or _has_half(c.final_server))
    )


def is_out_of_sight(c: Connection) -> bool:
    """Whether its beginning is known, and what became of it is not."""
    judgement: Judgement = c.judgement
    return c.final_client == UNKNOWN == c.final_server and judgement.opened_how not in (BEFORE_CAPTURE, UNFINISHED)


def _has_half(state: int) -> bool:
    return state in (CLOSE_WAIT, FIN_WAIT_2)


def turn(judgement: Judgement) -> str:
    """Whose turn it is, and what for."""
    return OWED[judgement.turn_why * 2 + judgement.turn] if judgement.turn >= 0 else "nobody owes anything"
