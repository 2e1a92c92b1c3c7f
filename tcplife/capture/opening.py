"""Finding out what an input is, and choosing who reads it.

In: an Input. Out: a `Reader` with the octets read so far handed over (nothing is read twice: there is no seek).
"""

from __future__ import annotations

from ..errors import CaptureError
from .formats import BUFFER_OCTETS, COMPRESSED, ENOUGH, EOF, NOT_YET, no_capture, sniff
from .source import open_source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .reader import Reader
    from .source import Input, Source


def open_reader(source: Source, buffer_octets: int = BUFFER_OCTETS) -> Reader:
    """Open a capture that is not live, and read its header.

    Raises: CaptureError when it cannot be read or is no capture.
    """
    found = open_source(source)
    try:
        opening = Opening(found, buffer_octets)
        reader = opening.step()
        while reader is None:  # a live input alone says so
            reader = opening.step()
        reader.start()
    except BaseException:
        found.close()
        raise
    return reader


class Opening:
    """An input whose kind is not known yet. buffer_octets: what its reader begins with."""

    __slots__ = ("_buf", "_form", "_have", "input")

    def __init__(self, source: Input, buffer_octets: int = BUFFER_OCTETS) -> None:
        self.input: Input = source
        self._form = ""
        self._buf = bytearray(buffer_octets)
        self._have = 0

    def step(self) -> Reader | None:
        """Return the reader, or None when the input (a live one) has not shown enough yet.

        Raises: CaptureError when it is no capture, or compressed twice.
        """
        while self._head():
            head = bytes(self._buf[: self._have])
            kind = sniff(head)
            if kind not in COMPRESSED.values():
                return self._reader(kind, head)
            if self._form:
                raise CaptureError(f"{self.input.name}: compressed twice ({kind} inside {self._form}); unpack it once")
            from .inflate import Inflated

            self.input = Inflated(self.input, head, kind)
            self._form = kind
            self._have = 0
        return None

    def _reader(self, kind: str, head: bytes) -> Reader:
        if not kind and len(head) < ENOUGH and self.input.broken:
            raise CaptureError(f"{self.input.name}: {self.input.broken}")
        if not kind:
            raise no_capture(self.input.name, head)
        form = f"{kind}, {self._form}" if self._form else kind
        reader = _class_for(kind)(self.input, self.input.name, form)
        reader.take(self._buf, self._have)
        return reader

    def _head(self) -> bool:
        """Read until the kind can be told or the input ends (True), or nothing comes for now (False)."""
        while self._have < ENOUGH:
            with memoryview(self._buf) as whole, whole[self._have :] as room:
                got = self.input.readinto(room)
            if got == NOT_YET:
                return False
            if got == EOF:
                break
            self._have += got
        return True


def _class_for(kind: str) -> type[Reader]:
    """The class that reads this kind; the others are not even imported."""
    if kind == "pcapng":
        from .pcapng import PcapngReader

        return PcapngReader
    from .pcap import PcapReader

    return PcapReader
