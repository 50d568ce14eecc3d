"""A plotly figure of a CAD part to turn around: one trace and one colour per step."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from geometry.cad_parts.assemble import part_scene
from geometry.cad_parts.body import SIDES
from geometry.cad_parts.reading import PartSource, parse
from geometry.colours import part_colour, scene_parts
from geometry.draw.figure import TEXT

_EYE = {"x": 0.95, "y": -0.95, "z": 0.95}
_HIDDEN = {"visible": False, "showspikes": False}
CLEAR = "rgba(0, 0, 0, 0)"


def part_figure(source: PartSource, segments: int = SIDES) -> go.Figure:
    """The part in millimetres, seen as in its picture; a click in the legend hides a step's faces.

    Raises CodeError.
    """
    part = parse(source)
    traces = []
    corners = []
    for name, piece in scene_parts(part_scene(part, segments)):
        number = int(name.split()[0]) - 1
        corners.append(piece.bounds)
        x, y, z = piece.vertices.T
        i, j, k = piece.faces.T
        colour = "rgb({}, {}, {})".format(*part_colour(number))
        traces.append(
            go.Mesh3d(
                x=x,
                y=y,
                z=z,
                i=i,
                j=j,
                k=k,
                name=name,
                color=colour,
                flatshading=True,
                showlegend=True,
                hovertemplate=f"{name}<extra></extra>",
                lighting={"ambient": 0.62, "diffuse": 0.6, "specular": 0.08},
            )
        )
    points = np.concatenate(corners)
    low, high = points.min(axis=0), points.max(axis=0)
    half = max(float(np.linalg.norm(high - low)) / 2, 1e-9)
    axes = {
        f"{axis}axis": {**_HIDDEN, "range": [middle - half, middle + half]}
        for axis, middle in zip("xyz", ((low + high) / 2).tolist(), strict=True)
    }
    scene = {
        **axes,
        "aspectmode": "cube",  # of equal ranges: nothing moves when a step is hidden
        "bgcolor": CLEAR,
        "camera": {"eye": _EYE},
        "dragmode": "turntable",
    }
    layout = {
        "template": "none",
        "margin": dict.fromkeys("lrtb", 0),
        "paper_bgcolor": CLEAR,
        "font": {"family": "system-ui, sans-serif", "size": 12, "color": TEXT},
        "legend": {"x": 0.01, "y": 0.99, "bgcolor": CLEAR, "itemsizing": "constant"},
        "scene": scene,
    }
    return go.Figure(data=traces, layout=layout)
