"""The solids as CadQuery makes them. Never imported: a script carries the functions that it uses.

Arguments as in `geometry.solids.primitives`: y is up, lengths are in the object's unit, angles in
degrees, sweeps go from +x towards +z. A size of zero is allowed: what has no volume is an empty
compound. No type hints, for the script's sake.
"""

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import cadquery as cq

NOTHING = 1e-6  # no length below this one counts


def sind(angle):
    return math.sin(math.radians(angle))


def cosd(angle):
    return math.cos(math.radians(angle))


def tand(angle):
    return math.tan(math.radians(angle))


def asind(sine):
    return math.degrees(math.asin(max(-1, min(1, sine))))


def atand(tangent):
    return math.degrees(math.atan(tangent))


def atan2d(y, x):
    return math.degrees(math.atan2(y, x))


def sqrt(value):
    return math.sqrt(max(value, 0))


def sign(value):
    return (value > 0) - (value < 0)


def union(*shapes):
    """One shape of all; side by side where the kernel cannot unite them."""
    solids = [s for shape in shapes for s in shape.Solids() if s.Volume() > NOTHING**3]
    apart = cq.Compound.makeCompound(solids)
    for tolerance in (NOTHING, 10 * NOTHING, 100 * NOTHING) if len(solids) > 1 else ():
        try:
            first, *rest = (s.copy() for s in solids)  # the kernel may alter what it is given
            whole = first.fuse(*rest, tol=tolerance)
            for shape in (whole.copy().clean(), whole):
                if united(shape, apart):
                    return shape
        except Exception:  # whatever the kernel raises, another tolerance may do
            continue
    return apart


def united(whole, apart):
    """Whether a union is sound: closed, as large as its solids, as heavy as solids can be."""
    volumes = [s.Volume() for s in apart.Solids()]
    if not (whole.isValid() and 0.99 * max(volumes) < whole.Volume() < 1.01 * sum(volumes)):
        return False
    a, b = whole.BoundingBox(), apart.BoundingBox()
    moved = math.dist((a.xmin, a.ymin, a.zmin), (b.xmin, b.ymin, b.zmin))
    return moved + abs(a.DiagonalLength - b.DiagonalLength) < 1e-3 * b.DiagonalLength


def solid(faces):
    """What the faces enclose."""
    whole = cq.Solid.makeSolid(cq.Shell.makeShell(faces))
    return whole if whole.Volume() > 0 else cq.Solid(whole.wrapped.Reversed())


def block(low, high):
    """A solid of eight corners, four below and four above, each in order around it.

    Faces without an area are left out, bent ones are folded along a diagonal.
    """
    corners = [cq.Vector(*(round(c, 7) for c in point)) for point in (*low, *high)]
    sides = [(4, 0, 1, 5), (5, 1, 2, 6), (7, 3, 2, 6), (4, 0, 3, 7), (1, 0, 3, 2), (5, 4, 7, 6)]
    faces = []
    for a, b, c, d in ([corners[k] for k in side] for side in sides):
        normal = (c - a).cross(d - b)
        flat = abs((b - a).dot(normal)) <= NOTHING * normal.Length
        for polygon in [(a, b, c, d)] if flat else [(a, b, c), (a, c, d)]:
            loop = [p for k, p in enumerate(polygon) if (p - polygon[k - 1]).Length > NOTHING]
            if len(loop) > 2 and (loop[1] - loop[0]).cross(loop[2] - loop[0]).Length > NOTHING**2:
                faces.append(cq.Face.makeFromWires(cq.Wire.makePolygon(loop, close=True)))
    size = cq.Compound.makeCompound(faces).BoundingBox() if len(faces) > 3 else None
    if size is None or min(size.xlen, size.ylen, size.zlen) < NOTHING:
        return cq.Compound.makeCompound([])
    return solid(faces)


def rectangle(length, width, front, back, dx=0, dz=0):
    """The corners of a rectangle, from the front left one on; `front` and `back` are heights."""
    x, z = length / 2, width / 2
    return [(dx - x, front, dz + z), (dx + x, front, dz + z),
            (dx + x, back, dz - z), (dx - x, back, dz - z)]  # fmt: skip


def box(height, length, width):
    """A box about the origin: its size along y, x and z."""
    if min(abs(height), abs(length), abs(width)) < NOTHING:
        return cq.Compound.makeCompound([])
    return cq.Workplane().box(abs(length), abs(height), abs(width)).val()


def cuboid(
    height, top_length, top_width, bottom_length, bottom_width, top_offset=(0, 0), back_height=None
):
    """A block between two rectangles; the upper one may be shifted and slope to the back."""
    y = height / 2
    back = y if back_height is None else back_height - y
    low = rectangle(bottom_length, bottom_width, -y, -y)
    return block(low, rectangle(top_length, top_width, y, back, *top_offset))


def rectangular_ring(
    front_height,
    outer_top_length,
    outer_top_width,
    inner_top_length,
    inner_top_width,
    inner_offset=(0, 0),
    outer_bottom_length=None,
    outer_bottom_width=None,
    inner_bottom_length=None,
    inner_bottom_width=None,
    back_height=None,
    top_bottom_offset=(0, 0),
):
    """A rectangular tube about y; sizes below and behind are those above and in front if None."""
    y, (dx, dz), (ex, ez) = front_height / 2, inner_offset, top_bottom_offset
    back = y if back_height is None else back_height - y
    outer = [outer_top_length, outer_top_width]
    inner = [inner_top_length, inner_top_width]
    outer_low = [outer_bottom_length, outer_bottom_width]
    inner_low = [inner_bottom_length, inner_bottom_width]
    for low, top in ((outer_low, outer), (inner_low, inner)):
        low[:] = [b if a is None else a for a, b in zip(low, top)]
    sections = [
        (inside_low, inside, outside, outside_low)
        for inside_low, inside, outside, outside_low in zip(
            rectangle(*inner_low, -y, -y, dx, dz),
            rectangle(*inner, y, back, dx + ex, dz + ez),
            rectangle(*outer, y, back, ex, ez),
            rectangle(*outer_low, -y, -y),
        )
    ]
    front, right, rear, left = zip(sections, sections[1:] + sections[:1])
    walls = [front, right, *([(b, a, d, c) for a, b, c, d in ends] for ends in (rear, left))]
    return union(*(block(*wall) for wall in walls))


def triangular_prism(height, top_radius, bottom_radius=None):
    """A prism or frustum about y with equal sides, one edge on +x."""
    ends = (top_radius if bottom_radius is None else bottom_radius, -1), (top_radius, 1)
    low, high = (
        [(r * cosd(angle), side * height / 2, r * sind(angle)) for angle in (240, 120, 0, 0)]
        for r, side in ends
    )
    return block(low, high)
