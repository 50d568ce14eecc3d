"""Cameras, drawings and lines of a fit."""

from __future__ import annotations

import numpy as np
import pytest

import geometry
from geometry.draw.zbuffer import visible_faces, weights_at
from geometry.view import View, view_of
from img2code.fit.camera import Camera, framed, turned
from img2code.fit.drawing import Drawing
from img2code.fit.lines import edges, outline

SIDE = 128


def disc(radius: float) -> np.ndarray:
    row, column = np.mgrid[:SIDE, :SIDE] + 0.5
    inside: np.ndarray = np.hypot(row - SIDE / 2, column - SIDE / 2) < radius
    return inside


def mug(view: View) -> Drawing:
    mesh = geometry.mesh(geometry.sample("Mug", np.random.default_rng(1)))
    points = turned(np.asarray(mesh.vertices), view)
    camera = framed(points, (20.0, 10.0, 100.0, 90.0), SIDE, Camera(1.0).focal)
    return Drawing(points, np.asarray(mesh.faces), camera, SIDE)


def test_a_camera_is_the_same_in_a_cut_and_in_the_whole() -> None:
    whole, square = Camera(4.0, 0.1, -0.2), (30.0, 50.0, 90.0, 110.0)
    points = np.random.default_rng(0).normal(size=(20, 3))
    far = whole.project(points, 200)
    near = whole.cut_to(square, 200).project(points, 60)
    assert near[:, :2] + [30, 50] == pytest.approx(far[:, :2])
    back = whole.cut_to(square, 200).cut_from(square, 200)
    assert (back.x, back.y, back.focal) == pytest.approx((whole.x, whole.y, whole.focal))


def test_a_framed_object_fills_its_box() -> None:
    drawing = mug(View(40, 20))
    seen = drawing.camera.project(drawing.points, SIDE)[:, :2]
    assert seen.min(0) + seen.max(0) == pytest.approx([120, 100], abs=0.5)
    assert np.prod(np.ptp(seen, axis=0)) == pytest.approx(80 * 80, rel=0.02)


def test_weights_say_which_point_of_a_face_is_seen() -> None:
    drawing = mug(View(-30, 25, 4))
    rows, columns = np.nonzero(drawing.mask)
    face, weights = drawing.at(np.stack([columns + 0.5, rows + 0.5], 1))
    points = np.einsum("nkc,nk->nc", drawing.points[drawing.faces[face]], weights)
    again = drawing.camera.project(points, SIDE)[:, :2]
    assert weights.min() > -1e-6
    assert again == pytest.approx(np.stack([columns + 0.5, rows + 0.5], 1), abs=1e-6)
    assert weights.sum(1) == pytest.approx(1.0)


def test_the_nearest_face_is_seen() -> None:
    near = [[0, 0, 2.0], [90, 0, 2.0], [0, 90, 2.0]]
    far = [[0, 0, 1.0], [90, 0, 1.0], [90, 90, 1.0]]
    face = visible_faces(np.array([far, near]), 64)
    assert face[10, 10] == 1
    assert face[10, 40] == 1
    assert face[60, 62] == 0
    assert (
        weights_at(np.array([far, near]), np.array([1]), *np.array([[0.0], [0.0]])) == [1, 0, 0]
    ).all()


def test_an_outline_lies_on_the_border_and_points_outwards() -> None:
    found = outline(disc(40))
    outwards = found.points - SIDE / 2
    distance = np.linalg.norm(outwards, axis=1)
    assert np.abs(distance - 39.5).max() < 1
    assert (np.einsum("ij,ij->i", found.normals, outwards / distance[:, None]) > 0.97).all()


def test_edges_are_where_colours_change_inside() -> None:
    colours = np.full((SIDE, SIDE, 3), 200.0)
    colours[:, 70:] = 90
    found = edges(colours, disc(50))
    assert len(found) > 60
    assert np.abs(found.points[:, 0] - 70).max() <= 1
    assert np.abs(found.normals[:, 0]).min() > 0.95
    assert not len(edges(np.full((SIDE, SIDE, 3), 99.0), disc(50)))


def test_creases_are_where_the_shape_breaks() -> None:
    box = geometry.parse(
        {
            "category": "Mug",
            "conceptualization": [
                {
                    "template": "Cylindrical_Body",
                    "parameters": {"outer_size": [1, 1, 2], "inner_size": [0.9, 0.9, 1.8]},
                }
            ],
        }
    )
    mesh = geometry.mesh(box, segments=96)
    points = turned(np.asarray(mesh.vertices), View(0, 30))
    camera = framed(points, (14.0, 14.0, 114.0, 114.0), SIDE, Camera(1.0).focal)
    drawing = Drawing(points, np.asarray(mesh.faces), camera, SIDE)
    assert len(drawing.creases) > 60
    assert np.quantile(drawing.creases.points[:, 1], 0.8) < 64  # round the opening


def test_a_view_is_its_angles() -> None:
    view = view_of(View(33.3, 12.5, -4.2).angles())
    assert (view.yaw, view.elevation, view.roll) == pytest.approx((33.3, 12.5, -4.2))
