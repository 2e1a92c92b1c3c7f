"""Whether a pipe keeps pace with the wall clock, and how long ago it brought anything last.

In: the capture time of each arrival, and silences. Out: `live`, false until packets are seen to come as they are
captured, true from then on. A stored capture sent through a pipe never becomes live, so it is read exactly as its file.
The only place that compares capture time with the wall clock; everything else goes by capture time.
"""

from __future__ import annotations

from time import monotonic_ns, time_ns

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

NEAR_NS: Final = 3_000_000_000
"""A packet that comes so soon after its capture was captured just now: libpcap may hold it back for a second."""
STEADY_NS: Final = 1_500_000_000
"""Where two clocks disagree, the delay of a live stream still varies by no more than libpcap's second."""
NEAR_FOR_NS: Final = 250_000_000
"""Near for so long, without a silence: a stored capture of this very moment would have been read by then."""
STEADY_FOR_NS: Final = 3_000_000_000
STEADY_BUSY_FOR_NS: Final = 10_000_000_000
"""A steady delay is believed after 3 s with a silence in between, after 10 s without one."""


class Pace:
    """live: packets come as they are captured. wall_ns: the monotonic clock at the last arrival or silence."""

    __slots__ = ("_delay_ns", "_heard_ns", "_since_ns", "_was_near", "_was_silent", "live", "wall_ns")

    def __init__(self) -> None:
        self.live = False
        self.wall_ns = monotonic_ns()
        self._heard_ns = self.wall_ns
        self._since_ns = -1
        self._delay_ns = 0
        self._was_near = False
        self._was_silent = False

    def heard(self, ts_ns: int) -> bool:
        """Take note of octets whose first record was captured at ts_ns; return whether the stream is live."""
        self.wall_ns = self._heard_ns = monotonic_ns()
        if not self.live:
            self._judge(time_ns() - ts_ns)
        return self.live

    def silent(self) -> int:
        """Take note of a silence; return the nanoseconds since the last arrival."""
        self.wall_ns = monotonic_ns()
        self._was_silent = True
        if self._was_near and not self.live:
            self.live = True
        return self.wall_ns - self._heard_ns

    def _judge(self, delay_ns: int) -> None:
        """Believe in a live stream once its delay has been small, or the same, for long enough."""
        near = -NEAR_NS <= delay_ns <= NEAR_NS
        steady = abs(delay_ns - self._delay_ns) <= STEADY_NS
        if self._since_ns < 0 or near != self._was_near or not (near or steady):
            self._since_ns = self.wall_ns
            self._delay_ns = delay_ns
        self._was_near = near
        lasted_ns = self.wall_ns - self._since_ns
        if near:
            self.live = self._was_silent or lasted_ns >= NEAR_FOR_NS
        else:
            self.live = lasted_ns >= (STEADY_FOR_NS if self._was_silent else STEADY_BUSY_FOR_NS)
