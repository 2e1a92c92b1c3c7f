"""tcplife: both endpoints' lives of every TCP connection in a capture.

    import tcplife

    for connection in tcplife.analyze("capture.pcap"):
        print(connection.client, connection.server, connection.final, connection.verdict)

Names are loaded when they are first used, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module

from .rooms import open_rooms

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .api import Source, analyze, analyze_with_totals
    from .errors import CaptureError, Exit, MissingExtraError, TcplifeError, UsageError
    from .model.catalogue import Kind, Row
    from .model.connection import Connection, SideStats
    from .model.damage import Damage
    from .model.names import Basis, Role, Severity, Skip, State
    from .model.totals import Options, Totals
    from .model.values import Address, Anomaly, Close, SegmentLine, Transition

__version__ = "0.1.0"

open_rooms(__path__)

_HOME = {
    "Address": ".model.values",
    "Anomaly": ".model.values",
    "Basis": ".model.names",
    "CaptureError": ".errors",
    "Close": ".model.values",
    "Connection": ".model.connection",
    "Damage": ".model.damage",
    "Exit": ".errors",
    "Kind": ".model.catalogue",
    "MissingExtraError": ".errors",
    "Options": ".model.totals",
    "Role": ".model.names",
    "Row": ".model.catalogue",
    "SegmentLine": ".model.values",
    "Severity": ".model.names",
    "SideStats": ".model.connection",
    "Skip": ".model.names",
    "Source": ".api",
    "State": ".model.names",
    "TcplifeError": ".errors",
    "Totals": ".model.totals",
    "Transition": ".model.values",
    "UsageError": ".errors",
    "analyze": ".api",
    "analyze_with_totals": ".api",
}

__all__ = [
    "Address",
    "Anomaly",
    "Basis",
    "CaptureError",
    "Close",
    "Connection",
    "Damage",
    "Exit",
    "Kind",
    "MissingExtraError",
    "Options",
    "Role",
    "Row",
    "SegmentLine",
    "Severity",
    "SideStats",
    "Skip",
    "Source",
    "State",
    "TcplifeError",
    "Totals",
    "Transition",
    "UsageError",
    "__version__",
    "analyze",
    "analyze_with_totals",
]


def __getattr__(name: str) -> object:
    """Load a public name from the room it lives in."""
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(home, __name__), name)
