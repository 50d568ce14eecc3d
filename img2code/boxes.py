"""Checks where in a picture an object is said to be."""

from __future__ import annotations

from collections.abc import Sequence

from img2code.recognition import Box

VALID = (
    "four numbers from 0 to 1, left, top, right, bottom, in fractions of the picture's width and "
    "height, with left < right and top < bottom"
)


def checked_box(numbers: Sequence[float]) -> Box:
    """The box of four numbers. Raises ValueError with a sentence."""
    if len(numbers) == 4:
        left, top, right, bottom = numbers
        if 0 <= left < right <= 1 and 0 <= top < bottom <= 1:
            return left, top, right, bottom
    found = ", ".join(f"{number:g}" for number in numbers)
    raise ValueError(f"the box {found} is not {VALID}")


def read_box(text: str) -> Box:
    """A box as it is written: 0.1,0.2,0.8,0.9. Raises ValueError with a sentence."""
    try:
        numbers = [float(number) for number in text.split(",")]
    except ValueError:
        raise ValueError(f"the box {text[:60]!r} is not {VALID}") from None
    return checked_box(numbers)
