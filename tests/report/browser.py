"""A headless Chromium for tests: a fresh profile, no background traffic, and a list of everything it asked for.

Where chromium, chromium-driver or selenium is missing, a test skips on a desk and fails in CI.
"""

from __future__ import annotations

import json
import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)


def missing(what: str) -> NoReturn:
    """Skip on a desk; fail in CI."""
    if os.environ.get("CI"):
        pytest.fail(f"{what} is missing")
    pytest.skip(f"{what} is missing")


class Browser:
    """A driver, and what its pages asked for and complained of."""

    def __init__(self, driver: Any) -> None:
        self.driver = driver

    def open(self, path: Path) -> None:
        """Open a file."""
        self.driver.get(path.as_uri())

    def js(self, script: str, *arguments: object) -> Any:
        """Run a function body in the page."""
        return self.driver.execute_script(script, *arguments)

    def requests(self) -> list[str]:
        """Every URL asked for since the last call that is neither a file nor inside the page."""
        found = []
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                url = message["params"]["request"]["url"]
                if not url.startswith(("file:", "data:", "about:", "chrome:")):
                    found.append(url)
        return found

    def complaints(self) -> list[str]:
        """What the console got since the last call."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def dark(self, *, wanted: bool = True) -> None:
        """Prefer dark colours, or light ones."""
        features = [{"name": "prefers-color-scheme", "value": "dark" if wanted else "light"}]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})


@contextmanager
def chromium(profile: Path, *, width: int = 1280, height: int = 900) -> Iterator[Browser]:
    """A browser with a profile of its own; it ends with the block."""
    program, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if program is None or driver is None:
        missing("chromium (Debian: chromium, chromium-driver)")
    try:
        from selenium import webdriver
    except ImportError:
        missing("selenium")
    options = webdriver.ChromeOptions()
    options.binary_location = program
    for flag in (*FLAGS, f"--user-data-dir={profile}", f"--window-size={width},{height}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    started = webdriver.Chrome(options=options, service=webdriver.ChromeService(executable_path=driver))
    try:
        yield Browser(started)
    finally:
        started.quit()
