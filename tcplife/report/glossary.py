"""What the words of the reports mean: states, transitions, events, ends, anomalies, exit codes.

In: a word in any spelling. Out: entries of lines. All but the meaning of the states, events and bases
comes from the very catalogues the analysis runs on.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches

from ..errors import Exit
from ..model.catalogue import KINDS, ROWS
from ..model.close_kinds import CLOSE_KINDS, OPENED_KINDS
from ..model.names import STATES, Severity
from .record_words import words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Final

    from ..model.catalogue import Kind, Row

STATE_DOCS: Final = {
    "UNKNOWN": "The capture cannot tell: it began too late, or shows nothing this endpoint sent.",
    "CLOSED": "There is no connection (any more), and nothing is waited for.",
    "LISTEN": "A server waits for a SYN. Seen only in what it does next: a host that never answers stays UNKNOWN.",
    "SYN_SENT": "It sent a SYN and waits for the peer's.",
    "SYN_RECEIVED": "It has got a SYN and sent its own; its own is not acknowledged yet. Half open.",
    "ESTABLISHED": "Both SYNs are acknowledged; data may flow either way.",
    "FIN_WAIT_1": "It closed first: its FIN is sent and neither acknowledged nor crossed by the peer's.",
    "FIN_WAIT_2": "Its FIN is acknowledged; the peer may go on sending, for as long as it likes, until its own FIN.",
    "CLOSE_WAIT": (
        "The peer's FIN has arrived, and its own application has not closed yet. Many of these that grow old are "
        "sockets that an application forgot to close."
    ),
    "CLOSING": "Both sent a FIN before they saw the other's; it waits for the acknowledgement of its own.",
    "LAST_ACK": "The peer closed first; now its own FIN is sent, too, and waits for the last acknowledgement.",
    "TIME_WAIT": (
        "All is said. It stays for twice the maximum segment lifetime, to acknowledge a repeated FIN again and to let "
        "old duplicates die before the same ports are used again."
    ),
}
STATE_SOURCE: Final = "RFC 9293 3.3.2"

BASIS_DOCS: Final = {
    "sent": "The endpoint itself sent what only that state sends: certain.",
    "received": "An acceptable segment passed towards it; certain once a later segment of its own confirms it.",
    "implied": "The packet is not in the capture, but what follows proves that it was there.",
    "timer": "Only capture time passed (2MSL).",
}
EVENT_DOCS: Final = {
    "SENDS_SYN": "The endpoint sends a SYN without ACK.",
    "SENDS_SYN_ACK": "The endpoint answers a SYN with SYN+ACK.",
    "SENDS_FIN": "The endpoint sends a FIN: it has nothing more to send.",
    "SENDS_RST": "The endpoint sends a reset.",
    "SENDS_NEW_SYN": "The endpoint opens the same 4-tuple again.",
    "SHOWS_LIFE": "The endpoint sends or acknowledges octets of a connection whose beginning is not in the capture.",
    "GETS_SYN": "A SYN passes towards the endpoint.",
    "GETS_SYN_ACK": "A SYN+ACK that acknowledges its SYN passes towards the endpoint.",
    "GETS_ACK_OF_SYN": "The acknowledgement of its SYN passes towards the endpoint.",
    "GETS_FIN": "The peer's FIN, with every octet ahead of it, has passed towards the endpoint.",
    "GETS_ACK_OF_FIN": "The acknowledgement of its FIN passes towards the endpoint.",
    "GETS_RST": "A reset that it must accept (RFC 5961: exactly at RCV.NXT) passes towards the endpoint.",
    "GETS_RST_AFTER_LISTEN": "An acceptable reset passes towards an endpoint that had been listening.",
    "GETS_NEW_SYN": "A SYN that opens the same 4-tuple again passes towards the endpoint.",
    "GETS_ICMP_ERROR": "An ICMP error about its segment passes towards the endpoint.",
    "TIMER_2MSL": "Twice the maximum segment lifetime passes, in capture time.",
}
OTHER_NAMES: Final = {
    "fin_wait": "FIN_WAIT_1",
    "syn_rcvd": "SYN_RECEIVED",
    "syn_recv": "SYN_RECEIVED",
    "finwait1": "FIN_WAIT_1",
    "finwait2": "FIN_WAIT_2",
}
"""What other tools call these states."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One explanation. title: the word itself; about: what kind of word; source: where it is defined; more: lists."""

    title: str
    about: str
    text: str
    source: str = ""
    more: tuple[tuple[str, tuple[str, ...]], ...] = ()


def plain(word: str) -> str:
    """A word as it is looked up: lower case, underscores."""
    return word.strip().lower().replace("-", "_").replace(" ", "_").removeprefix("tcp.analysis.")


class Glossary:
    """Every word that can be asked for. extra: further words of other rooms (Zeek's), {word: (about, text, source)}."""

    def __init__(self, extra: Mapping[str, tuple[str, str, str]] | None = None) -> None:
        self._entries: dict[str, list[Entry]] = {}
        for entry in (*_states(), *_events(), *_closes(), *_kinds(), *_bases(), *_exits(), *_fields()):
            self._entries.setdefault(plain(entry.title), []).append(entry)
        for code in Exit:
            self._entries.setdefault(str(int(code)), []).append(_exit(code))
        for word, (about, text, source) in (extra or {}).items():
            self._entries.setdefault(plain(word), []).append(Entry(word, about, text, source))
        for name, group in _lists(self._entries):
            self._entries.setdefault(name, []).append(group)

    def find(self, word: str) -> list[Entry]:
        """Every entry of this word; several where it means several things, none when it is unknown."""
        if "->" in word or "→" in word:
            return _transition(word)
        name = plain(word)
        name = plain(OTHER_NAMES.get(name, name))
        return self._entries.get(name) or self._entries.get(name.removeprefix("exit_").removeprefix("code_"), [])

    def suggestions(self, word: str) -> list[str]:
        """Known words like it."""
        names = {name: entries[0].title for name, entries in self._entries.items()}
        near = get_close_matches(plain(word), names, 5, 0.6)
        part = [name for name in names if plain(word)[:40] in name and name not in near] if len(word) > 2 else []
        return [names[name] for name in (near + sorted(part))[:5]]


def _row_lines(rows: list[Row], *, towards: bool) -> tuple[str, ...]:
    """One line per event and reason; states that share both stand in one line."""
    groups: dict[tuple[str, str, str], list[str]] = {}
    for row in rows:
        state = str(STATES[row.to_state if towards else row.from_state])
        groups.setdefault((row.event, row.why, _rfc(row)), []).append(state)
    return tuple(f"{event:<22}{', '.join(states)}: {why} ({rfc})" for (event, why, rfc), states in groups.items())


def _rfc(row: Row) -> str:
    return row.rfc if row.rfc.startswith("RFC") else f"RFC 9293 {row.rfc}"


def _states() -> Iterator[Entry]:
    for number, state in enumerate(STATES):
        into = [row for row in ROWS if row.to_state == number]
        out = [row for row in ROWS if row.from_state == number]
        more = (("reached from", _row_lines(into, towards=False)), ("left for", _row_lines(out, towards=True)))
        yield Entry(
            str(state),
            "a state of an endpoint",
            STATE_DOCS[str(state)],
            STATE_SOURCE,
            tuple(part for part in more if part[1]),
        )


def _events() -> Iterator[Entry]:
    for event in dict.fromkeys(row.event for row in ROWS):
        rows = [row for row in ROWS if row.event == event]
        lines = tuple(f"{STATES[r.from_state]} -> {STATES[r.to_state]}: {r.why} ({_rfc(r)})" for r in rows)
        yield Entry(event, "an event", EVENT_DOCS.get(event, ""), "", (("moves", lines),))


def _closes() -> Iterator[Entry]:
    for name, text in CLOSE_KINDS.items():
        yield Entry(name, "a way a connection ends", text)
    for name, text in OPENED_KINDS.items():
        yield Entry(name, "a beginning of a connection", text)


def _kinds() -> Iterator[Entry]:
    for kind in KINDS:
        about = f"an anomaly, {kind.severity.word}" + (", a guess" if kind.guess else "")
        yield Entry(kind.name, about, _sentence(kind.doc), kind.source, _kind_more(kind))


def _kind_more(kind: Kind) -> tuple[tuple[str, tuple[str, ...]], ...]:
    more = []
    if kind.value_name:
        more.append(("its value", (kind.value_name,)))
    if kind.wireshark:
        more.append(("Wireshark", (kind.wireshark,)))
    return tuple(more)


def _sentence(text: str) -> str:
    text = " ".join(text.split())
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")


def _bases() -> Iterator[Entry]:
    for name, text in BASIS_DOCS.items():
        yield Entry(name, "a basis of a transition: what proves it", text)


def _fields() -> Iterator[Entry]:
    for word, about, text in words():
        yield Entry(word, about, text)


def _exit(code: Exit) -> Entry:
    return Entry(str(int(code)), "an exit code", _sentence(code.meaning))


def _exits() -> Iterator[Entry]:
    for code in Exit:
        yield Entry(code.name, f"exit code {int(code)}", _sentence(code.meaning))


def _transition(word: str) -> list[Entry]:
    """The rows from one state to another: "FIN_WAIT_1->FIN_WAIT_2"."""
    left, _, right = word.replace("→", "->").partition("->")
    pair = tuple(plain(OTHER_NAMES.get(plain(side), side)) for side in (left, right))
    rows = [row for row in ROWS if (plain(STATES[row.from_state]), plain(STATES[row.to_state])) == pair]
    if rows or any(side not in {plain(state) for state in STATES} for side in pair):
        return [
            Entry(
                f"{STATES[row.from_state]} -> {STATES[row.to_state]}",
                f"a transition, on {row.event}",
                _sentence(row.why),
                _rfc(row),
            )
            for row in rows
        ]
    names = [str(state) for side in pair for state in STATES if plain(state) == side]
    text = "There is no such transition: no segment and no timer takes an endpoint from the one to the other."
    return [Entry(" -> ".join(names), "no transition", text, STATE_SOURCE)]


def _lists(entries: Mapping[str, list[Entry]]) -> Iterator[tuple[str, Entry]]:
    """The words that list others: states, events, closes, anomalies, exits..."""
    known = [entry for group in entries.values() for entry in group]
    for name, about in (
        ("states", "a state"),
        ("events", "an event"),
        ("closes", "a way"),
        ("openings", "a beginning"),
        ("bases", "a basis"),
        ("exits", "exit code"),
    ):
        lines = tuple(f"{entry.title:<24}{entry.text}" for entry in known if entry.about.startswith(about))
        yield name, Entry(name, "a list", f"All {name}.", "", (("", lines),))
    lines = tuple(
        f"{kind.severity.word:<9}{kind.name:<26}{_sentence(kind.doc)}"
        for kind in sorted(KINDS, key=lambda kind: (-kind.severity, kind.name))
        if kind.severity in tuple(Severity)
    )
    yield "anomalies", Entry("anomalies", "a list", "All kinds of anomaly.", "", (("", lines),))
    moves = tuple(f"{STATES[r.from_state]:<13}-> {STATES[r.to_state]:<13}{r.event:<22}{r.why}" for r in ROWS)
    yield "transitions", Entry("transitions", "a list", "All transitions.", "", (("", moves),))
