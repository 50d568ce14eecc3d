"""A sampled seat as the other parts of a chair see it: sizes to follow, a place to stand on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geometry.maths import cosd, sind
from geometry.schema.template import Part

Rng = np.random.Generator


@dataclass(frozen=True)
class Seat:
    """A seat and what the other parts need of it.

    size: x, y, z over everything
    module: width that thicknesses follow; differs from size[0] only for sofas of several places
    """

    part: Part
    size: tuple[float, float, float]
    module: float
    position: tuple[float, float, float]
    rotation: tuple[float, float, float]
    is_round: bool = False

    def footing(self, rng: Rng, low: float, high: float) -> tuple[float, float]:
        """Width and depth to stand on: all of a box, a rectangle inscribed in a disc."""
        if not self.is_round:
            return self.size[0], self.size[2]
        angle = rng.uniform(low, high)
        return self.size[0] * cosd(angle), self.size[2] * sind(angle)

    def place(self, y: float = 0.0, z: float = 0.0) -> dict[str, list[float]]:
        """Placement of another part, shifted from the seat's centre."""
        at_x, at_y, at_z = self.position
        return {"position": [at_x, at_y + y, at_z + z], "rotation": list(self.rotation)}


def about(rng: Rng) -> float:
    """Factor for "within a fifth of the typical value"."""
    return float(rng.uniform(0.8, 1.2))
