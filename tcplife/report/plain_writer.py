"""The record of one connection as JSON in plain Python, where each call is dear: few large texts are formatted at once.

In: a Connection. Out: one JSON object in a Buffer, the same octets as `record_writer` writes, which compiled code uses
(a test holds the two equal).
"""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter

from ..model.address import ip_text
from ..model.catalogue import KINDS, ROWS
from ..model.community import community_id
from ..model.connection import ANOMALY_WIDTH, NO_VALUE, SEGMENT_WIDTH, flag_letters
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
_TIMES: Final = [at for at, field in enumerate(STATS_FIELDS) if field.ns]
_OWN: Final = frozenset(
    ["packets", "bytes", "unique_bytes", "data_packets", "rtt_samples", "acked_bytes", "max_segment"]
    + [field.name for field in STATS_FIELDS if field.ns]
)
"""What each endpoint has of its own; all others are the same for many, and of those whole runs are at hand as text."""
MOST_RUNS: Final = 4096
"""So many texts of one run are kept."""
PADDED: Final = [f".{number:03d}" for number in range(1000)]
ENDING: Final = [f"{number:03d}".rstrip("0") for number in range(1000)]
ALONE: Final = ["." + (digits or "0") for digits in ENDING]
"""Three decimals where three more follow, the last three, and where no more follow: to print a float costs twice as much."""


class PlainWriter:
    """Writes one connection after the other into a buffer."""

    def __init__(self, buffer: Buffer, blank: SideStats) -> None:
        """buffer: where to write. blank: the statistics of an endpoint nothing is known of."""
        self._buffer = buffer
        self._states = [f'"{state}"' for state in STATES]
        self._roles = [f'"{role}"' for role in ROLES]
        self._events: dict[int, tuple[str, str]] = {}
        self._kinds: dict[int, tuple[str, str]] = {}
        self._flags: dict[int, str] = {}
        self._blank = _VALUES(blank)
        self._blank_text = stats_text(self._blank)
        self._unanswered: SideStats | None = None
        self._unanswered_stats = ""
        self._judgement: Judgement | None = None
        self._judged = ""

    def write_lines(self, connections: Sequence[Connection], begin: int, full: int) -> int:
        """Write a line for each connection from that index on, until so many octets are there; returns the next index."""
        b = self._buffer
        at = begin
        while at < len(connections) and b.at < full:
            b.raw(f"{self._text(connections[at])}\n".encode())
            at += 1
        return at

    def write(self, c: Connection) -> None:
        """Write the record of one connection, without a line end."""
        self._buffer.raw(self._text(c).encode())

    def _text(self, c: Connection) -> str:
        second, rest = divmod(c.start_ns, BILLION)
        states = self._states
        basis = "" if c.client_guess is None else f',"client_basis":{in_quotes(c.client_guess)}'
        tunnel = f',"tunnel":{in_quotes(c.tunnel)}' if c.tunnel else ""
        omitted = f',"anomalies_omitted":{c.anomalies_omitted}' if c.anomalies_omitted else ""
        judged = "" if c.judgement is None else f',"judged":{self._judged_text(c)}'
        left = "" if c.left_early is None else f',"left_early":{in_quotes(c.left_early)}'
        segments = "" if c.segment_rows is None else f',"segments":[{self._segments(c)}]'
        return (
            f'{{"schema_version":1,"index":{c.index},'
            f'"client":{{"ip":"{ip_text(c.client_hi, c.client_lo, c.ip_version)}","port":{c.client_port}}},'
            f'"server":{{"ip":"{ip_text(c.server_hi, c.server_lo, c.ip_version)}","port":{c.server_port}}},'
            f'"community_id":"{community_id(c).decode()}"{basis}{tunnel},'
            f'"first_packet":{c.first_packet},"last_packet":{c.last_packet},'
            f'"start":{self._buffer.stamp(second).decode()}{rest:09d}Z","start_ns":{c.start_ns},'
            f'"duration":{seconds(c.end_ns - c.start_ns)},'
            f'"final":{{"client":{states[c.final_client]},"server":{states[c.final_server]}}},'
            f'"handshake_ms":{milliseconds(c.handshake_ns)},"transitions":[{self._transitions(c)}]'
            f'{self._ending(c)},"anomalies":[{self._anomalies(c)}]{omitted},"stats":{self._stats(c)},'
            f'"verdict":{in_quotes(c.verdict)}{judged}{left}{segments}}}'
        )

    def _transitions(self, c: Connection) -> str:
        texts = []
        begin = then = c.start_ns
        offset = "0.0"
        events = self._events
        numbers = iter(c.transition_rows or ())
        for packet, ts_ns, code, confirmed in zip(numbers, numbers, numbers, numbers, strict=True):
            event, rfc = events.get(code) or self._event(code)
            if ts_ns != then:  # often both ends move by the same packet
                then = ts_ns
                offset = seconds(ts_ns - begin)
            texts.append(
                f'{{"packet":{packet or "null"},"offset":{offset}{event}{confirmed or "null"},"rfc":{rfc}}}',
            )
        return ",".join(texts)

    def _event(self, code: int) -> tuple[str, str]:
        """What a row says of its endpoint, up to the confirming packet; and its paragraph."""
        row = ROWS[code >> 3]
        event = (
            f',"endpoint":{self._roles[code & 1]},"from":{self._states[row.from_state]},'
            f'"to":{self._states[row.to_state]},"event":{in_quotes(row.event)},'
            f'"basis":{in_quotes(BASES[code >> 1 & 3])},"confirmed_by":'
        )
        made = self._events[code] = (event, in_quotes(row.rfc))
        return made

    def _ending(self, c: Connection) -> str:
        close = "null"
        if c.close_kind is not None:
            initiator = self._roles[c.close_initiator] if c.close_initiator >= 0 else "null"
            close = f'{{"kind":{in_quotes(c.close_kind)},"initiator":{initiator},"packet":{c.close_packet}}}'
        note = "" if c.zeek_note is None else f',"note":{in_quotes(c.zeek_note)}'
        rows = "" if c.zeek_rows is None else f',"rows":{zeek_text(c).decode()}'
        return (
            f',"close":{close},"zeek":{{"conn_state":{in_quotes(c.zeek_state)},"history":{in_quotes(c.zeek_history)},'
            f'"orig_bytes":{c.zeek_bytes_orig},"resp_bytes":{c.zeek_bytes_resp},"orig_pkts":{c.zeek_pkts_orig},'
            f'"resp_pkts":{c.zeek_pkts_resp},"missed_bytes":{c.zeek_missed}{note}{rows}}}'
        )

    def _anomalies(self, c: Connection) -> str:
        if c.anomaly_rows is None:
            return ""
        texts = []
        numbers = iter(c.anomaly_rows)
        for packet, code, value, related in zip(numbers, numbers, numbers, numbers, strict=True):
            head, tail = self._kinds.get(code) or self._kind(code)
            text = f"{head}{packet}{tail}"
            kind = KINDS[code >> 1]
            if value != NO_VALUE:
                text += f",{in_quotes(kind.value_name or 'value')}:{value}"
            if related:
                text += f',"related":{related}'
            texts.append(text + (',"guess":true}' if kind.guess else "}"))
        return ",".join(texts)

    def _kind(self, code: int) -> tuple[str, str]:
        """What a row says before its packet, and behind it."""
        kind = KINDS[code >> 1]
        made = self._kinds[code] = (
            f'{{"kind":{in_quotes(kind.name)},"packet":',
            f',"endpoint":{self._roles[code & 1]},"severity":{in_quotes(kind.severity.word)}',
        )
        return made

    def _stats(self, c: Connection) -> str:
        """The statistics of both sides; those of unanswered connections that share them are rendered once."""
        if c.client_stats is self._unanswered:
            return self._unanswered_stats
        client, server = _VALUES(c.client_stats), _VALUES(c.server_stats)
        told_client = self._blank_text if client == self._blank else stats_text(client)
        told_server = self._blank_text if server == self._blank else stats_text(server)
        text = f'{{"client":{told_client},"server":{told_server}}}'
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

    def _segments(self, c: Connection) -> str:
        rows = c.segment_rows or ()
        texts = []
        for at in range(0, len(rows), SEGMENT_WIDTH):
            packet, ts_ns, code, seq, ack, length, window, states, first, count = rows[at : at + SEGMENT_WIDTH]
            if code >> 1 not in self._flags:
                self._flags[code >> 1] = in_quotes(flag_letters(code >> 1))
            acked = "null" if ack == NO_VALUE else ack & M32 if ack < 0 else ack
            kinds = ",".join([kind_at(c, row) for row in range(first, first + count)]) if count > 0 else ""
            texts.append(
                f'{{"packet":{packet},"offset":{seconds(ts_ns - c.start_ns)},"from":{self._roles[code & 1]},'
                f'"flags":{self._flags[code >> 1]},"seq":{seq if seq >= 0 else seq & M32},"ack":{acked},'
                f'"len":{length},"win":{window},"client_state":{self._states[states & 15]},'
                f'"server_state":{self._states[states >> 4]},"anomalies":[{kinds}]}}'
            )
        return ",".join(texts)


def kind_at(c: Connection, row: int) -> str:
    """The kind of an anomaly by the number of its row, quoted."""
    rows = c.anomaly_rows or ()
    return in_quotes(KINDS[rows[row * ANOMALY_WIDTH + 1] >> 1].name)


def in_quotes(text: str) -> str:
    """The same as `quoted`, as text."""
    if text.isascii() and text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return quoted(text).decode()


def seconds(ns: int) -> str:
    """Nanoseconds as decimal seconds, with no more decimals than they need, and at least one."""
    if ns >= 0 and not ns % 1000:  # most captures tell microseconds
        return milliseconds(ns // 1000)
    return f"{ns / BILLION}" if EXPONENT_NS <= ns < EXACT_NS else seconds_text(ns).decode()


def milliseconds(ns: int) -> str:
    """Nanoseconds as decimal milliseconds, -1: null; likewise."""
    if ns < 0:
        return "null" if ns == -1 else milliseconds_text(ns).decode()
    low = ns % 1000
    if low:
        return f"{ns // MILLION}{PADDED[ns // 1000 % 1000]}{ENDING[low]}"
    return f"{ns // MILLION}{ALONE[ns // 1000 % 1000]}"


def _runs() -> list[tuple[int, int, dict[tuple[int, ...], str]]]:
    """Where fields that are not `_OWN` begin and end, the last first, and what their values read like."""
    runs: list[tuple[int, int, dict[tuple[int, ...], str]]] = []
    for is_own, group in groupby(enumerate(STATS_FIELDS), lambda numbered: numbered[1].name in _OWN):
        places = [at for at, _ in group]
        if not is_own:
            runs.append((places[0], places[-1] + 1, {}))
    runs.reverse()
    return runs


def _template() -> str:
    """The statistics with a place for each field that is `_OWN`, and for each run of others."""
    parts = []
    for is_own, group in groupby(STATS_FIELDS, lambda field: field.name in _OWN):
        parts += [f'"{field.name}":%s' for field in group] if is_own else ["%s"]
    return "{" + ",".join(parts) + "}"


_RUNS: Final = _runs()
_STATS: Final = _template()


def stats_text(values: tuple[Any, ...]) -> str:
    """The statistics of one endpoint from the values of its fields."""
    made = list(values)
    for at in _TIMES:
        made[at] = milliseconds(values[at])
    for begin, end, texts in _RUNS:
        run = values[begin:end]
        made[begin:end] = (texts.get(run) or _run_text(begin, run, texts),)
    return _STATS % tuple(made)


def _run_text(begin: int, run: tuple[int, ...], texts: dict[tuple[int, ...], str]) -> str:
    """What the values of some fields read like from that one on; kept for the next."""
    told = []
    for field, value in zip(STATS_FIELDS[begin:], run, strict=False):
        if field.flag:
            word = "true" if value else "false"
        else:
            word = "null" if field.optional and value == -1 else str(value)
        told.append(f'"{field.name}":{word}')
    if len(texts) >= MOST_RUNS:
        texts.clear()
    text = texts[run] = ",".join(told)
    return text
