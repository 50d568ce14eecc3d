"""Control panels with buttons, upright or leaning back, that several appliances share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from geometry.maths import Number, atan2d, cosd, label, maximum, sind
from geometry.objects.shared.numbered import Numbered
from geometry.schema.joint import Joint, slide
from geometry.schema.kinds import Count, Vec4
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


def leaning(buttons: Numbered) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """The template function of a panel with room for that many buttons, and its joint function."""

    @buttons
    def Controller_With_Button(bottom_size: Vec4, buttons, num_buttons: Count):
        """A panel whose front may lean back, with square buttons; its back is at z = 0.

        bottom_size: panel, x, y, z at its top, z at its bottom
        button_i_size: a button, x, y along the front, height over the front
        button_i_offset: the button's middle from the front's, x and y along the front
        num_buttons: buttons, at most {most}
        """
        yield from panel(bottom_size, buttons, num_buttons)

    @buttons
    def joints(bottom_size, buttons, num_buttons) -> Iterator[Joint]:
        yield from press(bottom_size, buttons, num_buttons)

    return Controller_With_Button, joints


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
