"""The renderer: framing, orientation, determinism, its errors, and normals at creases."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from geometry.view import View
from img2code.render.normals import Part, join, smooth
from img2code.render.renderer import Renderer, RenderError, fit_lens
from img2code.render.scene import sample_look

SIZE = 96
RED, GREEN, BLUE = (0.9, 0.05, 0.05), (0.05, 0.8, 0.05), (0.05, 0.1, 0.9)


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    with Renderer(SIZE) as made:
        yield made


def box(centre: tuple[float, float, float], half: float) -> Part:
    corners = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], float)
    faces = [
        [0, 1, 3], [0, 3, 2], [4, 6, 7], [4, 7, 5], [0, 4, 5], [0, 5, 1],
        [2, 3, 7], [2, 7, 6], [0, 2, 6], [0, 6, 4], [1, 5, 7], [1, 7, 3],
    ]  # fmt: skip
    return corners * half + np.array(centre), np.array(faces)


def tinted(colours: list[tuple[float, float, float]], **changes: object):
    look = sample_look(np.random.default_rng(0), len(colours), plain=True)
    parts = tuple(
        replace(part, base=colour, roughness=1.0)
        for part, colour in zip(look.parts, colours, strict=True)
    )
    return replace(look, parts=parts, **changes)


def covered(picture: np.ndarray) -> np.ndarray:
    return (picture < 250).any(-1)


def centre_of(picture: np.ndarray, channel: int) -> np.ndarray:
    """Mean (column, row) of the pixels where one channel clearly leads."""
    others = [c for c in range(3) if c != channel]
    lead = picture[..., channel].astype(int) - picture[..., others].max(-1)
    rows, columns = np.nonzero(lead > 60)
    assert len(rows) > 20
    return np.array([columns.mean(), rows.mean()])


@pytest.mark.parametrize("fill", [0.5, 0.7, 0.9])
@pytest.mark.parametrize("fov", [18.0, 30.0, 42.0])
def test_a_cube_fills_its_share_of_a_white_frame(
    renderer: Renderer, fill: float, fov: float
) -> None:
    look = tinted([RED], fill=fill, fov=fov)
    picture = renderer.draw([box((3, -2, 5), 0.7)], View(30, 20, 0).matrix(), look)
    assert picture.shape == (SIZE, SIZE, 3)
    assert picture.dtype == np.uint8
    assert (picture[[0, 0, -1, -1], [0, -1, 0, -1]] == 255).all()
    assert covered(picture)[SIZE // 2, SIZE // 2]
    rows, columns = np.nonzero(covered(picture))
    spans = np.ptp(rows) + 1, np.ptp(columns) + 1
    assert max(spans) / SIZE == pytest.approx(fill, abs=0.04)


def test_a_shifted_object_stays_inside(renderer: Renderer) -> None:
    left = covered(renderer.draw([box((0, 0, 0), 1)], np.eye(3), tinted([RED], shift=(-1.0, 1.0))))
    rows, columns = np.nonzero(left)
    assert columns.mean() < SIZE / 2 - 5
    assert rows.mean() < SIZE / 2 - 5
    assert not left[0].any()
    assert not left[:, 0].any()


def test_front_faces_the_camera_and_right_is_right(renderer: Renderer) -> None:
    parts = [box((0, 0, 1), 0.5), box((0, 0, -1), 0.5)]
    picture = renderer.draw(parts, np.eye(3), tinted([RED, BLUE]))
    assert picture[SIZE // 2, SIZE // 2, 0] > picture[SIZE // 2, SIZE // 2, 2] + 60
    picture = renderer.draw(
        [box((2, 0, 0), 0.5), box((-2, 2, 0), 0.5)], np.eye(3), tinted([RED, BLUE])
    )
    right, left = centre_of(picture, 0), centre_of(picture, 2)
    assert right[0] > left[0] + 30
    assert right[1] > left[1] + 10


def test_yaw_turns_the_front_to_the_right(renderer: Renderer) -> None:
    parts = [box((0, 0, 2), 0.5), box((-2, 0, 0), 0.5)]
    look = tinted([RED, BLUE])
    picture = renderer.draw(parts, View(90, 0, 0).matrix(), look)
    assert centre_of(picture, 0)[0] > SIZE / 2  # +z went right; -x faces the camera
    np.testing.assert_allclose(View(90, 0, 0).matrix() @ [0, 0, 1], [1, 0, 0], atol=1e-12)
    np.testing.assert_allclose(View(90, 0, 0).matrix() @ [-1, 0, 0], [0, 0, 1], atol=1e-12)


def test_elevation_shows_the_top_and_roll_turns_it_left(renderer: Renderer) -> None:
    parts = [box((0, 1, 0), 0.5), box((0, -1, 0), 0.5)]
    look = tinted([GREEN, BLUE])
    above = renderer.draw(parts, View(0, 90, 0).matrix(), look)
    assert above[SIZE // 2, SIZE // 2, 1] > above[SIZE // 2, SIZE // 2, 2] + 60
    rolled = renderer.draw(parts, View(0, 0, 90).matrix(), look)
    assert centre_of(rolled, 1)[0] < centre_of(rolled, 2)[0] - 20


def test_one_look_is_one_picture_and_looks_differ(renderer: Renderer) -> None:
    parts = [box((0, 0, 0), 1), box((0, 2, 0), 0.5)]
    rotation = View(20, 25, 0).matrix()
    looks = [sample_look(np.random.default_rng(seed), 2) for seed in range(12)]
    assert looks[3] == sample_look(np.random.default_rng(3), 2)
    first = [renderer.draw(parts, rotation, look) for look in looks]
    again = [renderer.draw(parts, rotation, look) for look in looks]
    assert all((a == b).all() for a, b in zip(first, again, strict=True))
    assert len({picture.tobytes() for picture in first}) == len(looks)


def test_looks_stay_in_their_ranges() -> None:
    rng = np.random.default_rng(4)
    looks = [sample_look(rng, 3) for _ in range(300)]
    assert all(
        18 <= look.fov <= 42 and 0.5 <= look.fill <= 0.9 and len(look.parts) == 3 for look in looks
    )
    white = np.mean(
        [look.backdrop.upper == (1.0, 1.0, 1.0) and look.backdrop.even for look in looks]
    )
    assert 0.4 < white < 0.75
    same = np.mean([len(set(look.parts)) == 1 for look in looks])
    assert 0.2 < same < 0.7


def test_a_look_for_other_parts_is_refused(renderer: Renderer) -> None:
    with pytest.raises(RenderError, match="1 parts and a look for 2"):
        renderer.draw([box((0, 0, 0), 1)], np.eye(3), tinted([RED, BLUE]))


def test_no_context_names_the_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    import moderngl

    def fail(**_: object) -> None:
        raise Exception("libEGL.so not loaded")

    monkeypatch.setattr(moderngl, "create_standalone_context", fail)
    with pytest.raises(RenderError, match="libegl1 libgl1-mesa-dri libgles2"):
        Renderer(SIZE)


def test_the_lens_frames_points() -> None:
    points = np.random.default_rng(1).normal(size=(50, 3))
    points -= (points.min(0) + points.max(0)) / 2
    focal, distance, x, y = fit_lens(points, 30.0, 0.8, (0.0, 0.0))
    seen = points[:, :2] * focal / (distance - points[:, 2:]) + [x, y]
    assert focal == pytest.approx(1 / np.tan(np.radians(15)))
    np.testing.assert_allclose(seen.max(0) + seen.min(0), 0, atol=1e-9)
    assert np.ptp(seen, axis=0).max() / 2 == pytest.approx(0.8, rel=5e-3)


def test_cubes_have_creases_and_wheels_are_round() -> None:
    cube = smooth(*join([box((0, 0, 0), 1)]))
    assert len(cube.position) == 24
    np.testing.assert_allclose(np.abs(cube.normal).max(1), 1, atol=1e-6)
    angle = np.arange(24) * np.pi / 12
    ring = np.stack([np.cos(angle), 0 * angle, np.sin(angle)], 1)
    up = np.array([0, 1, 0])
    vertices = np.concatenate([ring - up, ring + up])
    i, j = np.arange(24), (np.arange(24) + 1) % 24
    faces = np.concatenate([np.stack([i, i + 24, j], 1), np.stack([j, i + 24, j + 24], 1)])
    wall = smooth(*join([(vertices, faces)]))
    assert len(wall.position) == 48
    outward = wall.position / np.linalg.norm(wall.position[:, ::2], axis=1, keepdims=True)
    np.testing.assert_allclose((wall.normal * outward)[:, ::2].sum(1), 1, atol=0.01)
    split = smooth(*join([(vertices[faces.ravel()], np.arange(faces.size).reshape(-1, 3))]))
    assert len(split.position) == 48
