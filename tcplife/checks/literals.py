"""What a constant of an expression may be: the types of the language and the units of its numbers."""

from __future__ import annotations

import re
from enum import Enum
from fractions import Fraction
from ipaddress import IPv4Network, IPv6Network, ip_network

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

V6_BASE: Final = 1 << 128
"""Added to an IPv6 address, so that every address is one integer and no IPv4 one equals an IPv6 one."""
_MAX_DIGITS: Final = 30

_NUMBER: Final = re.compile(r"(-?[0-9]+(?:\.[0-9]+)?)(%|[A-Za-z]+)?")
_TIMES: Final = {
    "ns": 1,
    "us": 1_000,
    "ms": 1_000_000,
    "s": 1_000_000_000,
    "min": 60_000_000_000,
    "h": 3_600_000_000_000,
}
_SIZES: Final = {
    "B": 1,
    "kB": 10**3,
    "KB": 10**3,
    "MB": 10**6,
    "GB": 10**9,
    "TB": 10**12,
    "KiB": 2**10,
    "MiB": 2**20,
    "GiB": 2**30,
    "TiB": 2**40,
}


class Type(Enum):
    """The types of the language; the value says what a writer has to write."""

    BOOL = "true or false"
    NUMBER = "a number"
    OCTETS = "a number of octets (1500, 64KiB, 10MB)"
    DURATION = "a time (50ms, 1.5s, 2min; a bare number counts in the field's own unit)"
    TEXT = 'text in quotes ("...")'
    ADDRESS = "an address or network (192.0.2.1, 10.0.0.0/8, 2001:db8::/32)"
    WORDS = "a list of words"

    @property
    def ordered(self) -> bool:
        """Whether < and > mean something."""
        return self in {Type.NUMBER, Type.OCTETS, Type.DURATION}


def number(word: str, kind: Type, unit: int) -> int | float:
    """The value of a number token for a field of this type.

    unit: nanoseconds that a bare number counts, for a DURATION; times come back as integer nanoseconds.
    Raises: ValueError with what is wrong, in words.
    """
    found = _NUMBER.fullmatch(word)
    if found is None or len(found[1]) > _MAX_DIGITS:
        raise ValueError("the number is too long")
    amount = Fraction(found[1])
    scale = _scale(found[2], kind, unit)
    return _plain(amount * scale, whole=kind is Type.DURATION)


def _scale(suffix: str | None, kind: Type, unit: int) -> Fraction:
    if suffix is None:
        return Fraction(unit if kind is Type.DURATION else 1)
    if suffix == "%" and kind is Type.NUMBER:
        return Fraction(1, 100)
    known = {Type.DURATION: _TIMES, Type.OCTETS: _SIZES}.get(kind, {})
    if suffix not in known:
        allowed = f"expected one of {', '.join(known)}" if known else "expected a bare number"
        raise ValueError(f'unit "{suffix}" does not fit: {allowed}')
    return Fraction(known[suffix])


def _plain(amount: Fraction, *, whole: bool) -> int | float:
    if amount.denominator == 1:
        return amount.numerator
    # A time is compared in nanoseconds; what is finer than that no capture can tell.
    return round(amount) if whole else float(amount)


def address_range(word: str) -> tuple[int, int]:
    """First and last address of a network (of an address: itself twice), as the integers fields give.

    Raises: ValueError when it is none, or when it has bits beyond its prefix (10.0.0.1/8): likely a slip.
    """
    network: IPv4Network | IPv6Network = ip_network(word)
    base = V6_BASE if network.version == 6 else 0
    return base + int(network.network_address), base + int(network.broadcast_address)
