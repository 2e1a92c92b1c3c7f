"""Headers that hold addresses in many places: link headers, IPv4 options, routing headers, TCP options.

In: the old octets of one header. Out: the new ones, written in place into a buffer of zeros: what is not understood
stays zero. Source: the pages named in `decode.link`, `decode.wifi`, `decode.record`, `decode.ip` and `decode.tcp`.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Final

    from .mapping import Mapping

LINUX_SLL, LINUX_SLL2, RADIOTAP = 113, 276, 127
MAC_SIZE: Final = 6
ROUTES: Final = frozenset({7, 131, 137})
"""IPv4 options that are lists of addresses behind three octets: record route, loose and strict source route."""
SAFE_OPTIONS: Final = frozenset({2, 3, 4, 5, 8})
"""TCP options that are copied: MSS, window scale, SACK permitted, SACK, timestamps."""
MPTCP: Final = 30
EXPERIMENTS: Final = frozenset({253, 254})


def map_link(mapping: Mapping, link: int, old: bytes, new: bytearray, at: int, end: int) -> None:
    """The header of the capturing system."""
    new[at:end] = old[at:end]
    if link == LINUX_SLL and end - at >= 16:
        _hardware(mapping, old, new, at + 6, int.from_bytes(old[at + 4 : at + 6], "big"))
    elif link == LINUX_SLL2 and end - at >= 20:
        _hardware(mapping, old, new, at + 12, old[at + 11])
    elif link == RADIOTAP and end - at >= 8:
        size = int.from_bytes(old[at + 2 : at + 4], "little")
        if size <= end - at:
            map_wifi(mapping, old, new, at + size, end)


def _hardware(mapping: Mapping, old: bytes, new: bytearray, at: int, size: int) -> None:
    """Linux's link address of up to 8 octets: one of 6 is mapped, any other blanked."""
    new[at : at + 8] = bytes(8)
    if size == MAC_SIZE:
        new[at : at + MAC_SIZE] = mapping.mac(old[at : at + MAC_SIZE])


def map_wifi(mapping: Mapping, old: bytes, new: bytearray, at: int, end: int) -> None:
    """The three or four addresses of an 802.11 data frame, and the two of an aggregate's first frame."""
    if end - at < 24:
        return
    places = [at + 4, at + 10, at + 16]
    size = 24
    if old[at + 1] & 3 == 3:
        places.append(at + 24)
        size = 30
    if old[at] & 0x80 and old[at + size] & 0x80:
        places += [end - 14, end - 8]
    for o in places:
        new[o : o + MAC_SIZE] = mapping.mac(old[o : o + MAC_SIZE])


def map_ipv4_options(mapping: Mapping, old: bytes, new: bytearray, at: int, end: int) -> None:
    """Routes keep their pointer and get mapped addresses; of any other option only kind and length stay."""
    stop = at
    for o, size in _options(old, at, end):
        stop = o + size
        kept = 3 if old[o] in ROUTES else 2
        new[o + kept : stop] = bytes(max(size - kept, 0))
        if old[o] in ROUTES:
            for place in range(o + 3, o + size - 3, 4):
                new[place : place + 4] = mapping.address(old[place : place + 4])
    new[stop:end] = bytes(end - stop)


def map_routing(mapping: Mapping, old: bytes, new: bytearray, at: int, end: int) -> None:
    """An IPv6 routing header: its first 8 octets and its addresses; what is compressed (RFC 6554) is blanked."""
    new[at : at + 8] = old[at : at + 8]
    listed = end
    if old[at + 2] == 4:  # segment routing: the list is followed by TLVs. RFC 8754 2
        listed = min(end, at + 8 + (old[at + 4] + 1) * 16)
    if old[at + 2] == 3 and old[at + 4]:
        return
    for place in range(at + 8, listed - 15, 16):
        new[place : place + 16] = mapping.address(old[place : place + 16])


def blank_tcp_options(old: bytes, new: bytearray, at: int, end: int) -> None:
    """Options of SAFE_OPTIONS stay; of others only kind and length do, of MPTCP also its subtype (RFC 8684 3).

    Cookies, keys, signatures and MPTCP's addresses go. An experimental option keeps its magic number (RFC 6994).
    """
    stop = at
    for o, size in _options(old, at, end):
        stop = o + size
        if old[o] not in SAFE_OPTIONS:
            kept = 3 if old[o] == MPTCP else 4 if old[o] in EXPERIMENTS else 2
            new[o + kept : stop] = bytes(max(size - kept, 0))
    new[stop:end] = old[stop : stop + 1] + bytes(end - stop - 1) if stop < end else b""


def _options(old: bytes, at: int, end: int) -> Iterator[tuple[int, int]]:
    """Place and length of each option of IPv4 or TCP, no-operations too, up to the list's end or what makes no sense."""
    while at < end and old[at] != 0:
        size = 1
        if old[at] != 1:
            size = old[at + 1] if at + 1 < end else 0
            if size < 2 or size > end - at:
                return
        yield at, size
        at += size
