"""The machine-readable record, schema 1, twice: as the dict of one Connection, and as its JSON schema.

In: a Connection. Out: plain dicts. This is the slow, readable definition; `jsonl.py` writes the same octets fast, and
a test holds the two equal.
"""

from __future__ import annotations

from datetime import UTC, datetime
from json import dumps
from typing import TYPE_CHECKING, Any, Final

from ..model.community import community_id
from ..model.names import STATES
from .stats_fields import STATS_FIELDS

if TYPE_CHECKING:
    from ..model.connection import Connection, SideStats
    from ..model.values import Address, Anomaly, Transition

SCHEMA_VERSION: Final = 1
SECOND_NS: Final = 1_000_000_000
MS_NS: Final = 1_000_000

Record = dict[str, Any]


def record(connection: Connection) -> Record:
    """The JSON-ready record of one connection, keys in the order they are written.

    Source: docs/record.md; `JSON_SCHEMA` describes it.
    """
    c = connection
    made: Record = {
        "schema_version": SCHEMA_VERSION,
        "index": c.index,
        "client": _address(c.client),
        "server": _address(c.server),
        "community_id": community_id(c).decode(),
    }
    if c.client_basis is not None:
        made["client_basis"] = c.client_basis
    if c.tunnel:
        made["tunnel"] = c.tunnel
    made |= {
        "first_packet": c.first_packet,
        "last_packet": c.last_packet,
        "start": rfc3339(c.start_ns),
        "start_ns": c.start_ns,
        "duration": c.duration,
        "final": {role: str(state) for role, state in c.final.items()},
        "handshake_ms": _ms(c.handshake_ns),
        "transitions": [_transition(t) for t in c.transitions],
        "close": _close(c),
        "zeek": _zeek(c),
        "anomalies": [_anomaly(a) for a in c.anomalies],
    }
    if c.anomalies_omitted:
        made["anomalies_omitted"] = c.anomalies_omitted
    made["stats"] = {"client": stats(c.client_stats), "server": stats(c.server_stats)}
    made["verdict"] = c.verdict
    if c.judged is not None:
        made["judged"] = c.judged
    if c.left_early is not None:
        made["left_early"] = c.left_early
    if c.segments is not None:
        made["segments"] = _segments(c)
    return made


def rfc3339(ns: int) -> str:
    """Nanoseconds since the epoch as UTC text with nine decimals."""
    second, rest = divmod(ns, SECOND_NS)
    return f"{datetime.fromtimestamp(second, UTC):%Y-%m-%dT%H:%M:%S}.{rest:09d}Z"


def stats(side: SideStats) -> Record:
    """What one endpoint sent, counted: every field of STATS_FIELDS."""
    return {
        field.name: _stat(getattr(side, field.attribute), field.ns, field.optional, field.flag)
        for field in STATS_FIELDS
    }


def _stat(value: int, ns: bool, optional: bool, flag: bool) -> bool | float | int | None:
    if optional and value == -1:
        return None
    return bool(value) if flag else value / MS_NS if ns else value


def _ms(ns: int) -> float | None:
    return None if ns == -1 else ns / MS_NS


def _address(address: Address) -> Record:
    return {"ip": address.ip, "port": address.port}


def _transition(t: Transition) -> Record:
    return {
        "packet": t.packet,
        "offset": t.offset,
        "endpoint": str(t.endpoint),
        "from": str(t.from_state),
        "to": str(t.to_state),
        "event": t.event,
        "basis": str(t.basis),
        "confirmed_by": t.confirmed_by,
        "rfc": t.rfc,
    }


def _close(c: Connection) -> Record | None:
    if c.close is None:
        return None
    return {"kind": c.close.kind, "initiator": c.close.initiator and str(c.close.initiator), "packet": c.close.packet}


def _zeek(c: Connection) -> Record:
    made: Record = {
        "conn_state": c.zeek_state,
        "history": c.zeek_history,
        "orig_bytes": c.zeek_bytes_orig,
        "resp_bytes": c.zeek_bytes_resp,
        "orig_pkts": c.zeek_pkts_orig,
        "resp_pkts": c.zeek_pkts_resp,
        "missed_bytes": c.zeek_missed,
    }
    if c.zeek_note is not None:
        made["note"] = c.zeek_note
    if c.zeek_rows is not None:
        made["rows"] = zeek_rows(c)
    return made


def zeek_rows(c: Connection) -> list[Record]:
    """Every row Zeek would log, where its timers or rules cut our connection into several."""
    return [
        {
            "start_ns": line.start_ns,
            "duration": line.duration_ns / SECOND_NS,
            "originator": "client" if line.orig_side == c.client_side else "server",
            "conn_state": line.conn_state,
            "history": line.history,
            "orig_bytes": line.orig_bytes,
            "resp_bytes": line.resp_bytes,
            "orig_pkts": line.orig_pkts,
            "resp_pkts": line.resp_pkts,
            "missed_bytes": line.missed_bytes,
        }
        for line in c.zeek_rows or ()
    ]


def zeek_text(c: Connection) -> bytes:
    """The same as compact JSON, for the fast writers."""
    return dumps(zeek_rows(c), separators=(",", ":")).encode()


def _anomaly(a: Anomaly) -> Record:
    made: Record = {"kind": a.kind, "packet": a.packet, "endpoint": str(a.endpoint), "severity": a.severity.word}
    if a.value is not None:
        made[a.value_name or "value"] = a.value
    if a.related is not None:
        made["related"] = a.related
    if a.guess:
        made["guess"] = True
    return made


def _segments(c: Connection) -> list[Record]:
    return [
        {
            "packet": s.packet,
            "offset": s.offset,
            "from": str(s.sender),
            "flags": s.flags,
            "seq": s.seq,
            "ack": s.ack,
            "len": s.length,
            "win": s.window,
            "client_state": str(s.client_state),
            "server_state": str(s.server_state),
            "anomalies": list(s.anomalies),
        }
        for s in c.segments or ()
    ]


_INTEGER: Final = {"type": "integer"}
_COUNT: Final = {"type": "integer", "minimum": 0}
_PACKET: Final = {"type": "integer", "minimum": 1}
_TEXT: Final = {"type": "string"}
_SECONDS: Final = {"type": "number", "description": "seconds since the connection's first packet"}
_ROLE: Final = {"enum": ["client", "server"]}
_STATE: Final = {"enum": [str(state) for state in STATES]}


def _nullable(schema: Record) -> Record:
    return {"anyOf": [schema, {"type": "null"}]}


def _object(required: Record, optional: Record | None = None, *, more: bool = True) -> Record:
    return {
        "type": "object",
        "properties": required | (optional or {}),
        "required": list(required),
        "additionalProperties": more,
    }


def _stats_schema() -> Record:
    fields: Record = {}
    for field in STATS_FIELDS:
        kind = "boolean" if field.flag else "number" if field.ns else "integer"
        fields[field.name] = {"type": [kind, "null"] if field.optional else kind, "description": field.doc}
    return _object(fields)


_TRANSITION_SCHEMA: Final = _object(
    {
        "packet": _nullable(_PACKET),
        "offset": _SECONDS,
        "endpoint": _ROLE,
        "from": _STATE,
        "to": _STATE,
        "event": _TEXT,
        "basis": {"enum": ["sent", "received", "implied", "timer"]},
        "confirmed_by": _nullable(_PACKET),
        "rfc": _TEXT,
    }
)
_ANOMALY_SCHEMA: Final = _object(
    {"kind": _TEXT, "packet": _PACKET, "endpoint": _ROLE, "severity": {"enum": ["info", "warning", "error"]}},
    {"related": _PACKET, "guess": {"const": True}},
)
_CLOSE_SCHEMA: Final = _object({"kind": _TEXT, "initiator": _nullable(_ROLE), "packet": _INTEGER})
_ZEEK_FIELDS: Final = {
    "conn_state": _TEXT,
    "history": _TEXT,
    "orig_bytes": _COUNT,
    "resp_bytes": _COUNT,
    "orig_pkts": _COUNT,
    "resp_pkts": _COUNT,
    "missed_bytes": _COUNT,
}
_ZEEK_ROW_SCHEMA: Final = _object(
    {"start_ns": _INTEGER, "duration": {"type": "number"}, "originator": _ROLE} | _ZEEK_FIELDS
)
_ZEEK_SCHEMA: Final = _object(_ZEEK_FIELDS, {"note": _TEXT, "rows": {"type": "array", "items": _ZEEK_ROW_SCHEMA}})
_SEGMENT_SCHEMA: Final = _object(
    {
        "packet": _PACKET,
        "offset": _SECONDS,
        "from": _ROLE,
        "flags": _TEXT,
        "seq": _INTEGER,
        "ack": _nullable(_INTEGER),
        "len": _COUNT,
        "win": _COUNT,
        "client_state": _STATE,
        "server_state": _STATE,
        "anomalies": {"type": "array", "items": _TEXT},
    }
)
_ADDRESS_SCHEMA: Final = _object({"ip": _TEXT, "port": {"type": "integer", "minimum": 0, "maximum": 65535}})

JSON_SCHEMA: Final[Record] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "tcplife connection record, schema 1",
    **_object(
        {
            "schema_version": {"const": SCHEMA_VERSION},
            "index": _PACKET,
            "client": _ADDRESS_SCHEMA,
            "server": _ADDRESS_SCHEMA,
            "community_id": {"type": "string", "pattern": "^1:[A-Za-z0-9+/]{27}=$"},
            "first_packet": _PACKET,
            "last_packet": _PACKET,
            "start": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$"},
            "start_ns": _INTEGER,
            "duration": _SECONDS,
            "final": _object({"client": _STATE, "server": _STATE}),
            "handshake_ms": {"type": ["number", "null"]},
            "transitions": {"type": "array", "items": _TRANSITION_SCHEMA},
            "close": _nullable(_CLOSE_SCHEMA),
            "zeek": _ZEEK_SCHEMA,
            "anomalies": {"type": "array", "items": _ANOMALY_SCHEMA},
            "stats": _object({"client": _stats_schema(), "server": _stats_schema()}),
            "verdict": _TEXT,
        },
        {
            "client_basis": _TEXT,
            "tunnel": _TEXT,
            "anomalies_omitted": _PACKET,
            "judged": {"type": "object"},
            "left_early": _TEXT,
            "segments": {"type": "array", "items": _SEGMENT_SCHEMA},
        },
    ),
}
