"""Every class a run's memory is made of, and its fields, whatever they are: found by asking the class, not by a list.

In: objects. Out: their fields' values in order of the fields' names; and objects made of such values. The same names
and values in both builds: plain Python has slots, and for a compiled class Cython writes what gives and takes all of
its fields, private ones too. A field more or less is another version of the file, and nobody has to think of it.
"""

from __future__ import annotations

from hashlib import sha256

from ..anomalies.streams import Generation, Streams, Waiting
from ..anomalies.wireshark import WireStream, WireWay
from ..decode.fragments import Datagram, Fragments
from ..decode.tunnels import TunnelNames
from ..flows.seedling import Seedling, SynShape
from ..flows.table import Flow
from ..model.segment import Segment
from ..summary.capture import CaptureView
from ..summary.floods import Floods, Service
from ..summary.piles import Heap, Piles
from ..summary.spots import Spot, Spots
from ..summary.zeek import ZeekLife
from ..summary.zeek_line import ZeekLine
from ..summary.zeek_row import ZeekRow
from ..summary.zeek_side import ZeekSide
from ..tracker.account import Account, SideAccount
from ..tracker.endpoint import Endpoint
from ..tracker.fins import NO_FINS, Fins
from ..tracker.inbox import Candidate
from ..tracker.incidents import NO_INCIDENTS, Incidents
from ..tracker.life import Life
from ..tracker.mending import Mending
from ..tracker.named import put_in_words
from ..tracker.oddity import NO_ODDITY, Oddity
from ..tracker.stream import Islands
from ..tracker.timing import Timing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final

CLASSES: Final[tuple[type, ...]] = (
    Account, CaptureView, Candidate, Datagram, Endpoint, Fins, Floods, Flow, Fragments, Generation, Heap, Incidents,
    Islands, Life, Mending, Oddity, Piles, Seedling, Segment, Service, SideAccount, Spots, Streams, SynShape, Timing, TunnelNames, Waiting, WireStream,
    WireWay, ZeekLife, ZeekLine, ZeekRow, ZeekSide,
)  # fmt: skip
NUMBERS: Final = {made: number for number, made in enumerate(CLASSES)}
"""What stands for a class in the file."""

PLACE: Final = {"_heads": None, "_latest": None, "asked_ns": 0, "chain": None, "gone": False, "hash": 0}
"""Fields that say where something stands in its table, which is another one afterwards, or what is at hand anyway."""
SHARED: Final[dict[type, Any]] = {Fins: NO_FINS, Incidents: NO_INCIDENTS, Oddity: NO_ODDITY}
"""What stands in all its owners for nothing of the kind."""
PLACED: Final = (Floods, Flow, Piles, Spot, Spots)


def fields_of(made: type) -> tuple[str, ...]:
    """Return the names of a class's fields, its bases' too, in order."""
    if issubclass(made, tuple):
        return made._fields  # type: ignore[attr-defined,no-any-return]
    return tuple(sorted({name for base in made.__mro__ for name in getattr(base, "__slots__", ())}))


FIELDS: Final = tuple(fields_of(made) for made in CLASSES)
FINGERPRINT: Final = sha256(
    "\n".join(f"{made.__name__} {' '.join(names)}" for made, names in zip(CLASSES, FIELDS, strict=True)).encode()
).hexdigest()
"""Changes with every field, so that no file of another version is read."""


def values_of(thing: Any) -> tuple[Any, ...]:
    """Return the values of all fields. Raises: TypeError when a compiled class does not give all of them."""
    number = NUMBERS[type(thing)]
    names = FIELDS[number]
    if isinstance(thing, tuple):
        return tuple(thing)
    reduce = getattr(thing, "__reduce_cython__", None)
    if reduce is None:
        if isinstance(thing, Endpoint) and hasattr(thing, "recent"):
            put_in_words(thing.recent)
        values = tuple([getattr(thing, name, 0) for name in names])  # a field nobody set yet is 0 when compiled
    else:
        parts = reduce()
        values = parts[2] if len(parts) > 2 else parts[1][2]
        if len(values) != len(names):
            raise TypeError(f"{type(thing).__name__} gives {len(values)} of its {len(names)} fields")
    if isinstance(thing, PLACED):
        return tuple([PLACE.get(name, value) for name, value in zip(names, values, strict=True)])
    return values


def made_of(number: int, values: list[Any]) -> Any:
    """Return an object of these fields. Raises: TypeError, ValueError, IndexError when they make none."""
    made = CLASSES[number]
    names = FIELDS[number]
    if len(values) != len(names):
        raise ValueError(f"{made.__name__} has {len(names)} fields, not {len(values)}")
    if issubclass(made, tuple):
        return made(*values)
    thing: Any = made.__new__(made)
    restore = getattr(thing, "__setstate_cython__", None)
    if restore is not None:
        restore(tuple(values))
    else:
        for name, value in zip(names, values, strict=True):
            setattr(thing, name, value)
    return SHARED[made] if made in SHARED and thing.blank else thing
