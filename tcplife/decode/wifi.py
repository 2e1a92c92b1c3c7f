# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""IEEE 802.11 data frames, and the headers radios put before them.

In: a cursor at such a header. Out: LLC for a readable data frame, else the Skip code that ends the walk. Management
and control frames are no packets of the network: OTHER_LINK. Protected frames are ENCRYPTED: no keys are asked for.
Source: IEEE 802.11-2020 9.2 and 9.3.2; radiotap.org; tcpdump.org LINKTYPE_IEEE802_11_PRISM, _AVS, _PPI.
"""

from __future__ import annotations

from tcplife.model.names import Skip

from . import wire
from .layers import LINK, LLC, WIFI

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .cursor import Cursor

ENCRYPTED = Skip.ENCRYPTED.code
OTHER_LINK = Skip.OTHER_LINK.code
SHORT_LINK = Skip.SHORT_LINK.code

DATA = 2  # type, bits 2 and 3 of the first octet
QOS, NO_DATA = 0x80, 0x40  # bits of a data frame's subtype, in the first octet
TO_AND_FROM, MORE_PIECES, PROTECTED, ORDER = 0x03, 0x04, 0x40, 0x80  # bits of the second octet
AMSDU = 0x80  # QoS control: several frames in one
FCS_PRESENT, PADDED = 0x10, 0x20  # radiotap flags
AVS_MASK = 0xFFFFF000
AVS_MAGIC = 0x80211000  # its last three digits are the version


def radiotap(c: Cursor) -> int:
    """Step over a radiotap header; its flags tell of a frame check sequence and of padding.

    Source: radiotap.org "Radiotap": it_len, it_present (bit 31: another word follows), fields aligned to their size.
    """
    b = c.data
    o = c.at
    if c.end - o < 8:
        return SHORT_LINK
    size = wire.le16(b, o + 2)
    if size < 8 or size > c.end - o:
        return SHORT_LINK
    field = 8
    more = b[o + 7] & 0x80
    while more and field + 4 <= size:
        more = b[o + field + 3] & 0x80
        field += 4
    if b[o + 4] & 1:  # the clock stands before the flags
        field = (field + 7 & ~7) + 8
    flags = 0
    if b[o + 4] & 2 and field < size:
        flags = b[o + field]
    c.at = o + size
    if flags & FCS_PRESENT and c.limit - c.at >= 4:
        c.shorten(c.limit - 4)
    return wifi(c, flags & PADDED)


def prism(c: Cursor) -> int:
    """Step over a Prism header, whose length stands at octet 4 in the order of the card; or an AVS one in its place."""
    b = c.data
    o = c.at
    if c.end - o < 8:
        return SHORT_LINK
    if wire.u32(b, o) & AVS_MASK == AVS_MAGIC:
        return avs(c)
    size = wire.le16(b, o + 4)
    if size == 0:
        size = wire.u16(b, o + 6)
    if size < 8 or size > c.end - o:
        return SHORT_LINK
    c.at = o + size
    return WIFI


def avs(c: Cursor) -> int:
    """Step over an AVS header: its length stands at octet 4."""
    if c.end - c.at < 8:
        return SHORT_LINK
    size = wire.u32(c.data, c.at + 4)
    if size < 8 or size > c.end - c.at:
        return SHORT_LINK
    c.at += size
    return WIFI


def ppi(c: Cursor) -> int:
    """Step over a PPI header; it names the link type inside."""
    b = c.data
    o = c.at
    if c.end - o < 8:
        return SHORT_LINK
    size = wire.le16(b, o + 2)
    if size < 8 or size > c.end - o or b[o + 6] or b[o + 7]:
        return SHORT_LINK
    c.kind = wire.le16(b, o + 4)
    c.at = o + size
    c.nested += 1
    return LINK


def wifi(c: Cursor, padded: int) -> int:
    """Step over the 802.11 header of a data frame; padded: the header is filled up to a multiple of 4 octets."""
    b = c.data
    o = c.at
    if c.end - o < 2:
        return SHORT_LINK
    if b[o] >> 2 & 3 != DATA or b[o] & NO_DATA:
        return OTHER_LINK
    if b[o + 1] & PROTECTED:
        return ENCRYPTED
    if b[o + 1] & MORE_PIECES or (c.end - o >= 24 and b[o + 22] & 15):
        return OTHER_LINK  # a piece of a frame: hardly a driver hands them out
    size = 24
    if b[o + 1] & TO_AND_FROM == TO_AND_FROM:
        size += 6
    control = 0
    if b[o] & QOS:
        if c.end - o < size + 2:
            return SHORT_LINK
        control = b[o + size]
        size += 2
        if b[o + 1] & ORDER:
            size += 4
    if padded:
        size = size + 3 & ~3
    if c.end - o < size + 8:
        return SHORT_LINK
    c.at = o + size
    if control & AMSDU:
        return amsdu(c)
    return LLC


def amsdu(c: Cursor) -> int:
    """Enter the first frame of an aggregate: two addresses, a length, LLC. One record yields one segment."""
    o = c.at
    if c.end - o < 14:
        return SHORT_LINK
    c.shorten(o + 14 + wire.u16(c.data, o + 12))
    c.at = o + 14
    return LLC
