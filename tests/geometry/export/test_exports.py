"""What leaves the product: one closed body for makers, mechanisms that rest, sizes and axes."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import cadquery
import mujoco
import numpy as np
import pybullet
import pytest
import trimesh

import geometry
from geometry.errors import CodeError, ExportWarning
from geometry.export.bodies import rigid_bodies
from geometry.export.clearance import separated
from geometry.export.mass import UNKNOWN
from geometry.export.sizes import CONVENTIONS, Size, placed, read_size
from geometry.export.united import Flaws, flaws, shells, united
from geometry.export.write import SCENE_EXPORTERS, export
from geometry.solids.convex import clipped, convex, volumes_above
from geometry.solids.primitives import Cuboid, Cylinder, Ring
from geometry.solids.tessellate import tessellate

CATEGORIES = geometry.categories()
MUG = {
    "category": "Mug",
    "conceptualization": [
        {
            "template": "Cylindrical_Body",
            "parameters": {"outer_size": [0.5, 0.45, 1.2], "inner_size": [0.44, 0.4, 1.14]},
        }
    ],
}
NOTHING_WRONG = Flaws(0, 0, 0)


def sampled(category: str, seed: int = 11) -> dict:
    return geometry.sample(category, np.random.default_rng(seed))


# ------------------------------------------------------------ one body


@pytest.mark.parametrize("category", CATEGORIES)
def test_stl_and_ply_are_one_closed_body(category: str, tmp_path: Path) -> None:
    for suffix in (".stl", ".ply"):
        path = export(sampled(category), tmp_path / f"object{suffix}")
        mesh = trimesh.load(path, process=False, force="mesh")
        assert flaws(mesh.vertices, mesh.faces) == NOTHING_WRONG
        assert mesh.volume > 0


def test_solids_that_only_touch_along_an_edge_become_one_body() -> None:
    boxes = [Cuboid(1, 1), Cuboid(1, 1).at(1, 1, 0), Cuboid(1, 1).at(0, 0, 1)]
    body = united(tessellate(boxes))
    assert body is not None
    assert flaws(body.points, body.faces) == NOTHING_WRONG
    assert len(shells(body.points, body.faces)) == 1
    assert body.volume == pytest.approx(3, rel=1e-3)


def test_overlaps_count_once_and_what_is_inside_vanishes() -> None:
    body = united(tessellate([Cuboid(2, 2), Cuboid(1, 1), Cuboid(2, 2).at(1, 0, 0)]))
    assert body is not None
    assert body.volume == pytest.approx(12, rel=1e-3)
    assert set(body.solids) <= {0, 2}


def test_flaws_are_found() -> None:
    box, other = trimesh.creation.box(), trimesh.creation.box().apply_translation([1, 1, 0])
    assert flaws(box.vertices, box.faces) == NOTHING_WRONG
    assert flaws(box.vertices, box.faces[1:]).open == 3
    twice = trimesh.util.concatenate([box, box])
    assert flaws(twice.vertices, twice.faces).coincident == 12
    touching = trimesh.util.concatenate([box, other])
    assert flaws(touching.vertices, touching.faces).crossing == 1


def test_what_cannot_be_united_is_written_as_it_is_and_said(tmp_path: Path) -> None:
    scene = trimesh.Scene()
    box = trimesh.creation.box()
    scene.add_geometry(trimesh.Trimesh(box.vertices, box.faces[1:], process=False))
    with pytest.warns(ExportWarning, match="could not be united"):
        path = export(scene, tmp_path / "open.stl")
    assert len(trimesh.load(path).faces) == 11


# ------------------------------------------------------------ units and axes


@pytest.mark.parametrize("suffix", SCENE_EXPORTERS)
def test_each_format_has_its_unit_and_axis(suffix: str, tmp_path: Path) -> None:
    extents = geometry.mesh(MUG, 64).extents
    convention = CONVENTIONS[suffix]
    shape = trimesh.load(export(MUG, tmp_path / f"mug{suffix}", scale=0.1), force="mesh")
    turned = extents[[0, 2, 1]] if convention.up == "z" else extents
    assert shape.extents == pytest.approx(0.1 * convention.per_metre * turned, rel=1e-3)


def test_an_axis_can_be_chosen_where_the_format_leaves_it_open(tmp_path: Path) -> None:
    tall = trimesh.load(export(MUG, tmp_path / "y.stl", up="y")).extents
    assert tall.argmax() == 1
    with pytest.raises(CodeError, match=r"y up, which a \.glb file always has"):
        export(MUG, tmp_path / "mug.glb", up="z")
    assert placed(".stl", None)[:3, :3] @ [0, 0, 1] == pytest.approx([0, -1000, 0])


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("95mm", Size("size", 0.095)),
        ("height=9.5 cm", Size("height", 0.095)),
        ("Width=0.3m", Size("width", 0.3)),
        ("depth=4in", Size("depth", 0.1016)),
    ],
)
def test_sizes_are_read(text: str, size: Size) -> None:
    found = read_size(text)
    assert found.measure == size.measure
    assert found.metres == pytest.approx(size.metres)


def test_mass_is_volume_by_density_at_any_size() -> None:
    whole = united(tessellate([Cylinder(1.2, 0.5)]))
    assert whole is not None
    full, small = (rigid_bodies(geometry.rescale(MUG, factor)) for factor in (1, 0.1))
    assert small.bodies[0].mass == pytest.approx(full.bodies[0].mass / 1000, rel=1e-3)
    assert 0 < full.bodies[0].mass < UNKNOWN.density * whole.volume
    assert small.bodies[0].inertia == pytest.approx(full.bodies[0].inertia * 1e-5, rel=1e-3)


@pytest.mark.parametrize(
    "inner", [[0.66, 0.3, 1.43], [0.58, 0.65, 0.91], [0.7, 0.7, 0.4], [0.6, 0.6, 1.5]]
)
def test_walls_that_pass_through_themselves_weigh_what_a_body_can(
    inner: list[float], tmp_path: Path
) -> None:
    size = {"outer_size": [0.6, 0.4, 1.1], "inner_size": inner}
    part = {"template": "Cylindrical_Body", "parameters": size}
    path = export({"category": "Bucket", "conceptualization": [part]}, tmp_path / "bucket.xml")
    model = mujoco.MjModel.from_xml_path(str(path))  # refuses what no body can have
    assert model.body_mass[1] > 0
    least, middle, most = np.sort(model.body_inertia[1])
    assert least > 0
    assert least + middle >= most
    assert np.abs(model.body_ipos[1]).max() < 1.1


# ------------------------------------------------------------ mechanisms


@pytest.mark.parametrize("category", CATEGORIES)
@pytest.mark.parametrize("suffix", [".urdf", ".xml"])
def test_at_rest_nothing_touches_and_nothing_moves(
    category: str, suffix: str, tmp_path: Path
) -> None:
    """In MuJoCo, which lets a fixed base and what it carries collide in a URDF."""
    path = export(sampled(category, 12), tmp_path / f"object{suffix}")
    model = mujoco.MjModel.from_xml_path(str(path))
    model.opt.gravity[:] = 0
    data = mujoco.MjData(model)
    mujoco.mj_forward(model, data)
    assert data.ncon == 0
    for _ in range(200):
        mujoco.mj_step(model, data)
    assert np.abs(data.qpos).max(initial=0) < 1e-3


@pytest.fixture(scope="module")
def client() -> Iterator[int]:
    number = pybullet.connect(pybullet.DIRECT)
    yield number
    pybullet.disconnect(number)


@pytest.mark.parametrize("category", ["Stapler", "Clip", "Box", "Pliers", "Door"])
def test_siblings_do_not_overlap_at_rest(category: str, tmp_path: Path, client: int) -> None:
    path = export(sampled(category, 12), tmp_path / "object.urdf")
    flags = pybullet.URDF_USE_SELF_COLLISION
    pybullet.resetSimulation(client)
    body = pybullet.loadURDF(str(path), useFixedBase=True, flags=flags, physicsClientId=client)
    pybullet.performCollisionDetection(client)
    points = pybullet.getContactPoints(body, body, physicsClientId=client)
    assert all(point[8] > -1e-4 for point in points)


def test_a_ball_falls_into_a_mug(tmp_path: Path, client: int) -> None:
    path = export(MUG, tmp_path / "mug.urdf")
    pybullet.resetSimulation(client)
    pybullet.setGravity(0, 0, -9.81, physicsClientId=client)
    pybullet.loadURDF(str(path), useFixedBase=True, physicsClientId=client)
    shape = pybullet.createCollisionShape(pybullet.GEOM_SPHERE, 0.1, physicsClientId=client)
    ball = pybullet.createMultiBody(1, shape, basePosition=[0, 0, 1.2], physicsClientId=client)
    for _ in range(720):
        pybullet.stepSimulation(client)
    rest = pybullet.getBasePositionAndOrientation(ball, client)[0][2]
    assert 0.05 < (rest + 0.6) / 1.2 < 0.3


def test_every_convex_piece_is_a_collision_of_its_own_and_neighbours_are_named(
    tmp_path: Path,
) -> None:
    code = sampled("StorageFurniture")
    whole = rigid_bodies(code)
    robot = ElementTree.parse(export(code, tmp_path / "a.urdf")).getroot()
    assert len(robot.findall("link/collision")) == sum(len(b.pieces) for b in whole.bodies)
    for mesh in robot.iter("mesh"):
        assert (tmp_path / mesh.get("filename")).read_text().count("\no ") == 0
    pairs = {(whole.bodies[a].name, whole.bodies[b].name) for a, b in whole.neighbours}
    disabled = ElementTree.parse(tmp_path / "a.srdf").getroot()
    assert {(e.get("link1"), e.get("link2")) for e in disabled} == pairs
    model = ElementTree.parse(export(code, tmp_path / "a.xml")).getroot()
    assert {(e.get("body1"), e.get("body2")) for e in model.iter("exclude")} == pairs
    world = ElementTree.parse(export(code, tmp_path / "a.sdf")).getroot()
    assert len(world.findall("model/joint")) == len(whole.bodies) - 1
    for dynamics in robot.iter("dynamics"):
        assert float(dynamics.get("damping")) > 0
        assert float(dynamics.get("friction")) > 0


def test_pieces_are_cut_apart_where_it_costs_least() -> None:
    pin, barrel = Cylinder(2, 0.2), Ring(1, 0.5, 0.2)
    bodies = []
    for solid in (pin, barrel):
        hulls = [convex(points) for points, _ in tessellate([solid], 24)]
        bodies.append([hull for hull in hulls if hull])
    parted, near = separated(bodies, 0.01)
    assert near == {(0, 1)}
    assert all(piece.volume > 0 for pieces in parted for piece in pieces)
    apart, none = separated(parted, 0.009)
    assert not none
    assert [len(pieces) for pieces in apart] == [len(pieces) for pieces in parted]


def test_a_volume_above_a_plane_is_that_of_what_is_cut_off_there() -> None:
    rng = np.random.default_rng(5)
    for _ in range(20):
        body = convex(rng.normal(size=(20, 3)))
        normals = rng.normal(size=(3, 6))
        normals /= np.linalg.norm(normals, axis=0)
        above = body.points @ normals + rng.normal(size=6)
        pieces = [clipped(body, above[:, k]) for k in range(6)]
        volumes = [piece.volume if piece else 0 for piece in pieces]
        assert volumes_above(body, above, normals) == pytest.approx(volumes, abs=1e-9)
    box = convex(trimesh.creation.box().vertices)
    sides = np.array([[1.0, -1, 0], [0, 0, 0], [0, 0, 1]])  # through faces, through the middle
    above = box.points @ sides + [-0.5, 0.5, 0]
    assert volumes_above(box, above, sides) == pytest.approx([0, 1, 0.5])


# ------------------------------------------------------------ STEP


def test_a_step_file_holds_valid_solids_and_says_what_it_leaves_out(tmp_path: Path) -> None:
    bar = {"template": "Single_Cylinder", "parameters": {"size": [0.5, 0.1]}}
    sliver = {"template": "Single_Cylinder", "parameters": {"size": [0.5, 1e-5]}}
    code = {"category": "Mug", "conceptualization": [bar, sliver]}
    with pytest.warns(ExportWarning, match="1 sliver of Single_Cylinder_2"):
        path = export(code, tmp_path / "mug.step")
    solids = cadquery.importers.importStep(str(path)).solids().vals()
    assert len(solids) == 1
    assert solids[0].isValid()
    faucet = sampled("Faucet", 12)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ExportWarning)
        path = export(faucet, tmp_path / "faucet.step")
    solids = cadquery.importers.importStep(str(path)).solids().vals()
    assert len(solids) == 3
    assert all(solid.isValid() for solid in solids)
