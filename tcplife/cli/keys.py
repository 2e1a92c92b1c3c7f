"""Keys from the terminal itself: standard input is taken by packets.

In: /dev/tty. Out: single keys as they are pressed, without waiting. Leaves the terminal as it was. Where there is no
terminal to ask, there are no keys and nothing else happens.
"""

from __future__ import annotations

import os
import select
import signal
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType
    from typing import Any, Self

MAX_OCTETS = 256


class Keys:
    """A context manager. there: whether keys can be read."""

    def __init__(self) -> None:
        self._descriptor = -1
        self._before: list[Any] | None = None
        self._stop_handler: Any = None

    @property
    def there(self) -> bool:
        """Whether keys can be read."""
        return self._before is not None

    def __enter__(self) -> Self:
        """Read keys one by one and without echo from now on."""
        try:
            import termios

            self._descriptor = os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY)
            self._before = termios.tcgetattr(self._descriptor)
            self._raw()
        except (ImportError, OSError):  # no terminal, or none of this kind (termios.error is an OSError's cousin)
            self._close()
        except Exception as problem:
            self._close()
            if type(problem).__name__ != "error":
                raise
        return self

    def __exit__(self, *problem: object) -> None:
        """Leave the terminal as it was."""
        self._restore()
        self._close()

    def _raw(self) -> None:
        """Character by character, no echo; Ctrl-C and Ctrl-Z stay what they are."""
        import termios

        mode = termios.tcgetattr(self._descriptor)
        mode[3] &= ~(termios.ICANON | termios.ECHO)
        mode[6][termios.VMIN] = 0
        mode[6][termios.VTIME] = 0
        termios.tcsetattr(self._descriptor, termios.TCSANOW, mode)

    def _restore(self) -> None:
        if self._before is not None:
            import termios

            termios.tcsetattr(self._descriptor, termios.TCSANOW, self._before)

    def _close(self) -> None:
        self._before = None
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def pressed(self) -> list[str]:
        """Return the keys pressed since the last call; "escape" for escape, arrow keys and the like are left out."""
        if self._before is None or not select.select([self._descriptor], [], [], 0)[0]:
            return []
        text = os.read(self._descriptor, MAX_OCTETS).decode("utf-8", "ignore")
        if text == "\x1b":
            return ["escape"]
        return [key for key in text if key.isprintable() or key in "\r\n\x7f\b"] if "\x1b" not in text else []

    def on_suspend(self, hide: Callable[[], None], show: Callable[[], None]) -> None:
        """Ctrl-Z: `hide` the screen and give the terminal back; on return take it again and `show`."""
        if not hasattr(signal, "SIGTSTP"):
            return

        def suspend(number: int, frame: FrameType | None) -> None:
            hide()
            self._restore()
            sys.stdout.flush()
            signal.signal(signal.SIGTSTP, signal.SIG_DFL)
            os.kill(os.getpid(), signal.SIGTSTP)
            signal.signal(signal.SIGTSTP, suspend)
            if self._before is not None:
                self._raw()
            show()

        self._stop_handler = signal.signal(signal.SIGTSTP, suspend)

    def forget_suspend(self) -> None:
        """Ctrl-Z means again what it meant before."""
        if self._stop_handler is not None:
            signal.signal(signal.SIGTSTP, self._stop_handler)
            self._stop_handler = None
