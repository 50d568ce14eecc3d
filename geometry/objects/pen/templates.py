"""Pens, upright with the tip down: capped ones and ones whose button pushes the refill out."""

from collections.abc import Iterator

from geometry.maths import cosd, label, minimum, safe_divide, sind
from geometry.objects.shared.boards import box
from geometry.schema.joint import Joint, Piece, slide
from geometry.schema.kinds import Deg, Length, Vec2, Vec3
from geometry.schema.template import template
from geometry.solids.primitives import Cone, Cylinder, Ring


@template("body")
def Cylindrical_Barrel(size: Vec3, thickness: Length):
    """A round or conical tube, its middle at the origin.

    size: top radius, bottom radius, height
    thickness: of the wall
    """
    yield _tube(*size, thickness)


@template("body")
def Double_Layer_Barrel(main_size: Vec3, bottom_size: Vec2, thickness: Length):
    """A tube with a conical piece under it; the origin is the middle of the upper tube.

    main_size: upper tube: top radius, bottom radius, height
    bottom_size: cone under it: bottom radius, height
    thickness: of the walls
    """
    top, middle, height = main_size
    bottom, drop = bottom_size
    label(top=top, middle=middle, height=height, bottom=bottom, drop=drop)
    yield _tube(top, middle, height, thickness)
    yield _tube(middle, bottom, drop, thickness).at(y=-(height + drop) / 2)


def _tube(top, bottom, height, wall) -> Ring:
    wall = minimum(wall, minimum(top, bottom))
    return Ring(
        height=height,
        outer_top_radius=top,
        inner_top_radius=top - wall,
        outer_bottom_radius=bottom,
        inner_bottom_radius=bottom - wall,
    )


def _pull(
    outer_size: Vec3, inner_size: Vec3, position: Vec3, others: list[Piece]
) -> Iterator[Joint]:
    """Comes off downwards by its height; goes up until the refill's tip meets its floor."""
    height = outer_size[2]
    floor = position[1] + height / 2 - inner_size[2]
    refills = [piece.values for piece in others if piece.role == "refill"]
    tips = [
        values["position"][1] - values["size"][1] / 2 - sum(values["tip_height"])
        for values in refills
    ]
    yield slide((0, 1, 0), (-height, min(max(min(tips, default=floor) - floor, 0.0), height)))


@template("cap", joints=_pull)
def Single_Cap(outer_size: Vec3, inner_size: Vec3):
    """A round cap over the lower end, open above; its middle is the origin.

    outer_size: top radius, bottom radius, height
    inner_size: cavity: top radius, bottom radius, depth
    """
    top, bottom, height = outer_size
    inner_top, inner_bottom, depth = inner_size
    depth = minimum(depth, height)
    fraction = safe_divide(depth, height, 0.0)
    floor = top * (1 - fraction) + bottom * fraction
    label(top=top, bottom=bottom, height=height, depth=depth, share=fraction, floor=floor)
    yield Cylinder(height - depth, floor, bottom).at(y=-depth / 2)
    wall = Ring(
        height=depth,
        outer_top_radius=top,
        inner_top_radius=inner_top,
        outer_bottom_radius=floor,
        inner_bottom_radius=inner_bottom,
    )
    yield wall.at(y=(height - depth) / 2)


@template("clip")
def Trifold_Clip(
    clip_root_size: Vec3, clip_vertical_size: Vec3, clip_tip_size: Vec3, clip_offset: Vec2
):
    """A bar along the pen on a block at each end; its upper end, on the pen, is the origin.

    clip_root_size: upper block, x, y and z
    clip_vertical_size: bar, x, y and z
    clip_tip_size: lower block, x, y and z
    clip_offset: drop of the bar from the root's top, of the tip from the bar's lower end
    """
    root, bar, tip = clip_root_size, clip_vertical_size, clip_tip_size
    drop, tip_drop = clip_offset
    label(drop=drop, tip_drop=tip_drop)
    yield box(root).at(y=-root[1] / 2, z=root[2] / 2)
    yield box(bar).at(y=-bar[1] / 2 - drop, z=root[2] + bar[2] / 2)
    yield box(tip).at(y=-bar[1] - drop + tip[1] / 2 - tip_drop, z=root[2] - tip[2] / 2)


@template("clip")
def Curved_Clip(clip_curve_size: Vec3, clip_curve_exist_angle: Deg):
    """A flat strip that bows away from the pen between its ends; the upper end is the origin.

    clip_curve_size: outer radius, inner radius, width in x
    clip_curve_exist_angle: angle covered by the strip
    """
    outer, inner, width = clip_curve_size
    half = clip_curve_exist_angle / 2
    label(outer=outer, inner=inner, width=width, half=half)
    strip = Ring(width, outer, inner, clip_curve_exist_angle).turn(0, half - 90, 90)
    yield strip.at(y=-outer * sind(half), z=-outer * cosd(half))


def _push(height: float, others: list[Piece]) -> Iterator[Joint]:
    """Goes in by its height; what a capped pen has there is a plug."""
    if not any(piece.role == "cap" for piece in others):
        yield slide((0, 1, 0), (-max(height, 0.0), 0.0))


def _push_one(size: Vec3, others: list[Piece]) -> Iterator[Joint]:
    yield from _push(size[2], others)


def _push_two(bottom_size: Vec3, top_size: Vec3, others: list[Piece]) -> Iterator[Joint]:
    yield from _push(bottom_size[2] + top_size[2], others)


@template("button", joints=_push_one)
def Cylindrical_Button(size: Vec3):
    """A round or conical button; the origin is the middle of its underside.

    size: top radius, bottom radius, height
    """
    top, bottom, height = size
    label(top=top, bottom=bottom, height=height)
    yield Cylinder(height, top, bottom).at(y=height / 2)


@template("button", joints=_push_two)
def Bistratal_Button(bottom_size: Vec3, top_size: Vec3):
    """Two round or conical pieces, one on the other; the origin is the middle of the underside.

    bottom_size: lower piece: top radius, bottom radius, height
    top_size: upper piece: top radius, bottom radius, height
    """
    yield Cylinder(bottom_size[2], bottom_size[0], bottom_size[1]).at(y=bottom_size[2] / 2)
    upper = Cylinder(top_size[2], top_size[0], top_size[1])
    yield upper.at(y=bottom_size[2] + top_size[2] / 2)


@template("refill")
def Cylindrical_Refill(size: Vec2, tip_radius: Length, tip_height: Vec2, tip_offset: Vec2):
    """A tube of ink with a thinner tip that ends in a cone; the tube's middle is the origin.

    size: tube: radius, height
    tip_radius: of the tip
    tip_height: of the tip's round part, of its cone
    tip_offset: shift of the point towards -x, towards +z
    """
    radius, height = size
    label(radius=radius, height=height)
    straight, cone = tip_height
    yield Cylinder(height, radius)
    yield Cylinder(straight, tip_radius).at(y=-height / 2 - straight / 2)
    point = Cone(tip_radius, cone, (tip_offset[0], tip_offset[1])).turn(z=180)
    yield point.at(y=-height / 2 - straight)
