"""Legs of one post that chairs and tables share."""

from __future__ import annotations

from collections.abc import Iterator

from geometry.maths import Number, cosd, sind
from geometry.solids.primitives import Cuboid, Cylinder


def on_foot(
    post: Cuboid | Cylinder, foot: Cuboid | Cylinder, tilt: Number, foot_turn: Number = 0
) -> Iterator[Cuboid | Cylinder]:
    """A post that hangs from y = 0 and the foot under it, tilted about x, the foot turned about y.

    The foot's z leaves the post's axis for a tilt other than 0; the format has it so.
    """
    yield post.turn(tilt).at(y=-post.height / 2 * cosd(tilt))
    y = -(post.height + foot.height / 2) * cosd(tilt)
    yield foot.turn(tilt, foot_turn).at(y=y, z=(post.height - foot.height) / 2 * sind(tilt))
