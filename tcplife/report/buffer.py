# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""Where the fast writers put their octets: one growing buffer with typed primitives.

In: octets, integers, nanoseconds, text. Out: ASCII octets, JSON's escapes where text needs them. Refuses to know
what the record looks like. Compiled it writes digits into memory; plain it joins Python's own.
"""

from __future__ import annotations

import json
from socket import AF_INET6, inet_ntop

from ..model.compiled import COMPILED
from . import native

ROOM = 1 << 16
DIGITS = 20  # of the longest 64-bit integer
BILLION = 1_000_000_000
MILLION = 1_000_000
DAY_S = 86_400


class Buffer:
    """Octets not yet written out: `at` of them stand at the front of `data`."""

    __slots__ = ("_second", "_stamp", "at", "data", "front", "room")

    def __init__(self) -> None:
        self.data = bytearray(ROOM if COMPILED else 0)
        self.front = self.data
        self.room = ROOM
        self.at = 0
        self._second = -1
        self._stamp = b""

    def take(self) -> bytes:
        """Everything written so far; the buffer is empty afterwards."""
        octets = native.octets(self.front, self.at)
        self.drop(0)
        return octets

    def since(self, at: int) -> bytes:
        """What was written behind `at`."""
        return bytes(self.data[at : self.at])

    def drop(self, at: int) -> None:
        """Forget everything behind `at`."""
        if not COMPILED:
            del self.data[at:]
        self.at = at

    def raw(self, octets: bytes) -> None:
        """Octets as they are."""
        if COMPILED:
            size = len(octets)
            if self.at + size > self.room:
                self._grow(size)
            native.copy(self.front, self.at, octets, size)
            self.at += size
        else:
            self.data += octets
            self.at = len(self.data)

    def _grow(self, size: int) -> None:
        """Make room for so many octets more; the buffer doubles."""
        more = max(self.room, size)
        self.data.extend(bytes(more))
        self.room += more
        self.front = self.data

    def number(self, value: int) -> None:
        """An integer."""
        if COMPILED:
            self._digits(value)
        else:
            self.raw(b"%d" % value)

    def field(self, name: bytes, value: int) -> None:
        """Octets as they are, and an integer."""
        if COMPILED:
            size = len(name)
            if self.at + size + DIGITS + 1 > self.room:
                self._grow(size + DIGITS + 1)
            native.copy(self.front, self.at, name, size)
            self.at += size
            if 0 <= value < 10:
                d = self.front
                d[self.at] = 48 + value
                self.at += 1
            else:
                self._digits(value)
        else:
            self.data += name + b"%d" % value
            self.at = len(self.data)

    def _digits(self, value: int) -> None:
        if self.at + DIGITS + 1 > self.room:
            self._grow(DIGITS + 1)
        d = self.front
        if value < 0:
            d[self.at] = 45
            self.at += 1
            value = -value
        if value < 10:
            d[self.at] = 48 + value
            self.at += 1
        else:
            size = _digits_of(value)
            a = self.at + size
            self.at = a
            while size > 0:
                a -= 1
                size -= 1
                d[a] = 48 + value % 10
                value = value // 10

    def optional(self, value: int, none: int) -> None:
        """An integer, or null where it is the one that stands for none."""
        if value == none:
            self.raw(b"null")
        else:
            self.number(value)

    def decimal(self, value: int, unit: int) -> None:
        """Write value / unit (a power of ten) with no more decimals than it needs, and at least one: 0.00014, 2.0."""
        if value < 0:
            self.raw(b"-")
            value = -value
        self.number(value // unit)
        rest = value % unit
        if rest == 0:
            self.raw(b".0")
        elif COMPILED:
            self._fraction(rest, unit)
        else:
            self.raw(b".%s" % (b"%0*d" % (len(str(unit)) - 1, rest)).rstrip(b"0"))

    def _fraction(self, rest: int, unit: int) -> None:
        if self.at + DIGITS > self.room:
            self._grow(DIGITS)
        d = self.front
        a = self.at
        d[a] = 46
        while rest > 0:
            a += 1
            unit = unit // 10
            d[a] = 48 + rest // unit
            rest = rest % unit
        self.at = a + 1

    def seconds(self, ns: int) -> None:
        """Nanoseconds as decimal seconds."""
        self.decimal(ns, BILLION)

    def milliseconds(self, ns: int) -> None:
        """Nanoseconds as decimal milliseconds; -1 stands for none."""
        if ns == -1:
            self.raw(b"null")
        else:
            self.decimal(ns, MILLION)

    def timestamp(self, ns: int) -> None:
        """Nanoseconds since the epoch as a quoted RFC 3339 UTC time with nine decimals."""
        second = ns // BILLION if ns >= 0 else -((BILLION - 1 - ns) // BILLION)
        if second != self._second or not self._stamp:
            self._stamp = stamp_of(second)
            self._second = second
        self.raw(self._stamp)
        self._padded(ns - second * BILLION)
        self.raw(b'Z"')

    def _padded(self, value: int) -> None:
        """An integer of nine digits, zeros in front."""
        if COMPILED:
            if self.at + DIGITS > self.room:
                self._grow(DIGITS)
            d = self.front
            a = self.at
            i = 8
            while i >= 0:
                d[a + i] = 48 + value % 10
                value = value // 10
                i -= 1
            self.at = a + 9
        else:
            self.raw(b"%09d" % value)

    def address(self, hi: int, lo: int, version: int) -> None:
        """An IP address (two halves; IPv4 in lo alone) as text, RFC 5952."""
        if version != 4:
            self.raw(ipv6_of(hi, lo))
        elif COMPILED:
            self.number(lo >> 24 & 255)
            self.raw(b".")
            self.number(lo >> 16 & 255)
            self.raw(b".")
            self.number(lo >> 8 & 255)
            self.raw(b".")
            self.number(lo & 255)
        else:
            self.raw(b"%d.%d.%d.%d" % (lo >> 24 & 255, lo >> 16 & 255, lo >> 8 & 255, lo & 255))

    def text(self, text: str) -> None:
        """A JSON string: quoted, escaped, ASCII."""
        if not COMPILED or not self._plain_text(encoded(text)):
            self.raw(quoted(text))

    def _plain_text(self, octets: bytes) -> bool:
        """Write the octets quoted if none of them needs an escape; else write nothing."""
        size = len(octets)
        if self.at + size + 2 > self.room:
            self._grow(size + 2)
        d = self.front
        s = octets
        a = self.at
        d[a] = 34
        for i in range(size):
            c = s[i]
            if c < 32 or c > 126 or c == 34 or c == 92:
                return False
            d[a + 1 + i] = c
        d[a + 1 + size] = 34
        self.at = a + size + 2
        return True


def _digits_of(value: int) -> int:
    """How many decimal digits a number has."""
    size = 1
    limit = 10
    while size < 19 and value >= limit:
        size += 1
        if size < 19:
            limit = limit * 10
    return size


def encoded(text: str) -> bytes:
    """Text as UTF-8; lone surrogates, which are no Unicode, as question marks."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")


def quoted(text: str) -> bytes:
    """A JSON string of any text: ASCII, every control character escaped (DEL, too), lone surrogates replaced."""
    return json.dumps(encoded(text).decode()).replace("\x7f", "\\u007f").encode()


def ipv6_of(hi: int, lo: int) -> bytes:
    """An IPv6 address from its halves, RFC 5952."""
    return inet_ntop(AF_INET6, hi.to_bytes(8, "big") + lo.to_bytes(8, "big")).encode()


def stamp_of(second: int) -> bytes:
    """The opening quote, date and time up to the decimal point: "2019-06-12T10:09:11. of a second since the epoch.

    Source: proleptic Gregorian calendar by 400-year eras, so that any 64-bit nanosecond has its date.
    """
    days, rest = divmod(second, DAY_S)
    era, day = divmod(days + 719_468, 146_097)  # days from 0000-03-01, days of 400 years
    year = (day - day // 1_460 + day // 36_524 - day // 146_096) // 365
    day -= 365 * year + year // 4 - year // 100
    month = (5 * day + 2) // 153  # from March, so that the leap day ends the year
    day -= (153 * month + 2) // 5
    month = month + 3 if month < 10 else month - 9
    year += era * 400 + (month <= 2)
    return b'"%04d-%02d-%02dT%02d:%02d:%02d.' % (year, month, day + 1, rest // 3600, rest // 60 % 60, rest % 60)
