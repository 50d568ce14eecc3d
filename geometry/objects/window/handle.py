"""The pull handles of sliding windows: bars, bows and grips on necks, in front and behind.

Each moves with the sash on which it stands.
"""

from collections.abc import Iterator

from geometry.maths import Number, asind, cosd, label, maximum, minimum, safe_divide, where
from geometry.objects.shared.boards import box
from geometry.objects.window.templates import (
    Asymmetrical_Window,
    Symmetrical_Window,
    asymmetrical_sashes,
    symmetrical_sashes,
)
from geometry.schema.joint import Joint, Piece, slide
from geometry.schema.kinds import Count, Counts2, Length, Ratio2, Vec2, Vec3, Vec4
from geometry.schema.template import template
from geometry.solids.primitives import Ring

#: Most handles on either side.
MOST = 2
SASH_TEMPLATES = {t.name: t for t in (Symmetrical_Window, Asymmetrical_Window)}


def _with_sashes(
    num_of_handle, offset_x, handle_z_position, position, others: list[Piece]
) -> Iterator[Joint]:
    """The slides of the sashes that the handles stand on, as far as these have any."""
    for piece in others:
        if piece.template not in SASH_TEMPLATES:
            continue
        limits = {
            joint.name: joint.limits for joint in SASH_TEMPLATES[piece.template].motions(piece, [])
        }
        aside = position[0] - piece.values["position"][0]
        for side, first in (("front", 0), ("back", 2)):
            for index in range(min(num_of_handle[first // 2], MOST)):
                name = _sash_at(piece, offset_x[first + index] + aside, handle_z_position[index])
                if name in limits:
                    moves = f"{side}_{index + 1}"
                    yield slide((1, 0, 0), limits[name], moves, name=name, shared=True)


def _sash_at(piece: Piece, x: float, layer: float) -> str:
    """Name of the nearest sash at x in a layer as handles count them; "" where there is none."""
    values = piece.values
    number, offsets = values["number_of_window"], values["offset_x"]
    sizes = [values[f"size_{kind}"] for kind in range(4) if f"size_{kind}" in values]
    if piece.template == "Symmetrical_Window":
        sashes, wanted = symmetrical_sashes(number, offsets, sizes), round(layer) + 1
    else:
        sashes, wanted = asymmetrical_sashes(number, offsets, sizes), round(layer)
    near = [s for s in sashes if s.layer == wanted and abs(s.x - x) <= s.width / 2]
    return min(near, key=lambda s: abs(s.x - x)).name if near else ""


@template("handle", joints=_with_sashes)
def Cuboidal_Handle(
    num_of_handle: Counts2,
    size: Vec3,
    offset_x: Vec4,
    window_type: Count,
    handle_z_position: Ratio2,
    windows_size__size_0: Vec2,
    windows_size__size_1: Vec2,
    windows_size__size_2: Vec2,
    windows_size__size_3: Vec2,
):
    """Upright bars on the sashes.

    num_of_handle: handles in front and behind, at most 2 each
    size: each bar, x, y and z
    offset_x: x of the first and second one in front, of the first and second one behind
    window_type: 0 on a symmetrical window, 1 on an asymmetrical one
    handle_z_position: layer of sashes that the first and the second handle stand on
    windows_size__size_0: of the window: width and depth of the first sash
    windows_size__size_1: of the window: width and depth of the second
    windows_size__size_2: of the window: width and depth of the third
    windows_size__size_3: of the window: width and depth of the fourth
    """
    depths = _depths(
        windows_size__size_0, windows_size__size_1, windows_size__size_2, windows_size__size_3
    )
    seats = _seats(num_of_handle, offset_x, window_type, handle_z_position, depths, slip=True)
    for name, x, z, side in seats:
        label(x=x, z=z)
        yield box(size).at(x, 0, z + side * size[2] / 2).of(name)


@template("handle", joints=_with_sashes)
def Arched_Handle(
    num_of_handle: Counts2,
    outer_size: Vec3,
    bottom_size: Vec3,
    offset_x: Vec4,
    seperation: Length,
    thinner_handle: Length,
    window_type: Count,
    handle_z_position: Ratio2,
    windows_size__size_0: Vec2,
    windows_size__size_1: Vec2,
    windows_size__size_2: Vec2,
    windows_size__size_3: Vec2,
):
    """Upright bows on two feet each.

    num_of_handle: handles in front and behind, at most 2 each
    outer_size: outer radius of each bow; the rest is without effect
    bottom_size: each foot, x, y and z
    offset_x: x of the first and second one in front, of the first and second one behind
    seperation: gap between the feet in y
    thinner_handle: what the bows' inner radius is larger by than to meet the feet
    window_type: 0 on a symmetrical window, 1 on an asymmetrical one
    handle_z_position: layer of sashes that the first and the second handle stand on
    windows_size__size_0: of the window: width and depth of the first sash
    windows_size__size_1: of the window: width and depth of the second
    windows_size__size_2: of the window: width and depth of the third
    windows_size__size_3: of the window: width and depth of the fourth
    """
    depths = _depths(
        windows_size__size_0, windows_size__size_1, windows_size__size_2, windows_size__size_3
    )
    wide, high, deep = bottom_size
    outer = maximum(outer_size[0], 0.0)
    sine = maximum(minimum(safe_divide(seperation / 2 + high, outer, 0.0), 1.0), 0.0)
    half = asind(sine)
    inner = safe_divide(seperation, 2 * sine, 0.0) + thinner_handle
    bow = Ring(wide, outer, maximum(minimum(inner, outer), 0.0), 2 * half)
    middle = deep - outer * cosd(half)
    label(wide=wide, high=high, deep=deep, outer=outer, sine=sine, half=half, inner=inner)
    label(middle=middle)
    seats = _seats(num_of_handle, offset_x, window_type, handle_z_position, depths, slip=False)
    for name, x, z, side in seats:
        label(x=x, z=z)
        for up in (1, -1):
            foot = box(bottom_size)
            yield foot.at(x, up * (seperation + high) / 2, z + side * deep / 2).of(name)
        yield bow.turn(0, half - side * 90, 90).at(x, 0, z + side * middle).of(name)


@template("handle", joints=_with_sashes)
def LShaped_Handle(
    num_of_handle: Counts2,
    window_type: Count,
    size_bottom: Vec3,
    size_middle: Vec3,
    size_top: Vec3,
    offset_x: Vec4,
    offset_middle_y: Length,
    offset_top_y: Length,
    handle_z_position: Ratio2,
    windows_size__size_0: Vec2,
    windows_size__size_1: Vec2,
    windows_size__size_2: Vec2,
    windows_size__size_3: Vec2,
):
    """Grips that hang from a neck on a plate.

    num_of_handle: handles in front and behind, at most 2 each
    window_type: 0 on a symmetrical window, 1 on an asymmetrical one
    size_bottom: each plate, x, y and z
    size_middle: each neck, x, y and z
    size_top: each grip, x, y and z
    offset_x: x of the first and second one in front, of the first and second one behind
    offset_middle_y: y of the neck
    offset_top_y: y of the grip above the neck's
    handle_z_position: layer of sashes that the first and the second handle stand on
    windows_size__size_0: of the window: width and depth of the first sash
    windows_size__size_1: of the window: width and depth of the second
    windows_size__size_2: of the window: width and depth of the third
    windows_size__size_3: of the window: width and depth of the fourth
    """
    depths = _depths(
        windows_size__size_0, windows_size__size_1, windows_size__size_2, windows_size__size_3
    )
    blocks = (
        (size_bottom, 0.0),
        (size_middle, offset_middle_y),
        (size_top, offset_middle_y + offset_top_y),
    )
    seats = _seats(num_of_handle, offset_x, window_type, handle_z_position, depths, slip=True)
    for name, x, z, side in seats:
        label(x=x, z=z)
        out = 0.0
        for size, y in blocks:
            label(y=y)
            yield box(size).at(x, y, z + side * (out + size[2] / 2)).of(name)
            out = out + size[2]


def _depths(*sizes) -> list[Number]:
    return [size[1] for size in sizes]


def _seats(
    numbers, offset_x, window_type: int, layers, depths, slip: bool
) -> Iterator[tuple[str, Number, Number, int]]:
    """Name, x, z of the face, and side (1 in front, -1 behind) of each handle."""
    for side, name, first in ((1, "front", 0), (-1, "back", 2)):
        for index in range(min(numbers[first // 2], MOST)):
            z = _face(window_type, layers[index], depths, side, slip)
            yield f"{name}_{index + 1}", offset_x[first + index], z, side


def _face(window_type: int, layer: Number, depths, side: int, slip: bool) -> Number:
    """z of the front (side 1) or back faces of a layer of sashes.

    slip: some of the format's handles stand in the sashes behind a symmetrical window.
    """
    first, second, third, fourth = depths
    if window_type == 0:
        by_layer = {
            1: (-first / 2, first / 2, first / 2 + second),
            -1: (-first / 2 - third, -first / 2, first / 2),
        }[side]
        if side < 0 and slip:
            by_layer = by_layer[0], first / 2, 1.5 * first
        z = where(layer > 0.5, by_layer[2], by_layer[1])
        return where(layer <= -1.5, 0.0 * z, where(layer < -0.5, by_layer[0], z))
    if window_type != 1:
        return 0.0 * first
    faces = [-first / 2, first / 2, first / 2 + second, first / 2 + second + third]
    faces = [*faces, faces[-1] + fourth][int(side > 0) :]
    z = where(layer > 0.5, faces[1], faces[0])
    z = where(layer >= 1.5, faces[2], z)
    z = where(layer > 2.5, faces[3], z)
    return where(layer < -0.5, 0.0 * z, z)
