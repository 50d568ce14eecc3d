"""Checks of `interop.py`: each opens files of objects in one program and tells what is wrong.

`interop_checks.py CHECK FOLDER` runs one, in any Python that has its library, and prints version
and faults as a line of JSON.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

VALIDATE = """
const validator = require('gltf-validator'), fs = require('fs');
(async () => {
  const faults = [];
  for (const path of process.argv.slice(1)) {
    const report = await validator.validateBytes(new Uint8Array(fs.readFileSync(path)));
    for (const m of report.issues.messages)
      if (m.severity < 2) faults.push(`${path}: ${m.code} ${m.pointer}`);
  }
  console.log(JSON.stringify({version: validator.version(), faults}));
})()
"""

Faults = Iterator[str]


def _each(folder: Path, suffixes: Iterable[str], look: Callable[[Path], Faults]) -> Faults:
    """What is found in each file; whatever a program says that does not open one, too."""
    for suffix in suffixes:
        for path in _files(folder, suffix):
            try:
                yield from (f"{path}: {fault}" for fault in look(path))
            except Exception as error:
                yield f"{path}: {error}"


def surfaces(folder: Path) -> Faults:
    """STL and PLY: open or crossing edges, triangles in one place, bodies turned inside out."""
    import trimesh

    from geometry.export.united import Flaws, flaws

    yield _version("manifold3d")
    for suffix in ("stl", "ply"):
        for path in _files(folder, suffix):
            mesh: Any = trimesh.load(path, process=False, force="mesh")
            found = flaws(mesh.vertices, mesh.faces)
            if found != Flaws(0, 0, 0):
                yield f"{path}: {found}"
            elif not mesh.volume > 0:
                yield f"{path}: volume {mesh.volume:g}"


def mujoco(folder: Path) -> Faults:
    """URDF and MJCF load, touch nothing of themselves and stay as they are without gravity."""
    import mujoco as engine

    def look(path: Path) -> Faults:
        model = engine.MjModel.from_xml_path(str(path))
        model.opt.gravity[:] = 0
        data = engine.MjData(model)
        engine.mj_forward(model, data)
        if data.ncon:
            yield f"{data.ncon} contacts at rest"
        for _ in range(500):
            engine.mj_step(model, data)
        moved = max(map(abs, data.qpos), default=0.0)
        if not moved < 1e-3:
            yield f"moves by {moved:g}"

    yield engine.__version__
    yield from _each(folder, ("urdf", "xml"), look)


def pybullet(folder: Path) -> Faults:
    """URDF loads; with collisions of the object with itself nothing is in anything else."""
    import pybullet as engine

    def look(path: Path) -> Faults:
        engine.resetSimulation()
        flags = engine.URDF_USE_SELF_COLLISION
        body = engine.loadURDF(str(path), useFixedBase=True, flags=flags)
        engine.performCollisionDetection()
        depths = [point[8] for point in engine.getContactPoints(body, body)]
        if min(depths, default=0.0) < -1e-4:
            yield f"{-min(depths):g} m deep in itself"

    yield _version("pybullet")
    engine.connect(engine.DIRECT)
    yield from _each(folder, ("urdf",), look)


def ball(folder: Path) -> Faults:
    """A ball that is dropped into the open mug comes to rest near the bottom, in both engines."""
    import mujoco as engine
    import pybullet as bullet

    yield f"{engine.__version__}, {_version('pybullet')}"
    path, radius, height = folder / "open_mug" / "object.urdf", 0.1, 1.2
    spec = engine.MjSpec.from_file(str(path))
    sphere = spec.worldbody.add_body(name="ball", pos=[0, 0, height])
    sphere.add_freejoint()
    sphere.add_geom(type=engine.mjtGeom.mjGEOM_SPHERE, size=[radius, 0, 0], density=300)
    model = spec.compile()
    data = engine.MjData(model)
    for _ in range(1500):
        engine.mj_step(model, data)
    bullet.connect(bullet.DIRECT)
    bullet.setGravity(0, 0, -9.81)
    bullet.loadURDF(str(path), useFixedBase=True)
    shape = bullet.createCollisionShape(bullet.GEOM_SPHERE, radius=radius)
    fallen = bullet.createMultiBody(1, shape, basePosition=[0, 0, height])
    for _ in range(720):
        bullet.stepSimulation()
    rests = {
        "MuJoCo": data.body("ball").xpos[2],
        "pybullet": bullet.getBasePositionAndOrientation(fallen)[0][2],
    }
    for name, rest in rests.items():
        fraction = (rest + height / 2) / height
        if not 0.05 < fraction < 0.3:
            yield f"{name}: the ball rests at {fraction:.2f} of the mug's height"


def drake(folder: Path) -> Faults:
    """URDF, MJCF and SDF become plants in which no two shapes are in each other."""
    from pydrake.all import AddMultibodyPlantSceneGraph, DiagramBuilder, Parser

    def look(path: Path) -> Faults:
        builder = DiagramBuilder()
        plant, scene = AddMultibodyPlantSceneGraph(builder, 1e-3)
        Parser(plant).AddModels(str(path))
        plant.Finalize()
        context = builder.Build().CreateDefaultContext()
        query = scene.get_query_output_port().Eval(scene.GetMyContextFromRoot(context))
        count = len(query.ComputePointPairPenetration())
        if count:
            yield f"{count} pairs of shapes in each other"

    yield _version("drake")
    yield from _each(folder, ("urdf", "xml", "sdf"), look)


def pinocchio(folder: Path) -> Faults:
    """URDF becomes a model with its collision shapes; the SRDF is read."""
    import pinocchio as library

    def look(path: Path) -> Faults:
        model = library.buildModelFromUrdf(str(path))
        shapes = library.buildGeomFromUrdf(
            model, str(path), library.GeometryType.COLLISION, [str(path.parent)]
        )
        shapes.addAllCollisionPairs()
        library.removeCollisionPairs(model, shapes, str(path.with_suffix(".srdf")))
        data = model.createData()
        place = library.neutral(model)
        if library.computeCollisions(model, data, shapes, shapes.createData(), place, True):
            yield "in collision with itself"

    yield library.__version__
    yield from _each(folder, ("urdf",), look)


def blender(folder: Path) -> Faults:
    """Edges of STL and PLY that Blender calls non-manifold, glTF that it does not open."""
    import bpy

    yield bpy.app.version_string
    import bmesh  # comes with bpy

    operators = {
        "stl": bpy.ops.wm.stl_import,
        "ply": bpy.ops.wm.ply_import,
        "glb": bpy.ops.import_scene.gltf,
    }
    for suffix, operator in operators.items():
        for path in _files(folder, suffix):
            bpy.ops.wm.read_factory_settings(use_empty=True)
            operator(filepath=str(path))
            meshes = [thing.data for thing in bpy.data.objects if thing.type == "MESH"]
            if not meshes:
                yield f"{path}: nothing in it"
            for mesh in meshes if suffix != "glb" else ():
                grid = bmesh.new()
                grid.from_mesh(mesh)
                bad = sum(not edge.is_manifold for edge in grid.edges)
                if bad:
                    yield f"{path}: {bad} non-manifold edges"
                grid.free()


def gltf(folder: Path) -> Faults:
    """Errors and warnings of the Khronos validator (npm install gltf-validator)."""
    paths = [str(path) for path in _files(folder, "glb")]
    if not shutil.which("node"):
        raise ImportError("node")
    run = subprocess.run(["node", "-e", VALIDATE, *paths], capture_output=True, text=True)
    if "Cannot find module" in run.stderr:
        raise ImportError("gltf-validator")
    answer = json.loads(run.stdout)
    yield answer["version"]
    yield from answer["faults"]


def pivots(folder: Path) -> Faults:
    """Hinges in glTF whose node is not at the pivot."""
    import numpy as np
    import trimesh

    yield trimesh.__version__
    for path in _files(folder, "glb"):
        scene: Any = trimesh.load_scene(path)
        edges = scene.graph.transforms.edge_data
        for (_, node), edge in edges.items():
            joint = (edge.get("metadata") or {}).get("joint")
            if joint and joint["type"] != "prismatic":
                away = np.abs(scene.graph.get(node)[0][:3, 3] - joint["pivot"]).max()
                if away > 1e-6:
                    yield f"{path}: {node} is {away:g} away from its pivot"


def admesh(folder: Path) -> Faults:
    """STL with disconnected, degenerate or backward facets."""
    yield _said(["admesh", "--version"], r"[\d.]+")
    wrong = ("Degenerate facets", "Edges fixed", "Facets removed", "Facets added")
    wrong += ("Facets reversed", "Backwards edges", "Total disconnected facets")
    for path in _files(folder, "stl"):
        said = subprocess.run(["admesh", str(path)], capture_output=True, text=True).stdout
        for name, value in re.findall(r"([A-Z][a-z ]+?) *: +(\d+)", said):
            if name in wrong and value != "0":
                yield f"{path}: {name} {value}"


def slicer(folder: Path) -> Faults:
    """STL that PrusaSlicer does not take for manifold, or does not slice; one per category."""
    yield _said(["prusa-slicer", "--help"], r"(?<=PrusaSlicer-)[\d.]+")
    sliced: set[str] = set()
    for path in _files(folder, "stl"):
        info = subprocess.run(["prusa-slicer", "--info", path], capture_output=True, text=True)
        if "manifold = yes" not in info.stdout:
            yield f"{path}: not manifold"
        category = path.parent.name.split("_")[0]
        if category in sliced:
            continue
        sliced.add(category)
        size = ["--scale-to-fit", "120,120,120", "--support-material"]
        target = path.with_suffix(".gcode")
        command = ["prusa-slicer", "--export-gcode", *size, "--output", str(target), str(path)]
        run = subprocess.run(command, capture_output=True, text=True)
        if not target.is_file():
            yield f"{path}: {(run.stderr or run.stdout).strip().splitlines()[-1]}"


def step(folder: Path) -> Faults:
    """Solids of STEP files that BRepCheck calls invalid, or that have no volume."""
    import cadquery

    def look(path: Path) -> Faults:
        solids = cadquery.importers.importStep(str(path)).solids().vals()
        if not solids:
            yield "no solid"
        for solid in solids:
            if not solid.isValid() or not solid.Volume() > 0:
                yield "a solid that is not valid"

    yield f"{cadquery.__version__}, OCP {_version('cadquery-ocp')}"
    yield from _each(folder, ("step",), look)


_ALL = (surfaces, admesh, slicer, blender, gltf, pivots)
_ALL += (mujoco, pybullet, ball, drake, pinocchio, step)
CHECKS: dict[str, Callable[[Path], Faults]] = {check.__name__: check for check in _ALL}


def _files(folder: Path, suffix: str) -> list[Path]:
    return sorted(folder.glob(f"*/object.{suffix}"))


def _version(package: str) -> str:
    from importlib.metadata import version

    return version(package)


def _said(command: list[str], pattern: str) -> str:
    """What of a program's answer tells its version."""
    if not shutil.which(command[0]):
        raise ImportError(command[0])
    run = subprocess.run(command, capture_output=True, text=True)
    found = re.search(pattern, run.stdout + run.stderr)
    return found[0] if found else "?"


def run_check(name: str, folder: Path) -> dict[str, Any]:
    """Version and faults of one check, or what it lacks."""
    found = CHECKS[name](folder)
    try:
        return {"version": next(found), "faults": list(found)}
    except ImportError as error:
        return {"missing": str(error)}


if __name__ == "__main__":
    print(json.dumps(run_check(sys.argv[1], Path(sys.argv[2]))))
