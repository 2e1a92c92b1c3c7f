"""How the writers put octets, numbers and times behind those already there; the compiled ones inline `native.pxd`.

In: a buffer, the place where it ends, what is to be written. Out: the place behind it. This module is never compiled
itself. Compiled, there must be room: `Buffer.need` makes it for a group of fields at once.
"""

from __future__ import annotations

BILLION = 1_000_000_000
MILLION = 1_000_000


def part(to: bytearray, at: int, octets: bytes, begin: int, size: int) -> int:
    """Put so many of the octets from `begin` on."""
    return put(to, at, octets[begin : begin + size])


def put(to: bytearray, at: int, literal: bytes) -> int:
    """Put a literal (compiled: its length is known)."""
    to[at:] = literal
    return len(to)


add = put
"""Put the octets of an object."""


def flag(to: bytearray, at: int, value: int) -> int:
    """Put true or false."""
    return put(to, at, b"true" if value else b"false")


def octets(front: bytearray, size: int) -> bytes:
    """The first octets of a buffer, as an object of its own."""
    return bytes(front[:size])


def again(to: bytearray, at: int, begin: int, size: int) -> int:
    """Put octets that stand there already, from `begin` on, once more."""
    return put(to, at, bytes(to[begin : begin + size]))


repeat = again
"""The same of 24 octets at most; compiled, there must be room for so many."""


def triple(to: bytearray, at: int, value: int) -> int:
    """Put an integer below 1,000 with three digits."""
    return put(to, at, b"%03d" % value)


def number(to: bytearray, at: int, value: int) -> int:
    """Put an integer."""
    to[at:] = b"%d" % value
    return len(to)


def field(to: bytearray, at: int, name: bytes, value: int) -> int:
    """Put a literal and an integer."""
    to[at:] = b"%b%d" % (name, value)
    return len(to)


def optional(to: bytearray, at: int, name: bytes, value: int, none: int) -> int:
    """Put a literal and an integer, or null where it is the one that stands for none."""
    to[at:] = name + (b"null" if value == none else b"%d" % value)
    return len(to)


def seconds(to: bytearray, at: int, ns: int) -> int:
    """Put nanoseconds as decimal seconds, with no more decimals than they need, and at least one: 0.00014, 2.0."""
    return put(to, at, seconds_text(ns))


def seconds_text(ns: int) -> bytes:
    """The same as a text of its own, for who is not compiled."""
    return _decimal(ns, BILLION, b"%d.%09d")


def milliseconds(to: bytearray, at: int, ns: int) -> int:
    """Put nanoseconds as decimal milliseconds."""
    return put(to, at, milliseconds_text(ns))


def milliseconds_text(ns: int) -> bytes:
    """The same as a text of its own."""
    return _decimal(ns, MILLION, b"%d.%06d")


def _decimal(value: int, unit: int, form: bytes) -> bytes:
    text = (form % divmod(abs(value), unit)).rstrip(b"0")
    return (b"-" if value < 0 else b"") + (text + b"0" if text.endswith(b".") else text)


def padded9(to: bytearray, at: int, value: int) -> int:
    """Put an integer of nine digits, zeros in front."""
    to[at:] = b"%09d" % value
    return len(to)


def ipv4(to: bytearray, at: int, address: int) -> int:
    """Put an IPv4 address."""
    to[at:] = b"%d.%d.%d.%d" % (address >> 24 & 255, address >> 16 & 255, address >> 8 & 255, address & 255)
    return len(to)


def hexadecimal(to: bytearray, at: int, value: int) -> int:
    """Put a number in base sixteen."""
    to[at:] = b"%x" % value
    return len(to)


def string(to: bytearray, at: int, text: str) -> int:
    """Put text as a JSON string if it is ASCII and nothing in it needs an escape; else put nothing and return -1."""
    if not (text.isascii() and text.isprintable()) or '"' in text or "\\" in text:
        return -1
    to[at:] = b'"%b"' % text.encode()
    return len(to)
