"""The root of all our errors: what went wrong, found against valid, and what to do."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class UserError(ValueError):
    """What went wrong and, in `hint`, what to do; `retryable` where the same call may succeed."""

    retryable = False

    def __init__(self, problem: str, hint: str = "") -> None:
        self.problem, self.hint = problem, hint
        super().__init__(f"{problem} {hint}".strip())


class CodeError(UserError):
    """A code that cannot be built.

    where: the place, e.g. "Mug, part 2 (Curved_Handle), parameter 'radius'".
    found: what stands there. valid: what may stand there. hint: what to do.
    """

    def __init__(self, where: str, found: str, valid: str, hint: str = "") -> None:
        self.where, self.found, self.valid = where, found, valid
        super().__init__(f"{where}: found {found}, expected {valid}.", hint)


class ExportWarning(UserWarning):
    """A file was written, but something of the object is not in it as one would expect."""


def suggestion(name: str, known: Iterable[str]) -> str:
    """ "Did you mean …?" where something known is close, else an empty string."""
    names = list(known)
    folded = {n.lower(): n for n in names}
    close = difflib.get_close_matches(str(name).lower(), folded, n=1, cutoff=0.6)
    return f"Did you mean {folded[close[0]]}?" if close else ""
