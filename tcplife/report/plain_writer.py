"""The record of one connection as JSON in plain Python, where each call is dear: few large texts are formatted at once.

In: a Connection. Out: one JSON object in a Buffer, the same octets as `record_writer` writes, which compiled code uses
(a test holds the two equal).
"""

from __future__ import annotations

from operator import attrgetter

from ..model.address import ip_text
from ..model.catalogue import KINDS, ROWS
from ..model.community import community_id
from ..model.connection import ANOMALY_WIDTH, NO_VALUE, SEGMENT_WIDTH, TRANSITION_WIDTH, flag_letters
from ..model.names import BASES, M32, ROLES, STATES
from .buffer import Buffer, quoted
from .native import milliseconds_text, seconds_text
from .schema import zeek_text
from .stats_fields import STATS_FIELDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, Final

    from ..model.connection import Connection, SideStats
    from ..model.judgement import Judgement

BILLION: Final = 1_000_000_000
MILLION: Final = 1_000_000
EXACT_NS: Final = 1_000_000_000_000_000
"""Below it (11 days) a float prints all nanoseconds and no more, from 0.0001 on, where exponents end."""
EXPONENT_NS: Final = 100_000
"""From there on a float prints seconds without an exponent."""
_VALUES = attrgetter(*(field.attribute for field in STATS_FIELDS))
_OPTIONAL: Final = [at for at, field in enumerate(STATS_FIELDS) if field.optional and not field.ns]
_TIMES: Final = [at for at, field in enumerate(STATS_FIELDS) if field.ns]
_FLAGS: Final = [at for at, field in enumerate(STATS_FIELDS) if field.flag]
_STATS: Final = "{" + ",".join(f'"{field.name}":%s' for field in STATS_FIELDS) + "}"
_HEAD: Final = (
    b'{"schema_version":1,"index":%d,"client":{"ip":"%b","port":%d},"server":{"ip":"%b","port":%d},"community_id":"%b"'
)
_TIMED: Final = (
    b',"first_packet":%d,"last_packet":%d,"start":%b%09dZ","start_ns":%d,"duration":%b,"final":{"client":%b,'
    b'"server":%b},"handshake_ms":%b,"transitions":[%b]'
)
_EVENT: Final = b',"endpoint":%b,"from":%b,"to":%b,"event":%b,"basis":%b,"confirmed_by":'
_ZEEK: Final = (
    b',"zeek":{"conn_state":%b,"history":%b,"orig_bytes":%d,"resp_bytes":%d,"orig_pkts":%d,"resp_pkts":%d,'
    b'"missed_bytes":%d%b%b},"anomalies":[%b]'
)
_SEGMENT: Final = (
    b'{"packet":%d,"offset":%b,"from":%b,"flags":%b,"seq":%d,"ack":%b,"len":%d,"win":%d,"client_state":%b,'
    b'"server_state":%b,"anomalies":[%b]}'
)


class PlainWriter:
    """Writes one connection after the other into a buffer."""

    def __init__(self, buffer: Buffer, blank: SideStats) -> None:
        """buffer: where to write. blank: the statistics of an endpoint nothing is known of."""
        self._buffer = buffer
        self._states = [quoted(str(state)) for state in STATES]
        self._roles = [quoted(str(role)) for role in ROLES]
        self._events: dict[int, tuple[bytes, bytes]] = {}
        self._kinds: dict[int, tuple[bytes, bytes]] = {}
        self._flags: dict[int, bytes] = {}
        self._blank = _VALUES(blank)
        self._blank_text = stats_text(self._blank)
        self._unanswered: SideStats | None = None
        self._unanswered_stats = b""
        self._judgement: Judgement | None = None
        self._judged = ""

    def write_lines(self, connections: Sequence[Connection], begin: int, full: int) -> int:
        """Write a line for each connection from that index on, until so many octets are there; returns the next index."""
        b = self._buffer
        at = begin
        while at < len(connections) and b.at < full:
            self.write(connections[at])
            b.raw(b"\n")
            at += 1
        return at

    def write(self, c: Connection) -> None:
        """Write the record of one connection, without a line end."""
        parts = [
            _HEAD
            % (
                c.index,
                ip_text(c.client_hi, c.client_lo, c.ip_version).encode(),
                c.client_port,
                ip_text(c.server_hi, c.server_lo, c.ip_version).encode(),
                c.server_port,
                community_id(c),
            )
        ]
        if c.client_guess is not None:
            parts.append(b',"client_basis":%b' % quoted(c.client_guess))
        if c.tunnel:
            parts.append(b',"tunnel":%b' % quoted(c.tunnel))
        parts.append(self._times(c))
        parts.append(self._ending(c))
        if c.anomalies_omitted:
            parts.append(b',"anomalies_omitted":%d' % c.anomalies_omitted)
        parts.append(b',"stats":%b,"verdict":%b' % (self._stats(c), quoted(c.verdict)))
        if c.judgement is not None:
            parts.append(b',"judged":%b' % self._judged_text(c).encode())
        if c.left_early is not None:
            parts.append(b',"left_early":%b' % quoted(c.left_early))
        if c.segment_rows is not None:
            parts.append(b',"segments":[%b]' % self._segments(c))
        parts.append(b"}")
        self._buffer.raw(b"".join(parts))

    def _times(self, c: Connection) -> bytes:
        second, rest = divmod(c.start_ns, BILLION)
        return _TIMED % (
            c.first_packet,
            c.last_packet,
            self._buffer.stamp(second),
            rest,
            c.start_ns,
            seconds(c.end_ns - c.start_ns),
            self._states[c.final_client],
            self._states[c.final_server],
            milliseconds(c.handshake_ns).encode(),
            self._transitions(c),
        )

    def _transitions(self, c: Connection) -> bytes:
        rows = c.transition_rows or ()
        texts = []
        begin = c.start_ns
        for at in range(0, len(rows), TRANSITION_WIDTH):
            packet, ts_ns, code, confirmed = rows[at], rows[at + 1], rows[at + 2], rows[at + 3]
            event, rfc = self._events.get(code) or self._event(code)
            offset = seconds(ts_ns - begin)
            texts.append(
                b'{"packet":%b,"offset":%b%b%b,"rfc":%b}'
                % (
                    b"%d" % packet if packet else b"null",
                    offset,
                    event,
                    b"%d" % confirmed if confirmed else b"null",
                    rfc,
                )
            )
        return b",".join(texts)

    def _event(self, code: int) -> tuple[bytes, bytes]:
        """What a row says of its endpoint, up to the confirming packet; and its paragraph."""
        row = ROWS[code >> 3]
        event = _EVENT % (
            self._roles[code & 1],
            self._states[row.from_state],
            self._states[row.to_state],
            quoted(row.event),
            quoted(BASES[code >> 1 & 3]),
        )
        made = self._events[code] = (event, quoted(row.rfc))
        return made

    def _ending(self, c: Connection) -> bytes:
        close = b',"close":null'
        if c.close_kind is not None:
            initiator = self._roles[c.close_initiator] if c.close_initiator >= 0 else b"null"
            close = b',"close":{"kind":%b,"initiator":%b,"packet":%d}' % (
                quoted(c.close_kind),
                initiator,
                c.close_packet,
            )
        return close + _ZEEK % (
            quoted(c.zeek_state),
            quoted(c.zeek_history),
            c.zeek_bytes_orig,
            c.zeek_bytes_resp,
            c.zeek_pkts_orig,
            c.zeek_pkts_resp,
            c.zeek_missed,
            b"" if c.zeek_note is None else b',"note":%b' % quoted(c.zeek_note),
            b"" if c.zeek_rows is None else b',"rows":%b' % zeek_text(c),
            self._anomalies(c),
        )

    def _anomalies(self, c: Connection) -> bytes:
        rows = c.anomaly_rows or ()
        texts = []
        for at in range(0, len(rows), ANOMALY_WIDTH):
            code, value, related = rows[at + 1], rows[at + 2], rows[at + 3]
            kind = KINDS[code >> 1]
            head, tail = self._kinds.get(code) or self._kind(code)
            text = b"%b%d%b" % (head, rows[at], tail)
            if value != NO_VALUE:
                text += b",%b:%d" % (quoted(kind.value_name or "value"), value)
            if related:
                text += b',"related":%d' % related
            texts.append(text + (b',"guess":true}' if kind.guess else b"}"))
        return b",".join(texts)

    def _kind(self, code: int) -> tuple[bytes, bytes]:
        """What a row says before its packet, and behind it."""
        kind = KINDS[code >> 1]
        made = self._kinds[code] = (
            b'{"kind":%b,"packet":' % quoted(kind.name),
            b',"endpoint":%b,"severity":%b' % (self._roles[code & 1], quoted(kind.severity.word)),
        )
        return made

    def _stats(self, c: Connection) -> bytes:
        """The statistics of both sides; those of unanswered connections that share them are rendered once."""
        if c.client_stats is self._unanswered:
            return self._unanswered_stats
        client, server = _VALUES(c.client_stats), _VALUES(c.server_stats)
        text = b'{"client":%b,"server":%b}' % (
            self._blank_text if client == self._blank else stats_text(client),
            self._blank_text if server == self._blank else stats_text(server),
        )
        if c.close_kind == "unanswered":
            self._unanswered = c.client_stats
            self._unanswered_stats = text
        return text

    def _judged_text(self, c: Connection) -> str:
        """What was judged; of unanswered connections that share their judgement only the last member differs."""
        if c.judgement is not self._judgement:
            whole = c.judgement.json(c)
            if c.close_kind != "unanswered":
                return whole
            self._judgement = c.judgement
            self._judged = whole[: -len(f'{c.server_port}"}}')]
        return f'{self._judged}{c.server_port}"}}'

    def _segments(self, c: Connection) -> bytes:
        rows = c.segment_rows or ()
        texts = []
        for at in range(0, len(rows), SEGMENT_WIDTH):
            packet, ts_ns, code, seq, ack, length, window, states, first, count = rows[at : at + SEGMENT_WIDTH]
            if code >> 1 not in self._flags:
                self._flags[code >> 1] = quoted(flag_letters(code >> 1))
            text = _SEGMENT % (
                packet,
                seconds(ts_ns - c.start_ns),
                self._roles[code & 1],
                self._flags[code >> 1],
                seq if seq >= 0 else seq & M32,
                b"null" if ack == NO_VALUE else b"%d" % (ack if ack >= 0 else ack & M32),
                length,
                window,
                self._states[states & 15],
                self._states[states >> 4],
                b",".join([kind_at(c, row) for row in range(first, first + count)]) if count > 0 else b"",
            )
            texts.append(text)
        return b",".join(texts)


def kind_at(c: Connection, row: int) -> bytes:
    """The kind of an anomaly by the number of its row, quoted."""
    rows = c.anomaly_rows or ()
    return quoted(KINDS[rows[row * ANOMALY_WIDTH + 1] >> 1].name)


def seconds(ns: int) -> bytes:
    """Nanoseconds as decimal seconds, as a float prints them where it prints all of them."""
    return b"%a" % (ns / BILLION) if EXPONENT_NS <= ns < EXACT_NS else seconds_text(ns)


def milliseconds(ns: int) -> str:
    """Nanoseconds as decimal milliseconds, -1: null; a float prints the same where it prints all of it."""
    if ns == -1:
        return "null"
    if ns == 0 or 100 <= ns < EXACT_NS:
        return str(ns / MILLION)
    return milliseconds_text(ns).decode()


def stats_text(values: Sequence[Any]) -> bytes:
    """The statistics of one endpoint from the values of its fields."""
    made = list(values)
    for at in _TIMES:
        ns = made[at]
        made[at] = ns / MILLION if 100 <= ns < EXACT_NS else milliseconds(ns)  # which saves a call
    for at in _OPTIONAL:
        if made[at] == -1:
            made[at] = "null"
    for at in _FLAGS:
        made[at] = "true" if made[at] else "false"
    return (_STATS % tuple(made)).encode()
