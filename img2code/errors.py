"""What can go wrong between a picture and its code; the root is `geometry.errors.UserError`."""

from __future__ import annotations

from geometry.errors import UserError


class ImageError(UserError):
    """A file that cannot be used as a picture."""


class GenerationError(UserError):
    """A back end that failed, or whose answer is not a code; `raw_text` is that answer."""

    retryable = True

    def __init__(self, problem: str, hint: str = "", raw_text: str = "") -> None:
        super().__init__(problem, hint)
        self.raw_text = raw_text
