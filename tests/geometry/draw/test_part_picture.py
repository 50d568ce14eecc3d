"""Pictures of CAD parts: where things are, edges that are seen and hidden, greys, other looks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from geometry.cad_parts.body import body
from geometry.cad_parts.part import Extrude
from geometry.cad_parts.sample import sample
from geometry.draw.part_camera import ISOMETRIC, PartCamera
from geometry.draw.part_picture import PUBLISHED, PUBLISHED_GREY, Look, draw_part, edges
from geometry.sketch.loops import Circle, Rectangle

CUBE = Extrude("join", "XY", 0.0, 1.0, (Rectangle(0, 0, 1, 1),))


def pixels(*steps: Extrude, camera: PartCamera = ISOMETRIC, look: Look = PUBLISHED) -> np.ndarray:
    return np.asarray(draw_part(body(steps, 64), camera, look)).astype(int)


def test_a_cube_fills_the_published_box_in_one_grey_with_black_edges() -> None:
    shown = pixels(CUBE)
    rows = np.flatnonzero((shown[..., 0] < 250).any(axis=1))
    assert shown.shape == (448, 448, 3)
    assert rows[-1] - rows[0] + 1 == pytest.approx(300, abs=2)
    greys, counts = np.unique(shown[..., 0], return_counts=True)
    assert greys.tolist() == [0, 141, 255]
    assert shown[224, 224].tolist() == [0, 0, 0]  # the corner towards the camera
    assert counts[0] == pytest.approx(3 * 150 + 6 * 130, abs=30)


def test_faces_in_one_plane_have_no_edge_between_them() -> None:
    halves = [Extrude("join", "XY", z, z + 0.5, (Rectangle(0, 0, 1, 1),)) for z in (0.0, 0.5)]
    assert (pixels(*halves) == pixels(CUBE)).all()
    made = body(tuple(halves))
    heights = made.points[edges(made)][..., 2]  # of both ends
    assert not (heights == 0.5).all(axis=1).any()


def test_a_cylinder_has_two_round_edges_and_no_seams() -> None:
    made = body((Extrude("join", "XY", 0.0, 0.5, (Circle(0.5, 0.5, 0.5),)),), 64)
    assert len(edges(made)) == 128


def test_perspective_and_lower_cameras_change_the_outline() -> None:
    near = pixels(CUBE, camera=PartCamera(perspective=0.4))
    low = pixels(CUBE, camera=PartCamera(elevation=10.0))
    assert (near != pixels(CUBE)).any()
    tops = [np.flatnonzero((shown[..., 0] < 250).any(axis=0)).size for shown in (near, low)]
    assert min(tops) > 200


@pytest.mark.parametrize("line", [0, 1, 3])
def test_lines_are_as_wide_as_asked(line: int) -> None:
    shown = pixels(CUBE, look=replace(PUBLISHED, line=float(line)))
    black = (shown[..., 0] == 0).sum()
    assert black == 0 if line == 0 else black == pytest.approx(1230 * line, rel=0.4)


def test_other_looks() -> None:
    look = Look(size=200, grey=(50, 250), light=(0, 1, 0), tint=(5, 0, -5), antialias=2)
    shown = pixels(CUBE, look=replace(look, background=(200.0, 210.0, 220.0)))
    assert shown.shape == (200, 200, 3)
    assert shown[0, 0].tolist() == [200, 210, 220]
    assert len(np.unique(shown[..., 0])) > 4  # blended lines, faces of different greys


def test_the_curve_of_greys_rises() -> None:
    assert (np.diff(PUBLISHED_GREY) > 0).all()


@pytest.mark.parametrize("seed", range(5))
def test_every_sampled_part_can_be_drawn(seed: int) -> None:
    made = body(sample(np.random.default_rng(seed)).steps, 32)
    shown = np.asarray(draw_part(made))
    assert 0.001 < (shown[..., 0] < 250).mean() < 0.7
