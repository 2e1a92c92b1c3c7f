"""Compressed inputs, unpacked as a stream: gzip, bzip2, xz, and zstd or lz4 with their library.

In: an Input of compressed octets and its head. Out: an Input of what is inside, a bounded step at a time, so that
a decompression bomb costs time and no memory. Members behind each other are one stream (as gzip -d does).
"""

from __future__ import annotations

import importlib
import zlib
from typing import TYPE_CHECKING, Any, Final, Protocol

from ..errors import MissingExtraError
from .formats import EOF, NOT_YET

if TYPE_CHECKING:
    from collections.abc import Callable

    from .source import Input

CHUNK: Final = 64 * 1024  # compressed octets read at a time
STEP: Final = 256 * 1024  # octets unpacked at a time, at most (but zstd)
# zstd has no way to bound a step's output; a block of 3 octets and more gives up to 128 KiB (RFC 8878 3.1.1.2),
# so so many octets give 16 MiB at most.
ZSTD_CHUNK: Final = 384
XZ_MEMORY: Final = 160 * 1024 * 1024  # xz -9 needs 65 MiB; a header may ask for 4 GiB
GZIP: Final = 31  # zlib's wbits: a gzip header and trailer, 32 KiB window


class Unpacker(Protocol):
    """One member of a compressed stream. eof: it has ended; unused_data: what came behind it."""

    @property
    def eof(self) -> bool:
        """Whether the member has ended."""

    @property
    def unused_data(self) -> bytes | None:
        """What was fed behind its end."""

    @property
    def needs_input(self) -> bool:
        """Whether there is nothing more to give without being fed."""

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """Feed these octets, get at most so many."""


class _Gzip:
    """zlib's object with the interface that bz2, lzma and lz4 share."""

    __slots__ = ("_object", "needs_input")

    def __init__(self) -> None:
        self._object = zlib.decompressobj(GZIP)
        self.needs_input = True

    @property
    def eof(self) -> bool:
        return self._object.eof

    @property
    def unused_data(self) -> bytes:
        return self._object.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        out = self._object.decompress(self._object.unconsumed_tail + data, max_length)
        # A full step may leave output inside zlib without any unconsumed input.
        self.needs_input = not self._object.unconsumed_tail and len(out) < max_length
        return out


class _Zstd:
    """zstandard's object with the interface that bz2, lzma and lz4 share; max_length is not kept (see ZSTD_CHUNK)."""

    __slots__ = ("_object", "_rest")

    def __init__(self, library: Any) -> None:
        self._object = library.ZstdDecompressor().decompressobj()
        self._rest = b""

    @property
    def eof(self) -> bool:
        return bool(self._object.eof)

    @property
    def unused_data(self) -> bytes:
        return bytes(self._object.unused_data) + self._rest

    @property
    def needs_input(self) -> bool:
        return not self._rest

    def decompress(self, data: bytes, max_length: int) -> bytes:
        octets = self._rest + data
        self._rest = octets[ZSTD_CHUNK:]
        return bytes(self._object.decompress(octets[:ZSTD_CHUNK]))


def unpacker_of(kind: str, name: str) -> tuple[Callable[[], Unpacker], tuple[type[Exception], ...]]:
    """Return what makes an Unpacker for this kind, and the errors it raises on bad octets.

    Raises: MissingExtraError when the library for zstd or lz4 is not there.
    """
    if kind == "gzip":
        return _Gzip, (zlib.error,)
    if kind == "bzip2":
        import bz2

        return bz2.BZ2Decompressor, (OSError, ValueError)
    if kind == "xz":
        import lzma

        return lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=XZ_MEMORY), (lzma.LZMAError,)
    module, extra = {"zstd": ("zstandard", "zstd"), "lz4": ("lz4.frame", "lz4")}[kind]
    try:
        library: Any = importlib.import_module(module)
    except ImportError as error:
        message = f"{name}: compressed with {kind}, which needs a library: pip install 'tcplife[{extra}]'"
        raise MissingExtraError(message) from error
    if kind == "lz4":
        return library.LZ4FrameDecompressor, (RuntimeError, ValueError)
    return lambda: _Zstd(library), (library.ZstdError,)


class Inflated:
    """What is inside a compressed Input. taken, total: of the compressed octets, for progress."""

    __slots__ = (
        "_chunk", "_errors", "_fed", "_given", "_in_member", "_input", "_kind", "_make", "_out", "_unpacker", "broken",
        "name",
    )  # fmt: skip

    def __init__(self, source: Input, head: bytes, kind: str) -> None:
        self.name = source.name
        self.broken = ""
        self._input = source
        self._kind = kind
        self._make, self._errors = unpacker_of(kind, source.name)
        self._unpacker = self._make()
        self._in_member = True
        self._fed = head  # compressed octets not yet given to the unpacker
        self._out = b""  # unpacked octets, the first `_given` of which were handed out
        self._given = 0
        self._chunk = bytearray(CHUNK)

    @property
    def taken(self) -> int:
        """Compressed octets read so far."""
        return self._input.taken

    @property
    def total(self) -> int:
        """Compressed octets there are, -1 unknown."""
        return self._input.total

    def readinto(self, view: memoryview) -> int:
        """Fill the front of the view: a number of octets, EOF, or NOT_YET."""
        while self._given == len(self._out):
            if self.broken:
                return EOF
            if not self._fed and (not self._in_member or self._unpacker.needs_input):
                got = self._input.readinto(memoryview(self._chunk))
                if got <= 0:
                    return NOT_YET if got == NOT_YET else self._ended()
                self._fed = bytes(self._chunk[:got])
            self._step(min(len(view), STEP))
        size = min(len(view), len(self._out) - self._given)
        view[:size] = memoryview(self._out)[self._given : self._given + size]
        self._given += size
        return size

    def close(self) -> None:
        """Close the compressed input."""
        self._input.close()

    def _step(self, limit: int) -> None:
        """Unpack once; at the end of a member be ready for the next."""
        try:
            if not self._in_member:
                # gzip pads with zeros on tapes, xz streams in fours; neither is a member.
                self._fed = self._fed.lstrip(b"\0")
                if not self._fed:
                    return
                self._unpacker = self._make()
                self._in_member = True
            fed, self._fed = self._fed, b""
            self._out, self._given = self._unpacker.decompress(fed, limit), 0
            if self._unpacker.eof:
                self._fed = self._unpacker.unused_data or b""  # lz4 says None for nothing
                self._in_member = False
        except self._errors as error:
            self.broken = f"the {self._kind} data are damaged ({error})"

    def _ended(self) -> int:
        """Tell whether the compressed input, which is at its end, should be. Returns EOF."""
        self.broken = self._input.broken or (f"the {self._kind} data end too early" if self._in_member else "")
        return EOF
