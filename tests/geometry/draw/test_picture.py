"""The rasteriser: what is nearer hides what is farther, at the place where it belongs."""

from __future__ import annotations

import time

import numpy as np
import pytest
import trimesh

import geometry
from geometry.colours import PALETTE, part_colour
from geometry.draw.raster import FILL, draw


def scene(*solids: trimesh.Trimesh) -> trimesh.Scene:
    made = trimesh.Scene()
    for index, solid in enumerate(solids):
        made.add_geometry(solid, node_name=f"part_{index}", geom_name=f"part_{index}")
    return made


def box(size: float, x: float = 0, y: float = 0, z: float = 0) -> trimesh.Trimesh:
    return trimesh.creation.box([size] * 3).apply_translation([x, y, z])


def hue(pixel: np.ndarray) -> np.ndarray:
    return pixel / np.linalg.norm(pixel)


def shows(pixel: np.ndarray, part: int) -> bool:
    return bool(hue(pixel.astype(float)) @ hue(np.array(part_colour(part), float)) > 0.999)


def covered(pixels: np.ndarray) -> np.ndarray:
    return np.argwhere((pixels < 250).any(axis=2))


def test_the_object_is_centred_and_fills_the_frame() -> None:
    pixels = np.asarray(draw(scene(box(3, x=40, y=-7)), size=200))
    low, high = covered(pixels).min(axis=0), covered(pixels).max(axis=0)
    assert high - low + 1 == pytest.approx([200 * FILL] * 2, abs=2)
    assert (low + high) / 2 == pytest.approx([99.5, 99.5], abs=1)


def test_right_is_right_and_up_is_up() -> None:
    pixels = np.asarray(draw(scene(box(1), box(1, x=3), box(1, y=3)), size=200))
    low, high = covered(pixels).min(axis=0), covered(pixels).max(axis=0)
    inset = (high - low) // 12
    assert shows(pixels[high[0] - inset[0], low[1] + inset[1]], 0)
    assert shows(pixels[high[0] - inset[0], high[1] - inset[1]], 1)
    assert shows(pixels[low[0] + inset[0], low[1] + inset[1]], 2)


@pytest.mark.parametrize("front", [0, 1])
def test_what_is_nearer_hides_what_is_farther(front: int) -> None:
    near, far = box(1, z=4), box(1, z=-4)
    solids = (near, far) if front == 0 else (far, near)
    pixels = np.asarray(draw(scene(*solids), size=100))
    assert shows(pixels[50, 50], front)


def test_faces_that_cut_through_each_other_are_told_apart_per_pixel() -> None:
    slope = trimesh.transformations.rotation_matrix(np.pi / 4, [0, 1, 0])
    slanted = trimesh.creation.box([4, 2, 0.01]).apply_transform(slope)
    upright = trimesh.creation.box([4, 2, 0.01])
    pixels = np.asarray(draw(scene(upright, slanted), size=200))
    # turned about y by 45 degrees, the left half comes forward
    assert shows(pixels[100, 80], 1)
    assert shows(pixels[100, 120], 0)


def test_edges_are_smooth() -> None:
    turned = box(1).apply_transform(trimesh.transformations.rotation_matrix(0.3, [0, 0, 1]))
    grey = np.asarray(draw(scene(turned), size=64).convert("L")).astype(int)
    assert len(np.unique(grey)) > 3


def test_nothing_to_draw_is_a_white_picture() -> None:
    assert np.asarray(draw(trimesh.Scene(), size=32)).min() == 255


@pytest.mark.parametrize("category", geometry.categories())
def test_objects_are_drawn_in_the_colours_of_their_parts(category: str) -> None:
    code = geometry.sample(category, np.random.default_rng(4))
    code["pose"]["global_rotation"] = [20, -30, 0]
    pixels = np.asarray(draw(code, size=256)).reshape(-1, 3).astype(float)
    pixels = pixels[(pixels < 250).any(axis=1)]
    assert len(pixels) > 256 * 256 * 0.02  # a knife from its edge covers little
    of_part = [
        np.mean([shows(pixel, part) for pixel in pixels[::7]])
        for part in range(len(code["conceptualization"]))
    ]
    assert of_part[0] > 0.02
    assert sum(of_part) > 0.8  # the rest is where two colours meet: much of what is thin


def test_the_pose_is_followed_only_where_asked() -> None:
    code = geometry.sample("Chair", np.random.default_rng(1))
    front = np.asarray(draw(code, size=64))
    code["pose"]["global_rotation"] = [0, 90, 0]
    assert np.array_equal(np.asarray(draw(code, size=64, posed=False)), front)
    assert not np.array_equal(np.asarray(draw(code, size=64)), front)


def test_colours_are_distinct_beyond_the_palette() -> None:
    colours = [part_colour(index) for index in range(40)]
    assert len(set(colours)) == 40
    apart = [np.subtract(a, b) for i, a in enumerate(PALETTE) for b in PALETTE[:i]]
    assert min(np.abs(difference).sum() for difference in apart) > 40


def test_a_picture_takes_a_fraction_of_a_second() -> None:
    code = geometry.sample("Mug", np.random.default_rng(2))
    draw(code)
    start = time.process_time()
    draw(code)
    assert time.process_time() - start < 1.0  # 0.15 s on an idle core


def test_a_transparent_picture_has_nothing_behind_the_object_and_no_white_rim() -> None:
    subject = scene(box(1.5, x=-1), box(1.5, x=1))
    clear = np.asarray(draw(subject, size=120, transparent=True))
    white = np.asarray(draw(subject, size=120))
    opaque = clear[..., 3]
    assert not opaque[[0, 0, -1, -1], [0, -1, 0, -1]].any()
    assert np.array_equal(clear[opaque == 255][:, :3], white[opaque == 255])
    assert np.array_equal(opaque > 0, (white < 255).any(axis=2))
    rim = (opaque > 0) & (opaque < 255)
    assert rim.any()
    assert (clear[rim][:, :3].min(axis=1) < 128).all()
