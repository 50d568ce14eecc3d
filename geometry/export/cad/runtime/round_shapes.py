"""Round solids as CadQuery makes them, in continuation of `shapes.py`. Never imported."""

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import cadquery as cq
    from cadquery.func import loft
    from OCP.BRepBuilderAPI import BRepBuilderAPI_MakeEdge
    from OCP.Geom import Geom_BSplineCurve
    from OCP.gp import gp_Pnt
    from OCP.TColgp import TColgp_Array1OfPnt
    from OCP.TColStd import TColStd_Array1OfInteger, TColStd_Array1OfReal

    from geometry.export.cad.runtime.shapes import NOTHING, box, cosd, sind, solid, union


def revolved(profile, angle=360):
    """The solid that corners (radius, y) enclose when they turn about y."""
    points = [p for k, p in enumerate(profile) if math.dist(p, profile[k - 1]) > NOTHING]
    twice = sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(points, points[1:] + points[:1]))
    if abs(twice) < NOTHING**2 or abs(angle) < NOTHING:
        return cq.Compound.makeCompound([])
    wire = cq.Wire.makePolygon([(r, y, 0) for r, y in points], close=True)
    return turned(cq.Face.makeFromWires(wire), angle)


def turned(face, angle=360):
    """The solid that a face in the xy plane passes when it turns about y."""
    angle = max(-360, min(360, angle))
    axis = cq.Vector(0, -1 if angle > 0 else 1, 0)
    return cq.Solid.revolve(face, abs(angle), cq.Vector(0, 0, 0), axis)


def cylinder(height, top_radius, bottom_radius=None, angle=360):
    """A round cylinder or frustum about y, or a sector of it."""
    bottom_radius = top_radius if bottom_radius is None else bottom_radius
    y = height / 2
    return revolved([(0, -y), (abs(bottom_radius), -y), (abs(top_radius), y), (0, y)], angle)


def ring(
    height,
    outer_top_radius,
    inner_top_radius,
    exist_angle=360,
    outer_bottom_radius=None,
    inner_bottom_radius=None,
):
    """A round tube about y, perhaps conical; radii below are those above if None."""
    y = height / 2
    outer_low = outer_top_radius if outer_bottom_radius is None else outer_bottom_radius
    inner_low = inner_top_radius if inner_bottom_radius is None else inner_bottom_radius
    low, top = outer_low - inner_low, outer_top_radius - inner_top_radius
    edges = [(inner_low, -y), (outer_low, -y)], [(outer_top_radius, y), (inner_top_radius, y)]
    if low * top >= 0:
        return revolved([*edges[0], *edges[1]], exist_angle)
    share = low / (low - top)  # the walls cross
    cross = inner_low + share * (inner_top_radius - inner_low), (2 * share - 1) * y
    return union(*(revolved([*edge, cross], exist_angle) for edge in edges))


def arc(centre, u, v, angle=360):
    """The curve centre + u cos + v sin from 0 to `angle`: any ellipse in space, exactly."""
    pieces = max(1, math.ceil(abs(angle) / 30 - NOTHING))
    half = math.radians(angle) / pieces / 2
    poles = TColgp_Array1OfPnt(1, 2 * pieces + 1)
    weights = TColStd_Array1OfReal(1, 2 * pieces + 1)
    knots = TColStd_Array1OfReal(1, pieces + 1)
    multiplicities = TColStd_Array1OfInteger(1, pieces + 1)
    for k in range(2 * pieces + 1):
        weight = math.cos(half) if k % 2 else 1
        c, s = math.cos(k * half) / weight, math.sin(k * half) / weight
        point = [p + a * c + b * s for p, a, b in zip(centre, u, v)]
        poles.SetValue(k + 1, gp_Pnt(*point))
        weights.SetValue(k + 1, weight)
    for k in range(pieces + 1):
        knots.SetValue(k + 1, k)
        multiplicities.SetValue(k + 1, 2 if 0 < k < pieces else 3)
    curve = Geom_BSplineCurve(poles, weights, knots, multiplicities, 2)
    return cq.Edge(BRepBuilderAPI_MakeEdge(curve).Edge())


def lofted(low, high):
    """The ruled solid between two closed outlines; an outline may be a vertex."""
    whole = loft([low, high], cap=True, ruled=True)
    return whole if whole.Volume() > 0 else cq.Solid(whole.wrapped.Reversed())


def sector(radius, radius_z, y, angle=360):
    """The outline of an ellipse, or of a sector of it, at height y; a vertex if it is a point."""
    if max(abs(radius), abs(radius_z)) < NOTHING:
        return cq.Vertex.makeVertex(0, y, 0)
    u, v = (radius or NOTHING, 0, 0), (0, 0, radius_z or NOTHING)
    edge = arc((0, y, 0), u, v, angle)
    if angle == 360:
        return cq.Wire.assembleEdges([edge])
    ends = [edge.endPoint(), cq.Vector(0, y, 0), edge.startPoint()]
    return cq.Wire.assembleEdges([edge, *(cq.Edge.makeLine(*ends[k : k + 2]) for k in (0, 1))])


def elliptic_cylinder(height, top_radius, bottom_radius, top_radius_z, bottom_radius_z, angle=360):
    """A cylinder or frustum about y with an ellipse below and above, or a sector of it."""
    if angle == 360 and abs(top_radius * bottom_radius_z - bottom_radius * top_radius_z) < NOTHING:
        ratio = max(top_radius_z, bottom_radius_z) / max(top_radius, bottom_radius, NOTHING)
        if ratio < NOTHING:
            return cq.Compound.makeCompound([])
        return scaled(cylinder(height, top_radius, bottom_radius), 1, 1, ratio)
    low = bottom_radius, bottom_radius_z, -height / 2, angle
    high = top_radius, top_radius_z, height / 2, angle
    if abs(height) < NOTHING or max(min(map(abs, ends[:2])) for ends in (low, high)) < NOTHING:
        return cq.Compound.makeCompound([])
    return lofted(sector(*low), sector(*high))


def cone(radius, height, tip_offset=(0, 0), radius_z=None):
    """A cone on its base at y = 0, perhaps elliptic, its tip perhaps not above the middle."""
    radius_z = radius if radius_z is None else radius_z
    if min(abs(radius), abs(radius_z), abs(height)) < NOTHING:
        return cq.Compound.makeCompound([])
    if radius == radius_z and not any(tip_offset):
        return revolved([(0, 0), (abs(radius), 0), (0, height)])
    tip = cq.Vertex.makeVertex(tip_offset[0], height, tip_offset[1])
    return lofted(sector(radius, radius_z, 0), tip)


def oblique_ring(
    height,
    outer_top_radius,
    inner_top_radius,
    exist_angle=360,
    outer_bottom_radius=None,
    inner_bottom_radius=None,
    back_height=None,
    generatrix_offset=0,
    x_z_ratio=1,
    inner_x_z_ratio=None,
    inner_offset=(0, 0),
):
    """A round tube about y that may be elliptic and cut obliquely above and below.

    back_height: of the wall at -x, whose middle is `generatrix_offset` above that of the +x wall
    x_z_ratio: the radii count along z; along x they are that much longer
    inner_offset: shift of the inner wall along -z and y
    """
    back = height if back_height is None else back_height
    inner_ratio = x_z_ratio if inner_x_z_ratio is None else inner_x_z_ratio
    outer_low = outer_top_radius if outer_bottom_radius is None else outer_bottom_radius
    inner_low = inner_top_radius if inner_bottom_radius is None else inner_bottom_radius
    angle = max(-360, min(360, exist_angle))
    curves = []
    for y, rise, outer, inner in (
        (-height / 2, (height - back) / 2 + generatrix_offset, outer_low, inner_low),
        (height / 2, (back - height) / 2 + generatrix_offset, outer_top_radius, inner_top_radius),
    ):
        lean = abs(outer - inner) / (2 * outer) * rise if outer else 0
        outer = outer or NOTHING
        middle = (0, y + rise / 2, 0), (0, y + rise / 2 + inner_offset[1], -inner_offset[0])
        outside = (x_z_ratio * outer, -rise / 2, 0), (0, 0, outer)
        inside = (inner_ratio * inner or NOTHING, lean - rise / 2, 0), (0, 0, inner or NOTHING)
        curves += [arc(middle[0], *outside, angle), arc(middle[1], *inside, angle)]
    outside_low, inside_low, outside_top, inside_top = curves
    loop = [outside_low, outside_top, inside_top, inside_low]
    faces = [cq.Face.makeRuledSurface(loop[k - 1], loop[k]) for k in range(4)]
    if abs(angle) < 360:
        for end in (cq.Edge.startPoint, cq.Edge.endPoint):
            a, b, c, d = (end(edge) for edge in loop)
            lines = cq.Edge.makeLine(a, b), cq.Edge.makeLine(d, c)
            faces.append(cq.Face.makeRuledSurface(*lines))
    return solid(faces)


def scaled(shape, x, y, z):
    """Stretched along the axes."""
    if x == y == z:
        return shape.scale(x)
    return shape.transformGeometry(cq.Matrix([[x, 0, 0, 0], [0, y, 0, 0], [0, 0, z, 0]]))


def sphere(
    radius, top_angle=0, bottom_angle=180, radius_y=None, radius_z=None, longitude_angle=360
):
    """The part of an ellipsoid between two polar angles, counted from +y."""
    ends = top_angle, (top_angle + bottom_angle) / 2, bottom_angle
    radii = [radius if r is None else r for r in (radius, radius_y, radius_z)]
    if abs(top_angle - bottom_angle) < NOTHING or min(map(abs, radii)) < NOTHING:
        return cq.Compound.makeCompound([])
    points = [cq.Vector(sind(angle), cosd(angle), 0) for angle in ends]
    axis = [cq.Vector(0, cosd(angle), 0) for angle in ends[::2]]
    outline = [points[2], axis[1], axis[0], points[0]]
    lines = [
        cq.Edge.makeLine(a, b) for a, b in zip(outline, outline[1:]) if (a - b).Length > NOTHING
    ]
    wire = cq.Wire.assembleEdges([cq.Edge.makeThreePointArc(*points), *lines])
    return scaled(turned(cq.Face.makeFromWires(wire), longitude_angle), *radii)


def torus(central_radius, tube_radius, exist_angle=360):
    """A round tube along an arc about y."""
    if min(abs(tube_radius), abs(exist_angle)) < NOTHING:
        return cq.Compound.makeCompound([])
    circle = cq.Wire.makeCircle(
        abs(tube_radius), cq.Vector(central_radius, 0, 0), cq.Vector(0, 0, 1)
    )
    return turned(cq.Face.makeFromWires(circle), exist_angle)


def tapering_torus(central_radius, start_torus_radius, exist_angle, end_torus_radius):
    """A round tube along an arc about y, whose radius changes evenly along the arc."""
    steps = max(4, math.ceil(abs(exist_angle) / 15))
    circles = []
    for k in range(steps + 1):
        share = k / steps
        angle = share * exist_angle
        radius = start_torus_radius * (1 - share) + end_torus_radius * share
        middle = cq.Vector(central_radius * cosd(angle), 0, central_radius * sind(angle))
        normal = cq.Vector(-sind(angle), 0, cosd(angle))
        circles.append(cq.Wire.makeCircle(max(abs(radius), NOTHING), middle, normal))
    return cq.Solid.makeLoft(circles)


def bored(body, hole):
    """The body without the hole; either may be nothing."""
    return body.cut(hole) if body.Solids() and hole.Solids() else body


def box_cylinder_ring(
    outer_height, outer_length, outer_width, inner_radius, inner_cylinder_offset=(0, 0)
):
    """A box with a round hole along z."""
    hole = cylinder(2 * outer_width, inner_radius).moved(rx=90)
    body = box(outer_height, outer_length, outer_width)
    return bored(body, hole.moved(x=inner_cylinder_offset[0], y=inner_cylinder_offset[1]))


def cylinder_box_ring(
    outer_radius, outer_height, inner_length, inner_width, inner_cuboid_offset=(0, 0)
):
    """A round rod along z with a rectangular hole along z."""
    hole = box(inner_width, inner_length, 2 * outer_height)
    rod = cylinder(outer_height, outer_radius).moved(rx=90)
    return bored(rod, hole.moved(x=inner_cuboid_offset[0], y=inner_cuboid_offset[1]))
