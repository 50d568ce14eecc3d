"""Sliding windows: sashes side by side in layers of depth, the frame around them, pull handles.

The plane of the window is x, y; the front is +z. `window_handle` has the handles.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from geometry.maths import label
from geometry.objects.shared.boards import frame
from geometry.schema.joint import Joint, slide
from geometry.schema.kinds import Count, Flag, Length, Vec2, Vec3, Vec6
from geometry.schema.template import template
from geometry.solids.primitives import Cuboid, RectangularRing, Solid

#: Sashes from left to right by their number: (sizes that they take, layer from back to front).
SYMMETRICAL = (
    (),
    ((0, 1),),
    ((0, 1), (0, 1)),
    ((0, 1), (1, 2), (0, 1)),
    ((0, 1), (1, 2), (1, 2), (0, 1)),
    ((2, 0), (0, 1), (1, 2), (0, 1), (2, 0)),
    ((2, 0), (0, 1), (1, 2), (1, 2), (0, 1), (2, 0)),
)
#: Travel below this is none.
SMALL = 1e-4


@dataclass(frozen=True)
class Sash:
    """What joints need to know of a sash; layers are counted from back to front."""

    name: str
    x: float
    width: float
    layer: int


def symmetrical_sashes(number_of_window: int, offset_x: Any, sizes: Any) -> list[Sash]:
    row = SYMMETRICAL[min(number_of_window, len(SYMMETRICAL) - 1)]
    return [
        Sash(f"pane_{number + 1}", offset_x[number], sizes[kind][0], layer)
        for number, (kind, layer) in enumerate(row)
    ]


def asymmetrical_sashes(number_of_window: int, offset_x: Any, sizes: Any) -> list[Sash]:
    return [
        Sash(f"pane_{layer + 1}", offset_x[layer], size[0], layer)
        for layer, size in enumerate(sizes[:number_of_window])
    ]


def slides(sashes: list[Sash], opening: Any, offset: Any) -> Iterator[Joint]:
    """Each sash slides as far as the frame and its neighbours in the same layer let it."""
    for sash in sashes:
        low, high = offset[0] - opening[0] / 2, offset[0] + opening[0] / 2
        for other in sashes:
            if other.layer == sash.layer and other.x < sash.x:
                low = max(low, other.x + other.width / 2)
            if other.layer == sash.layer and other.x > sash.x:
                high = min(high, other.x - other.width / 2)
        left = min(low - (sash.x - sash.width / 2), 0.0)
        right = max(high - (sash.x + sash.width / 2), 0.0)
        if right - left > SMALL:
            yield slide((1, 0, 0), (left, right), moves=sash.name, shared=True)


def _slide_symmetrical(
    number_of_window,
    offset_x,
    size_0,
    size_1,
    size_2,
    outside_frame_inner_size,
    outside_frame_inner_outer_offset,
) -> Iterator[Joint]:
    sashes = symmetrical_sashes(number_of_window, offset_x, (size_0, size_1, size_2))
    yield from slides(sashes, outside_frame_inner_size, outside_frame_inner_outer_offset)


@template("window", joints=_slide_symmetrical)
def Symmetrical_Window(
    number_of_window: Count,
    symmetryOrNot: Flag,
    size_0: Vec2,
    size_1: Vec2,
    size_2: Vec2,
    glass_size_0: Vec3,
    glass_size_1: Vec3,
    glass_size_2: Vec3,
    glass_offset_0: Vec3,
    glass_offset_1: Vec3,
    glass_offset_2: Vec3,
    offset_x: Vec6,
    offset_z: Length,
    outside_frame_inner_size: Vec2,
    outside_frame_inner_outer_offset: Vec2,
):
    """One to six sashes in up to three layers, alike on the left and on the right.

    number_of_window: sashes, at most 6
    symmetryOrNot: without effect
    size_0: width and depth of the first kind of sash, in the middle layer
    size_1: width and depth of the second kind, in the front layer
    size_2: width and depth of the third kind, in the back layer
    glass_size_0: glass of the first kind, x, y and z
    glass_size_1: glass of the second kind, x, y and z
    glass_size_2: glass of the third kind, x, y and z
    glass_offset_0: shift of the glass in sashes of the first kind; towards -x where they are pairs
    glass_offset_1: the same for the second kind
    glass_offset_2: the same for the third kind
    offset_x: x of each sash, from left to right
    offset_z: z of the middle layer
    outside_frame_inner_size: opening of the frame; the sashes have its height
    outside_frame_inner_outer_offset: shift of the opening; the sashes have that in y
    """
    row = SYMMETRICAL[min(number_of_window, len(SYMMETRICAL) - 1)]
    sizes, glasses = (size_0, size_1, size_2), (glass_size_0, glass_size_1, glass_size_2)
    shifts = glass_offset_0, glass_offset_1, glass_offset_2
    layers = offset_z - size_0[1], offset_z, offset_z + (size_0[1] + size_1[1]) / 2
    kinds = [kind for kind, _ in row]
    for number, (kind, layer) in enumerate(row):
        x, y, z = shifts[kind]
        label(x=x, y=y, z=z)
        glass = glasses[kind], (-x if kinds.count(kind) > 1 else x, y, z)
        middle = offset_x[number], outside_frame_inner_outer_offset[1], layers[layer]
        for solid in _sash(sizes[kind], outside_frame_inner_size[1], *glass):
            yield solid.at(*middle).of(f"pane_{number + 1}")


def _slide_asymmetrical(
    number_of_window,
    offset_x,
    size_0,
    size_1,
    size_2,
    size_3,
    outside_frame_inner_size,
    outside_frame_inner_outer_offset,
) -> Iterator[Joint]:
    sashes = asymmetrical_sashes(number_of_window, offset_x, (size_0, size_1, size_2, size_3))
    yield from slides(sashes, outside_frame_inner_size, outside_frame_inner_outer_offset)


@template("window", joints=_slide_asymmetrical)
def Asymmetrical_Window(
    number_of_window: Count,
    size_0: Vec2,
    size_1: Vec2,
    size_2: Vec2,
    size_3: Vec2,
    glass_size_0: Vec3,
    glass_size_1: Vec3,
    glass_size_2: Vec3,
    glass_size_3: Vec3,
    glass_offset_0: Vec3,
    glass_offset_1: Vec3,
    glass_offset_2: Vec3,
    glass_offset_3: Vec3,
    offset_x: Vec6,
    offset_z: Length,
    outside_frame_inner_size: Vec2,
    outside_frame_inner_outer_offset: Vec2,
):
    """One to four sashes, each in front of the one before.

    number_of_window: sashes, at most 4
    size_0: width and depth of the first sash
    size_1: width and depth of the second
    size_2: width and depth of the third
    size_3: width and depth of the fourth
    glass_size_0: glass of the first sash, x, y and z
    glass_size_1: glass of the second, x, y and z
    glass_size_2: glass of the third, x, y and z
    glass_size_3: glass of the fourth, x, y and z
    glass_offset_0: shift of the glass in the first sash
    glass_offset_1: shift of the glass in the second
    glass_offset_2: shift of the glass in the third
    glass_offset_3: shift of the glass in the fourth
    offset_x: x of each sash; the last two numbers are without effect
    offset_z: z of the first sash
    outside_frame_inner_size: opening of the frame; the sashes have its height
    outside_frame_inner_outer_offset: shift of the opening; the sashes have that in y
    """
    sashes = (
        (size_0, glass_size_0, glass_offset_0),
        (size_1, glass_size_1, glass_offset_1),
        (size_2, glass_size_2, glass_offset_2),
        (size_3, glass_size_3, glass_offset_3),
    )
    z, behind = offset_z - size_0[1] / 2, 0.0
    label(z=z)
    for number, (size, glass, shift) in enumerate(sashes[:number_of_window]):
        middle = offset_x[number], outside_frame_inner_outer_offset[1], z + behind + size[1] / 2
        for solid in _sash(size, outside_frame_inner_size[1], glass, shift):
            yield solid.at(*middle).of(f"pane_{number + 1}")
        behind = behind + size[1]
        label(behind=behind)


def _sash(size, height, glass, shift) -> Iterator[Solid]:
    """A frame around the origin whose opening is as large as the glass, and the glass."""
    (wide, deep), (x, y, _) = size, shift
    ring = RectangularRing(deep, wide, height, glass[0], glass[1], inner_offset=(x, -y))
    yield ring.turn(x=90)
    yield Cuboid(glass[1], glass[0], glass[2]).at(*shift)


@template("frame")
def Standard_Windowframe(size: Vec3, inner_size: Vec2, inner_outer_offset: Vec2):
    """The frame around all sashes, its middle at the origin.

    size: outside, x, y and z
    inner_size: opening, x and y
    inner_outer_offset: shift of the opening in x and y
    """
    yield from frame(size, inner_size, inner_outer_offset)


# Registered after window and frame: the handles and the sampler.
