"""Imports every module of rules, in the order in which their kinds are numbered."""

from __future__ import annotations

from . import clock as _clock  # noqa: F401
from . import handshake as _handshake  # noqa: F401
from . import octets as _octets  # noqa: F401
from . import reset as _reset  # noqa: F401
from . import silence as _silence  # noqa: F401
from . import teardown as _teardown  # noqa: F401
from . import window as _window  # noqa: F401
