# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""What is kept of each segment where somebody asks for them all.

In: a segment that its life has taken, and what was seen of it. Out: a row of the life's `segments`, and its octets.
"""

from __future__ import annotations

from ..model.connection import NO_VALUE
from ..model.names import ACK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..decode.decoder import Decoder
    from ..model.segment import Segment
    from ..tracker.life import Life
    from ..tracker.observation import Observation

KEPT_PAYLOAD = 2048


def keep_segment(life: Life, s: Segment, o: Observation, before: int, decoder: Decoder) -> None:
    """Keep it. before: how many anomalies the life had before it."""
    rows = life.segments
    if rows is None:
        return
    states = life.view(life.a) | life.view(life.b) << 4
    after = 0 if life.anomalies is None else len(life.anomalies) // 4
    rows.extend((
        s.packet, o.ts_ns, o.side | s.flags << 1, o.seq, o.ack if s.flags & ACK else NO_VALUE, s.length,
        s.wire_window, states, before, after - before,
    ))  # fmt: skip
    if life.details is not None:
        payload = decoder.octets(s.payload_at, min(s.payload_end, s.payload_at + KEPT_PAYLOAD))
        life.details.append((decoder.octets(s.opt_at, s.opt_end), payload))
