"""Chairs, sofas and stools: a seat, a back, legs and sometimes armrests; here the seats and backs.

The front is on +z. Backs stand on y = 0. A back leans about the
*middle* of its panel or posts, which stays at z = 0: a backward lean brings the lower edge forward.
"""

from __future__ import annotations

from collections.abc import Iterator

from geometry.maths import Number, absolute, cosd, label, sind
from geometry.objects.shared.boards import box
from geometry.schema.joint import Joint, Piece, spin
from geometry.schema.kinds import Count, Deg, Length, Vec2, Vec3
from geometry.schema.template import template
from geometry.solids.primitives import Cuboid, Cylinder

#: Legs on which a seat swivels.
PEDESTALS = ("Star_leg", "Barstool_leg")


def _swivel(others: list[Piece]) -> Iterator[Joint]:
    """About the upright axis of a pedestal; a seat on other legs is fixed."""
    for piece in others:
        if piece.template in PEDESTALS:
            yield spin((0, 1, 0), piece.values["position"], in_object=True)


@template("seat", joints=_swivel)
def Regular_seat(size: Vec3):
    """A seat with straight edges.

    size: x, y, z
    """
    length, height, width = size
    label(length=length, height=height, width=width)
    yield Cuboid(height, length, width)


@template("seat", joints=_swivel)
def Round_seat(size: Vec2):
    """A round seat.

    size: radius, height
    """
    radius, height = size
    label(radius=radius, height=height)
    yield Cylinder(height, radius)


@template("back")
def Solid_back(size: Vec3, back_rotation: Deg):
    """One solid panel, leaning back.

    size: x, y, z
    back_rotation: lean about x, negative is backwards
    """
    length, height, width = size
    label(length=length, height=height, width=width)
    yield Cuboid(height, length, width).turn(x=back_rotation).at(y=height / 2 * cosd(back_rotation))


@template("back")
def Ladder_back(
    main_horizontal_piece_size: Vec3,
    main_vertical_piece_size: Vec3,
    sub_horizontal_piece_size: Vec2,
    main_vertical_separation: Length,
    sub_offset: Length,
    interval_between_subs: Length,
    back_rotation: Deg,
    number_of_subs: Count,
):
    """Two posts under a top rail, with rungs between the posts.

    main_horizontal_piece_size: x, y, z of the top rail
    main_vertical_piece_size: x, y, z of a post
    sub_horizontal_piece_size: y, z of a rung
    main_vertical_separation: distance of the posts' centres
    sub_offset: height of the first rung above the posts' middle, along the posts
    interval_between_subs: step down from rung to rung
    back_rotation: lean about x, negative is backwards
    number_of_subs: rungs
    """
    post, separation = main_vertical_piece_size, main_vertical_separation
    yield from _posts_and_rail(post, separation, main_horizontal_piece_size, back_rotation)
    height, width = sub_horizontal_piece_size
    label(height=height, width=width)
    for i in range(number_of_subs):
        up = sub_offset - i * interval_between_subs
        label(up=up)
        rung = Cuboid(height, separation - post[0], width)
        yield _on_lean(rung, back_rotation, post[1] / 2, up)


@template("back")
def Splat_back(
    main_horizontal_piece_size: Vec3,
    main_vertical_piece_size: Vec3,
    sub_vertical_piece_size: Vec2,
    main_vertical_separation: Length,
    sub_offset: Length,
    interval_between_subs: Length,
    back_rotation: Deg,
    number_of_subs: Count,
):
    """Two posts under a top rail, with upright splats of the posts' height between them.

    main_horizontal_piece_size: x, y, z of the top rail
    main_vertical_piece_size: x, y, z of a post
    sub_vertical_piece_size: x, z of a splat
    main_vertical_separation: distance of the posts' centres
    sub_offset: x of the first splat
    interval_between_subs: step in +x from splat to splat
    back_rotation: lean about x, negative is backwards
    number_of_subs: splats
    """
    post, separation = main_vertical_piece_size, main_vertical_separation
    yield from _posts_and_rail(post, separation, main_horizontal_piece_size, back_rotation)
    length, width = sub_vertical_piece_size
    label(length=length, width=width)
    for i in range(number_of_subs):
        x = sub_offset + i * interval_between_subs
        yield _on_lean(Cuboid(post[1], length, width), back_rotation, post[1] / 2).at(x=x)


@template("back")
def Latice_back(
    main_horizontal_piece_size: Vec3,
    main_vertical_piece_size: Vec3,
    main_vertical_separation: Length,
    sub_horizontal_piece_size: Vec2,
    sub_vertical_piece_size: Vec2,
    sub_horizontal_offset: Length,
    sub_vertical_offset: Length,
    interval_between_subs: Length,
    back_rotation: Deg,
    number_of_subs: Count,
):
    """Two posts, a top rail and a lower cross bar, with upright slats between bar and rail.

    main_horizontal_piece_size: x, y, z of the top rail
    main_vertical_piece_size: x, y, z of a post
    main_vertical_separation: distance of the posts' centres
    sub_horizontal_piece_size: y, z of the cross bar
    sub_vertical_piece_size: x, z of a slat
    sub_horizontal_offset: height of the cross bar above the posts' middle, usually negative
    sub_vertical_offset: x of the first slat
    interval_between_subs: step in +x from slat to slat
    back_rotation: lean about x, negative is backwards
    number_of_subs: slats
    """
    post, separation = main_vertical_piece_size, main_vertical_separation
    middle, bar_up = post[1] / 2, sub_horizontal_offset
    yield from _posts_and_rail(post, separation, main_horizontal_piece_size, back_rotation)
    bar_height, bar_width = sub_horizontal_piece_size
    bar = Cuboid(bar_height, separation - post[0], bar_width)
    yield _on_lean(bar, back_rotation, middle, bar_up)
    length, width = sub_vertical_piece_size
    bar_top = bar_up + bar_height / 2
    label(middle=middle, bar_height=bar_height, bar_width=bar_width)
    label(length=length, width=width, bar_top=bar_top)
    slat = Cuboid(absolute(middle - bar_top), length, width)
    slat = _on_lean(slat, back_rotation, middle, (middle + bar_top) / 2)
    for i in range(number_of_subs):
        yield slat.at(x=sub_vertical_offset + i * interval_between_subs)


@template("back")
def Slat_back(
    main_vertical_piece_size: Vec3,
    sub_horizontal_piece_size: Vec2,
    main_vertical_separation: Length,
    sub_horizontal_offset: Length,
    interval_between_subs: Length,
    main_vertical_rotation: Deg,
    back_rotation: Deg,
    number_of_subs: Count,
):
    """Two posts, each turned about its own axis, with level slats between them; no top rail.

    main_vertical_piece_size: x, y, z of a post
    sub_horizontal_piece_size: y, z of a slat
    main_vertical_separation: distance of the posts' centres
    sub_horizontal_offset: height of the first slat above the posts' middle, along the posts
    interval_between_subs: step down from slat to slat
    main_vertical_rotation: turn of the posts about their own axis, mirrored left and right
    back_rotation: lean about x, negative is backwards
    number_of_subs: slats
    """
    (length, height, width), separation = main_vertical_piece_size, main_vertical_separation
    turn = main_vertical_rotation
    for side in (-1, 1):
        post = Cuboid(height, length, width).turn(y=side * turn)
        yield _on_lean(post, back_rotation, height / 2).at(x=side * separation / 2)
    slat_height, slat_width = sub_horizontal_piece_size
    forward = length / 2 * sind(turn)  # slats start at the turned posts' inner edges
    label(length=length, height=height, width=width, slat_height=slat_height, slat_width=slat_width)
    label(forward=forward)
    for i in range(number_of_subs):
        up = sub_horizontal_offset - i * interval_between_subs
        label(up=up)
        slat = Cuboid(slat_height, separation - length * cosd(turn), slat_width)
        yield _on_lean(slat, back_rotation, height / 2, up).at(
            y=-forward * sind(back_rotation), z=forward * cosd(back_rotation)
        )


def _on_lean(solid: Cuboid, lean: Number, middle: Number, up: Number = 0.0) -> Cuboid:
    """The solid turned with a leaning back, `up` along it from the middle of its posts."""
    return solid.turn(x=lean).at(y=(middle + up) * cosd(lean), z=up * sind(lean))


def _posts_and_rail(
    post: tuple[Number, Number, Number],
    separation: Number,
    rail: tuple[Number, Number, Number],
    lean: Number,
) -> Iterator[Cuboid]:
    """Left post, right post and the rail on top of them."""
    for side in (-1, 1):
        yield _on_lean(box(post), lean, post[1] / 2).at(x=side * separation / 2)
    yield _on_lean(box(rail), lean, post[1] / 2, (post[1] + rail[1]) / 2)
