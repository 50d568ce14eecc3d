"""Rooms around objects: they show, change neither frame nor object, and never hide it."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

import geometry
from geometry.view import View
from img2code.render.camera import Camera
from img2code.render.examples import examples, sample_object, sample_view
from img2code.render.materials import Material
from img2code.render.normals import Part
from img2code.render.renderer import Renderer, RenderError
from img2code.render.rooms import BUILT_IN, IN_WALL, ON_FLOOR, ON_WALL, around, drawn_in_room
from img2code.render.scene import Look, sample_look

SIZE = 96
RED = Material((0.9, 0.03, 0.03), (0.9, 0.03, 0.03), (0.9, 0.03, 0.03), strength=0.0, relief=0.0)
GREY = replace(RED, base=(0.6, 0.6, 0.6), second=(0.6, 0.6, 0.6), accent=(0.6, 0.6, 0.6))


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    with Renderer(SIZE) as made:
        yield made


def red_before_grey(parts: int, room: int) -> Look:
    """A look in which only the object is red."""
    look = sample_look(np.random.default_rng(0), parts, plain=True)
    return replace(look, parts=(RED,) * parts + (GREY,) * room, shadow=0.0, camera=Camera())


def red(picture: np.ndarray) -> np.ndarray:
    return picture[..., 0].astype(int) - picture[..., 1:].max(-1) > 25


def drawn(renderer: Renderer, parts: list[Part], view: View, room: list[Part]) -> np.ndarray:
    return renderer.draw(parts, view.matrix(), red_before_grey(len(parts), len(room)), room)


@pytest.mark.parametrize("category", geometry.categories())
def test_a_room_leaves_the_object_where_it_is_and_hides_nothing_but_sides(
    renderer: Renderer, category: str
) -> None:
    rng = np.random.default_rng(11)
    seen = 0
    for _ in range(8):
        _, parts = sample_object(category, rng)
        view = sample_view(rng)
        room = around(rng, category, parts, view.matrix())
        alone, inside = (red(drawn(renderer, parts, view, each)) for each in ([], room))
        assert alone.sum() > 50
        assert (inside & ~alone).sum() <= 0.02 * alone.sum()  # nor is it larger or elsewhere
        # a wall cuts doors that are open through, neighbours stand before sides
        least = 0.5 if category in BUILT_IN | IN_WALL else 0.97
        assert inside.sum() >= least * alone.sum(), view
        seen += bool(room)
    assert seen >= 4


def test_what_hangs_on_a_wall_is_seen_from_before_it_and_floors_from_above() -> None:
    rng = np.random.default_rng(2)
    _, switch = sample_object("Switch", rng)
    assert around(rng, "Switch", switch, View(10, 5, 0).matrix())
    assert around(rng, "Switch", switch, View(170, 5, 0).matrix()) == []
    _, chair = sample_object("Chair", rng)
    for elevation, floors in ((20, 1), (-5, 0)):
        room = around(rng, "Chair", chair, View(30, elevation, 0).matrix())
        assert sum(np.ptp(points[:, 1]) == 0 for points, _ in room) == floors


def test_every_category_that_has_a_place_exists() -> None:
    assert set(geometry.categories()) >= IN_WALL | ON_WALL | ON_FLOOR | BUILT_IN


def test_a_door_is_in_a_wall_that_goes_on_around_it(renderer: Renderer) -> None:
    rng = np.random.default_rng(4)
    _, door = sample_object("Door", rng)
    room = around(rng, "Door", door, View(0, 10, 0).matrix())
    picture = drawn(renderer, door, View(0, 10, 0), room)
    columns = np.flatnonzero(red(picture).any(0))
    middle = SIZE // 2
    for beside in (columns[0] - 4, columns[-1] + 4):
        assert (picture[middle, beside] < 250).all()  # not the white ground


def test_a_room_needs_materials_of_its_own(renderer: Renderer) -> None:
    rng = np.random.default_rng(1)
    _, parts = sample_object("Mug", rng)
    room = around(rng, "Mug", parts, View(20, 30, 0).matrix())
    with pytest.raises(RenderError, match="both must be the same number"):
        renderer.draw(parts, np.eye(3), red_before_grey(len(parts), 0), room)


def test_pictures_in_rooms_are_the_same_for_the_same_seed(renderer: Renderer) -> None:
    pictures = []
    for _ in range(2):
        rng = np.random.default_rng(8)
        _, parts = sample_object("Oven", rng)
        look = sample_look(rng, len(parts))
        turn = View(20, 20, 0).matrix()
        pictures.append(drawn_in_room(rng, renderer, "Oven", parts, turn, look))
    assert (pictures[0] == pictures[1]).all()


def test_rooms_are_drawn_where_they_are_wanted_and_never_held_out(renderer: Renderer) -> None:
    def corners(rooms: bool) -> list[bool]:
        """Whether the corners below are white, of examples on white alone."""
        rng = np.random.default_rng(3)
        drawn = examples(rng, "Trashcan", renderer, plain=True, rooms=rooms)
        return [bool((next(drawn).picture[-2, 1] > 250).all()) for _ in range(24)]

    assert all(corners(False))
    assert 4 <= sum(corners(True)) <= 20
