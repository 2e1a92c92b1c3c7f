"""Zeek's conn_state and history in plain words, for `tcplife explain`.

In: a word of conn.log ("RSTO") or a history ("ShADadFf"). Out: sentences. It knows nothing of packets; the rules behind
the words are in `zeek_row` and `zeek_state`.
"""

from __future__ import annotations

from ..errors import UsageError

CONN_STATES = {
    "S0": "The originator sent a SYN and nothing came back before Zeek gave up (5 s) or the capture ended.",
    "S1": "The connection was established and, as far as the capture shows, never closed.",
    "SF": "Established and closed in order: each side sent its FIN.",
    "REJ": "Refused: the responder answered the SYN with RST (or both sides sent RST and no payload at all).",
    "S2": "Established, and the originator closed its direction; the responder's FIN was not seen.",
    "S3": "Established, and the responder closed its direction; the originator's FIN was not seen.",
    "RSTO": "The originator ended the connection with RST (abort), after the responder had shown itself.",
    "RSTR": "The responder ended the connection with RST.",
    "RSTOS0": "The originator sent a SYN and then a RST, the responder showed nothing (a half-open scan looks so).",
    "RSTRH": "The responder sent RST, and no SYN of the originator was seen; often an earlier connection's late end.",
    "SH": "The originator sent SYN and FIN (or just FIN), and nothing shows a responder: half of it is missing.",
    "SHR": "The responder sent SYN+ACK and FIN (or just FIN), the originator no SYN: half of it is missing.",
    "OTH": "None of the others: no beginning was seen, only the middle of a connection, and no end either.",
}
"""Every conn_state and what it says; orig and resp are Zeek's roles."""

LETTERS = {
    "S": "sent a SYN, the wish to open",
    "H": "sent a SYN+ACK, the answer to a SYN",
    "A": "sent a bare ACK, without payload",
    "D": "sent payload",
    "F": "sent FIN, the end of its data",
    "R": "sent RST, an abort",
    "C": "sent a segment with a wrong checksum",
    "G": "has payload missing from the capture: the other side acknowledged octets that were never seen",
    "I": "sent FIN and RST in one segment, which contradict each other",
    "Q": "sent SYN together with FIN or RST, which no stack does",
    "T": "sent payload again that was already seen (or that filled a hole late)",
    "W": "closed its receive window to zero",
    "X": "went on beyond a limit after which Zeek no longer looks at the application's data",
}
SCALED = "CGTW"
ONCE = "ADIQ"
TURN = "Zeek took the two roles the other way round from here on: the other side is the originator"


def explain_conn_state(word: str) -> str:
    """One sentence for a conn_state.

    Raises: UsageError when Zeek has no such word.
    """
    sentence = CONN_STATES.get(word)
    if sentence is None:
        raise UsageError(f"{word!r} is no conn_state of Zeek; there are {', '.join(CONN_STATES)}")
    return sentence


def is_history(text: str) -> bool:
    """Whether the text could be one of Zeek's histories."""
    return text != "" and all(letter == "^" or letter.upper() in LETTERS for letter in text)


def explain_history(history: str) -> list[tuple[str, str]]:
    """Each letter of a history with its sentence, in order.

    Raises: UsageError for a letter Zeek does not use.
    """
    told: dict[str, int] = {}
    lines = []
    for letter in history:
        if letter != "^" and letter.upper() not in LETTERS:
            raise UsageError(
                f"{letter!r} in {history!r} is no letter of Zeek's history; the letters are ^{''.join(LETTERS)}"
            )
        told[letter] = told.get(letter, 0) + 1
        lines.append((letter, _sentence(letter, told[letter])))
    return lines


def _sentence(letter: str, time: int) -> str:
    """What a letter says the so-manieth time it stands in a history."""
    if letter == "^":
        return TURN
    who = "the originator" if letter.isupper() else "the responder"
    sentence = f"{who} {LETTERS[letter.upper()]}"
    if time == 1:
        return sentence
    if letter.upper() in SCALED:
        return f"{sentence}, for the {10 ** (time - 1):,}th time (each further letter stands for ten times as many)"
    if letter.upper() in ONCE:
        return f"{sentence} (again, after the roles were turned)"
    return f"{sentence}, again with another sequence number"
