"""tcpdump's filter expressions, compiled and executed by libpcap itself.

In: an expression; then records, each with its link type. Out: whether a record matches. libpcap compiles an expression
for one link type, so there is one program for each type that occurs: captures of several types are filtered right.
Source: pcap-filter(7), pcap_compile(3PCAP), pcap_offline_filter(3PCAP); LINKTYPE_ and DLT_ numbers: tcpdump.org.
"""

from __future__ import annotations

import ctypes
from ctypes.util import find_library
from importlib.util import find_spec
from pathlib import Path

from ..errors import MissingExtraError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Final

SNAPLEN: Final = 262_144
"""libpcap's MAXIMUM_SNAPLEN: what a program returns for a match, and the longest packet it looks at."""
NETMASK_UNKNOWN: Final = 0xFFFFFFFF
NAMES: Final = ("libpcap.so.1", "libpcap.so.0.8", "libpcap.so", "libpcap.A.dylib", "libpcap.dylib")
"""How the systems call the library; Debian kept the number of libpcap 0.8."""
ETHERNET: Final = 1
RAW: Final = 101
DLT_RAW: Final = 12
DLT_OF: Final = {100: 11, RAW: DLT_RAW, 14: DLT_RAW, 102: 15, 103: 16, 106: 19}
"""Where a file's LINKTYPE_ number is not libpcap's DLT_ number on Linux."""


class _Program(ctypes.Structure):
    """struct bpf_program."""

    _fields_ = (("length", ctypes.c_uint), ("instructions", ctypes.c_void_p))


class _Header(ctypes.Structure):
    """struct pcap_pkthdr."""

    _fields_ = (
        ("seconds", ctypes.c_long),
        ("fraction", ctypes.c_long),
        ("captured", ctypes.c_uint32),
        ("length", ctypes.c_uint32),
    )


def library() -> ctypes.CDLL:
    """The libpcap of this system, else the one the extra `bpf` brings along. Raises: MissingExtraError."""
    for name in _candidates():
        try:
            return _typed(ctypes.CDLL(name))
        except OSError:
            continue
    raise MissingExtraError(
        "a tcpdump filter needs libpcap, which was not found: apt-get install libpcap0.8, or pip install 'tcplife[bpf]'"
    )


def _candidates() -> Iterator[str]:
    """Where it may be, the cheapest question first (find_library starts programs)."""
    yield from NAMES
    found = find_library("pcap")
    if found is not None:
        yield found
    spec = find_spec("libpcap")
    for place in () if spec is None else spec.submodule_search_locations or ():
        yield from (str(path) for path in sorted(Path(place).rglob("libpcap.*")) if "py" not in path.suffix)


def _typed(lib: ctypes.CDLL) -> ctypes.CDLL:
    """Tell ctypes the signatures: without them pointers are cut to 32 bits."""
    pointer = ctypes.POINTER
    lib.pcap_open_dead.restype = ctypes.c_void_p
    lib.pcap_open_dead.argtypes = (ctypes.c_int, ctypes.c_int)
    lib.pcap_compile.argtypes = (
        ctypes.c_void_p, pointer(_Program), ctypes.c_char_p, ctypes.c_int, ctypes.c_uint32,
    )  # fmt: skip
    lib.pcap_geterr.restype = ctypes.c_char_p
    lib.pcap_geterr.argtypes = (ctypes.c_void_p,)
    lib.pcap_close.argtypes = (ctypes.c_void_p,)
    lib.pcap_offline_filter.argtypes = (pointer(_Program), pointer(_Header), ctypes.c_char_p)
    lib.pcap_freecode.argtypes = (pointer(_Program),)
    return lib


class PacketFilter:
    """One expression and its programs. refused: link type -> why libpcap would not compile it for that type."""

    def __init__(self, expression: str) -> None:
        """Compile it for Ethernet, and for bare IP should Ethernet refuse it: a typing error shows before any reading.

        Raises: UsageError with libpcap's own words; MissingExtraError without libpcap.
        """
        if "\0" in expression:
            raise UsageError("-f: a filter has no NUL in it")
        self.expression = expression
        self.refused: dict[int, str] = {}
        self._lib = library()
        self._programs: dict[int, _Program | None] = {}
        self._header = _Header()
        if self._program(ETHERNET) is None and self._program(RAW) is None:
            raise UsageError(f"-f {expression!r}: {self.refused[ETHERNET]}")
        self.refused.clear()
        self._programs = {link: found for link, found in self._programs.items() if found is not None}

    def matches(self, link: int, octets: bytes, wire_len: int) -> bool:
        """Whether a record of this LINKTYPE_ matches; nothing does of a type the expression cannot be compiled for."""
        program = self._programs.get(link)
        if program is None:
            if link in self._programs:
                return False
            program = self._program(link)
            if program is None:
                return False
        header = self._header
        header.captured = len(octets)
        header.length = wire_len
        return bool(self._lib.pcap_offline_filter(program, header, octets))

    def _program(self, link: int) -> _Program | None:
        """Compile for one link type, once."""
        handle = self._lib.pcap_open_dead(DLT_OF.get(link, link), SNAPLEN)
        program: _Program | None = _Program()
        text = self.expression.encode("utf-8", "surrogateescape")
        if self._lib.pcap_compile(handle, program, text, 1, NETMASK_UNKNOWN):
            self.refused[link] = self._lib.pcap_geterr(handle).decode("utf-8", "replace")
            program = None
        self._lib.pcap_close(handle)
        self._programs[link] = program
        return program
