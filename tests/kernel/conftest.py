"""The tracer of the session, and what is missing where there is none: a skip on a desk, a failure in CI."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.kernel.tracer import Tracer

if TYPE_CHECKING:
    from collections.abc import Iterator

TOOLS = ("bpftrace", "pahole", "tcpdump", "nft", "ip", "ss", "unshare")
PLACES = ("/dev/net/tun", "/sys/kernel/btf/vmlinux")


def what_is_missing() -> str:
    """Say what keeps the kernel from testifying here, "" if nothing does."""
    if os.geteuid() != 0:
        return "the kernel testifies to root only"
    missing = [tool for tool in TOOLS if shutil.which(tool) is None] + [p for p in PLACES if not Path(p).exists()]
    return f"not here: {', '.join(missing)}" if missing else ""


@pytest.fixture(scope="session")
def tracer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tracer]:
    """One bpftrace for all live tests."""
    missing = what_is_missing()
    if missing and os.environ.get("CI") == "true":
        pytest.fail(missing)
    if missing:
        pytest.skip(missing)
    running = Tracer(tmp_path_factory.mktemp("trace"))
    yield running
    running.close()
