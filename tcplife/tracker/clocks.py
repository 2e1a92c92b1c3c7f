# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""Whether the capture's own clock was set: two endpoints' timestamp clocks against it.

In: an Observation after a silence, and its sender as it was before. Out: the fact CLOCK_JUMP once both sides agree on
the step. An idle hour moves the endpoints' clocks by an hour too; a step moves the capture's alone. It refuses to
conclude anything from one clock: a segment that was held up on its way looks the same there.
"""

from __future__ import annotations

from ..model.names import M32
from .facts import CLOCK_JUMP, STEP_NS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from .endpoint import Endpoint
    from .observation import Observation

MEASURED_NS: Final = 100_000_000
"""A timestamp clock's pace is known after so long: the jitter of a few milliseconds is then some percent."""
ENOUGH_TICKS: Final = 10
AGREED_NS: Final = 100_000_000
TICKS_NS: Final = (1_000, 1_000_000, 4_000_000, 10_000_000, 100_000_000, 500_000_000, 1_000_000_000)
"""The ticks that stacks use: Linux 1 ms (1 us; once 4 and 10 ms), Windows 1 and 10 ms, BSDs 1, 10 and 500 ms. What ticks
otherwise is no clock: some count packets."""
HALF: Final = 0x80000000
PAUSE_NS: Final = 240_000_000_000
"""A silence after which a translator or firewall may have forgotten the connection: the shortest usual timeout is
4 minutes (RFC 5382 5 asks for 2 hours and 4 minutes)."""


def note_silence(o: Observation, e: Endpoint) -> None:
    """Weigh the sender's first segment after a silence; its peer's next one confirms or refutes."""
    incidents = o.life.own_incidents()
    if o.gap_ns > PAUSE_NS:
        incidents.pause_ns = o.gap_ns
        incidents.pause_packet = o.segment.packet
    if o.gap_ns > STEP_NS:
        incidents.step_ns = _step(o, e)
        incidents.step_packet = o.segment.packet
        incidents.step_side = o.side
    elif o.side != incidents.step_side:
        step = _step(o, e)  # a Python number when compiled as well: the difference of two may be too long for C
        if step and abs(step - incidents.step_ns) <= abs(step) // 10 + AGREED_NS:
            o.facts |= CLOCK_JUMP
            incidents.jump_ns = step
        incidents.step_ns = 0
    else:
        return
    if incidents.step_ns or o.facts & CLOCK_JUMP:
        _begin_anew(o, e)


def _step(o: Observation, e: Endpoint) -> int:
    """Nanoseconds by which more (less, if negative) has passed on the capture's clock than on the sender's; 0: none."""
    value = o.segment.ts_val
    if value < 0 or e.clock_raw < 0:
        return 0
    ticks = (value - e.clock_max) & M32
    span = (e.clock_max - e.clock_raw) & M32
    measured = e.clock_max_ns - e.clock_from_ns
    if ticks >= HALF or not ENOUGH_TICKS <= span < HALF or measured < MEASURED_NS:
        return 0
    tick_ns = _tick_ns(measured // span)
    if not tick_ns:
        return 0
    passed = o.ts_ns - e.clock_max_ns
    ticked = ticks * tick_ns
    step = passed - ticked
    return step if abs(step) > STEP_NS and abs(step) > max(passed, ticked) // 2 else 0


def _tick_ns(measured_ns: int) -> int:
    """The usual tick that was measured to a tenth; 0: none."""
    for tick_ns in TICKS_NS:
        if 10 * abs(measured_ns - tick_ns) <= tick_ns:
            return tick_ns
    return 0


def _begin_anew(o: Observation, e: Endpoint) -> None:
    """What is dated by the sender's clock from now on is dated from here."""
    e.clock_raw = e.clock_max = o.segment.ts_val
    e.clock_from_ns = e.clock_ns = e.clock_max_ns = o.ts_ns
