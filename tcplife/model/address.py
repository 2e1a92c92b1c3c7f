"""Addresses as people read them: two 64-bit halves -> text, as inet_ntop writes it (RFC 5952)."""

from __future__ import annotations


def ip_text(hi: int, lo: int, version: int) -> str:
    """The address in text; IPv4 lies in `lo` alone. ip_text(0, 0xC0000201, 4) == "192.0.2.1"."""
    if version == 4:
        return f"{lo >> 24}.{lo >> 16 & 255}.{lo >> 8 & 255}.{lo & 255}"
    return _six(hi, lo)


def _six(hi: int, lo: int) -> str:
    """An IPv6 address. By hand, as to import socket for inet_ntop costs as much as a thousand of them."""
    groups = [hi >> 48, hi >> 32 & 0xFFFF, hi >> 16 & 0xFFFF, hi & 0xFFFF]
    groups += [lo >> 48, lo >> 32 & 0xFFFF, lo >> 16 & 0xFFFF, lo & 0xFFFF]
    begin, size = _longest_zeros(groups)
    if begin == 0 and (size == 6 or (size == 5 and groups[5] == 0xFFFF)):
        return ("::" if size == 6 else "::ffff:") + ip_text(0, lo & 0xFFFF_FFFF, 4)
    words = [f"{group:x}" for group in groups]
    if size < 2:
        return ":".join(words)
    return f"{':'.join(words[:begin])}::{':'.join(words[begin + size :])}"


def _longest_zeros(groups: list[int]) -> tuple[int, int]:
    """Where the first of the longest runs of zeros begins, and how long it is."""
    begin = size = run = 0
    for at, group in enumerate(groups):
        run = 0 if group else run + 1
        if run > size:
            begin, size = at + 1 - run, run
    return begin, size
