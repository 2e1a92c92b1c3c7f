"""Numbers as people read them: spans of time, octets, times of day, counts.

In: integers (nanoseconds, octets). Out: short text. Rounds for the eye; exact values are in the JSON record.
"""

from __future__ import annotations

from datetime import UTC, datetime

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

US: Final = 1_000
MS: Final = 1_000_000
S: Final = 1_000_000_000
MINUTE_S: Final = 60
HOUR_S: Final = 3600
DAY_S: Final = 86_400
DIGITS: Final = 3


def span(ns: int) -> str:
    """A length of time in three digits or so: 140 µs, 1.67 ms, 12.0 s, 5 min 3 s, 2 d 4 h."""
    if ns < 0:
        return "-" + span(-ns)
    if ns < US:
        return f"{ns} ns" if ns else "0 s"
    if ns < MS:
        return f"{_digits(ns / US)} µs" if ns < 999_500 else "1.00 ms"
    if ns < S:
        return f"{_digits(ns / MS)} ms" if ns < 999_500_000 else "1.00 s"
    if ns < MINUTE_S * S:
        return f"{_digits(ns / S)} s"
    seconds = round(ns / S)
    if seconds < HOUR_S:
        return f"{seconds // MINUTE_S} min {seconds % MINUTE_S} s"
    if seconds < DAY_S:
        return f"{seconds // HOUR_S} h {seconds % HOUR_S // MINUTE_S} min"
    return f"{seconds // DAY_S} d {seconds % DAY_S // HOUR_S} h"


def _digits(value: float) -> str:
    """Three significant digits, without an exponent."""
    whole = len(str(int(value)))
    return f"{value:.{max(0, DIGITS - whole)}f}"


def octets(count: int) -> str:
    """1 octet, 65,800 octets."""
    return f"{count:,} octet{'' if count == 1 else 's'}"


def short_octets(count: int) -> str:
    """Octets for a narrow column: 151, 65.8k, 1.2M, 3.4G (powers of ten)."""
    for limit, unit, letter in (
        (10**4, 1, ""),
        (10**6, 10**3, "k"),
        (10**9, 10**6, "M"),
        (10**12, 10**9, "G"),
        (10**15, 10**12, "T"),
    ):
        if count < limit:
            return f"{count}" if unit == 1 else f"{count / unit:.1f}{letter}"
    return f"{count / 10**15:.1f}P"


def counted(count: int, noun: str, plural: str = "") -> str:
    """1 packet, 1,234 packets."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def share(part: int, whole: int) -> str:
    """A part in percent: 12%, <1%, 99.9%."""
    if not whole or not part:
        return "0%"
    percent = 100 * part / whole
    if percent < 1:
        return "<1%"
    return "100%" if part == whole else f"{min(percent, 99.9):.1f}%" if percent > 99 else f"{percent:.0f}%"


def clock(ns: int, *, utc: bool, decimals: int = 6) -> str:
    """The time of day, as tcpdump prints it; local time, or UTC."""
    second, rest = divmod(ns, S)
    moment = _moment(second, utc=utc)
    return f"{moment:%H:%M:%S}.{rest:09d}"[: 9 + decimals if decimals else 8]


def date_and_time(ns: int, *, utc: bool) -> str:
    """Date and time to the second, with the zone."""
    return f"{_moment(ns // S, utc=utc):%Y-%m-%d %H:%M:%S %Z}"


def _moment(second: int, *, utc: bool) -> datetime:
    try:
        moment = datetime.fromtimestamp(second, UTC)
        return moment if utc else moment.astimezone()
    except (OverflowError, ValueError, OSError):  # a time stamp beyond what this platform's calendar knows
        return datetime.fromtimestamp(0, UTC)
