# cython: annotation_typing=False, boundscheck=False, wraparound=True, cdivision=True, nonecheck=False
"""What was concluded about one connection beyond the record's core, as plain integers; and its JSON.

In: nothing; the summary room fills it. Out: one JSON object, made on demand. Nothing is decided here.
"""

from __future__ import annotations

from .close_kinds import OPENED, PLACES, TURNS
from .names import STATES
from .pool import pooled_apart

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .connection import Connection, SideStats

# -1 (neither, unknown) takes the last of each: hence wraparound=True above, without which compiled code reads beyond.
_ROLE_JSON = ('"client"', '"server"', "null")
_BOOL_JSON = ("false", "true", "null")
SPLIT_NAMES = ("handshake", "client", "server", "network", "receiver_window", "loss_recovery", "idle", "closing")
"""What a connection can wait for; see docs of `Judgement`."""


class Judgement:
    """Sides are 0 client, 1 server, -1 neither; times nanoseconds; packets 0 where there is none.

    opened_how, place, turn_why: index into OPENED, PLACES, TURNS. acked_*: 1, 0, or -1 where the capture cannot tell.
    handshake_server_ns: SYN - capture - SYN+ACK, handshake_client_ns: SYN+ACK - capture - ACK, -1: not measured.
    half_*: who closed first while the other went on or stayed open, the two FINs, the octets that came meanwhile;
    half_ns: time from the first FIN to the second, or to the last packet (also where nothing came in between).
    *_ns of the split: handshake; client, server: the side's application had nothing to say yet; network: on its way;
    window: the receiver had no room; recovery: octets were lost and sent again; idle: nobody owed anything; closing.
    They add up to the duration exactly.
    """

    __slots__ = (
        "acked_client", "acked_server", "client_ns", "closing_ns", "half_by", "half_bytes", "half_from", "half_ns",
        "half_to", "handshake_client_ns", "handshake_ns", "handshake_server_ns", "idle_ns", "network_ns", "opened_by",
        "opened_how", "place", "recovery_ns", "reset", "server_ns", "turn", "turn_why", "way_client_ns",
        "way_server_ns", "window_ns",
    )  # fmt: skip

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Nothing is concluded yet."""
        self.opened_by = -1
        self.opened_how = 0
        self.acked_client = -1
        self.acked_server = -1
        self.turn = -1
        self.turn_why = 0
        self.half_by = -1
        self.half_from = 0
        self.half_to = 0
        self.half_ns = 0
        self.half_bytes = 0
        self.handshake_server_ns = -1
        self.handshake_client_ns = -1
        self.way_client_ns = -1
        self.way_server_ns = -1
        self.place = 0
        self.handshake_ns = 0
        self.client_ns = 0
        self.server_ns = 0
        self.network_ns = 0
        self.window_ns = 0
        self.recovery_ns = 0
        self.idle_ns = 0
        self.closing_ns = 0
        self.reset: ResetFacts | None = None

    def split(self) -> tuple[int, ...]:
        """Nanoseconds in the order of SPLIT_NAMES; their sum is the duration."""
        return (
            self.handshake_ns, self.client_ns, self.server_ns, self.network_ns, self.window_ns, self.recovery_ns,
            self.idle_ns, self.closing_ns,
        )  # fmt: skip

    def slowest(self) -> str | None:
        """What it waited for longest; None for a connection of no duration."""
        at = self.longest()
        return SPLIT_NAMES[at] if at >= 0 else None

    def longest(self) -> int:
        """The index in SPLIT_NAMES of the first of the longest; -1 where there is no time at all."""
        at = 0
        most = self.handshake_ns
        if self.client_ns > most:
            at = 1
            most = self.client_ns
        if self.server_ns > most:
            at = 2
            most = self.server_ns
        if self.network_ns > most:
            at = 3
            most = self.network_ns
        if self.window_ns > most:
            at = 4
            most = self.window_ns
        if self.recovery_ns > most:
            at = 5
            most = self.recovery_ns
        if self.idle_ns > most:
            at = 6
            most = self.idle_ns
        if self.closing_ns > most:
            at = 7
            most = self.closing_ns
        return at if most else -1

    def json(self, c: Connection) -> str:
        """The record's `judged` object, compact."""
        closed = "null" if c.close_kind is None else f'"{c.close_kind}"'
        slowest = self.slowest()
        return (
            f'{{"opened_by":{_ROLE_JSON[self.opened_by]},"opened_how":"{OPENED[self.opened_how]}",'
            f'"closed_by":{_ROLE_JSON[c.close_initiator]},"closed_how":{closed},'
            f'"acked":{{"client":{_BOOL_JSON[self.acked_client]},"server":{_BOOL_JSON[self.acked_server]}}},'
            f'"whose_turn":{_ROLE_JSON[self.turn]},"whose_turn_why":{_text(TURNS[self.turn_why])},'
            f'"fin_ledger":[{_fins(c)}],"reset":{"null" if self.reset is None else self.reset.json()},'
            f'"time_split":{{"handshake_ms":{self.handshake_ns / 1e6},"client_ms":{self.client_ns / 1e6},'
            f'"server_ms":{self.server_ns / 1e6},"network_ms":{self.network_ns / 1e6},'
            f'"receiver_window_ms":{self.window_ns / 1e6},"loss_recovery_ms":{self.recovery_ns / 1e6},'
            f'"idle_ms":{self.idle_ns / 1e6},"closing_ms":{self.closing_ns / 1e6}}},"slowest":{_text(slowest or "")},'
            f'"capture_point":{{"where":"{PLACES[self.place]}","why":"{self.place_why(c)}"}},'
            f'"half_closed":{self._half_json()},"handshake":{self._handshake_json(c)},"service":"{c.server_port}"}}'
        )

    def _half_json(self) -> str:
        if self.half_by < 0:
            return "null"
        return (
            f'{{"by":{_ROLE_JSON[self.half_by]},"from":{self.half_from},"to":{self.half_to or "null"},'
            f'"seconds":{self.half_ns / 1e9},"bytes":{self.half_bytes}}}'
        )

    def _handshake_json(self, c: Connection) -> str:
        if c.handshake_ns < 0:
            return "null"
        return (
            f'{{"total_ms":{c.handshake_ns / 1e6},"server_side_ms":{_ms(self.handshake_server_ns)},'
            f'"client_side_ms":{_ms(self.handshake_client_ns)}}}'
        )

    def place_why(self, c: Connection) -> str:
        """What the capture point is concluded from, in words."""
        if self.way_client_ns < 0 or self.way_server_ns < 0:
            return "the answer times of both sides would tell, and at least one is missing"
        why = (
            f"answers of the client take {self.way_client_ns / 1e6:.3f} ms at least, of the server "
            f"{self.way_server_ns / 1e6:.3f} ms"
        )
        for stats, side in ((c.client_stats, "client"), (c.server_stats, "server")):
            if is_first_ttl(stats.ttl_max):
                why += f"; no router has lowered the {side}'s TTL of {stats.ttl_max}"
        return why


def is_first_ttl(ttl: int) -> bool:
    """Whether systems send with this TTL: no router has lowered it yet."""
    return ttl in (64, 128, 255)


class ResetFacts:
    """The circumstances of one reset. by: who it claims to be from. numbers relative to the claimed sender's ISN.

    from_state, to_state: states of the claimed sender and of the receiver just before, as small integers.
    expected: the receiver's RCV.NXT, -1 unknown. provoked_by: packet that it answers; provoked_sure: by its number.
    probes: keep-alives of its sender that had no answer. signs: what speaks against the claimed sender, in words.
    """

    __slots__ = (
        "accepted", "by", "count", "expected", "from_state", "ip_id", "ip_id_before", "lost_client", "lost_server",
        "number", "packet", "probes", "provoked_by", "provoked_ns", "provoked_sure", "signs", "to_state", "ttl",
        "ttl_max", "ttl_min", "window",
    )  # fmt: skip

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Nothing is known of it yet."""
        self.packet = 0
        self.by = 0
        self.from_state = 0
        self.to_state = 0
        self.accepted = False
        self.number = 0
        self.expected = -1
        self.provoked_by = 0
        self.provoked_ns = -1
        self.provoked_sure = False
        self.ttl = 0
        self.ttl_min = 256
        self.ttl_max = 0
        self.ip_id = -1
        self.ip_id_before = -1
        self.window = 0
        self.lost_client = 0
        self.lost_server = 0
        self.count = 0
        self.probes = 0
        self.signs: tuple[str, ...] = ()

    def json(self) -> str:
        """The record's `judged.reset` object, compact."""
        usual = f"[{self.ttl_min},{self.ttl_max}]" if self.ttl_max else "null"
        signs = ",".join(f'"{sign}"' for sign in self.signs)
        return (
            f'{{"packet":{self.packet},"by":{_ROLE_JSON[self.by]},"from_state":"{STATES[self.from_state]}",'
            f'"to_state":"{STATES[self.to_state]}","accepted":{_BOOL_JSON[self.accepted]},'
            f'"provoked_by":{self.provoked_by or "null"},"provoked_sure":{_BOOL_JSON[self.provoked_sure]},'
            f'"provoked_after_ms":{_ms(self.provoked_ns)},"number":{self.number},'
            f'"expected":{"null" if self.expected < 0 else self.expected},"ttl":{self.ttl},"ttl_usual":{usual},'
            f'"ip_id":{_known(self.ip_id)},"ip_id_before":{_known(self.ip_id_before)},"window":{self.window},'
            f'"signs":[{signs}],"forged":"{"suspected" if signs else "no sign"}",'
            f'"lost_bytes":{{"client":{self.lost_client},"server":{self.lost_server}}},"unanswered_probes":{self.probes},"count":{self.count}}}'
        )


pooled_apart(Judgement, ResetFacts)


def _text(word: str) -> str:
    return f'"{word}"' if word else "null"


def _ms(ns: int) -> str:
    return "null" if ns < 0 else str(ns / 1e6)


def _known(value: int) -> str:
    return "null" if value < 0 else str(value)


def _fins(c: Connection) -> str:
    both = []
    if c.client_stats.fin_packet:
        both.append((c.client_stats.fin_packet, _fin(c.client_stats, "client")))
    if c.server_stats.fin_packet:
        both.append((c.server_stats.fin_packet, _fin(c.server_stats, "server")))
    both.sort()
    return ",".join([text for _, text in both])


def _fin(s: SideStats, side: str) -> str:
    return (
        f'{{"endpoint":"{side}","number":{s.fin_number},"packet":{s.fin_packet},"tries":{s.fins},'
        f'"last_packet":{s.fin_last_packet},"acked_by":{s.fin_acked_packet or "null"},'
        f'"acked_after_ms":{_ms(s.fin_acked_after_ns)}}}'
    )
