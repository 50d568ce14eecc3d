"""Pliers, lying flat: a shaft about y, two handles towards -z, two jaws towards +z, a baffle.

"Left" is the half on +x. The left handle and the right jaw are one rigid half, and vice versa;
both turn about the shaft.
"""

from geometry.maths import Number, cosd, label, sind
from geometry.objects.shared.boards import box
from geometry.schema.joint import Piece, hinge
from geometry.schema.kinds import Count, Deg, Deg2, Deg3, Flag, Length, Vec2, Vec3
from geometry.schema.template import template
from geometry.solids.primitives import Cuboid, Cylinder, Ring

#: Half the angle between the handles of pliers that are wide open.
WIDEST = 40.0


def _halves(others: list[Piece], left: str, right: str):
    """The joints of both halves: which solids of a part are on that of the left handle, and not."""
    values = {name: number for piece in others for name, number in piece.values.items()}
    turns = values.get("layer_rotation")
    half_angle = turns[1] if turns else values.get("gripper_rotation", 0.0)
    shafts = [p.values["position"] for p in others if "shaft" in p.role]
    x, _, z = shafts[0] if shafts else (0, 0, 0)
    limits = -half_angle, WIDEST - half_angle
    for name, up, moves, follows in (
        ("left_half", -1, left, None),
        ("right_half", 1, right, ("left_half", 1)),
    ):
        yield hinge(
            axis=(0, up, 0),
            pivot=(x, 0, z),
            limits=limits,
            moves=moves,
            name=name,
            follows=follows,
            shared=True,
            in_object=True,
            closed=-half_angle,
        )


def handles(others):
    """The left handle is on the left half."""
    yield from _halves(others, "left", "right")


def grippers(others):
    """The right jaw is on the left half."""
    yield from _halves(others, "right", "left")


def _layers(num_layers, others):
    """The lower plate is on the left half, the one above it on the right half."""
    joints = list(_halves(others, "lower", "upper"))
    yield from joints if num_layers > 1 else joints[:1]


@template("shaft")
def Round_Shaft(
    size: Vec2, has_central_shaft: Flag, central_shaft_size: Vec2, central_shaft_offset: Vec3
):
    """A disc, perhaps with a rivet through it.

    size: radius and height of the disc
    has_central_shaft: whether there is a rivet
    central_shaft_size: radius and height of the rivet
    central_shaft_offset: middle of the rivet
    """
    radius, height = size
    label(radius=radius, height=height)
    yield Cylinder(height, radius)
    if has_central_shaft:
        yield _rivet(central_shaft_size, central_shaft_offset)


@template("layered shaft", joints=_layers)
def Rectangular_Shaft(
    num_layers: Count,
    layer_1_size: Vec3,
    layer_2_size: Vec3,
    layer_3_size: Vec3,
    layer_2_offset: Vec2,
    layer_3_offset: Vec2,
    layer_rotation: Deg3,
    has_central_shaft: Flag,
    central_shaft_size: Vec2,
    central_shaft_offset: Vec3,
):
    """One to three plates on each other, perhaps with a rivet; the first ends at the plane y = 0.

    num_layers: plates, 1 to 3
    layer_1_size: lowest plate, x, y and z
    layer_2_size: second plate, x, y and z
    layer_3_size: third plate, x, y and z
    layer_2_offset: middle of the second plate, x and z
    layer_3_offset: middle of the third plate, x and z
    layer_rotation: turn of each plate about y
    has_central_shaft: whether there is a rivet
    central_shaft_size: radius and height of the rivet
    central_shaft_offset: middle of the rivet
    """
    first, second, third = layer_rotation
    label(first=first, second=second, third=third)
    yield box(layer_1_size).turn(y=first).at(y=-layer_1_size[1] / 2).of("lower")
    if num_layers > 1:
        x, z = layer_2_offset
        label(x=x, z=z)
        yield box(layer_2_size).turn(y=second).at(x, layer_2_size[1] / 2, z).of("upper")
    if num_layers > 2:
        x, z = layer_3_offset
        yield box(layer_3_size).turn(y=third).at(x, layer_2_size[1] + layer_3_size[1] / 2, z)
    if has_central_shaft:
        yield _rivet(central_shaft_size, central_shaft_offset)


@template("handle", joints=handles)
def Straight_Handle(
    front_size: Vec3,
    behind_size: Vec3,
    handle_separation: Length,
    handle_rotation: Deg2,
    front_behind_offset: Vec2,
    left_right_offset: Length,
):
    """Two handles of two straight bars each, the outer edges of which meet.

    front_size: each front bar: x, y and z
    behind_size: each rear bar: x, y and z
    handle_separation: distance in x of the front ends
    handle_rotation: outward angle of the front and of the rear bar
    front_behind_offset: shift of the rear bar, outwards and in y
    left_right_offset: lift of the right handle
    """
    thick, height, width = behind_size
    spread, (out, up), turn = handle_separation / 2, front_behind_offset, handle_rotation[1]
    label(out=out, up=up)
    yield from _front_bars(front_size, spread, handle_rotation[0], left_right_offset)
    x, z = _rear(front_size, spread, handle_rotation[0], outer=1)
    x = x + out - thick / 2 * cosd(turn) + width / 2 * sind(turn)
    z = z - thick / 2 * sind(turn) - width / 2 * cosd(turn)
    for side, name, lift in ((1, "left", 0.0), (-1, "right", left_right_offset)):
        bar = Cuboid(height, thick, width).turn(y=-side * turn)
        yield bar.at(side * x, up + lift, z).of(name)


@template("handle", joints=handles)
def Rear_Curved_Handle(
    front_size: Vec3,
    behind_size: Vec3,
    exist_angle: Deg,
    handle_separation: Length,
    handle_rotation: Deg2,
    front_behind_offset: Vec2,
    left_right_offset: Length,
):
    """Two handles of a straight bar and an arc behind it that bends back inwards.

    front_size: each front bar: x, y and z
    behind_size: each arc: outer radius, inner radius, height
    exist_angle: angle covered by an arc
    handle_separation: distance in x of the front ends
    handle_rotation: outward angle of the front bar, angle at which the arc starts
    front_behind_offset: shift of the arc, outwards and in y
    left_right_offset: lift of the right front bar (the arc keeps its height)
    """
    spread, bend = handle_separation / 2, (*behind_size, exist_angle, handle_rotation[1])
    yield from _front_bars(front_size, spread, handle_rotation[0], left_right_offset)
    x, z = _rear(front_size, spread, handle_rotation[0])
    label(x=x, z=z)
    yield from _arcs(bend, x + front_behind_offset[0], front_behind_offset[1], z)


@template("handle", joints=handles)
def Middle_Curved_Handle(
    front_size: Vec3,
    middle_size: Vec3,
    exist_angle: Deg,
    behind_size: Vec3,
    handle_separation: Length,
    handle_rotation: Deg3,
    front_middle_offset: Vec2,
    middle_behind_offset: Vec2,
    left_right_offset: Length,
):
    """Two handles of a straight bar, an arc that bends back inwards, and another straight bar.

    front_size: each front bar: x, y and z
    middle_size: each arc: outer radius, inner radius, height
    exist_angle: angle covered by an arc
    behind_size: each rear bar: x, y and z
    handle_separation: distance in x of the front ends
    handle_rotation: outward angle of the front bar, start of the arc, outward angle of the rear bar
    front_middle_offset: shift behind the front bar, outwards and in y
    middle_behind_offset: further shift behind the arc, outwards and in y
    left_right_offset: lift of the right bars (the arc keeps its height)
    """
    spread, bend = handle_separation / 2, (*middle_size, exist_angle, handle_rotation[1])
    yield from _front_bars(front_size, spread, handle_rotation[0], left_right_offset)
    x, z = _rear(front_size, spread, handle_rotation[0])
    x, y = x + front_middle_offset[0], front_middle_offset[1]
    yield from _arcs(bend, x, y, z)
    start, end = handle_rotation[1], handle_rotation[1] - exist_angle
    label(end=end)
    x = x - middle_size[1] * (cosd(start) - cosd(end)) + middle_behind_offset[0]
    z = z - middle_size[1] * (sind(start) - sind(end))
    thick, height, width = behind_size
    turn = handle_rotation[2]
    x = x + thick / 2 * cosd(turn) + width / 2 * sind(turn)
    z = z + thick / 2 * sind(turn) - width / 2 * cosd(turn)
    for side, name, lift in ((1, "left", 0.0), (-1, "right", left_right_offset)):
        bar = Cuboid(height, thick, width).turn(y=-side * turn)
        yield bar.at(side * x, y + middle_behind_offset[1] + lift, z).of(name)


def _front_bars(size, spread: Number, turn: Number, lift: Number):
    """A bar on each side, from its front end outwards and to the rear."""
    thick, height, width = size
    label(spread=spread, turn=turn, thick=thick, height=height, width=width)
    for side, name, y in ((1, "left", 0.0), (-1, "right", lift)):
        x = side * (spread + width / 2 * sind(turn))
        bar = Cuboid(height, thick, width).turn(y=-side * turn)
        yield bar.at(x, y, -width / 2 * cosd(turn)).of(name)


def _rear(size, spread: Number, turn: Number, outer: int = -1) -> tuple[Number, Number]:
    """x and z of the left front bar's rear end: of the inner edge in x, or of the outer one.

    The format has the outer edge's z for both, which leaves a small step inside.
    """
    thick, _, width = size
    x = spread + outer * thick / 2 * cosd(turn) + width * sind(turn)
    return x, thick / 2 * sind(turn) - width * cosd(turn)


def _arcs(bend, x: Number, y: Number, z: Number):
    """An arc on each side from the given point of the left one's inside."""
    outer, inner, height, angle, start = bend
    x, z = x - inner * cosd(start), z - inner * sind(start)
    label(start=start, x=x)
    arc = Ring(height, outer, inner, angle)
    yield arc.turn(0, 180 + start, 180).at(x, y, z).of("left")
    yield arc.turn(0, 180 + start, 0).at(-x, y, z).of("right")


def _rivet(size, middle) -> Cylinder:
    return Cylinder(size[1], size[0]).at(*middle)


# Registered after the handles: grippers, baffles, and the sampler.
