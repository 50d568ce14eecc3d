"""What became of fuzzed inputs: counts, the slowest ones, every fault with what makes it again."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from geometry.errors import UserError

SLOW = 1.0  # seconds of processor time


@dataclass
class Outcomes:
    """Counts by name of what was tried, with the slowest of each and all faults."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    slowest: dict[str, tuple[float, str]] = field(default_factory=dict)
    slow: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def run(self, name: str, case: str, action: Callable[[], str | None]) -> bool:
        """Count an action: accepted, refused by an error of ours, or a fault.

        case: what makes it again. action: gives a sentence where something is wrong with the
        result. Gives whether it was accepted.
        """
        start = time.process_time()
        try:
            fault = action()
        except UserError:
            fault, outcome = None, "refused"
        except Exception as error:
            fault, outcome = f"{type(error).__name__}: {str(error)[:100]}", "fault"
        else:
            outcome = "fault" if fault else "accepted"
        seconds = time.process_time() - start
        self.counts[name, outcome] += 1
        self.slow[name] += seconds > SLOW
        if seconds > self.slowest.get(name, (-1.0, ""))[0]:
            self.slowest[name] = seconds, case
        if fault:
            self.faults.append(f"{name}, {case}: {fault}")
        return outcome == "accepted"

    def table(self) -> str:
        """One line per name, then the faults."""
        head = ("what", "tried", "accepted", "refused", "faults", f"over {SLOW:g} s", "slowest")
        rows = [head]
        for name in dict.fromkeys(name for name, _ in self.counts):
            by = [self.counts[name, outcome] for outcome in ("accepted", "refused", "fault")]
            seconds, case = self.slowest[name]
            row = [f"{count:,}" for count in (sum(by), *by, self.slow[name])]
            rows.append((name, *row, f"{seconds:.2f} s ({case})"))
        lines = ["| " + " | ".join(row) + " |" for row in rows]
        lines.insert(1, "|---" * len(head) + "|")
        return "\n".join([*lines, *self.faults])
