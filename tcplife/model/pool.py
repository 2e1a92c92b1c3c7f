# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""The objects of an open connection lie side by side, in a memory of their own.

In: the classes of which every connection has one or two. Out: nothing; what is made of them from now on lies one
behind the other in the order in which it was made, so that a packet finds all of its connection on one or two pages
(measured with ten thousand open: a fifth less time than with a place per size somewhere), and the garbage collector
knows nothing of it. Plain Python places its objects itself.
"""

from __future__ import annotations

from . import memory


def pooled(*kinds: type) -> None:
    """Give objects of these classes their places from now on; each must be final, and no part of any cycle."""
    for kind in kinds:
        memory.take_over(kind, False)


def pooled_apart(*kinds: type) -> None:
    """The same for what outlives open connections: the memory of those is given back while it lives."""
    for kind in kinds:
        memory.take_over(kind, True)


def large_arenas() -> bool:
    """From now on Python's own small objects lie on huge pages; returns whether they do. For a process of our own.

    A page of four kilobytes that is touched for the first time costs as much as four thousand instructions: a start
    touches a thousand of them, ten thousand connections two thousand more.
    """
    return memory.large_arenas()


def held() -> int:
    """Return the octets of memory that are there for such objects; they shrink to no more than one block when none lives."""
    return memory.held()
