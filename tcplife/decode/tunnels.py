# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""The names of the tunnels that segments came through, each told once and known by an index.

In: the enclosing tunnel's index, the kind of the new one, its number. Out: an index into `names`.
"""

from __future__ import annotations

from .layers import MAX_TUNNELS

WORDS = (
    "ipip", "6in4", "4in6", "6in6", "gre", "gre {}", "erspan {}", "pptp {}", "etherip",
    "vxlan {}", "geneve {}", "gtp-u 0x{:x}", "l2tp {}", "teredo", "lisp {}", "tzsp", "mpls-in-udp", "mpls-in-ip",
    "ayiya", "ethernet-in-ip",
)  # fmt: skip
"""The word of each IN_ number of `layers`; {} stands for the tunnel's own number."""

MANY = "one of many tunnels"


class TunnelNames:
    """The table of names; 0 is "", no tunnel.

    Bounds: MAX_TUNNELS names, then one name for all the others.
    """

    __slots__ = ("known", "last", "last_kind", "last_number", "last_parent", "names")

    def __init__(self) -> None:
        self.names = [""]
        self.known: dict[tuple[int, int, int], int] = {}
        self.last = 0
        self.last_parent = -1
        self.last_kind = -1
        self.last_number = -1

    def index(self, parent: int, kind: int, number: int) -> int:
        """Return the index of this tunnel inside that one; packets of one tunnel come in runs, so the last is kept."""
        if kind == self.last_kind and number == self.last_number and parent == self.last_parent:
            return self.last
        key = (parent, kind, number)
        found = self.known.get(key)
        if found is None:
            found = self.name(parent, kind, number)
            if found < MAX_TUNNELS:
                self.known[key] = found
        self.last = found
        self.last_parent = parent
        self.last_kind = kind
        self.last_number = number
        return self.last

    def name(self, parent: int, kind: int, number: int) -> int:
        """Write a new name behind the others."""
        if parent >= MAX_TUNNELS or len(self.names) >= MAX_TUNNELS:
            if len(self.names) == MAX_TUNNELS:
                self.names.append(MANY)
            return MAX_TUNNELS if len(self.names) > MAX_TUNNELS else 0
        word = WORDS[kind].format(number)
        outer = self.names[parent]
        self.names.append(f"{outer} / {word}" if outer else word)
        return len(self.names) - 1
