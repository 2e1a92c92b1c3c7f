"""The real capture programs, as witnesses: without one, skip on a desk and fail in CI."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


def real(program: str) -> Callable[..., str]:
    """Return a function that runs the program and returns what it prints."""
    found = shutil.which(program) or shutil.which(program, path="/usr/sbin:/sbin")
    if found is None:
        reason = f"needs the real {program} (Debian packages tcpdump, wireshark-common, tshark)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [found, *arguments], capture_output=True, text=True, check=False, env={"TZ": "UTC", "PATH": os.defpath}
        )
        return done.stdout

    return run
