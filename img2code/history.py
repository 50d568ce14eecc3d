"""States of something that is edited: steps done, undone and done again, as a frozen value."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Generic, TypeVar

State = TypeVar("State")

MOST_STEPS = 60


@dataclass(frozen=True)
class History(Generic[State]):
    """first: what `reset` goes back to. of: what the last step changed; a step of the same goes on
    with it, as while a slider is dragged.
    """

    first: State
    now: State
    past: tuple[State, ...] = ()
    future: tuple[State, ...] = ()
    of: str = ""

    @classmethod
    def begin(cls, state: State) -> History[State]:
        return cls(state, state)

    def do(self, state: State, of: str = "") -> History[State]:
        """One step on; of: what it changes, "" for what no other step goes on with."""
        if of and of == self.of:
            return replace(self, now=state, future=())
        past = (*self.past, self.now)[-MOST_STEPS:]
        return replace(self, now=state, past=past, future=(), of=of)

    def undo(self) -> History[State]:
        """One step back; the same where there is none."""
        if not self.past:
            return self
        future = (self.now, *self.future)
        return replace(self, now=self.past[-1], past=self.past[:-1], future=future, of="")

    def redo(self) -> History[State]:
        """One step that was undone; the same where there is none."""
        if not self.future:
            return self
        past = (*self.past, self.now)
        return replace(self, now=self.future[0], past=past, future=self.future[1:], of="")

    def reset(self) -> History[State]:
        """The first state, as a step that can be undone."""
        return self if self.now == self.first else self.do(self.first)

    @property
    def possible(self) -> dict[str, bool]:
        """Which of undo, redo and reset would change anything."""
        return {
            "undo": bool(self.past),
            "redo": bool(self.future),
            "reset": self.now != self.first,
        }

    def step(self, name: str) -> History[State]:
        """undo, redo or reset, by its name."""
        return {"undo": self.undo, "redo": self.redo, "reset": self.reset}[name]()
