"""The figure and the files: all parts, named, coloured alike, seen as in the picture."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import trimesh

import geometry
from geometry.articulation import articulate, joint_matrix, motion
from geometry.colours import part_colour
from geometry.draw.figure import VIEWER_FIELD, camera, figure, to_camera
from geometry.export.sizes import placed
from geometry.export.write import SCENE_EXPORTERS, export
from geometry.posing import posed
from geometry.program import Program
from geometry.solids.tessellate import tessellate


def sample(category: str, seed: int = 3) -> dict:
    return geometry.sample(category, np.random.default_rng(seed))


@pytest.mark.parametrize("category", geometry.categories())
def test_every_part_is_named_coloured_and_once_in_the_legend(category: str) -> None:
    code = sample(category)
    names = list(geometry.build(code).geometry)
    traces = figure(code).data
    in_legend = [trace for trace in traces if trace.showlegend]
    assert [trace.name.replace(" ", "_") for trace in in_legend] == names
    assert len({trace.color for trace in in_legend}) == len(in_legend)
    colours = {trace.name: trace.color for trace in in_legend}
    assert all(trace.color == colours[trace.name] for trace in traces)
    assert all(trace.name in trace.hovertemplate for trace in traces)


@pytest.mark.parametrize("category", geometry.categories())
def test_the_figure_carries_the_mechanism(category: str) -> None:
    code = sample(category)
    links = articulate(code)
    shown = figure(code)
    described = shown.layout.meta["links"]
    assert [entry["name"] for entry in described] == [link.name for link in links]
    assert all((entry["joint"] is None) == (k == 0) for k, entry in enumerate(described))
    on_links = {trace.meta["link"] for trace in shown.data}
    assert on_links == {
        k for k, link in enumerate(links) if tessellate([s for _, s in link.members])
    }


def test_the_surface_is_the_mesh_with_y_up() -> None:
    code = sample("Bottle")
    bounds = geometry.build(code, segments=48).bounds
    traces = figure(code, segments=48).data
    for axis, ours in {"x": 2, "y": 0, "z": 1}.items():  # plotly's z is the object's y
        values = np.concatenate([np.asarray(trace[axis]) for trace in traces])
        assert [values.min(), values.max()] == pytest.approx(bounds[:, ours].tolist())


def test_axes_are_equal_and_out_of_sight() -> None:
    scene = figure(sample("Table")).layout.scene
    axes = [scene.xaxis, scene.yaxis, scene.zaxis]
    spans = [axis.range[1] - axis.range[0] for axis in axes]
    assert scene.aspectmode == "cube"
    assert spans == pytest.approx([spans[0]] * 3)
    assert not any(axis.visible for axis in axes)


@pytest.mark.parametrize(
    ("rotation", "expected"),
    [
        ([0, 0, 0], (0, 0, 1)),
        ([0, 90, 0], (-1, 0, 0)),  # turned to its left: the camera sees its right side
        ([90, 0, 0], (0, 1, 0)),  # tipped towards the camera: seen from above
        ([0, 180, 0], (0, 0, -1)),
    ],
)
def test_the_camera_starts_where_the_picture_was_taken(
    rotation: list[float], expected: tuple[float, ...]
) -> None:
    code = sample("Mug")
    code["pose"]["global_rotation"] = rotation
    assert to_camera(code) == pytest.approx(expected, abs=1e-12)
    eye = figure(code).layout.scene.camera.eye
    shown = np.array([eye.y, eye.z, eye.x])  # back from plotly's order
    assert shown / np.linalg.norm(shown) == pytest.approx(expected, abs=1e-12)


def test_the_camera_agrees_with_the_posed_mesh() -> None:
    code = sample("Chair")
    code["pose"]["global_rotation"] = [25, -40, 10]
    turned = geometry.mesh(code, posed=True).vertices
    assert geometry.mesh(code).vertices @ to_camera(code) == pytest.approx(turned[:, 2])


@pytest.mark.parametrize("suffix", SCENE_EXPORTERS)
@pytest.mark.parametrize("category", geometry.categories())
def test_files_open_again_with_the_same_surface(category: str, suffix: str, tmp_path: Path) -> None:
    code = sample(category)
    path = export(code, tmp_path / f"object{suffix}")
    ours = geometry.mesh(code, segments=64)
    theirs = trimesh.load_scene(path).to_mesh()
    near = 1e-4
    if suffix in (
        ".stl",
        ".ply",
    ):  # one body in millimetres, z up
        theirs.apply_transform(np.linalg.inv(placed(suffix, None)))
        near = 3e-4  # what only touches is made a hair larger
    else:
        assert theirs.area == pytest.approx(ours.area, rel=1e-4)
    assert theirs.bounds == pytest.approx(ours.bounds, abs=near)


def test_parts_keep_their_names(tmp_path: Path) -> None:
    code = sample("Chair")
    names = list(geometry.build(code).geometry)
    assert list(trimesh.load_scene(export(code, tmp_path / "chair.glb")).geometry) == names
    lines = export(code, tmp_path / "chair.obj").read_text().splitlines()
    assert [line[2:] for line in lines if line.startswith("o ")] == names


@pytest.mark.parametrize("category", geometry.categories())
def test_gltf_carries_the_joints(category: str, tmp_path: Path) -> None:
    """Every link is a node with its joint in extras, under the node of its carrier."""
    code = sample(category)
    links = articulate(code)
    scene = trimesh.load_scene(export(code, tmp_path / "object.glb"))
    for link in links[1:]:
        node = f"{link.name}_joint"
        parent = scene.graph.transforms.parents[node]
        joint = scene.graph.transforms.edge_data[parent, node]["metadata"]["joint"]
        assert joint["type"] == link.joint.kind
        assert joint["axis"] == pytest.approx(link.joint.axis)
        assert joint["limits"] == pytest.approx(link.joint.limits)
        assert parent == (f"{links[link.parent].name}_joint" if link.parent else "world")


@pytest.mark.parametrize("category", geometry.categories())
def test_to_turn_the_node_of_a_joint_moves_what_the_joint_moves(
    category: str, tmp_path: Path
) -> None:
    """As a viewer does it, about the node's own origin: each hinge's node is at its pivot."""
    code = sample(category)
    links = articulate(code)
    scene = trimesh.load_scene(export(code, tmp_path / "object.glb"))
    for index, link in enumerate(links[1:], 1):
        joint, node = link.joint, f"{link.name}_joint"
        parent = scene.graph.transforms.parents[node]
        value = 0.3 * joint.limits[1] + 0.1 * joint.limits[0]
        turn = joint_matrix(replace(joint, pivot=(0.0, 0.0, 0.0)), value)
        before, place = scene.graph.get(node, parent)[0], scene.graph.get(node)[0]
        scene.graph.update(node, parent, matrix=before @ turn)
        moved = motion(links, {joint.name: value})[index]
        assert scene.graph.get(node)[0] == pytest.approx(moved @ place, abs=1e-6), node
        scene.graph.update(node, parent, matrix=before)


@pytest.mark.parametrize("category", geometry.categories())
def test_gltf_has_normals_of_length_one(category: str, tmp_path: Path) -> None:
    scene = trimesh.load_scene(export(sample(category), tmp_path / "object.glb"))
    for mesh in scene.geometry.values():
        assert np.linalg.norm(mesh.vertex_normals, axis=1) == pytest.approx(1, abs=1e-4)
        along = (mesh.vertex_normals[mesh.faces[:, 0]] * mesh.face_normals).sum(axis=1)
        assert (along > 0).mean() > 0.99


def test_a_bare_scene_has_no_joints(tmp_path: Path) -> None:
    with pytest.raises(geometry.CodeError, match=r"a code for \.urdf"):
        export(geometry.build(sample("Mug")), tmp_path / "mug.urdf")


def test_colours_in_gltf_are_linear(tmp_path: Path) -> None:
    loaded = trimesh.load_scene(export(sample("Bottle"), tmp_path / "bottle.glb"))
    body = next(iter(loaded.geometry.values()))
    linear = np.array(body.visual.material.baseColorFactor[:3]) / 255
    shown = np.where(linear > 0.0031308, 1.055 * linear ** (1 / 2.4) - 0.055, 12.92 * linear)
    assert 255 * shown == pytest.approx(part_colour(0), abs=4)


def test_an_unknown_suffix_names_the_valid_ones(tmp_path: Path) -> None:
    with pytest.raises(geometry.CodeError, match=r"\.glb \.obj \.stl \.ply"):
        export(sample("Mug"), tmp_path / "mug.fbx")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("category", geometry.categories())
def test_the_mesh_camera_sees_the_whole_object(category: str) -> None:
    """Every corner, also with all joints at an end, is within the viewer's field of view."""
    for seed in range(4):
        code = sample(category, seed)
        code["pose"]["global_rotation"] = [20, -35, 5]
        joints = [link.joint for link in articulate(code) if link.joint]
        for end in (None, 0, 1):
            leading = [joint for joint in joints if not joint.follows]
            values = {} if end is None else {joint.name: joint.limits[end] for joint in leading}
            subject = posed(code, values)
            whole = geometry.mesh(subject) if isinstance(subject, Program) else subject.to_mesh()
            seen = camera(code, values)
            down, around = np.radians(seen.down), np.radians(seen.around)
            back = np.array(
                [np.sin(down) * np.cos(around), np.cos(down), np.sin(down) * np.sin(around)]
            )
            assert back == pytest.approx(to_camera(code), abs=1e-9)
            points = whole.vertices - whole.bounds.mean(axis=0)
            depth = seen.distance - points @ back
            off = np.linalg.norm(points - np.outer(points @ back, back), axis=1)
            assert (depth > 0).all()
            angle = np.degrees(np.arctan2(off, depth)).max()
            assert angle < VIEWER_FIELD / 2
            assert angle > VIEWER_FIELD / 8  # and it is not tiny
