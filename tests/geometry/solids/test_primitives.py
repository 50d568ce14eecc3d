"""Every primitive is closed, faces outward and has the volume and area of its formula."""

from __future__ import annotations

import math

import numpy as np
import pytest
import trimesh

from geometry.solids.batch import vertices
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
    TriangularPrism,
)
from geometry.solids.tessellate import tessellate

PI = math.pi
#: (solid, volume, area or None where no short formula exists)
SOLIDS = [
    (Cuboid(2, 3, 4), 24, 52),
    (Cuboid(2, 3, 4, 3, 4, (1, 0.5)), 24, None),
    (Cuboid(2, 3, 4, back_height=4), 36, None),
    (Cuboid(3, 2, 2, 4, 4), 3 / 3 * (4 + 16 + 8), None),
    (Cuboid(3, 0, 0, 4, 4), 16, None),
    (Sphere(2), 32 / 3 * PI, 16 * PI),
    (Sphere(2, 0, 90), 16 / 3 * PI, 12 * PI),
    (Sphere(1, 0, 180, 2, 3), 8 * PI, None),
    (Sphere(2, 60, 120), PI * (4 * 2 - 2 / 3), None),
    (Sphere(2, longitude_angle=90), 8 / 3 * PI, 4 * PI + 4 * PI),
    (Sphere(2, 0, 90, longitude_angle=-90), 4 / 3 * PI, None),
    (Cylinder(3, 2), 12 * PI, 20 * PI),
    (Cylinder(3, 2, 1), PI * 7, None),
    (Cylinder(3, 0, 1), PI, None),
    (Cylinder(3, 2, 2, 1, 1), 6 * PI, None),
    (Cylinder(3, 2, is_half=True), 6 * PI, 6 * PI + 4 * PI + 12),
    (Cylinder(3, 2, is_quarter=True), 3 * PI, 3 * PI + 2 * PI + 12),
    (TriangularPrism(2, 1), 3 * math.sqrt(3) / 2, None),
    (Cone(2, 3), 4 * PI, PI * 4 + PI * 2 * math.sqrt(13)),
    (Cone(2, -3, (1, 1), 1), 2 * PI, None),
    (RectangularRing(2, 4, 4, 2, 2), 24, 32 + 16 + 24),
    (RectangularRing(2, 4, 4, 2, 2, (0.5, 0.25), top_bottom_offset=(1, 0)), 24, None),
    (RectangularRing(2, 4, 4, 2, 2, back_height=3), 30, None),
    (Ring(2, 3, 2), 10 * PI, 20 * PI + 10 * PI),
    (Ring(2, 3, 2, 90), 2.5 * PI, 5 * PI + 2.5 * PI + 4),
    (Ring(2, 3, 2, -90), 2.5 * PI, 5 * PI + 2.5 * PI + 4),
    (Ring(2, 3, 0), 18 * PI, 12 * PI + 18 * PI),
    (Ring(2, 3, 2, x_z_ratio=2), 20 * PI, None),
    (Ring(2, 3, 2, back_height=4, generatrix_offset=1), None, None),
    (Torus(3, 1), 6 * PI * PI, 12 * PI * PI),
    (Torus(3, 1, 180), 3 * PI * PI, 6 * PI * PI + 2 * PI),
    (Torus(3, 1, 180, 0.5), None, None),
    (BoxCylinderRing(4, 4, 2, 1), 32 - 2 * PI, 32 + 32 - 2 * PI + 4 * PI),
    (BoxCylinderRing(4, 6, 2, 1, (1, 0.5)), 48 - 2 * PI, None),
    (CylinderBoxRing(3, 2, 2, 1), 18 * PI - 4, 18 * PI - 4 + 12 * PI + 12),
    (CylinderBoxRing(3, 2, 2, 1, (0.5, -1)), 18 * PI - 4, None),
]


def mesh_of(solid: Solid, segments: int = 256) -> trimesh.Trimesh:
    ((points, faces),) = tessellate([solid], segments)
    return trimesh.Trimesh(points, faces, process=False)


@pytest.mark.parametrize(("solid", "volume", "area"), SOLIDS, ids=lambda v: str(v)[:60])
@pytest.mark.parametrize("segments", [256, 12])
def test_closed_and_outward(
    solid: Solid, volume: float | None, area: float | None, segments: int
) -> None:
    mesh = mesh_of(solid.turn(20, 30, 40).at(1, 2, 3), segments)
    assert mesh.is_watertight
    assert mesh.is_winding_consistent
    assert mesh.volume > 0
    if segments == 256:
        if volume is not None:
            assert mesh.volume == pytest.approx(volume, rel=2e-3)
        if area is not None:
            assert mesh.area == pytest.approx(area, rel=2e-3)


@pytest.mark.parametrize("solid", [solid for solid, *_ in SOLIDS], ids=lambda v: str(v)[:60])
def test_batches_face_outward_as_single_solids_do(solid: Solid) -> None:
    """But for those of negative height or sweep: a batch turns no face round."""
    single = mesh_of(solid, 12)
    points, faces = vertices([solid], 12)
    batched = trimesh.Trimesh(points, faces, process=False)
    turns = (getattr(solid, name, 1) for name in ("height", "exist_angle", "longitude_angle"))
    outward = -1 if min(turns) < 0 else 1
    assert batched.volume == pytest.approx(outward * single.volume, rel=1e-6)


@pytest.mark.parametrize("solid", [Cuboid(0, 0, 2), Cylinder(0, 0), Torus(1, 0), Ring(1, 1, 1, 0)])
def test_solids_without_area_are_dropped(solid: Solid) -> None:
    assert tessellate([solid]) == []
    assert len(tessellate([solid, Cuboid(1, 1, 1)])) == 1


def test_negative_sizes_still_face_outward() -> None:
    for solid in (Cuboid(-2, 3, 4), Cylinder(-3, 2), Torus(3, 1, -180)):
        assert mesh_of(solid).volume > 0


def test_sweeps_start_on_x_and_turn_to_z() -> None:
    points = mesh_of(Torus(3, 0.1, 90)).vertices
    assert points[:, 0].min() > -0.2
    assert points[:, 2].min() > -0.2
    assert points[:, 2].max() > 2.9


def test_turn_is_extrinsic_and_composes() -> None:
    """x first, then y, then z about fixed axes; `at` after `turn` moves the turned solid."""
    solid = Cuboid(1, 1, 1).turn(90, 90, 0).at(1, 0, 0)
    matrix = np.array(solid.rotation)
    assert matrix @ [0, 0, 1] == pytest.approx([0, -1, 0])
    assert matrix @ [0, 1, 0] == pytest.approx([1, 0, 0])
    assert solid.offset == (1, 0, 0)
    assert np.array(Cuboid(1, 1, 1).turn(10, 20, 30, order="zyx").rotation) == pytest.approx(
        np.array(Cuboid(1, 1, 1).turn(z=30).turn(y=20).turn(x=10).rotation)
    )


def test_segments_change_only_the_fineness() -> None:
    coarse, fine = mesh_of(Sphere(1), 16), mesh_of(Sphere(1), 128)
    assert len(coarse.faces) < len(fine.faces)
    assert fine.volume == pytest.approx(coarse.volume, rel=0.1)
