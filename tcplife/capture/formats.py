"""What the first octets of an input say it is, and the numbers of the capture formats.

In: the head of an input. Out: its kind, by magic and never by name, or a CaptureError that says what it is
instead and what to do. Refuses to know how any of them is read.
"""

from __future__ import annotations

import codecs

from ..errors import CaptureError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

# What Reader.next() answers.
END: Final = 0  # no more records; Reader.damage says whether the input ended as it should
RECORD: Final = 1  # the reader's fields describe the next record
IDLE: Final = 2  # live input only: nothing came for a while; ask again
AGAIN: Final = 3  # inside a reader: no record yet, go on

# Reader.layout: how records lie in the buffer, if anybody but the reader can tell (0: nobody).
LAYOUT_PCAP: Final = 1
LAYOUT_PCAPNG: Final = 2

NO_PACKET: Final = -1  # Reader.link of a record that is none: a journal entry, an event, a custom block

# What Input.readinto() answers besides a number of octets.
EOF: Final = 0
NOT_YET: Final = -1  # live input only: nothing came for a while

BUFFER_OCTETS: Final = 256 * 1024
# The largest record or block that is held in memory: 64 times libpcap's MAXIMUM_SNAPLEN (262144), so that any
# packet a capture can hold fits, while a lying length costs neither memory nor the wait for octets that never come.
MAX_RECORD: Final = 16 * 1024 * 1024
MAX_NS: Final = 2**62 - 2**56
"""Times lie between minus this and this, 1826 to 2113: twice a time, and years after one, still fit 64 bits."""
MAX_WIRE: Final = 2**31 - 1  # an original length beyond it is a lie, and would not fit the decoder's C int

PCAP_HEADER: Final = 24
PCAP_MAGICS: Final = {
    # magic: (octets of a record header, nanoseconds per unit of the fraction, octets before the first record, name)
    0xA1B2C3D4: (16, 1000, 0, "pcap"),
    0xA1B23C4D: (16, 1, 0, "pcap (nanoseconds)"),
    0xA1B2CD34: (24, 1000, 0, "pcap (modified, 24-octet record headers)"),  # Alexey Kuznetzov's patch to libpcap
    # Ixia's have a 32-bit size of all records before the first; hardware counts nanoseconds (Wireshark issue 14073).
    0x1C0001AC: (16, 1, 4, "pcap (Ixia lcap, hardware)"),
    0x1C0001AB: (16, 1000, 4, "pcap (Ixia lcap, software)"),
}
PCAPNG_MAGIC: Final = b"\n\r\r\n"
BYTE_ORDER_MAGIC: Final = b"\x1a\x2b\x3c\x4d"

COMPRESSED: Final = {
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zX": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"\x04\x22\x4d\x18": "lz4",
}
COMPRESSED_SUFFIXES: Final = frozenset({".gz", ".bz2", ".xz", ".zst", ".lz4"})  # only to know a file again
ENOUGH: Final = 4  # octets that tell every kind apart

_CONVERT: Final = "convert it first: editcap -F pcapng FILE NEW.pcapng"
_UNPACK: Final = "unpack it first"
_FOREIGN: Final = {
    b"snoo": ("a Sun snoop capture", _CONVERT),
    b"btsn": ("a Bluetooth btsnoop capture, which carries no TCP", ""),
    b"RTSS": ("a Microsoft Network Monitor 1.x capture", _CONVERT),
    b"GMBU": ("a Microsoft Network Monitor 2.x capture", _CONVERT),
    b"XCP\x00": ("a NetXray or Windows Sniffer capture", _CONVERT),
    b"TRSN": ("a DOS Sniffer capture", _CONVERT),
    b"ipta": ("an AIX iptrace capture", _CONVERT),
    b"Obse": ("a Network Instruments Observer capture", _CONVERT),
    b"\x05VNF": ("a Visual Networks capture", _CONVERT),
    b"\x7fver": ("a Savvius (Peek) capture", _CONVERT),
    b"\x00\x00\x02\x00": ("a Tektronix K12 capture", _CONVERT),
    b"\xaa\xaa\xaa\xaa": ("an InfoVista 5View capture", _CONVERT),
    b"\xa1\xb2\x34\xcd": ("a private variant of pcap whose layout nobody published", ""),
    b"\xcd\x34\xb2\xa1": ("a private variant of pcap whose layout nobody published", ""),
    b"\xa1\x2b\x3c\x4d": ("Navtel's private variant of pcap, whose layout nobody published", ""),
    b"\x4d\x3c\x2b\xa1": ("Navtel's private variant of pcap, whose layout nobody published", ""),
    b"PK\x03\x04": ("a zip archive", _UNPACK),
    b"7z\xbc\xaf": ("a 7-Zip archive", _UNPACK),
    b"Rar!": ("a RAR archive", _UNPACK),
    b"\x1f\x9d": ("compressed by compress (.Z)", _UNPACK),
    b"LZIP": ("compressed by lzip", _UNPACK),
    b"\x02\x21\x4c\x18": ("compressed by lz4 in its old format", _UNPACK),
    b"\x7fELF": ("a program", ""),
    b"%PDF": ("a PDF document", ""),
}


def sniff(head: bytes) -> str:
    """Return "pcap", "pcapng", or the name of a compression; "" when the head is none of them."""
    if head[:4] == PCAPNG_MAGIC:
        return "pcapng"
    if len(head) >= ENOUGH and (_magic(head, "little") in PCAP_MAGICS or _magic(head, "big") in PCAP_MAGICS):
        return "pcap"
    # A zstd stream may begin with skippable frames, 0x184D2A50 to 0x184D2A5F (RFC 8878 3.1.2).
    if len(head) >= ENOUGH and head[1:4] == b"\x2a\x4d\x18" and head[0] >> 4 == 5:
        return "zstd"
    return next((kind for magic, kind in COMPRESSED.items() if head.startswith(magic)), "")


def no_capture(name: str, head: bytes) -> CaptureError:
    """Return the error for an input that sniff() does not know: what it is instead, and what to do."""
    if not head:
        return CaptureError(f"{name}: the input is empty")
    for magic, (what, advice) in _FOREIGN.items():
        if head.startswith(magic):
            return CaptureError(f"{name}: this is {what}, not pcap or pcapng" + (f"; {advice}" if advice else ""))
    if len(head) < ENOUGH:
        return CaptureError(f"{name}: too short for a capture ({len(head)} octets)")
    if _is_text(head):
        return CaptureError(f"{name}: this is text, not a capture (pcap or pcapng)")
    return CaptureError(f"{name}: no capture format known here begins with {head[:4].hex(' ')}")


def _magic(head: bytes, order: str) -> int:
    return int.from_bytes(head[:4], "little" if order == "little" else "big")


def _is_text(head: bytes) -> bool:
    """Whether the head reads as UTF-8 (its last character may be cut) without control characters."""
    try:
        text, _ = codecs.utf_8_decode(head[:512], "strict", False)
    except UnicodeDecodeError:
        return head.startswith((b"\xff\xfe", b"\xfe\xff"))  # the byte-order mark of UTF-16
    return all(c.isprintable() or c in "\t\r\n\f" for c in text)
