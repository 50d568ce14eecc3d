"""Metrics on shapes whose answers are known."""

from __future__ import annotations

import numpy as np
import pytest
import trimesh

from geometry.metrics import own_frame

ALL = list(range(0, 360, 5))


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(5)


def box(x: float = 1, y: float = 1, z: float = 1, at: tuple[float, ...] = (0, 0, 0)):
    return trimesh.creation.box((x, y, z)).apply_translation(at)


def cylinder(radius: float = 0.5, height: float = 1) -> trimesh.Trimesh:
    upright = trimesh.transformations.rotation_matrix(np.pi / 2, [1, 0, 0])
    return trimesh.creation.cylinder(radius, height, sections=64).apply_transform(upright)


def mug() -> trimesh.Trimesh:
    return trimesh.util.concatenate([cylinder(), box(0.08, 0.5, 0.3, (0, 0, 0.6))])


def test_points_lie_on_the_surface_in_proportion_to_area(rng: np.random.Generator) -> None:
    points = own_frame.surface_points(box(2, 1, 1), 20_000, rng)
    on = np.isclose(np.abs(points), [1, 0.5, 0.5])
    assert on.any(axis=1).all()
    assert np.abs(points).max(axis=0) == pytest.approx([1, 0.5, 0.5])
    # of the area 10, the two faces across x have 2
    assert on[:, 0].mean() == pytest.approx(0.2, abs=0.01)
    assert points.mean(axis=0) == pytest.approx([0, 0, 0], abs=0.02)


def test_points_repeat_with_the_generator() -> None:
    first, second = (
        own_frame.surface_points(mug(), 50, np.random.default_rng(3)) for _ in range(2)
    )
    assert (first == second).all()


def test_a_mesh_without_area_has_no_points(rng: np.random.Generator) -> None:
    flat = trimesh.Trimesh(np.zeros((3, 3)), [[0, 1, 2]], process=False)
    with pytest.raises(ValueError, match="without area"):
        own_frame.surface_points(flat, 10, rng)


def test_chamfer_and_f1_of_points() -> None:
    a = np.array([[0.0, 0, 0], [10, 0, 0]])
    b = np.array([[0.0, 0, 3], [10, 0, 4], [10, 0, 0]])
    # there: 3 and 0; back: 3, 4 and 0
    assert own_frame.chamfer(a, b) == pytest.approx((3 / 2 + 7 / 3) / 2)
    assert own_frame.chamfer(a, a) == 0
    assert own_frame.f1(a, b, 1.0) == pytest.approx(2 * (1 / 2) * (1 / 3) / (1 / 2 + 1 / 3))
    assert own_frame.f1(a, b, 3.0) == pytest.approx(2 * 1 * (2 / 3) / (5 / 3))
    assert own_frame.f1(a, b + 100, 3.0) == 0.0


@pytest.mark.parametrize("change", ["same", "moved", "grown"])
def test_shape_scores_ignore_place_and_size(change: str) -> None:
    other = mug()
    if change == "moved":
        other.apply_translation([3, -2, 7])
    if change == "grown":
        other.apply_scale(2.5)
    scores = own_frame.shape_scores(mug(), other)
    assert set(scores) == {"chamfer", "f1_5", "f1_2"}
    assert scores["f1_5"] == 1.0
    assert scores["f1_2"] > 0.99
    assert scores["chamfer"] < 0.01


def test_shape_scores_do_not_align() -> None:
    wide, deep = box(3, 1, 1), box(1, 1, 3)
    assert own_frame.shape_scores(wide, deep)["f1_5"] < 0.5
    assert own_frame.shape_scores(wide, wide.copy())["f1_5"] == 1.0


def test_shape_scores_of_a_known_gap() -> None:
    """Two plates 4 % of the diagonal apart count at 5 % and not at 2 %."""
    one = trimesh.util.concatenate([box(1, 0.001, 1, (0, -0.5, 0)), box(1, 0.001, 1, (0, 0.5, 0))])
    gap = 0.08 * np.linalg.norm(one.extents)
    ends = [box(0.001, 0.001, 0.001, (0, y, 0)) for y in (-0.5, 0.5)]
    plates = [box(1, 0.001, 1, (0, y, 0)) for y in (-0.5 + gap / 2, 0.5 - gap / 2)]
    scores = own_frame.shape_scores(one, trimesh.util.concatenate(plates + ends))
    assert scores["f1_5"] > 0.99
    assert scores["f1_2"] < 0.01


def test_distance_to_a_surface_is_exact(rng: np.random.Generator) -> None:
    points = rng.normal(size=(200, 3)) * 2
    beyond = np.abs(points) - [1, 0.5, 0.25]
    outside = np.linalg.norm(np.maximum(beyond, 0), axis=1)
    expected = np.where(outside > 0, outside, -beyond.max(axis=1))
    found = own_frame.surface_distance(points, box(2, 1, 0.5))
    assert found == pytest.approx(expected, abs=1e-9)


def test_volume_overlap() -> None:
    assert own_frame.volume_iou(box(), box()) == 1.0
    assert own_frame.volume_iou(box(), box(at=(0.5, 0, 0))) == pytest.approx(1 / 3, abs=0.02)
    assert own_frame.volume_iou(box(), box(at=(3, 0, 0))) == 0.0
    ball = trimesh.creation.icosphere(4)
    assert own_frame.volume_iou(ball, box(2, 2, 2)) == pytest.approx(np.pi / 6, abs=0.01)


def test_volume_overlap_counts_overlapping_solids_once() -> None:
    pair = trimesh.util.concatenate([box(), box(at=(0.25, 0.25, 0.25))])
    inverted = pair.copy()
    inverted.invert()
    assert own_frame.volume_iou(pair, inverted) == 1.0
    both = 2 - 0.75**3
    assert own_frame.volume_iou(box(), pair) == pytest.approx(1 / both, abs=0.02)


@pytest.mark.parametrize(
    ("mesh", "expected"),
    [
        (box(), [0, 90, 180, 270]),
        (box(1, 2, 0.4), [0, 180]),
        (cylinder(), ALL),
        (mug(), [0]),
        (box(at=(5, 0, 2)), [0, 90, 180, 270]),
        (trimesh.util.concatenate([box(1, 1, 3), box(0.2, 3, 0.2, (0, 1, 1.4))]), [0]),
    ],
    ids=["cube", "box", "cylinder", "mug", "moved cube", "one-sided box"],
)
def test_yaw_symmetries(mesh: trimesh.Trimesh, expected: list[int]) -> None:
    assert own_frame.yaw_symmetries(mesh) == expected


def test_a_star_of_five_has_five_symmetries() -> None:
    arms = [
        box(0.1, 0.1, 1, (0, 0, 0.5)).apply_transform(
            trimesh.transformations.rotation_matrix(np.radians(72 * k), [0, 1, 0])
        )
        for k in range(5)
    ]
    star = trimesh.util.concatenate(arms)
    assert own_frame.yaw_symmetries(star, step=4) == [0, 72, 144, 216, 288]


@pytest.mark.parametrize(
    ("predicted", "true", "symmetries", "expected"),
    [
        (10, 10, [0], 0),
        (355, 5, [0], 10),
        (-170, 170, [0], 20),
        (0, 180, [0], 180),
        (170, 0, [0, 180], 10),
        (100, 5, [0, 90, 180, 270], 5),
        (123, 0, ALL, 2),
    ],
)
def test_yaw_error(predicted: int, true: int, symmetries: list[int], expected: int) -> None:
    assert own_frame.yaw_error(predicted, true, symmetries) == expected
