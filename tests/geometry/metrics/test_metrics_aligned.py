"""The published protocol: it finds the rotation, and scores what is left."""

from __future__ import annotations

import numpy as np
import pytest
import trimesh

import geometry
from geometry.metrics.aligned import F_AT, aligned_scores
from geometry.solids.primitives import rotation


def turned(mesh: trimesh.Trimesh, x: float, y: float, z: float) -> trimesh.Trimesh:
    matrix = np.array(rotation(x, y, z))
    return trimesh.Trimesh(mesh.vertices @ matrix.T, mesh.faces, process=False)


@pytest.fixture(scope="module")
def chair() -> trimesh.Trimesh:
    return geometry.mesh(geometry.sample("Chair", np.random.default_rng(3)))


def test_an_object_agrees_with_itself(chair: trimesh.Trimesh) -> None:
    scores = aligned_scores(chair, chair)
    assert [scores[axis] for axis in ("yaw", "pitch", "roll")] == [0, 0, 0]
    assert scores["chamfer"] < 0.012
    assert [scores[f"f_{at}"] for at in F_AT[1:]] == pytest.approx([1, 1, 1], abs=0.02)
    assert 0.5 < scores["f_0.005"] < 0.9  # 30,000 points lie about this far apart


@pytest.mark.parametrize(
    ("angles", "found"), [((0, 90, 0), (-90, 0, 0)), ((90, 0, 0), (0, -90, 0))]
)
def test_quarter_turns_are_found_and_undone(
    chair: trimesh.Trimesh, angles: tuple[float, ...], found: tuple[float, ...]
) -> None:
    scores = aligned_scores(chair, turned(chair, *angles))
    assert (scores["yaw"], scores["pitch"], scores["roll"]) == found
    assert scores["f_0.01"] > 0.97


def test_size_and_place_do_not_matter(chair: trimesh.Trimesh) -> None:
    other = trimesh.Trimesh(chair.vertices * 7 + [3, -2, 5], chair.faces, process=False)
    assert aligned_scores(chair, other)["f_0.01"] > 0.97


def test_a_different_object_scores_less(chair: trimesh.Trimesh) -> None:
    mug = geometry.mesh(geometry.sample("Mug", np.random.default_rng(0)))
    scores = aligned_scores(chair, mug)
    assert scores["f_0.02"] < 0.6
    assert scores["chamfer"] > 0.05
