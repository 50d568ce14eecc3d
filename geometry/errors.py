"""The one error of this package: where, what was found, what is valid, what to do; a warning."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class CodeError(ValueError):
    """A code that cannot be built.

    where: the place, e.g. "Mug, part 2 (Curved_Handle), parameter 'radius'".
    found: what stands there. valid: what may stand there. hint: what to do.
    """

    def __init__(self, where: str, found: str, valid: str, hint: str = "") -> None:
        self.where, self.found, self.valid, self.hint = where, found, valid, hint
        text = f"{where}: found {found}, expected {valid}."
        super().__init__(f"{text} {hint}".strip())


class ExportWarning(UserWarning):
    """A file was written, but something of the object is not in it as one would expect."""


def suggestion(name: str, known: Iterable[str]) -> str:
    """ "Did you mean …?" where something known is close, else an empty string."""
    names = list(known)
    folded = {n.lower(): n for n in names}
    close = difflib.get_close_matches(str(name).lower(), folded, n=1, cutoff=0.6)
    return f"Did you mean {folded[close[0]]}?" if close else ""
