"""URDF files: read by yourdfpy, simulated by pybullet without a word, true to the object."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pybullet
import pytest
import trimesh
import yourdfpy

import geometry
from geometry.articulation import Link, articulate, motion
from geometry.export.urdf import write_urdf
from geometry.solids.convex_pieces import convex_pieces
from geometry.solids.primitives import (
    BoxCylinderRing,
    Cone,
    Cuboid,
    Cylinder,
    CylinderBoxRing,
    RectangularRing,
    Ring,
    Solid,
    Sphere,
    Torus,
)
from geometry.solids.tessellate import tessellate

CATEGORIES = geometry.categories()
SEEDS = range(3)


@pytest.fixture(scope="module")
def client() -> Iterator[int]:
    number = pybullet.connect(pybullet.DIRECT)
    yield number
    pybullet.disconnect(number)


def sampled(category: str, seed: int) -> dict:
    return geometry.sample(category, np.random.default_rng([7, seed]))


def middle_values(links: list[Link]) -> dict[str, float]:
    """Every joint that leads moved to a point between its limits that is not the given pose."""
    return {
        link.joint.name: 0.7 * link.joint.limits[1] + 0.2 * link.joint.limits[0]
        for link in links[1:]
        if link.joint and not link.joint.follows
    }


@pytest.mark.parametrize("category", CATEGORIES)
def test_loaded_and_moved_it_is_the_object_moved(category: str, tmp_path: Path) -> None:
    """yourdfpy's scene at a configuration has the bounds of our own articulated object."""
    for seed in SEEDS:
        code = sampled(category, seed)
        links = articulate(code)
        path = write_urdf(code, tmp_path / f"{category} {seed}.urdf")
        robot = yourdfpy.URDF.load(str(path))
        assert robot.validate()
        assert len(robot.joint_map) == len(links) - 1
        values = middle_values(links)
        kinds = {link.joint.name: link.joint.kind for link in links[1:] if link.joint}
        units = {name: 1.0 if kinds[name] == "prismatic" else np.pi / 180 for name in values}
        robot.update_cfg(
            {f"{name.replace('.', '_')}_joint": v * units[name] for name, v in values.items()}
        )
        moved = []
        for link, matrix in zip(links, motion(links, values), strict=True):
            for points, _ in tessellate([solid for _, solid in link.members], 48):
                moved.append(points @ matrix[:3, :3].T + matrix[:3, 3])
        points = np.concatenate(moved)[:, [2, 0, 1]]
        size = np.linalg.norm(np.ptp(points, axis=0))
        bounds = np.array([points.min(0), points.max(0)])
        assert robot.scene.bounds == pytest.approx(bounds, abs=1e-3 * size)


@pytest.mark.parametrize("category", CATEGORIES)
def test_simulated_without_a_word(
    category: str, tmp_path: Path, client: int, capfd: pytest.CaptureFixture[str]
) -> None:
    """Loads silently, has mass, stays finite and within its limits, and motors move the joints."""
    code = sampled(category, 1)
    path = write_urdf(code, tmp_path / "object.urdf")
    pybullet.resetSimulation(client)
    pybullet.setGravity(0, 0, -9.81, physicsClientId=client)
    body = pybullet.loadURDF(str(path), useFixedBase=True, physicsClientId=client)
    assert capfd.readouterr() == ("", "")
    links = articulate(code)
    joints = range(pybullet.getNumJoints(body, client))
    assert len(joints) == len(links) - 1
    assert all(pybullet.getDynamicsInfo(body, j, client)[0] > 0 for j in joints)
    for _ in range(120):
        pybullet.stepSimulation(client)
    for joint in joints:
        info = pybullet.getJointInfo(body, joint, client)
        angle = pybullet.getJointState(body, joint, client)[0]
        low, high = info[8:10]
        assert np.isfinite(angle)
        if low < high:
            slack = 0.02 * (high - low) + 1e-3
            assert low - slack <= angle <= high + slack, info[1]
    assert capfd.readouterr() == ("", "")


SOLIDS = [
    Cuboid(1, 0.6, 0.4, 0.8, 0.5, (0.1, 0.05)),
    Cylinder(0.7, 0.3, 0.4, 0.2),
    Cylinder(0.7, 0.3, is_half=True),
    Sphere(0.5, 20, 100),
    Cone(0.4, 0.9, (0.1, 0)),
    RectangularRing(0.5, 1, 0.8, 0.7, 0.6, back_height=0.7),
    Ring(0.5, 1, 0.8),
    Ring(0.5, 1, 0.8, 200, x_z_ratio=0.6),
    Torus(1, 0.1),
    Torus(1, 0.1, 130, 0.05),
    BoxCylinderRing(1, 1.2, 0.4, 0.3, (0.1, -0.05)),
    CylinderBoxRing(0.6, 0.4, 0.3, 0.5),
]


@pytest.mark.parametrize("solid", SOLIDS, ids=lambda s: type(s).__name__)
def test_convex_pieces_fill_the_solid(solid: Solid) -> None:
    placed = solid.turn(20, 40).at(1, 2, 3)
    (points, faces) = tessellate([placed], 24)[0]
    pieces = [trimesh.Trimesh(p.points, p.faces) for p in convex_pieces(placed)]
    whole = trimesh.Trimesh(points, faces)
    assert all(piece.is_convex and piece.volume > 0 for piece in pieces)
    together = trimesh.util.concatenate(pieces)
    assert together.bounds == pytest.approx(whole.bounds, abs=1e-6)
    # the hull of a section of a ring fills the arc between its ends as well
    assert whole.volume * 0.99 < together.volume < whole.volume * 1.45


def test_an_object_without_a_surface_is_refused(tmp_path: Path) -> None:
    code = {
        "category": "Mug",
        "conceptualization": [{"template": "Single_Cylinder", "parameters": {"size": [0, 0]}}],
    }
    with pytest.raises(geometry.CodeError, match="no part with a surface"):
        write_urdf(code, tmp_path / "x.urdf")
    assert list(tmp_path.iterdir()) == []
