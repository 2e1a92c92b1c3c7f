"""The page in a real browser: no request, no complaint, and everything a reader does with it."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

import tcplife
from tcplife.api import analyze_with_totals
from tcplife.model.totals import Options, Totals
from tcplife.report.html_page import HtmlReporter
from tests.report.browser import Browser, chromium
from tests.report.build import syn_only, textbook
from tests.report.samples import SAMPLES, Kept

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tcplife.model.connection import Connection

    Show = Callable[..., Browser]

DARK, LIGHT = "rgb(20, 23, 28)", "rgb(255, 255, 255)"
EVIL = (
    '<script>window.hacked=1</script><img src=x onerror="window.hacked=1">\' "><svg onload=window.hacked=1> '
    "\x1b]0;x\x07\u202e{{7*7}}"
)


def page_of(name: str, *, details: int = 40, change: object = None) -> str:
    """The page of a sample; change: what is done to every connection before."""
    kept = Kept()
    reporter = HtmlReporter(kept, details=details)
    analysis = analyze_with_totals(SAMPLES / name, Options(segments=True, details=True))
    reporter.begin()
    for connection in analysis:
        if callable(change):
            change(connection)
        reporter.connection(connection)
    if change is not None:
        analysis.totals.source = EVIL
    reporter.end(analysis.totals)
    return kept.text


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with chromium(tmp_path_factory.mktemp("browser")) as started:
        yield started


@pytest.fixture
def shown(browser: Browser, tmp_path: Path) -> Iterator[Show]:
    """Opens pages, and asserts at the end that none asked for anything or complained."""

    def show(text: str, place: str = "") -> Browser:
        path = tmp_path / "report.html"
        path.write_text(text)
        browser.driver.get("about:blank")
        browser.driver.get(path.as_uri() + place)
        return browser

    browser.requests()
    browser.complaints()
    browser.dark(wanted=False)
    yield show
    assert browser.requests() == []
    assert browser.complaints() == []


def cells(browser: Browser, column: int) -> list[str]:
    found = browser.js(
        "return [...document.querySelectorAll('#table tbody tr')].map(r => r.cells[arguments[0]].textContent)", column
    )
    return [str(text) for text in found]


def press(browser: Browser, key: str) -> None:
    from selenium.webdriver import ActionChains

    ActionChains(browser.driver).send_keys(key).perform()


def on(browser: Browser) -> list[str]:
    """Which pictures show a chosen packet."""
    found = browser.js(
        "return [...document.querySelectorAll('#detail figure')]"
        ".filter(f => f.querySelector('.on')).map(f => f.className)"
    )
    return [str(name) for name in found]


def test_the_table_sorts(shown: Show) -> None:
    page = shown(page_of("time_wait_pile.pcap"))
    assert cells(page, 0)[:3] == ["1", "2", "3"]
    assert len(cells(page, 0)) == 60
    page.js("document.querySelector('th button[data-column=\"4\"]').click()")
    assert page.js("return document.querySelector('th[aria-sort]').textContent") == "lasted"
    assert page.js("return document.querySelector('th[aria-sort]').ariaSort") == "descending"
    lasted = {c.index: c.end_ns - c.start_ns for c in tcplife.analyze(SAMPLES / "time_wait_pile.pcap")}
    shown_first = [lasted[int(text)] // 1000 for text in cells(page, 0)]
    assert shown_first == sorted(shown_first, reverse=True)
    page.js("document.querySelector('th button[data-column=\"4\"]').click()")
    assert [lasted[int(text)] // 1000 for text in cells(page, 0)] == sorted(shown_first)


def test_the_table_finds(shown: Show) -> None:
    page = shown(page_of("loss_random.pcap"))
    whole = len(cells(page, 0))
    press(page, "/")
    assert page.js("return document.activeElement.id") == "find"
    press(page, "#2")
    assert cells(page, 0) == ["2"]
    page.js(
        "const f = document.getElementById('find'); f.value = 'nothing like it'; f.dispatchEvent(new Event('input'))"
    )
    assert cells(page, 0) == []
    assert page.js("return document.getElementById('found').textContent") == "none"
    page.js("document.querySelector('button.find').click()")
    assert 0 < len(cells(page, 0)) <= whole


def test_a_chosen_packet_shows_in_every_picture(shown: Show) -> None:
    page = shown(page_of("loss_sack.pcap"), "#c1")
    pictures = page.js("return [...document.querySelectorAll('#detail figure')].map(f => f.className)")
    assert pictures == ["states", "ladder", "time-sequence", "rtt", "window"]
    page.js("document.querySelector('#detail .findings button[data-p=\"50\"]').click()")
    assert on(page) == ["states", "ladder", "time-sequence"]
    chosen = page.js("return document.querySelector('.chosen').textContent")
    assert chosen.startswith("Packet 50")
    assert "fast retransmission of 16" in chosen
    page.js(
        "document.querySelector('.time-sequence [data-p=\"28\"]').dispatchEvent(new Event('click', {bubbles: true}))"
    )
    assert page.js("return document.querySelector('#detail').dataset.packet") == "28"
    assert "ladder" in on(page)


def test_it_works_by_keyboard_alone(shown: Show) -> None:
    page = shown(page_of("wget.pcap"))
    page.js("document.querySelector('#table tbody tr').focus()")
    press(page, "\ue007")
    assert page.js("return location.hash") == "#c1"
    assert not page.js("return document.getElementById('detail').hidden")
    press(page, "\ue014")
    assert page.js("return document.getElementById('detail').dataset.packet") == "1"
    press(page, "\ue014")
    assert page.js("return document.getElementById('detail').dataset.packet") == "2"
    press(page, "\ue012")
    assert page.js("return document.getElementById('detail').dataset.packet") == "1"
    press(page, "\ue00c")
    assert page.js("return document.getElementById('detail').hidden")


def test_light_and_dark(shown: Show) -> None:
    page = shown(page_of("wget.pcap"), "#c2")
    colours = "return ['body', 'svg.tl'].map(x => getComputedStyle(document.querySelector(x)).backgroundColor)"
    assert page.js(colours) == [LIGHT, LIGHT]
    page.dark()
    assert page.js(colours) == [DARK, DARK]


def test_a_connection_without_pictures_says_how_to_get_them(shown: Show) -> None:
    page = shown(page_of("time_wait_pile.pcap", details=2), "#c30")
    assert "--connection 30" in page.js("return document.getElementById('detail').textContent")
    assert "2 of 60 connections" in page.js("return document.body.textContent")


def test_hostile_words_are_inert(shown: Show) -> None:
    def poison(c: Connection) -> None:
        c.verdict, c.tunnel, c.client_guess = EVIL, EVIL, EVIL

    text = page_of("hostile_text.pcap", change=poison)
    assert "\x1b" not in text
    assert "\u202e" not in text
    page = shown(text, "#c1")
    assert page.js("return window.hacked === undefined && !document.querySelector('img')")
    assert "<script>window.hacked" in page.js("return document.querySelector('#detail .verdict').textContent")
    assert "{{7*7}}" in page.js("return document.title")


def test_the_policy_forbids_what_the_page_does_not_need(browser: Browser, tmp_path: Path) -> None:
    """A page with a foreign script, image, style and request in it: none of them comes through."""
    text = page_of("wget.pcap")
    foreign = "<script>window.hacked=1</script><img src='http://192.0.2.9/x.png'><link rel='stylesheet' href='http://192.0.2.9/x.css'>"
    (tmp_path / "x.html").write_text(text.replace("</main>", f"{foreign}</main>"))
    browser.requests()
    browser.open(tmp_path / "x.html")
    assert browser.js("return window.hacked === undefined")
    told = browser.complaints()
    assert sum("Content Security Policy" in line for line in told) >= 3, told
    blocked = browser.driver.execute_async_script(
        "const done = arguments[0]; fetch('http://192.0.2.9/').then(() => done('came'), () => done('blocked'))"
    )
    assert blocked == "blocked"
    assert len(cells(browser, 0)) == 2
    browser.complaints()
    browser.requests()


def test_no_connection_at_all(shown: Show, tmp_path: Path) -> None:
    empty = tmp_path / "empty.pcap"
    empty.write_bytes((SAMPLES / "wget.pcap").read_bytes()[:24])
    kept = Kept()
    reporter = HtmlReporter(kept)
    analysis = analyze_with_totals(empty)
    assert list(analysis) == []
    reporter.end(analysis.totals)
    page = shown(kept.text)
    assert "no TCP connection" in page.js("return document.body.textContent")


@pytest.mark.parametrize(
    "name", ["refused.pcap", "unanswered.pcap", "mid_stream_open_end.pcap", "host_unreachable.pcap"]
)
def test_a_few_packets_are_a_page(name: str, shown: Show) -> None:
    page = shown(page_of(name))
    assert page.js("return document.querySelectorAll('#detail figure').length") == 5


def test_a_hundred_thousand_connections_open_at_once(shown: Show) -> None:
    """Under 20 MB, open within three seconds, found and sorted in a blink; what is left out is said."""
    kept = Kept()
    reporter = HtmlReporter(kept)
    for index in range(1, 100_001):
        c = textbook() if index % 2 else syn_only(index)
        c.index, c.client_port = index, 1024 + index % 60_000
        reporter.connection(c)
    reporter.end(Totals(connections=100_000))
    assert len(kept.written) < 20_000_000
    page = shown(kept.text)
    assert page.js("return performance.getEntriesByType('navigation')[0].loadEventEnd") < 3000
    assert page.js("return document.getElementById('found').textContent") == "1 to 100 of 100,000"
    page.js("const f = document.getElementById('find'); f.value = 'answered'; f.dispatchEvent(new Event('input'))")
    assert page.js("return document.getElementById('found').textContent") == "1 to 100 of 50,000"
    assert "40 of 100,000 connections" in page.js("return document.body.textContent")


def test_a_page_prints_light_and_without_its_tools(shown: Show) -> None:
    page = shown(page_of("wget.pcap"), "#c1")
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print", "features": []})
    assert page.js("return getComputedStyle(document.querySelector('.tools')).display") == "none"
    assert page.js("return getComputedStyle(document.querySelector('svg.tl')).backgroundColor") == LIGHT
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": []})


def test_it_asks_for_nothing_by_its_text() -> None:
    text = page_of("wget.pcap")
    assert not re.findall(r'(?:src|href|action)="(?!#)', text)
    assert "http://" not in text.replace("http://www.w3.org/2000/svg", "")
    assert "https://" not in text


def test_the_same_capture_gives_the_same_page() -> None:
    assert page_of("loss_sack.pcap") == page_of("loss_sack.pcap")


def test_without_jinja_there_is_one_clear_line(tmp_path: Path) -> None:
    program = "import sys; sys.modules['jinja2'] = None; from tcplife.__main__ import main; sys.exit(main())"
    line = [sys.executable, "-c", program, "report", str(SAMPLES / "wget.pcap"), "-o", str(tmp_path / "x.html")]
    ran = subprocess.run(line, capture_output=True, text=True, check=False, timeout=60, cwd=SAMPLES.parent)
    assert ran.returncode == 3
    assert ran.stderr == "tcplife: the page needs jinja2: pip install 'tcplife[report]'\n"
    assert not list(tmp_path.iterdir())
