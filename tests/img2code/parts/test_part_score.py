"""The two protocols: what they forgive, and what they do not."""

from __future__ import annotations

import numpy as np
import pytest
import trimesh

from img2code.parts.score import best, chamfer, manifold_of, overlap, unit

BOX = trimesh.creation.box((4, 2, 1))


def moved(mesh: trimesh.Trimesh, *matrices: np.ndarray) -> trimesh.Trimesh:
    copy = mesh.copy()
    for matrix in matrices:
        copy.apply_transform(matrix)
    return copy


TURN = trimesh.transformations.rotation_matrix(0.7, (1, 2, 3))
FAR = trimesh.transformations.translation_matrix((5, -3, 2)) @ np.diag([3, 3, 3, 1.0])


def test_unit_forgives_place_and_size_only() -> None:
    box = manifold_of(BOX)
    assert unit(box, manifold_of(moved(BOX, FAR))) == pytest.approx(1)
    assert unit(box, manifold_of(moved(BOX, TURN))) < 0.8


def test_best_forgives_turns_too() -> None:
    assert best(manifold_of(BOX), manifold_of(moved(BOX, FAR, TURN))) == pytest.approx(1, abs=1e-6)


def test_overlap_is_intersection_over_union() -> None:
    shifted = moved(BOX, trimesh.transformations.translation_matrix((2, 0, 0)))
    assert overlap(manifold_of(BOX), manifold_of(shifted)) == pytest.approx(1 / 3)


def test_chamfer_is_small_for_the_same_and_grows() -> None:
    slab = trimesh.creation.box((4, 2, 2))
    assert chamfer(BOX, moved(BOX, FAR)) < 1
    assert chamfer(BOX, slab) > 5


def test_what_is_open_is_no_solid() -> None:
    open_box = trimesh.Trimesh(BOX.vertices, BOX.faces[:-2], process=False)
    assert manifold_of(open_box) is None
