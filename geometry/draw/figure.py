"""A plotly figure of an object to turn around: one trace per part, seen as in its picture."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from geometry.articulation import Link, articulate, motion
from geometry.colours import part_colour
from geometry.program import Source, parse
from geometry.solids.primitives import Solid
from geometry.solids.tessellate import merged

SEGMENTS = 48
DISTANCE = 1.45  # of the camera from the middle, in sides of the cube around the object
VIEWER_FIELD = math.degrees(0.8)  # field of view of the page's mesh viewer (Babylon.js)
MARGIN = 1.04  # of the camera's distance, beyond where the object would touch the border
TEXT = "#52606d"  # legible on white and on dark grey

# plotly's turntable keeps its own z upright: hand it (z, x, y), which is right-handed as well.
_TO_PLOTLY = [2, 0, 1]
_HIDDEN_AXIS = {"visible": False, "showspikes": False}


def figure(code: Source, segments: int = SEGMENTS) -> go.Figure:
    """The object of a code, upright in its own frame, the camera where the picture was taken.

    One Mesh3d trace per part, or per link that a part has pieces on, with the part's name on hover
    and in the legend (a click hides a part). For whoever moves the joints, `layout.meta["links"]`
    is the mechanism in plotly's axes; `meta["link"]` and `meta["part"]` of a trace say what it is
    of. Raises CodeError where the code cannot be built.
    """
    program = parse(code)
    links = articulate(program)
    pieces: dict[tuple[int, int], list[Solid]] = {}
    for index, link in enumerate(links):
        for number, solid in link.members:
            pieces.setdefault((number, index), []).append(solid)
    traces, corners, seen = [], [np.zeros((0, 3))], set()
    for (number, index), solids in sorted(pieces.items()):
        meshes = program.surfaces(solids, segments)
        if meshes:
            points, faces = merged(meshes)
            corners.append(points)
            traces.append(
                _trace(number, program.parts[number].name, points, faces, index, number not in seen)
            )
            seen.add(number)
    layout = _layout(np.concatenate(corners), to_camera(program))
    return go.Figure(data=traces, layout={**layout, "meta": {"links": _meta(links)}})


def _meta(links: Sequence[Link]) -> list[dict[str, Any]]:
    """Links as JSON, axes and pivots in plotly's order of axes."""
    result = []
    for link in links:
        entry: dict[str, Any] = {"name": link.name, "parent": link.parent, "joint": None}
        if joint := link.joint:
            entry["joint"] = {
                "kind": joint.kind,
                "axis": [joint.axis[k] for k in _TO_PLOTLY],
                "pivot": [joint.pivot[k] for k in _TO_PLOTLY],
                "limits": list(joint.limits),
            }
            if joint.follows:
                leader, factor = joint.follows
                entry["joint"]["follows"] = {"joint": leader, "factor": factor}
        result.append(entry)
    return result


def to_camera(code: Source) -> np.ndarray:
    """The direction from the object to the camera of its picture, in the object's frame."""
    return parse(code).pose.matrix[:3, :3].T @ (0.0, 0.0, 1.0)


@dataclass(frozen=True)
class Camera:
    """From where a mesh viewer looks at the middle of an object's bounds.

    around: degrees about y from +x towards +z; down: degrees from straight above; distance: in
    the object's unit.
    """

    around: float
    down: float
    distance: float


def camera(
    code: Source,
    values: Mapping[str, float] | None = None,
    field_of_view: float = VIEWER_FIELD,
) -> Camera:
    """The camera on the side of the picture from which the object is seen whole.

    It stands off so far that the sphere around the object, with its joints moved by `values`,
    touches a view of `field_of_view` degrees (the narrower of both directions) nowhere. Raises
    CodeError.
    """
    program = parse(code)
    links = articulate(program)
    pieces = [np.zeros((0, 3))]
    for link, matrix in zip(links, motion(links, values or {}), strict=True):
        for points, _ in program.surfaces((solid for _, solid in link.members), SEGMENTS):
            pieces.append(points @ matrix[:3, :3].T + matrix[:3, 3])
    points = np.concatenate(pieces)
    radius = 1.0
    if len(points):
        middle = (points.min(axis=0) + points.max(axis=0)) / 2
        radius = max(float(np.linalg.norm(points - middle, axis=1).max()), 1e-6)
    x, y, z = to_camera(program)
    return Camera(
        around=math.degrees(math.atan2(z, x)),
        down=math.degrees(math.acos(min(max(y, -1.0), 1.0))),
        distance=MARGIN * radius / math.sin(math.radians(field_of_view / 2)),
    )


def _trace(
    part: int, name: str, points: np.ndarray, faces: np.ndarray, link: int, first: bool
) -> go.Mesh3d:
    label = name.replace("_", " ")
    x, y, z = points[:, _TO_PLOTLY].T
    i, j, k = faces.T
    return go.Mesh3d(
        x=x,
        y=y,
        z=z,
        i=i,
        j=j,
        k=k,
        name=label,
        color="rgb({}, {}, {})".format(*part_colour(part)),
        meta={"link": link, "part": part},
        legendgroup=name,
        flatshading=True,
        hovertemplate=f"{label}<extra></extra>",
        showlegend=first,
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


def _layout(points: np.ndarray, eye: np.ndarray) -> dict[str, Any]:
    bounds = np.array([points.min(0), points.max(0)] if len(points) else [[-1.0] * 3, [1.0] * 3])
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
