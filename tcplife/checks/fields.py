"""The typed catalogue of what an expression may ask of one Connection.

Each field is read by attribute access on a finished Connection and gives a value of its type, or None where the
capture cannot tell. Names follow the JSON record (`final.server`, `zeek.conn_state`); times carry their unit.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches

from ..model.catalogue import KINDS
from ..model.close_kinds import OPENED, PLACES
from . import readers as read
from .literals import Type
from .words import CLOSE_WORDS, ROLE_WORDS, STATE_WORDS, ZEEK_STATES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Final

    from ..model.connection import Connection

Value = bool | int | float | str | frozenset[str]
"""A field's value: a time is integer nanoseconds, an address the integer of `literals.address_range`."""

_MS: Final = 1_000_000
_S: Final = 1_000_000_000
ANOMALY_PREFIX: Final = "anomalies."


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """One thing a Connection can be asked: `get(connection)` gives a Value or None (unknown).

    unit: nanoseconds that a bare number stands for, where type is DURATION. choices: all words it can be, or ().
    """

    name: str
    type: Type
    doc: str
    get: Callable[[Connection], Value | None]
    unit: int = 1
    choices: tuple[str, ...] = ()


class Fields:
    """A set of fields, found by name, with the names people write instead."""

    def __init__(self, fields: Iterable[Field]) -> None:
        self._fields = {field.name: field for field in fields}

    def __iter__(self) -> Iterator[Field]:
        """Every field of a fixed name, in the order of the reference."""
        return iter(self._fields.values())

    def find(self, name: str) -> Field | None:
        """The field of this name, `anomalies.KIND` included; None when there is none."""
        name = _ALIASES.get(name, name).removeprefix("stats.")
        if name not in self._fields and name.startswith(ANOMALY_PREFIX) and "anomalies.count" in self._fields:
            return _count_of(name.removeprefix(ANOMALY_PREFIX))
        return self._fields.get(name)

    def close_to(self, name: str) -> str | None:
        """The field a misspelt name most likely means."""
        names = [*self._fields, *_ALIASES]
        if name.startswith(ANOMALY_PREFIX):
            names = [ANOMALY_PREFIX + kind.name for kind in KINDS]
        near = get_close_matches(name[:80], names, 1)
        tail = name.rpartition(".")[2]
        ending = [known for known in names if known.rpartition(".")[2] == tail]
        return near[0] if near else ending[0] if ending else None


def _count_of(kind: str) -> Field | None:
    """The field that counts one kind of anomaly; any word goes while no room has published its kinds."""
    if KINDS and all(known.name != kind for known in KINDS):
        return None
    doc = f'how many anomalies of the kind "{kind}" the connection has'
    return Field(ANOMALY_PREFIX + kind, Type.NUMBER, doc, read.anomaly_count(kind))


_ALIASES: Final = {
    "duration": "duration_s",
    "closed_by": "close.initiator",
    "client.final": "final.client",
    "server.final": "final.server",
    "port": "server.port",
    "conn_state": "zeek.conn_state",
    "history": "zeek.history",
}
"""Names people try first, and the ones they mean."""


def _general() -> Iterator[Field]:
    yield Field("index", Type.NUMBER, "order of the connection's first packet, from 1", read.plain("index"))
    yield Field("service", Type.TEXT, 'the server\'s port as text ("443")', read.service)
    for role in ROLE_WORDS:
        yield Field(f"{role}.ip", Type.ADDRESS, f"the {role}'s address", read.address(role))
        yield Field(f"{role}.port", Type.NUMBER, f"the {role}'s port", read.plain(f"{role}_port"))
    yield Field("ip_version", Type.NUMBER, "4 or 6", read.plain("ip_version"))
    yield Field("tunnel", Type.TEXT, 'the tunnel around it, "" outside any', read.plain("tunnel"))
    yield Field("client_guessed", Type.BOOL, "no SYN was seen: who is the client is a guess", read.client_guessed)
    yield Field("first_packet", Type.NUMBER, "number of its first packet", read.plain("first_packet"))
    yield Field("last_packet", Type.NUMBER, "number of its last packet", read.plain("last_packet"))
    yield Field("duration_s", Type.DURATION, "from the first packet to the last", read.duration, _S)
    yield Field("verdict", Type.TEXT, "the one-sentence verdict", read.plain("verdict"))


def _lifecycle() -> Iterator[Field]:
    for role in ROLE_WORDS:
        doc = f"last known state of the {role}"
        yield Field(f"final.{role}", Type.TEXT, doc, read.final_state(role), choices=STATE_WORDS)
    for role in ROLE_WORDS:
        doc = f"every state the {role} has been in"
        yield Field(f"states.{role}", Type.WORDS, doc, read.states_of(role), choices=STATE_WORDS)
    yield Field("close.kind", Type.TEXT, 'how it ended; "open" while it has not', read.close_kind, choices=CLOSE_WORDS)
    doc = "who began the close; unknown while open or where nobody can tell"
    yield Field("close.initiator", Type.TEXT, doc, read.close_initiator, choices=ROLE_WORDS)
    yield Field("close.packet", Type.NUMBER, "the packet the close began with", read.close_packet)
    yield Field("open", Type.BOOL, "it had not ended when the capture did", read.is_open)
    yield Field("reset", Type.BOOL, "a reset ended it, or refused it (close.kind is reset or refused)", read.was_reset)
    yield Field("established", Type.BOOL, "both endpoints were ESTABLISHED", read.was_established)
    yield Field("opened.how", Type.TEXT, "how it began", read.opened_how, choices=OPENED)
    doc = "from the first SYN to the end of the handshake; unknown without one"
    yield Field("handshake_ms", Type.DURATION, doc, read.optional("handshake_ns"), _MS)
    doc = "how long one direction was closed while the other still sent; 0 where none was"
    yield Field("half_closed_s", Type.DURATION, doc, read.half_closed, _S)
    doc = "octets that came while one direction was closed"
    yield Field("half_closed_bytes", Type.OCTETS, doc, read.half_closed_bytes)
    doc = "every octet either side sent was acknowledged"
    yield Field("every_octet_acknowledged", Type.BOOL, doc, read.all_acknowledged)
    for role in ROLE_WORDS:
        doc = f"every octet the {role} sent was acknowledged"
        yield Field(f"{role}.every_octet_acknowledged", Type.BOOL, doc, read.acknowledged(role))


def _traffic() -> Iterator[Field]:
    yield Field("packets", Type.NUMBER, "packets of both sides", read.sum_of("packets"))
    yield Field("bytes", Type.OCTETS, "payload octets of both sides, repeats counted", read.sum_of("bytes"))
    yield Field("resets", Type.NUMBER, "RSTs of both sides, those that were ignored included", read.sum_of("resets"))
    doc = "repeated packets among those with data, both sides: 0.01 is 1%"
    yield Field("retransmission_rate", Type.NUMBER, doc, read.retransmission_rate)
    doc = "median round trip, of the side with the slower one; unknown without a sample"
    yield Field("rtt_ms", Type.DURATION, doc, read.slower_rtt("rtt_median_ns"), _MS)
    for part, word in (("min", "fastest"), ("avg", "mean"), ("p95", "95th percentile"), ("max", "slowest")):
        doc = f"{word} round trip, of the side with the slower one"
        yield Field(f"rtt_{part}_ms", Type.DURATION, doc, read.slower_rtt(f"rtt_{part}_ns"), _MS)
    for part, (attribute, word) in read.TIME_PARTS.items():
        yield Field(f"time.{part}_ms", Type.DURATION, f"time spent {word}", read.judged(attribute), _MS)
    doc = "what it waited for longest"
    yield Field("slowest", Type.TEXT, doc, read.slowest, choices=tuple(read.TIME_PARTS))
    doc = "where the capture was taken, as the answer times tell"
    yield Field("capture_point", Type.TEXT, doc, read.capture_point, choices=PLACES)


def _anomalies() -> Iterator[Field]:
    yield Field("anomalies", Type.WORDS, "the kinds of anomalies it has", read.anomaly_kinds)
    yield Field("anomalies.count", Type.NUMBER, "how many anomalies it has", read.anomalies_total)
    yield Field("worst", Type.NUMBER, "its worst anomaly: 0 none, 1 info, 2 warning, 3 error", read.plain("worst"))


def _sides() -> Iterator[Field]:
    for role in ROLE_WORDS:
        for name, doc in read.SIDE_COUNTS.items():
            kind = Type.OCTETS if "bytes" in name else Type.NUMBER
            yield Field(f"{role}.{name}", kind, f"{doc}, by the {role}", read.side(role, name))
        yield Field(f"{role}.retransmission_rate", Type.NUMBER, f"the same of the {role}", read.side_rate(role))
        for part in ("min", "avg", "median", "p95", "max"):
            doc = f"round trips of what the {role} sent: {part}"
            get = read.side(role, f"rtt_{part}_ns")
            yield Field(f"{role}.rtt_{part}_ms", Type.DURATION, doc, get, _MS)


def _zeek() -> Iterator[Field]:
    doc = "Zeek's conn_state"
    yield Field("zeek.conn_state", Type.TEXT, doc, read.plain("zeek_state"), choices=ZEEK_STATES)
    yield Field("zeek.history", Type.TEXT, "Zeek's history letters", read.plain("zeek_history"))
    for name, attribute, doc in read.ZEEK_COUNTS:
        kind = Type.OCTETS if name.endswith("bytes") else Type.NUMBER
        yield Field(f"zeek.{name}", kind, doc, read.plain(attribute))


CONNECTION_FIELDS: Final = Fields(
    [*_general(), *_lifecycle(), *_traffic(), *_anomalies(), *_sides(), *_zeek()],
)
"""Everything `analyze --filter` and `check` know about a connection."""
