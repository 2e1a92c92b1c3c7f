"""In CI nothing may be skipped for want of a tool: what cannot run there is not tested anywhere."""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest

ALLOWED = ("form:",)
"""A skip whose reason begins so is about the form under test (compiled or plain); CI runs both."""


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.CallInfo[None], None]:
    """Turn a skip into a failure where CI=true."""
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    if os.environ.get("CI") != "true" or not report.skipped or hasattr(report, "wasxfail"):
        return
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    if not any(word in reason for word in ALLOWED):
        report.outcome = "failed"
        report.longrepr = f"skipped in CI: {reason}"
