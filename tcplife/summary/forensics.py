# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""Reset forensics: which segment provoked it, was it acceptable, does it look like its sender's, what was lost.

In: the row of evidence that the tracker kept, the transition log, the statistics. Out: ResetFacts. That a reset is
forged is never certain from outside: the signs are told, each with its numbers.
Source: RFC 9293 3.10.7, RFC 5961 3; N. Weaver et al., "Detecting forged TCP reset packets", NDSS 2009.
"""

from __future__ import annotations

from ..model import longs
from ..model.judgement import ResetFacts
from ..model.names import ACK, CLOSED, LISTEN, ROLES, SYN_RECEIVED, SYN_SENT, UNKNOWN
from ..tracker.facts import RST_TAKEN
from ..tracker.transitions import FROM_OF, TO_OF

TYPE_CHECKING = False
if TYPE_CHECKING:
    from array import array

    from ..model.connection import Connection
    from ..tracker.account import Account
    from ..tracker.endpoint import Endpoint

ID_STEP = 256
"""A host that numbers its packets in order is at most so far beyond its last one (what it sends to others counts)."""
SLOW_ANSWER_NS = 50_000_000
"""A kernel answers at once; what comes 50 ms after twice the shortest round trip answers something else."""
QUICK_NS = 1_000_000
"""Where everything happens within a millisecond, a kernel that is quicker than the application says nothing."""
GOES_ON = (UNKNOWN, LISTEN, SYN_SENT, SYN_RECEIVED)
"""States in which a reset only answers something stray and does not end its sender (RFC 9293 3.10.7.2 to 3.10.7.4)."""
MS = 1e6


def examine_reset(c: Connection, account: Account, client: Endpoint, server: Endpoint) -> None:
    """Fill the judgement's `reset` from the evidence; nothing to do where there was no reset."""
    evidence = account.reset
    if evidence is None:
        return
    (packet, side, facts, number, expected, _, ack, flags, ttl, ttl_min, ttl_max, ip_id, ip_id_before, calm, window,
     before, after_ns, first, since_ns, hop_ns, window_before) = evidence  # fmt: skip
    by_client = client.side == side
    sender = client if by_client else server
    mine = account.a if side == 0 else account.b
    r = ResetFacts()
    r.packet = packet
    r.by = 0 if by_client else 1
    r.from_state = state_before(c.transition_rows, r.by, packet)
    r.to_state = state_before(c.transition_rows, 1 - r.by, packet)
    r.accepted = bool(facts & RST_TAKEN)
    r.number = number
    r.expected = expected
    fits = number == expected if not flags & ACK else number == 0 and ack > 0
    if before and fits and after_ns <= 2 * hop_ns + SLOW_ANSWER_NS:
        # Of several packets with the same acknowledgement it answers one that had the time to reach the sender.
        early = first and after_ns < hop_ns and since_ns <= 2 * hop_ns + SLOW_ANSWER_NS
        r.provoked_by = first if early else before
        r.provoked_ns = since_ns if early else after_ns
        r.provoked_sure = True
    r.ttl = ttl
    r.ttl_min = ttl_min
    r.ttl_max = ttl_max
    r.ip_id = ip_id
    r.ip_id_before = ip_id_before
    r.window = window
    r.lost_client = c.client_stats.unacked_bytes
    r.lost_server = c.server_stats.unacked_bytes
    r.probes = mine.probes
    r.count = client.odd.resets + server.odd.resets
    r.signs = _signs(r, sender, bool(calm), hop_ns, window_before, flags)
    c.judgement.reset = r


def _signs(r: ResetFacts, sender: Endpoint, calm: bool, hop_ns: int, window_before: int, flags: int) -> tuple[str, ...]:
    """What speaks against its supposed sender, each sign with its numbers."""
    who = ROLES[r.by]
    signs = []
    if r.ttl_max and not r.ttl_min <= r.ttl <= r.ttl_max:
        usual = f"{r.ttl_min}" if r.ttl_min == r.ttl_max else f"{r.ttl_min} to {r.ttl_max}"
        signs.append(f"its TTL is {r.ttl}, that of the {who}'s other packets {usual}")
    if calm and r.ip_id > 0 and (r.ip_id - r.ip_id_before) & 0xFFFF > ID_STEP:
        signs.append(f"its IP id is {r.ip_id}, while the {who} counts up and was at {r.ip_id_before}")
    if r.provoked_sure and 0 <= r.provoked_ns * 2 < hop_ns and hop_ns > QUICK_NS:
        signs.append(
            f"it came after {r.provoked_ns / MS:.3f} ms, while the {who} never answered in less than "
            f"{hop_ns / MS:.3f} ms"
        )
    if not flags & ACK and r.window and r.window != window_before and window_before >= 0:
        signs.append(f"its window is {r.window}, neither 0 nor the {who}'s {window_before}")
    if sender.last_packet > r.packet and sender.state != CLOSED and r.from_state not in GOES_ON:
        signs.append(f"the {who} did not end by it and went on sending, last with packet {sender.last_packet}")
    return tuple(signs)


def state_before(rows: array[int] | None, side: int, packet: int) -> int:
    """The state of one side just before a packet, by the finished transition log; UNKNOWN where nothing tells."""
    state = UNKNOWN
    first = True
    if rows is None:
        return state
    numbers = longs.of(rows)
    for at in range(0, len(rows), 4):
        code = numbers[at + 2]
        if code & 1 != side:
            continue
        if numbers[at] >= packet:
            return FROM_OF[code >> 3] if first else state
        if numbers[at]:
            state = TO_OF[code >> 3]
            first = False
    return state
