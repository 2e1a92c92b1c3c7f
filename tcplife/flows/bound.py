"""How many connections a machine may hold, when nobody says.

In: the memory of the machine, or of the container around it. Out: a number of connections. Source of the figures:
tests/benchmarks/memory.py.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

CONNECTION_OCTETS: Final = 5632
"""What one connection with octets both ways takes (measured: 4.6 kB, and more with much in flight); one with a SYN only takes a tenth of it."""
SHARE: Final = 16
"""The table may take a sixteenth of the memory."""
LEAST, MOST = 10_000, 250_000
GIB: Final = 1 << 30
CGROUPS: Final = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


def default_max_connections(memory: int | None = None) -> int:
    """Return the bound for a machine with so many octets of memory (None: this one).

    250,000 from 21 GiB on (1.4 GB of table at most), 11,915 for each GiB below, never less than 10,000.
    """
    memory = machine_memory() if memory is None else memory
    return min(max(memory // SHARE // CONNECTION_OCTETS, LEAST), MOST)


def machine_memory() -> int:
    """Return the octets of memory this process may use; 8 GiB where nobody tells."""
    try:
        memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        memory = 8 * GIB
    for place in CGROUPS:
        try:
            with open(place, "rb") as file:  # noqa: PTH123 - pathlib and codecs cost start-up time
                limit = file.read().strip()
        except OSError:
            continue
        if limit.isdigit():
            memory = min(memory, int(limit))
    return memory
