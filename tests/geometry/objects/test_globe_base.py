"""A globe's round base whose upper piece has two radii of zero, as some reference rows have it.

The specification of the category calls these radii an apparent slip and says of them: leave solid 1
out. The reference keeps the line of no area from the base's origin down to the lower piece within
its bounds, so its bounds are higher by that piece's height; the surfaces are the same.
"""

from __future__ import annotations

import numpy as np
import pytest

import geometry

LOWER = (0.4, 0.44, 0.08)  # upper radius, lower radius, height
HEIGHT = 0.082  # of the upper piece


def test_an_upper_piece_without_radii_is_left_out() -> None:
    parameters = {"bottom_size": list(LOWER), "top_size": [0, 0, HEIGHT]}
    mesh = geometry.part_mesh("Globe", "Cylindrical_Base", parameters, segments=256)
    wide = LOWER[1]
    assert mesh.bounds == pytest.approx(
        np.array([[-wide, -HEIGHT - LOWER[2], -wide], [wide, -HEIGHT, wide]])
    )
    with_line = np.array([2 * wide, HEIGHT + LOWER[2], 2 * wide])
    assert HEIGHT / np.linalg.norm(with_line) == pytest.approx(0.065, abs=0.001)


@pytest.mark.parametrize("radii", [(0.01, 0.2), (0.0, 0.2), (0.2, 0.0)])
def test_one_radius_makes_a_cone(radii: tuple[float, float]) -> None:
    parameters = {"bottom_size": list(LOWER), "top_size": [*radii, HEIGHT]}
    mesh = geometry.part_mesh("Globe", "Cylindrical_Base", parameters, segments=256)
    assert mesh.bounds[1][1] == pytest.approx(0.0)
