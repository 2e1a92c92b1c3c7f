"""What a worker does, wherever it runs: cut a file, track a bucket, and (the driver alone) put fragments together.

In: a Reader or rows. Out: rows, or the connections as bytes. Knows no processes and no network.
"""

from __future__ import annotations

import pickle
from array import array
from importlib import import_module

from ..decode.decoder import Decoder
from ..decode.layers import MAX_TUNNELS
from ..model.pairs import part_of
from ..model.segment import Segment
from .answer import Told
from .bucket import Bucket, Feed
from .cut import Cut
from .number import Numbers
from .rows import RowWriter
from .widths import CODES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

    from ..model.connection import Connection
    from ..model.totals import Options

    Encode = Callable[[Connection], bytes]

PICKLE = "tcplife.cluster.work:Pickler"
"""Connections travel whole, for a reporter that runs here."""


class NotSharedError(Exception):
    """Shared out, the answer could differ from that of one process; why, in words. The caller runs one process."""


class Pickler:
    """Connection -> bytes; pickle.loads gives it back."""

    def __call__(self, connection: Connection) -> bytes:
        """Return its bytes."""
        return pickle.dumps(connection, 5)


def encoder(place: str) -> Encode:
    """The encoder at "module:name"."""
    module, _, name = place.partition(":")
    made: Encode = getattr(import_module(module), name)()
    return made


def track(
    feeds: Sequence[Feed], options: Options, ticks: tuple[array[int], array[int]], last_ns: int, tunnels: list[str],
    encode: Encode, write: Callable[[bytes], Any],
) -> Told:  # fmt: skip
    """Track one bucket; its connections go to write, one call each."""
    bucket = Bucket(options, ticks[0], ticks[1], tunnels)
    sizes, worst = array("q"), array("q")
    for connections in bucket.run(list(feeds), last_ns):
        for connection in connections:
            worst.append(connection.worst)
            octets = encode(connection)
            sizes.append(len(octets))
            write(octets)
    return Told(bucket.leaves, bucket.opens, sizes, worst, bucket.sums(), bucket.peak)


def all_tunnels(cuts: Iterable[Cut]) -> tuple[list[str], list[list[int]]]:
    """All names of tunnels, and by file what its own indexes mean in them. Raises: NotSharedError beyond the bound."""
    names = [""]
    known = {"": 0}
    meanings = []
    for cut in cuts:
        for name in cut.tunnels:
            if name not in known:
                known[name] = len(names)
                names.append(name)
        meanings.append([known[name] for name in cut.tunnels])
    if len(names) >= MAX_TUNNELS:
        raise NotSharedError(f"there are {MAX_TUNNELS} tunnels and more")
    return names, meanings


def put_together(cuts: Sequence[Cut], numbers: Sequence[Numbers], sinks: Sequence[Any], *, checksums: bool) -> Cut:
    """Decode every record that touches IP fragments, in the order of all files; positions are packet numbers."""
    decoder = Decoder(checksums=checksums)
    writers = [RowWriter(sink) for sink in sinks]
    s = Segment()
    made = Cut("", counts=[0] * CODES)
    pieces = sorted(((numbers[i].of(p.position), p) for i, cut in enumerate(cuts) for p in cut.pieces), key=_packet)
    for packet, piece in pieces:
        s.ts_ns = piece.ts_ns
        s.wire_len = piece.wire_len
        code = decoder.decode(piece.octets, 0, len(piece.octets), piece.wire_len, piece.link, s)
        if code == 0:
            made.tracked += 1
            made.cut_packets += s.payload_end - s.payload_at < s.length
        else:
            made.counts[code if code < CODES else 0] += 1
            if code != 4 or s.icmp_type < 0:
                continue
            s.payload_at = s.payload_end = s.sack_count = 0
        part = part_of(s.src_hi, s.src_lo, s.sport, s.dst_hi, s.dst_lo, s.dport)
        sack_start = decoder.u32(s.sack_at) if s.sack_count > 0 else -1
        writers[part % len(writers)].put(s, packet, piece.key_ns, code, sack_start)
    for writer in writers:
        writer.flush()
    made.octets = [writer.octets for writer in writers]
    made.tunnels = list(decoder.tunnels)
    return made


def _packet(numbered: tuple[int, Any]) -> int:
    return numbered[0]


def as_they_are() -> Numbers:
    """Numbers of rows whose positions are packet numbers already."""
    return Numbers(array("q", [0]), array("q", [0]))
