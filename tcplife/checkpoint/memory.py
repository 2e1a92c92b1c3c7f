# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""What a run remembers, taken out of an Analysis and put into a fresh one.

In: an Analysis between two steps. Out: plain values and objects of `classes`, nothing that belongs to its input. The
only module besides the pipeline that knows how an Analysis keeps what it knows.
"""

from __future__ import annotations

from dataclasses import fields

from ..model.segment import Segment
from ..model.totals import Totals
from ..pipeline.sleep import wake

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..flows.table import Flow, Table
    from ..pipeline.analysis import Analysis

SUMS = tuple([field.name for field in fields(Totals) if field.type == "int"])
"""Whatever Totals counts."""


def memory_of(analysis: Analysis) -> dict[str, Any]:
    """Return everything that the next packet may be judged by, and every sum."""
    table = analysis._table
    analysis._finished.sum_up()
    flows = table.flows()
    for flow in flows:
        if not flow.sown:
            wake(flow)
    closed = [[life.index for life in share.flows() if not life.gone] for share in analysis._closed]
    return {
        "numbers": [analysis._next_index, analysis._first_ns, analysis._last_ns, analysis.records, analysis.tracked],
        "looked": table._now_s,
        "packets": analysis.packets_before + analysis.reader.packet,
        "counts": list(analysis._counts),
        "sums": [getattr(analysis.totals, name) for name in SUMS],
        "streams": analysis._streams,
        "view": analysis._finished.view,
        "piles": analysis._finished.piles,
        "fragments": analysis._decoder.cursor.fragments,
        "names": analysis._decoder.cursor.names,
        "closed": closed,
        "flows": flows,
    }  # fmt: skip


def remember(analysis: Analysis, memory: dict[str, Any]) -> None:
    """Let a fresh Analysis know all that. Raises: TypeError, ValueError, KeyError when it is not what it should be."""
    numbers = memory["numbers"]
    analysis._next_index = numbers[0]
    analysis._first_ns = numbers[1]
    analysis._last_ns = numbers[2]
    analysis.records = numbers[3]
    analysis.records_before = numbers[3]
    analysis.packets_before = memory["packets"]
    analysis.tracked = numbers[4]
    counts = analysis._counts
    for at in range(min(len(counts), len(memory["counts"]))):
        counts[at] = memory["counts"][at]
    for name, value in zip(SUMS, memory["sums"], strict=True):
        setattr(analysis.totals, name, value)
    analysis._streams = memory["streams"]
    analysis._finished.view = memory["view"]
    analysis._finished.piles = memory["piles"]
    analysis._decoder.cursor.fragments = memory["fragments"]
    analysis._decoder.cursor.names = memory["names"]
    analysis._decoder.tunnels = memory["names"].names
    known = {}
    for flow in memory["flows"]:
        known[flow.index] = flow
        _enter(analysis._table, flow)
    analysis._table._now_s = memory["looked"]
    _queue(analysis, memory["closed"], known)


def pass_over(analysis: Analysis, records: int) -> bool:
    """Leave out so many records of the input, which were read before; returns whether they were there."""
    reader = analysis.reader
    for _ in range(records):
        packet = reader.packet
        reader.next()
        if reader.packet == packet:
            return False
    analysis.packets_before -= reader.packet
    analysis.records_before -= records
    return True


def _queue(analysis: Analysis, closed: list[list[int]], known: dict[int, Any]) -> None:
    """What has ended waits in the same order. Raises: ValueError when it waited in other queues."""
    if len(closed) != len(analysis._closed):
        raise ValueError("another --max-closed")
    for share, indexes in zip(analysis._closed, closed, strict=True):
        for index in indexes:
            share.push(known[index])


def _enter(table: Table, flow: Flow) -> None:
    """Put a flow into its place, and on the list of those to be looked at."""
    s = Segment()
    s.src_hi = flow.a_hi
    s.src_lo = flow.a_lo
    s.sport = flow.a_port
    s.dst_hi = flow.b_hi
    s.dst_lo = flow.b_lo
    s.dport = flow.b_port
    s.ip_version = flow.ip_version
    s.ts_ns = flow.last_ns
    leaves_ns = flow.leaves_ns
    flow.leaves_ns = 0
    table.add(flow, s)
    if leaves_ns:
        table.schedule(flow, leaves_ns)
