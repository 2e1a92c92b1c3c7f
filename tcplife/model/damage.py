"""What was wrong with the input, told as a value: everything before it is analysed all the same."""

from __future__ import annotations

from .value import Value


class Damage(Value):
    """One damaged place of an input.

    what: in words ("the file ends inside a packet record"). at_byte: offset in the (decompressed) input.
    packet: number of the last whole record before it, 0 if none. source: name of the input.
    """

    what: str
    at_byte: int
    packet: int
    source: str = ""

    def __str__(self) -> str:
        """One line for stderr."""
        where = f"{self.source}: " if self.source else ""
        return f"{where}{self.what} at byte {self.at_byte} (after packet {self.packet})"
