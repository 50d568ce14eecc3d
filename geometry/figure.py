"""A plotly figure of an object to turn around: one trace per part, seen as in its picture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go
import trimesh

import geometry
from geometry.assemble import pose
from geometry.colours import part_colour, scene_parts
from geometry.program import parse

SEGMENTS = 48
DISTANCE = 1.45  # of the camera from the middle, in sides of the cube around the object
TEXT = "#52606d"  # legible on white and on dark grey

# plotly's turntable keeps its own z upright: hand it (z, x, y), which is right-handed as well.
_TO_PLOTLY = [2, 0, 1]
_HIDDEN_AXIS = {"visible": False, "showspikes": False}


def figure(code: str | Mapping[str, Any], segments: int = SEGMENTS) -> go.Figure:
    """The object of a code, upright in its own frame, the camera where the picture was taken.

    One Mesh3d trace per part with its name on hover and in the legend (a click hides a part).
    Raises CodeError where the code cannot be built.
    """
    checked = parse(code)
    scene = geometry.build(checked, segments=segments)
    return go.Figure(
        data=[_trace(i, name, solid) for i, (name, solid) in enumerate(scene_parts(scene))],
        layout=_layout(scene, to_camera(checked)),
    )


def to_camera(code: Mapping[str, Any]) -> np.ndarray:
    """The direction from the object to the camera of its picture, in the object's frame."""
    return pose(code)[:3, :3].T @ (0.0, 0.0, 1.0)


def _trace(index: int, name: str, solid: trimesh.Trimesh) -> go.Mesh3d:
    label = name.replace("_", " ")
    x, y, z = np.asarray(solid.vertices)[:, _TO_PLOTLY].T
    i, j, k = np.asarray(solid.faces).T
    return go.Mesh3d(
        x=x,
        y=y,
        z=z,
        i=i,
        j=j,
        k=k,
        name=label,
        color="rgb({}, {}, {})".format(*part_colour(index)),
        flatshading=True,
        hovertemplate=f"{label}<extra></extra>",
        showlegend=True,
        lighting={
            "ambient": 0.62,
            "diffuse": 0.6,
            "specular": 0.08,
            "roughness": 0.6,
            "fresnel": 0.05,
            "facenormalsepsilon": 0,
        },
        lightposition={"x": 2000, "y": -1500, "z": 4000},
    )


def _layout(scene: trimesh.Scene, eye: np.ndarray) -> dict[str, Any]:
    bounds = scene.bounds if scene.geometry else np.array([[-1.0] * 3, [1.0] * 3])
    middle = bounds.mean(axis=0)[_TO_PLOTLY]
    half = max(float(np.linalg.norm(bounds[1] - bounds[0])) / 2, 1e-9)
    axes = {
        f"{axis}axis": {**_HIDDEN_AXIS, "range": [centre - half, centre + half]}
        for axis, centre in zip("xyz", middle.tolist(), strict=True)
    }
    return {
        "template": "none",
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
        "paper_bgcolor": "rgba(0, 0, 0, 0)",
        "font": {"family": "system-ui, sans-serif", "size": 12, "color": TEXT},
        "legend": {
            "x": 0.01,
            "y": 0.99,
            "bgcolor": "rgba(0, 0, 0, 0)",
            "itemsizing": "constant",
        },
        "hoverlabel": {"font": {"family": "system-ui, sans-serif"}},
        "scene": {
            **axes,
            # A cube of equal ranges: equal axes, and nothing moves when a part is hidden. With
            # aspectmode "data" plotly would scale by the extents of what is shown.
            "aspectmode": "cube",
            "dragmode": "turntable",
            "bgcolor": "rgba(0, 0, 0, 0)",
            "camera": {"eye": _point(DISTANCE * eye), "up": {"x": 0, "y": 0, "z": 1}},
        },
    }


def _point(vector: np.ndarray) -> dict[str, float]:
    x, y, z = vector[_TO_PLOTLY].tolist()
    return {"x": x, "y": y, "z": z}
