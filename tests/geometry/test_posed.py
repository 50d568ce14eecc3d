"""Objects with their joints moved: what is closed, posed codes and scenes, and their files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import trimesh
from written import bounds_in

import geometry
from geometry.articulation import Link, articulate, motion
from geometry.export.write import export
from geometry.posing import angles, posed
from geometry.program import Program, parse
from geometry.schema.template import Template
from geometry.solids.primitives import rotation
from geometry.solids.tessellate import merged, tessellate

CATEGORIES = geometry.categories()
SEEDS = range(8)


def sampled(category: str, seed: int) -> dict[str, Any]:
    return geometry.sample(category, np.random.default_rng([10, seed]))


def moved(links: list[Link], values: dict[str, float]) -> np.ndarray:
    """All corners of the object, each link moved by its matrix, sorted."""
    pieces = []
    for link, matrix in zip(links, motion(links, values), strict=True):
        for points, _ in tessellate([solid for _, solid in link.members], 16):
            pieces.append(points @ matrix[:3, :3].T + matrix[:3, 3])
    return extent(np.concatenate(pieces))


def extent(points: np.ndarray) -> np.ndarray:
    """Bounds and the middle of all corners: what differs when a part is elsewhere."""
    return np.concatenate([points.min(0), points.max(0), points.mean(0)])


def some_values(links: list[Link], rng: np.random.Generator) -> dict[str, float]:
    joints = [link.joint for link in links if link.joint and not link.joint.follows]
    return {joint.name: float(rng.uniform(*joint.limits)) for joint in joints}


@pytest.mark.parametrize("category", CATEGORIES)
def test_a_posed_object_is_where_its_joints_put_it(category: str) -> None:
    for seed in SEEDS:
        code = sampled(category, seed)
        links = articulate(code)
        values = some_values(links, np.random.default_rng(seed))
        subject = posed(code, values)
        if isinstance(subject, trimesh.Scene):
            got = merged([(g.vertices, g.faces) for g in subject.geometry.values()])[0]
            wanted = merged(
                [
                    (points @ matrix[:3, :3].T + matrix[:3, 3], faces)
                    for link, matrix in zip(links, motion(links, values), strict=True)
                    for _, solid in link.members
                    for points, faces in tessellate([solid], 64)
                ]
            )[0]
            assert extent(got) == pytest.approx(extent(wanted), abs=1e-9)
        else:
            got = geometry.mesh(subject, segments=16).vertices
            assert extent(got) == pytest.approx(moved(links, values), abs=1e-6)


@pytest.mark.parametrize("category", CATEGORIES)
def test_closed_is_within_reach(category: str) -> None:
    for seed in SEEDS:
        for link in articulate(sampled(category, seed))[1:]:
            joint = link.joint
            assert joint is not None
            low, high = joint.limits
            slack = 0.05 * (high - low)
            assert low - slack <= joint.closed <= high + slack, link.name
            assert joint.opening(joint.closed) == 0
            assert max(joint.opening(low), joint.opening(high)) >= 0


@pytest.mark.parametrize(
    "category", ["Laptop", "Box", "Table", "Microwave", "Refrigerator", "Safe", "Stapler"]
)
def test_an_object_that_was_closed_says_so(category: str) -> None:
    """Closing all joints of an open object gives one whose joints are all at zero."""
    tried = 0
    for seed in SEEDS:
        code = sampled(category, seed)
        joints = [link.joint for link in articulate(code) if link.joint]
        values = {joint.name: joint.closed for joint in joints if not joint.follows}
        subject = posed(code, values)
        if isinstance(subject, Program):
            tried += 1
            for link in articulate(subject)[1:]:
                assert link.joint is not None
                assert link.joint.opening() == pytest.approx(0, abs=1e-6), link.name
    assert tried


def test_a_shut_laptop_is_flat() -> None:
    for seed in SEEDS:
        code = sampled("Laptop", seed)
        joint = articulate(code)[1].joint
        assert joint is not None
        shut = geometry.mesh(posed(code, {joint.name: joint.closed})).extents
        parts = [p["parameters"]["size"] for p in code["conceptualization"][:2]]
        assert shut[1] < sum(min(size) for size in parts) + 0.25 * min(shut[0], shut[2])


@pytest.mark.parametrize("order", ["xyz", "yxz", "zxy", "yzx", "xzy", "zyx"])
def test_angles_are_the_inverse_of_a_rotation(order: str) -> None:
    rng = np.random.default_rng(3)
    for turn in [*rng.uniform(-180, 180, (40, 3)), (30, 90, 40), (90, 20, 10), (-90, 0, 5)]:
        matrix = np.array(rotation(*turn, order))
        assert np.array(rotation(*angles(matrix, order), order)) == pytest.approx(matrix, abs=1e-7)


def test_files_are_made_of_the_posed_object(tmp_path: Path) -> None:
    code = sampled("Box", 1)
    links = articulate(code)
    values = {
        link.joint.name: link.joint.closed
        for link in links
        if link.joint and not link.joint.follows
    }
    subject = posed(code, values)
    wanted = geometry.mesh(subject) if isinstance(subject, Program) else subject.to_mesh()
    for suffix in (".glb", ".obj", ".stl"):
        written = trimesh.load_scene(export(subject, tmp_path / f"box{suffix}")).to_mesh()
        assert written.bounds == bounds_in(suffix, wanted, 3e-4 if suffix == ".stl" else 1e-4)


def test_an_unknown_joint_is_named() -> None:
    with pytest.raises(KeyError, match="no joint 'wing'"):
        posed(sampled("Chair", 1), {"wing": 3})


@pytest.mark.parametrize("category", CATEGORIES)
def test_only_what_moves_is_built_again(category: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once for the numbers that state an opening, and once for the place of what moves along."""
    built: list[Template] = []
    build = Template.solids_of

    def counting(template: Template, parameters: Mapping[str, Any]) -> Any:
        built.append(template)
        return build(template, parameters)

    for seed in SEEDS:
        program = parse(sampled(category, seed))
        values = some_values(articulate(program), np.random.default_rng(seed))
        with monkeypatch.context() as patch:
            patch.setattr(Template, "solids_of", counting)
            built.clear()
            subject = posed(program, values)
            if not isinstance(subject, Program):
                continue
            geometry.mesh(subject)
        changes = 0
        for before, after in zip(program.parts, subject.parts, strict=True):
            names = {n for n, v in after.parameters.items() if before.parameters[n] != v}
            changes += bool(names & {"position", "rotation"}) + bool(
                names - {"position", "rotation"}
            )
        assert len(built) == changes
