# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""Where the fast writers put their octets: one growing buffer with typed primitives.

In: octets, integers, nanoseconds, text. Out: ASCII octets, JSON's escapes where text needs them. Refuses to know
what the record looks like. Compiled it writes digits into memory; plain it joins Python's own.
"""

from __future__ import annotations

from array import array

from ..model import longs
from ..model.address import ip_text
from ..model.compiled import COMPILED
from . import native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .base import Output

ROOM = 1 << 17
SPARE = 1 << 14
"""Behind the room that was asked for are so many octets more: a record's fields of bounded length need ask for none."""
NUMBERS = array("q")
STAMPS = 64
"""Seconds whose text is at hand; a power of two."""
LONGEST = 64  # octets of the longest number, time or address
BILLION = 1_000_000_000
DAY_S = 86_400
ERA_S = 146_097 * DAY_S
"""Four hundred years."""


class Buffer:
    """Octets not yet written out: `at` of them stand at the front of `data`.

    front: where they begin. Who writes there by `native` asks for room first, and sets `at` afterwards; SPARE octets
    are there unasked.
    """

    __slots__ = ("_seconds", "_stamps", "at", "data", "front", "room")

    def __init__(self) -> None:
        self.data = bytearray(ROOM + SPARE if COMPILED else 0)
        self.front = self.data
        self.room = ROOM
        self.at = 0
        self._seconds = longs.zeros(NUMBERS, STAMPS)
        self._stamps = [b""] * STAMPS

    def take(self) -> bytes:
        """Everything written so far; the buffer is empty afterwards."""
        octets = native.octets(self.front, self.at)
        self.drop(0)
        return octets

    def hand_to(self, output: Output) -> None:
        """Write everything to an output without a copy; the buffer is empty afterwards."""
        with memoryview(self.data) as all_of_it, all_of_it[: self.at] as octets:
            output.write(octets)
        self.drop(0)

    def since(self, at: int) -> bytes:
        """What was written behind `at`."""
        return bytes(self.data[at : self.at])

    def drop(self, at: int) -> None:
        """Forget everything behind `at`."""
        if not COMPILED:
            del self.data[at:]
        self.at = at

    def need(self, size: int) -> None:
        """Make room for so many octets more."""
        if COMPILED and self.at + size > self.room:
            self._grow(size)

    def _grow(self, size: int) -> None:
        """Make room for so many octets more; the buffer doubles."""
        more = max(self.room, size)
        self.data.extend(bytes(more))
        self.room += more
        self.front = self.data

    def raw(self, octets: bytes) -> None:
        """Octets as they are."""
        self.need(len(octets))
        self.at = native.add(self.front, self.at, octets)

    def number(self, value: int) -> None:
        """An integer."""
        self.need(LONGEST)
        self.at = native.number(self.front, self.at, value)

    def field(self, name: bytes, value: int) -> None:
        """Octets as they are, and an integer."""
        self.raw(name)
        self.number(value)

    def optional(self, value: int, none: int) -> None:
        """An integer, or null where it is the one that stands for none."""
        if value == none:
            self.raw(b"null")
        else:
            self.number(value)

    def seconds(self, ns: int) -> None:
        """Nanoseconds as decimal seconds, with no more decimals than they need, and at least one: 0.00014, 2.0."""
        self.need(LONGEST)
        self.at = native.seconds(self.front, self.at, ns)

    def milliseconds(self, ns: int) -> None:
        """Nanoseconds as decimal milliseconds; -1 stands for none."""
        if ns == -1:
            self.raw(b"null")
        else:
            self.need(LONGEST)
            self.at = native.milliseconds(self.front, self.at, ns)

    def stamp(self, second: int) -> bytes:
        """The same as `stamp_of`; of seconds asked for a while ago it is at hand."""
        at = second & (STAMPS - 1)
        seconds = longs.of(self._seconds)
        stamp = self._stamps[at]
        if second != seconds[at] or not stamp:
            stamp = self._stamps[at] = stamp_of(second)
            seconds[at] = second
        return stamp

    def timestamp(self, ns: int) -> None:
        """Nanoseconds since the epoch as a quoted RFC 3339 UTC time with nine decimals."""
        second = ns // BILLION if ns >= 0 else -((BILLION - 1 - ns) // BILLION)
        stamp = self.stamp(second)
        at = native.add(self.front, self.at, stamp)
        at = native.padded9(self.front, at, ns - second * BILLION)
        self.at = native.put(self.front, at, b'Z"')

    def address(self, hi: int, lo: int, version: int) -> None:
        """An IP address (two halves; IPv4 in lo alone) as text, RFC 5952."""
        if version == 4:
            self.at = native.ipv4(self.front, self.at, lo)
        elif hi == 0 or not COMPILED:  # where the old mixed notations are
            self.raw(ip_text(hi, lo, version).encode())
        else:
            self._ipv6(hi, lo)

    def _ipv6(self, hi: int, lo: int) -> None:
        """The same as `ip_text`: the first of the longest runs of zero groups, if of two at least, is left out."""
        begin = end = 8
        run = 0
        for number in range(8):
            run = 0 if _group(hi, lo, number) else run + 1
            if run > 1 and run > end - begin:
                begin = number + 1 - run
                end = number + 1
        d = self.front
        at = self.at
        number = 0
        while number < 8:
            if number == begin:
                at = native.put(d, at, b"::")
                number = end
            else:
                if number != end and number > 0:
                    at = native.put(d, at, b":")
                at = native.hexadecimal(d, at, _group(hi, lo, number))
                number += 1
        self.at = at

    def text(self, text: str) -> None:
        """A JSON string: quoted, escaped, ASCII."""
        self.need(len(text) + 2)
        at = native.string(self.front, self.at, text)
        if at < 0:
            self.raw(quoted(text))
        else:
            self.at = at


def _group(hi: int, lo: int, number: int) -> int:
    """One of the eight groups of an IPv6 address."""
    half = hi if number < 4 else lo
    return half >> (48 - 16 * (number & 3)) & 0xFFFF


def encoded(text: str) -> bytes:
    """Text as UTF-8; lone surrogates, which are no Unicode, as question marks."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")


def quoted(text: str) -> bytes:
    """A JSON string of any text: ASCII, every control character escaped (DEL, too), lone surrogates replaced."""
    if text.isascii() and text.isprintable() and '"' not in text and "\\" not in text:
        return b'"%b"' % text.encode()
    import json  # here, as most runs never need it, and start-up should not pay for it

    return json.dumps(encoded(text).decode()).replace("\x7f", "\\u007f").encode()


def stamp_of(second: int) -> bytes:
    """The opening quote, date and time up to the decimal point: "2019-06-12T10:09:11. of a second since the epoch.

    Source: proleptic Gregorian calendar by 400-year eras, so that any 64-bit nanosecond has its date.
    """
    second += ERA_S  # any 64-bit nanosecond is later then than 0000-03-01, so that nothing below is negative
    days = second // DAY_S
    rest = second - days * DAY_S
    days += 719_468  # from 0000-03-01, but for the era
    era = days // 146_097
    day = days - era * 146_097
    year = (day - day // 1_460 + day // 36_524 - day // 146_096) // 365
    day -= 365 * year + year // 4 - year // 100
    month = (5 * day + 2) // 153  # from March, so that the leap day ends the year
    day -= (153 * month + 2) // 5
    month = month + 3 if month < 10 else month - 9
    year += (era - 1) * 400 + (month <= 2)
    return b'"%04d-%02d-%02dT%02d:%02d:%02d.' % (year, month, day + 1, rest // 3600, rest // 60 % 60, rest % 60)
