"""Outlines beside and inside each other, as holes of a profile must be."""

from __future__ import annotations

import numpy as np
import pytest

from geometry.cad_parts.part import Extrude
from geometry.cad_parts.rules import first_fault
from geometry.sketch.checks import SIDES, are_apart, distance, fits_inside
from geometry.sketch.loops import Circle, Loop, Rectangle
from geometry.sketch.outline import outline

PLATE = Rectangle(0.0, 0.0, 1.0, 1.0)


def points(loop: Loop) -> np.ndarray:
    return outline(loop, SIDES).points


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        (Circle(0.3, 0.5, 0.1), Circle(0.7, 0.5, 0.1), True),
        (Circle(0.5, 0.25098, 0.1647), Circle(0.5, 0.50196, 0.1647), False),
        (Circle(0.50196, 0.46275, 0.07843), Circle(0.50196, 0.53725, 0.07843), False),
        (Circle(0.5, 0.5, 0.3), Circle(0.5, 0.5, 0.1), False),
        (Rectangle(0.1, 0.4, 0.9, 0.6), Rectangle(0.4, 0.1, 0.6, 0.9), False),
        (Rectangle(0.1, 0.1, 0.4, 0.4), Rectangle(0.4, 0.1, 0.6, 0.4), False),
    ],
)
def test_holes_that_overlap_cross_or_touch_are_not_apart(
    one: Loop, other: Loop, apart: bool
) -> None:
    for first, second in ((one, other), (other, one)):
        assert are_apart(points(first), points(second), 0.01) is apart
    plate = Extrude("join", "XY", 0.0, 0.2, (PLATE, one, other))
    assert (first_fault((plate,)) is None) is apart


def test_a_cross_has_no_distance_though_no_corner_is_inside() -> None:
    flat, upright = points(Rectangle(0.1, 0.4, 0.9, 0.6)), points(Rectangle(0.4, 0.1, 0.6, 0.9))
    assert distance(flat, upright) == 0.0
    assert not fits_inside(flat, upright, 0.01)
