"""How each field is read from a Connection: small functions, None where the capture cannot tell."""

from __future__ import annotations

from functools import lru_cache
from operator import attrgetter

from ..model.catalogue import KINDS, ROWS, kind_id
from ..model.close_kinds import OPENED, PLACES
from ..model.connection import ANOMALY_WIDTH, TRANSITION_WIDTH
from ..model.names import ESTABLISHED, ROLES, STATES
from .literals import V6_BASE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Final

    from ..model.connection import Connection
    from .fields import Value

    Reader = Callable[[Connection], Value | None]

TIME_PARTS: Final = {
    "handshake": ("handshake_ns", "in the handshake"),
    "client": ("client_ns", "until the client's application had something to say"),
    "server": ("server_ns", "until the server's application had something to say"),
    "network": ("network_ns", "on the way"),
    "receiver_window": ("window_ns", "without room at the receiver"),
    "loss_recovery": ("recovery_ns", "on octets that were lost and sent again"),
    "idle": ("idle_ns", "while nobody owed anything"),
    "closing": ("closing_ns", "on closing"),
}
"""The shares of a connection's duration: the attribute of its Judgement, and what it is."""
SIDE_COUNTS: Final = {
    "packets": "packets sent",
    "bytes": "payload octets sent, repeats counted",
    "unique_bytes": "different payload octets sent",
    "acked_bytes": "payload octets sent and acknowledged",
    "unacked_bytes": "payload octets sent and never acknowledged",
    "unseen_bytes": "payload octets acknowledged but not in the capture",
    "data_packets": "packets with payload sent",
    "retransmitted_packets": "packets sent again",
    "retransmitted_bytes": "payload octets sent again",
    "out_of_order": "packets out of order",
    "lost_before": "packets lost before the capture point and sent again",
    "lost_after": "packets seen, not acknowledged and sent again",
    "spurious": "packets sent again although acknowledged",
    "reordered": "packets overtaken on the way",
    "duplicate_acks": "duplicate ACKs sent",
    "duplicate_packets": "packets the capture holds twice",
    "keep_alives": "keep-alive probes sent",
    "zero_windows": "windows of zero sent",
    "sack_blocks": "SACK blocks sent",
    "syns": "SYNs sent",
    "fins": "FINs sent",
    "resets": "RSTs sent",
    "rtt_samples": "round trips measured",
    "mss": "MSS option sent",
    "wscale": "window scale option sent",
    "ecn_ce": "packets marked congested",
    "max_segment": "longest payload sent",
    "initial_window": "first window sent",
    "window_min": "smallest window sent",
    "window_max": "largest window sent",
    "ttl_min": "lowest TTL seen",
    "ttl_max": "highest TTL seen",
}
ZEEK_COUNTS: Final = (
    ("orig_bytes", "zeek_bytes_orig", "Zeek's payload octets of the originator"),
    ("resp_bytes", "zeek_bytes_resp", "Zeek's payload octets of the responder"),
    ("orig_pkts", "zeek_pkts_orig", "Zeek's packets of the originator"),
    ("resp_pkts", "zeek_pkts_resp", "Zeek's packets of the responder"),
    ("missed_bytes", "zeek_missed", "octets Zeek would miss"),
)


def plain(attribute: str) -> Reader:
    """The attribute as it is."""
    return attrgetter(attribute)


def optional(attribute: str) -> Reader:
    """The attribute, -1 standing for none."""
    get = attrgetter(attribute)

    def read(connection: Connection) -> Value | None:
        value: int = get(connection)
        return None if value < 0 else value

    return read


def side(role: str, name: str) -> Reader:
    """A figure of one side's statistics."""
    return optional(f"{role}_stats.{name}")


def sum_of(name: str) -> Reader:
    """A count of both sides together."""
    client, server = attrgetter(f"client_stats.{name}"), attrgetter(f"server_stats.{name}")

    def read(connection: Connection) -> Value:
        total: int = client(connection) + server(connection)
        return total

    return read


def service(connection: Connection) -> str:
    """The server's port as text."""
    return str(connection.server_port)


def address(role: str) -> Reader:
    """An endpoint's address as the integer that `literals.address_range` gives, too."""
    halves = attrgetter(f"{role}_hi", f"{role}_lo", "ip_version")

    def read(connection: Connection) -> int:
        high, low, version = halves(connection)
        whole: int = high << 64 | low
        return whole if version == 4 else whole + V6_BASE

    return read


def client_guessed(connection: Connection) -> bool:
    """Whether who is the client is a guess."""
    return connection.client_guess is not None


def duration(connection: Connection) -> int:
    """Nanoseconds from the first packet to the last."""
    return connection.end_ns - connection.start_ns


def final_state(role: str) -> Reader:
    """The last known state of an endpoint, as a word."""
    get = attrgetter(f"final_{role}")

    def read(connection: Connection) -> str:
        return str(STATES[get(connection)])

    return read


def states_of(role: str) -> Reader:
    """Every state an endpoint has been in."""
    bit = 0 if role == ROLES[0] else 1

    def read(connection: Connection) -> frozenset[str]:
        codes: list[int] = [code for code in _transition_codes(connection) if code & 1 == bit]
        passed = {ROWS[code >> 3].to_state for code in codes} | {ROWS[code >> 3].from_state for code in codes[:1]}
        return frozenset(str(STATES[state]) for state in passed)

    return read


def _transition_codes(connection: Connection) -> list[int]:
    return list((connection.transition_rows or ())[2::TRANSITION_WIDTH])


def was_established(connection: Connection) -> bool:
    """Whether both endpoints were ESTABLISHED."""
    sides = {code & 1 for code in _transition_codes(connection) if ROWS[code >> 3].to_state == ESTABLISHED}
    return len(sides) == len(ROLES)


def close_kind(connection: Connection) -> str:
    """How it ended, "open" while it has not."""
    return connection.close_kind or "open"


def close_initiator(connection: Connection) -> str | None:
    """Who began the close."""
    return str(ROLES[connection.close_initiator]) if connection.close_initiator >= 0 else None


def close_packet(connection: Connection) -> int | None:
    """The packet the close began with."""
    return connection.close_packet or None


def is_open(connection: Connection) -> bool:
    """Whether it had not ended when the capture did."""
    return connection.close_kind is None


def was_reset(connection: Connection) -> bool:
    """Whether a reset ended or refused it; one that comes after an orderly close (in TIME_WAIT) changes nothing."""
    return connection.close_kind in {"reset", "refused"}


def judged(attribute: str) -> Reader:
    """A figure of what was concluded; unknown where nothing was."""
    get = attrgetter(attribute)

    def read(connection: Connection) -> int | None:
        figure: int = -1 if connection.judgement is None else get(connection.judgement)
        return None if figure < 0 else figure

    return read


half_closed = judged("half_ns")
half_closed_bytes = judged("half_bytes")


def opened_how(connection: Connection) -> str | None:
    """How it began, as a word."""
    return None if connection.judgement is None else OPENED[connection.judgement.opened_how]


def capture_point(connection: Connection) -> str | None:
    """Where the capture was taken, as a word."""
    return None if connection.judgement is None else PLACES[connection.judgement.place]


def slowest(connection: Connection) -> str | None:
    """What it waited for longest; unknown for a connection of no duration."""
    return None if connection.judgement is None else connection.judgement.slowest()


def acknowledged(role: str) -> Reader:
    """Whether every octet a side sent was acknowledged; unknown where the capture cannot tell."""
    get = attrgetter(f"acked_{role}")

    def read(connection: Connection) -> bool | None:
        told: int = -1 if connection.judgement is None else get(connection.judgement)
        return None if told < 0 else told == 1

    return read


_CLIENT_ACKED, _SERVER_ACKED = acknowledged("client"), acknowledged("server")


def all_acknowledged(connection: Connection) -> bool | None:
    """Whether every octet of both sides was acknowledged."""
    both = (_CLIENT_ACKED(connection), _SERVER_ACKED(connection))
    if False in both:
        return False
    return None if None in both else True


_REPEATED: Final = attrgetter("client_stats.retransmitted_packets", "server_stats.retransmitted_packets")
_DATA: Final = attrgetter("client_stats.data_packets", "server_stats.data_packets")


def _rate(repeated: int, data: int) -> float:
    # A repeated SYN or FIN carries no data: it must not make a rate above 1, nor divide by zero.
    return repeated / max(repeated, data) if repeated else 0.0


def retransmission_rate(connection: Connection) -> float:
    """Repeated packets among those with data, both sides."""
    repeated, data = _REPEATED(connection), _DATA(connection)
    return _rate(sum(repeated), sum(data))


def side_rate(role: str) -> Reader:
    """Repeated packets among those with data, one side."""
    counts = attrgetter(f"{role}_stats.retransmitted_packets", f"{role}_stats.data_packets")

    def read(connection: Connection) -> float:
        return _rate(*counts(connection))

    return read


def slower_rtt(name: str) -> Reader:
    """A round trip figure, of the side with the slower one: the other one may stand beside the capture point."""
    both = attrgetter(f"client_stats.{name}", f"server_stats.{name}")

    def read(connection: Connection) -> int | None:
        slower: int = max(both(connection))
        return None if slower < 0 else slower

    return read


@lru_cache(maxsize=4096)
def _kinds_of(bits: int) -> frozenset[str]:
    return frozenset(kind.name for number, kind in enumerate(KINDS) if bits >> number & 1)


def anomaly_kinds(connection: Connection) -> frozenset[str]:
    """The kinds of anomalies it has."""
    return _kinds_of(connection.kinds_seen)


def anomalies_total(connection: Connection) -> int:
    """How many anomalies it has, those left out of the record included."""
    return len(connection.anomaly_rows or ()) // ANOMALY_WIDTH + connection.anomalies_omitted


def anomaly_count(kind: str) -> Reader:
    """How many anomalies of one kind it has."""

    def read(connection: Connection) -> int:
        if not connection.kinds_seen:
            return 0
        try:
            number = kind_id(kind)
        except KeyError:
            return 0
        if not connection.kinds_seen >> number & 1:
            return 0
        codes: Sequence[int] = (connection.anomaly_rows or ())[1::ANOMALY_WIDTH]
        return sum(code >> 1 == number for code in codes)

    return read
