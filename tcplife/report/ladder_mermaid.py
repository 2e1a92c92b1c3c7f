"""The ladder as a Mermaid sequence diagram, for wikis and tickets that draw it.

In: a Ladder. Out: lines that the mermaid parser takes; what it would act on in a text is an entity.
Source: Mermaid's sequence diagram syntax.
"""

from __future__ import annotations

from ..model.names import Role
from . import ladder_words as say
from . import words
from .ladder import Fold, Gap, Rung, Skip
from .paint import safe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .ladder import Item, Ladder, Step

BOUND = 200
"""Items of a diagram: Mermaid refuses more than 50,000 characters."""
NAMES = {Role.CLIENT: "C", Role.SERVER: "S"}


def quoted(text: str) -> str:
    """Text with every character that means something to Mermaid, or to HTML, as an entity."""
    return "".join(ch if ch.isalnum() or ch in " .,:+-()?*→/_=" else f"#{ord(ch)};" for ch in safe(text))


def mermaid(drawing: Ladder) -> list[str]:
    """A sequence diagram: messages, and the states as notes at the edges."""
    c = drawing.connection
    lines = [
        "sequenceDiagram",
        f"    title {quoted(f'Connection {c.index}')}",
        f"    participant C as client<br/>{quoted(str(c.client))}",
        f"    participant S as server<br/>{quoted(str(c.server))}",
        f"    Note left of C: {drawing.client}",
        f"    Note right of S: {drawing.server}",
    ]
    for item in drawing.items:
        lines += [f"    {line}" for line in _item(item)]
    return lines


def _item(item: Item) -> list[str]:
    if isinstance(item, Rung):
        return [_message(item), *_notes(item.client, item.server)]
    if isinstance(item, Fold):
        a, b = NAMES[item.sender], NAMES[_peer(item.sender)]
        lines = [f"{a}->>{b}: {quoted(f'{item.first}-{item.last}: {say.data_text(item)}')}"]
        return [*lines, f"{b}->>{a}: {quoted(say.acks_text(item))}"] if item.acks else lines
    if isinstance(item, Gap):
        return [f"Note over C,S: {quoted(words.span(item.ns))} pass"]
    if isinstance(item, Skip):
        return [f"Note over C,S: {quoted(f'{item.first}-{item.last}: {say.skip_text(item)}')}"]
    return [f"Note over C,S: {quoted(say.aside_text(item))}", *_notes(item.client, item.server)]


def _peer(role: Role) -> Role:
    return Role.SERVER if role is Role.CLIENT else Role.CLIENT


def _message(item: Rung) -> str:
    s = item.segment
    dash = "--" if item.fate.lost or item.fate.repeat_of else "-"
    arrow = f"{dash}x" if item.fate.lost else f"{dash}>>"
    text = f"{s.packet}: {say.usual(s)}" + "".join(f", {note}" for note in item.notes)
    return f"{NAMES[s.sender]}{arrow}{NAMES[_peer(s.sender)]}: {quoted(text)}"


def _notes(client: tuple[Step, ...], server: tuple[Step, ...]) -> list[str]:
    """The states at the edges, several of one side in one note."""
    lines = []
    if client:
        lines.append(f"Note left of C: {'<br/>'.join(quoted(say.step_text(step)) for step in client)}")
    if server:
        lines.append(f"Note right of S: {'<br/>'.join(quoted(say.step_text(step)) for step in server)}")
    return lines
