"""Armrests of chairs: they stand on y = 0."""

from __future__ import annotations

from geometry.maths import cosd, label, sind, tand
from geometry.objects.shared.boards import box
from geometry.schema.kinds import Deg, Deg2, Length, Vec3
from geometry.schema.template import template
from geometry.solids.primitives import Cuboid


@template("armrest")
def Solid_armrest(size: Vec3, armrest_separation: Length, armrest_rotation: Deg2):
    """A panel on each side.

    size: x, y, z of a panel
    armrest_separation: distance of the panels' centres
    armrest_rotation: lean about x, and about z (positive leans the tops outwards)
    """
    length, height, width = size
    pitch, lean = armrest_rotation
    label(length=length, height=height, width=width, pitch=pitch, lean=lean)
    y = height / 2 * cosd(lean) * cosd(pitch) - width / 2 * sind(pitch)
    for side in (1, -1):
        panel = Cuboid(height, length, width).turn(x=pitch, z=side * lean)
        yield panel.at(x=-side * armrest_separation / 2, y=y)


@template("armrest")
def Office_armrest(
    horizontal_support_sizes: Vec3,
    vertical_support_sizes: Vec3,
    supports_contact_offset: Length,
    vertical_support_rotation: Deg,
    horizontal_support_rotation: Deg,
    armrest_separation: Length,
    armrest_rotation: Deg,
):
    """On each side a post with an arm pad on it; the pad stays centred at z = 0.

    horizontal_support_sizes: x, y, z of an arm pad
    vertical_support_sizes: x, y, z of a post
    supports_contact_offset: z of the posts' centres
    vertical_support_rotation: lean of the posts about x
    horizontal_support_rotation: pitch of the pads about x
    armrest_separation: distance of the posts' centres
    armrest_rotation: lean about z, positive leans the tops outwards
    """
    pad, post = horizontal_support_sizes, vertical_support_sizes
    offset, lean = supports_contact_offset, armrest_rotation
    rise = post[1] * cosd(vertical_support_rotation)
    slope = tand(horizontal_support_rotation)
    pad_x = armrest_separation / 2 + (rise + pad[1]) / 2 * sind(lean)
    pad_y = (rise + pad[1] / 2) * cosd(lean)
    pad_y = pad_y + (offset - post[1] / 2 * sind(vertical_support_rotation)) * slope
    label(rise=rise, pad_x=pad_x, pad_y=pad_y)
    for side in (1, -1):
        placed = box(pad).turn(x=horizontal_support_rotation, z=side * lean)
        yield placed.at(x=-side * pad_x, y=pad_y)
    for side in (1, -1):
        placed = box(post).turn(x=vertical_support_rotation, z=side * lean)
        yield placed.at(x=-side * armrest_separation / 2, y=rise / 2 * cosd(lean), z=offset)
