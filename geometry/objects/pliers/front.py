"""What pliers have besides shaft and handles: jaws, and plates that part them from the hands."""

from geometry.maths import cosd, label, sind
from geometry.objects.pliers.templates import grippers, handles
from geometry.schema.kinds import Deg, Length, Vec2, Vec3, Vec4
from geometry.schema.template import template
from geometry.solids.primitives import Cuboid, Cylinder, Ring

SIDES = ((1, "left"), (-1, "right"))


@template("gripper", joints=grippers)
def Cusp_Gripper(
    behind_size: Vec4, front_size: Vec4, gripper_separation: Length, gripper_rotation: Deg
):
    """Two jaws of two pieces each; the outside of the front pieces runs in to the tips.

    behind_size: each rear piece: x at its rear and at its front end, y, z
    front_size: each front piece: x at its rear end and at the tip, y, z
    gripper_separation: distance in x of the inner rear edges
    gripper_rotation: outward angle of a jaw
    """
    turn = gripper_rotation
    rear_base, rear_top, rear_height, rear = behind_size
    base, tip, height, front = front_size
    along = rear + front / 2
    label(rear_base=rear_base, rear_top=rear_top, rear_height=rear_height, rear=rear, base=base)
    label(tip=tip, height=height, front=front, along=along)
    for side, name in SIDES:
        piece = Cuboid(front, tip, height, base, height, (side * (tip - base) / 2, 0.0))
        x = gripper_separation / 2 + base / 2 * cosd(turn) + along * sind(turn)
        z = along * cosd(turn) - base / 2 * sind(turn)
        label(x=x, z=z)
        yield piece.turn(90, side * turn).at(side * x, 0, z).of(name)
        shift = -side * (rear_top - rear_base) / 2, 0.0
        piece = Cuboid(rear, rear_top, rear_height, rear_base, rear_height, shift)
        x = gripper_separation / 2 + rear_base / 2 * cosd(turn) + rear / 2 * sind(turn)
        z = rear / 2 * cosd(turn) - rear_base / 2 * sind(turn)
        label(z=z)
        yield piece.turn(90, side * turn).at(side * x, 0, z).of(name)


@template("gripper", joints=grippers)
def Curved_Gripper(
    radius: Vec2, thickness: Length, gripper_separation: Length, gripper_rotation: Deg
):
    """Two jaws, each a quarter of an ellipse with its straight sides inside and at the rear.

    radius: half axis in x and in z
    thickness: y
    gripper_separation: distance in x of the inner sides
    gripper_rotation: outward angle of a jaw
    """
    quarter = Cylinder(thickness, radius[0], radius[0], radius[1], radius[1], is_quarter=True)
    x = gripper_separation / 2
    label(x=x)
    yield quarter.turn(y=gripper_rotation).at(x).of("left")
    yield quarter.turn(0, -gripper_rotation, 180, order="zyx").at(-x).of("right")


@template("baffle", joints=handles)
def Rectangular_Baffle(size: Vec3, baffle_separation: Length, baffle_rotation: Deg):
    """A plate across each handle.

    size: each plate: x, y, thickness
    baffle_separation: distance in x of the plates' middles
    baffle_rotation: turn of the left plate about y; the right one's mirrors it
    """
    length, height, thick = size
    label(length=length, height=height, thick=thick)
    for side, name in SIDES:
        plate = Cuboid(height, length, thick).turn(y=side * baffle_rotation)
        yield plate.at(side * baffle_separation / 2).of(name)


@template("baffle", joints=handles)
def Curved_Baffle(radius: Vec2, height: Length, exist_angle: Deg, seperation_rotation: Deg):
    """A curved plate across each handle, both about one upright axis.

    radius: outer, inner
    height: y
    exist_angle: angle covered by each plate, from -z outwards
    seperation_rotation: angle between the plates at -z
    """
    plate = Ring(height, radius[0], radius[1], exist_angle)
    start = 90 - seperation_rotation / 2
    label(start=start)
    yield plate.turn(y=start).of("left")
    yield plate.turn(0, start, 180).of("right")
