"""What had to be repaired in an answer, as values: of which kind, where, and the sentence on it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from geometry.contacts import Closed
from img2code.errors import GenerationError

#: punctuation: brackets, commas, tags. encoding: a value as its token's text elsewhere.
#: adjustment: of the recovered numbers, not of the answer. text: prose around the code.
#: value, name, category: read as something else. filled: was missing. dropped: was left out.
Kind = Literal[
    "punctuation",
    "encoding",
    "adjustment",
    "text",
    "value",
    "name",
    "category",
    "filled",
    "dropped",
]
#: Kinds that change nothing of what the model has said.
HARMLESS: tuple[Kind, ...] = ("punctuation", "encoding", "adjustment")
#: Sentences that a refusal repeats.
_MOST_TOLD = 5


@dataclass(frozen=True)
class Repair:
    """One repair. where: the part and parameter, empty for the answer as a whole."""

    kind: Kind
    where: str
    text: str


class Repairs:
    """Repairs as they are made, each once, and how many values were read from their text."""

    def __init__(self) -> None:
        self._made: dict[Repair, None] = {}
        self._from_text = 0

    def add(self, kind: Kind, where: str, what: str) -> None:
        """what: the sentence, or its end where it begins with the place."""
        self._made[Repair(kind, where, f"{where}: {what}" if where else what)] = None

    def value_from_text(self) -> None:
        self._from_text += 1

    def update(self, others: Repairs) -> None:
        self._made |= others._made
        self._from_text += others._from_text

    def all(self) -> tuple[Repair, ...]:
        if not self._from_text:
            return tuple(self._made)
        values = "1 value was" if self._from_text == 1 else f"{self._from_text} values were"
        sentence = f"{values} read from the text that the token stands for elsewhere."
        return (*self._made, Repair("encoding", "", sentence))


def joined(gap: Closed) -> Repair:
    """The repair that closing a gap between two parts is."""
    text = f"{gap.carried}: longer by {gap.distance:.3g} along {gap.axis}, to touch {gap.carrier}."
    return Repair("adjustment", gap.carried, text)


def refuse_changes(repairs: Iterable[Repair], raw_text: str) -> None:
    """Raises GenerationError where an answer needed more than punctuation."""
    told = [repair.text for repair in repairs if repair.kind not in HARMLESS]
    if told:
        more = f" And {len(told) - _MOST_TOLD} more." if len(told) > _MOST_TOLD else ""
        problem = "The answer would have to be repaired, which was not to be done"
        hint = "Try again, or let answers be repaired (without `strict`)."
        raise GenerationError(f"{problem}: {' '.join(told[:_MOST_TOLD])}{more}", hint, raw_text)
