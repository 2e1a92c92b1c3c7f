"""Internet checksums, carried over from old octets to new ones.

In: both. Out: the new checksum: right where the old one was, and wrong by the same amount where it was not, so that a
capture of checksums that the card was to fill in stays one. Source: RFC 1071, RFC 1624.
"""

from __future__ import annotations

ONES = 0xFFFF


def total(octets: bytes | bytearray | memoryview) -> int:
    """The ones'-complement sum of 16-bit words, as a number modulo 65535."""
    even = bytes(octets) + b"\0" if len(octets) & 1 else octets
    return int.from_bytes(even, "big") % ONES


def carried(checksum: int, old: int, new: int) -> int:
    """The checksum after the sum of what it covers went from old to new (both without the checksum itself)."""
    changed = (ONES - checksum + new - old) % ONES
    return ONES - (changed or ONES)


def renew(old: bytes, new: bytearray, at: int, start: int, end: int, old_more: int = 0, new_more: int = 0) -> None:
    """Write into new the checksum at `at`, which covers start..end; *_more: sums of what else it covers.

    A checksum that was not captured whole stays as it is.
    """
    if at + 2 > end:
        return
    checksum = int.from_bytes(old[at : at + 2], "big")
    new[at : at + 2] = b"\0\0"
    before = total(old[start:end]) - checksum + old_more
    after = total(new[start:end]) + new_more
    new[at : at + 2] = carried(checksum, before, after).to_bytes(2, "big")
