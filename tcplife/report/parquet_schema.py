"""The record's fields as Arrow types: what `parquet.py` writes, column by column.

In: nothing. Out: a pyarrow schema, drawn from the same tables as the JSON one. Needs the extra `parquet`.
"""

from __future__ import annotations

from ..model.judgement import SPLIT_NAMES
from .schema import SCHEMA_VERSION
from .stats_fields import STATS_FIELDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any, Final

ROLES: Final = ("client", "server")


def schema(pa: ModuleType) -> Any:
    """The Arrow schema of one connection; pa: the pyarrow module.

    Times are timestamp[ns, UTC]; counts and packet numbers int64; words are strings (written as dictionaries); what the
    contract calls null is null. An anomaly's value, named by its kind in JSON, is `value` beside `value_name` here.
    """
    i, f, t = pa.int64(), pa.float64(), pa.string()
    address = pa.struct([("ip", t), ("port", pa.int32())])
    return pa.schema(
        [
            ("schema_version", pa.int32()),
            ("index", i),
            ("client", address),
            ("server", address),
            ("community_id", t),
            ("client_basis", t),
            ("tunnel", t),
            ("first_packet", i),
            ("last_packet", i),
            ("start", pa.timestamp("ns", tz="UTC")),
            ("start_ns", i),
            ("duration", f),
            ("final", _both(pa, t)),
            ("handshake_ms", f),
            ("transitions", pa.list_(_transition(pa))),
            ("close", pa.struct([("kind", t), ("initiator", t), ("packet", i)])),
            ("zeek", _zeek(pa)),
            ("anomalies", pa.list_(_anomaly(pa))),
            ("anomalies_omitted", i),
            ("stats", _both(pa, _stats(pa))),
            ("verdict", t),
            ("judged", _judged(pa)),
            ("left_early", t),
            ("segments", pa.list_(_segment(pa))),
        ],
        metadata={"tcplife.schema_version": str(SCHEMA_VERSION)},
    )


def _both(pa: ModuleType, kind: Any) -> Any:
    return pa.struct([(role, kind) for role in ROLES])


def _transition(pa: ModuleType) -> Any:
    i, f, t = pa.int64(), pa.float64(), pa.string()
    return pa.struct(
        [
            ("packet", i),
            ("offset", f),
            ("endpoint", t),
            ("from", t),
            ("to", t),
            ("event", t),
            ("basis", t),
            ("confirmed_by", i),
            ("rfc", t),
        ]
    )


def _zeek(pa: ModuleType) -> Any:
    i, t = pa.int64(), pa.string()
    counts = [(name, i) for name in ("orig_bytes", "resp_bytes", "orig_pkts", "resp_pkts", "missed_bytes")]
    words = [("conn_state", t), ("history", t)]
    row = pa.struct([("start_ns", i), ("duration", pa.float64()), ("originator", t), *words, *counts])
    return pa.struct([*words, *counts, ("note", t), ("rows", pa.list_(row))])


def _anomaly(pa: ModuleType) -> Any:
    i, t = pa.int64(), pa.string()
    return pa.struct(
        [("kind", t), ("packet", i), ("endpoint", t), ("severity", t), ("value", i), ("value_name", t), ("related", i),
         ("guess", pa.bool_())]
    )  # fmt: skip


def _stats(pa: ModuleType) -> Any:
    return pa.struct(
        [(each.name, pa.bool_() if each.flag else pa.float64() if each.ns else pa.int64()) for each in STATS_FIELDS]
    )


def _segment(pa: ModuleType) -> Any:
    i, f, t = pa.int64(), pa.float64(), pa.string()
    return pa.struct(
        [
            ("packet", i),
            ("offset", f),
            ("from", t),
            ("flags", t),
            ("seq", i),
            ("ack", i),
            ("len", i),
            ("win", i),
            ("client_state", t),
            ("server_state", t),
            ("anomalies", pa.list_(t)),
        ]
    )


def _judged(pa: ModuleType) -> Any:
    i, f, t, b = pa.int64(), pa.float64(), pa.string(), pa.bool_()
    fin = [("endpoint", t), ("number", i), ("packet", i), ("tries", i), ("last_packet", i), ("acked_by", i)]
    return pa.struct(
        [
            ("opened_by", t),
            ("opened_how", t),
            ("closed_by", t),
            ("closed_how", t),
            ("acked", _both(pa, b)),
            ("whose_turn", t),
            ("whose_turn_why", t),
            ("fin_ledger", pa.list_(pa.struct([*fin, ("acked_after_ms", f)]))),
            ("reset", _reset(pa)),
            ("time_split", pa.struct([(f"{name}_ms", f) for name in SPLIT_NAMES])),
            ("slowest", t),
            ("capture_point", pa.struct([("where", t), ("why", t)])),
            ("half_closed", pa.struct([("by", t), ("from", i), ("to", i), ("seconds", f), ("bytes", i)])),
            ("handshake", pa.struct([("total_ms", f), ("server_side_ms", f), ("client_side_ms", f)])),
            ("service", t),
        ]
    )


def _reset(pa: ModuleType) -> Any:
    i, f, t, b = pa.int64(), pa.float64(), pa.string(), pa.bool_()
    return pa.struct(
        [
            ("packet", i),
            ("by", t),
            ("from_state", t),
            ("to_state", t),
            ("accepted", b),
            ("provoked_by", i),
            ("provoked_sure", b),
            ("provoked_after_ms", f),
            ("number", i),
            ("expected", i),
            ("ttl", i),
            ("ttl_usual", pa.list_(i)),
            ("ip_id", i),
            ("ip_id_before", i),
            ("window", i),
            ("signs", pa.list_(t)),
            ("forged", t),
            ("lost_bytes", _both(pa, i)),
            ("unanswered_probes", i),
            ("count", i),
        ]
    )
