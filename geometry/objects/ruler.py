"""Folding rulers: two straight arms, one before the other, joined at one end by a round shaft.

The arms fold in the plane z = 0; positions are added before rotations.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from geometry.maths import cosd, label, sind
from geometry.schema.joint import Joint, hinge
from geometry.schema.kinds import Deg, Length, Vec2, Vec3
from geometry.schema.template import Category, Part, part, template
from geometry.solids.primitives import Cuboid, Cylinder


def _fold(body_rotation) -> Iterator[Joint]:
    """Both arms about the shaft, the left one by as much as the right one the other way."""
    limits = -body_rotation, 90 - body_rotation
    mirrored = body_rotation - 90, body_rotation
    folded = 90 - body_rotation
    yield hinge((0, 0, 1), (0, 0, 0), limits, moves="left", closed=folded)
    yield hinge((0, 0, 1), (0, 0, 0), mirrored, moves="right", follows=("left", -1), closed=-folded)


@template("body", order="yxz", offset_first=True, joints=_fold)
def Symmetrical_body(size: Vec3, left_right_offset: Length, body_rotation: Deg, separation: Length):
    """Two equal arms that droop to both sides of the origin.

    size: of an arm: length, width, thickness
    left_right_offset: z of the right arm's middle; the left one is as far behind
    body_rotation: droop of each arm; 0 is stretched out, 90 folded
    separation: x from the middle to each arm's inner lower corner
    """
    length, width, thick = size
    label(length=length, width=width, thick=thick)
    x = separation + (length * cosd(body_rotation) + width * sind(body_rotation)) / 2
    y = (width * cosd(body_rotation) - length * sind(body_rotation)) / 2
    arm = Cuboid(width, length, thick)
    yield arm.turn(z=body_rotation).at(-x, y, -left_right_offset).of("left")
    yield arm.turn(z=-body_rotation).at(x, y, left_right_offset).of("right")


@template("shaft", order="yxz", offset_first=True)
def Regular_shaft(size: Vec2):
    """A round pin along z.

    size: radius, length
    """
    radius, length = size
    label(radius=radius, length=length)
    yield Cylinder(length, radius).turn(x=90)


#: Of the usual ruler: arm length, width, thickness.
ARM = (1.7, 0.25, 0.06)


def sample(rng: np.random.Generator) -> list[Part]:
    """From stretched out to folded, standing on its ends like a roof."""
    u = rng.uniform
    length, width, thick = (typical * u(0.7, 1.3) for typical in ARM)
    droop = u(0, 90)
    crossed = droop > 30 and rng.random() < 0.5  # the arms' middle lines meet in the shaft
    apart = -width / (2 * np.sin(np.radians(droop))) if crossed else 0.0
    offset = thick / 2 * u(1.2, 2)
    body = part(
        "Symmetrical_body",
        size=[length, width, thick],
        left_right_offset=[offset],
        body_rotation=[droop],
        separation=[apart],
    )
    shaft = part("Regular_shaft", size=[width * u(0.4, 0.6), 2 * offset - thick])
    return [body, shaft]


RULER = Category(
    "Ruler",
    [
        Symmetrical_body,
        Regular_shaft,
    ],
    sampler=sample,
    fixed=("shaft",),
)
