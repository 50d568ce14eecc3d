"""Control panels with buttons, upright or leaning back, that several appliances share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from geometry.maths import Number, atan2d, cosd, label, maximum, sind
from geometry.schema.joint import Joint, slide
from geometry.schema.kinds import Vec4
from geometry.solids.primitives import Cuboid

#: How far a button goes in, in its heights over the panel.
PRESSED = 0.5


def lean(size: Vec4) -> Number:
    """How far the front of a panel of these sizes leans back, degrees."""
    _, tall, upper, lower = size
    return atan2d(lower - upper, maximum(tall, 1e-9))


def press(size: Vec4, buttons: Sequence, number: int) -> Iterator[Joint]:
    """Each button into the front, at right angles to it."""
    angle = lean(size)
    inward = (0, -sind(angle), -cosd(angle))
    for index, (button, _) in enumerate(buttons[: max(number, 0)], 1):
        if button[2] > 0:
            yield slide(inward, (0, PRESSED * button[2]), f"button_{index}")


def panel(size: Vec4, buttons: Sequence, number: int) -> Iterator[Cuboid]:
    """A board whose front may lean back, its back at z = 0, and the first `number` of the buttons.

    size: x, y, z at its top, z at its bottom. buttons: (x, y along the front, height over it) and
    (x, y along the front) of the middle, from the middle of the front.
    """
    x, y, upper, lower = size
    label(x=x, y=y, upper=upper, lower=lower)
    board = Cuboid(
        height=y,
        top_length=x,
        top_width=upper,
        bottom_width=lower,
        top_offset=(0.0, (upper - lower) / 2),
    )
    yield board.at(z=lower / 2)
    angle = lean(size)
    for index, (button, (aside, along)) in enumerate(buttons[: max(number, 0)], 1):
        label(aside=aside, along=along)
        block = Cuboid(button[1], button[0], button[2]).at(aside, along, button[2] / 2)
        yield block.turn(x=-angle).at(z=(upper + lower) / 2).of(f"button_{index}")
