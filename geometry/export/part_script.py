"""A CAD part as a CadQuery script: named dimensions, a block per step, one size that all follow."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from geometry.cad_parts.body import body
from geometry.cad_parts.moving import placed_step
from geometry.cad_parts.part import PLANES, CadPart, Extrude, Grid, Plane, Revolve, Ring, Step
from geometry.cad_parts.resizing import EXTENT
from geometry.cad_parts.rules import CHECK_SIDES
from geometry.sketch.loops import (
    Arc,
    Circle,
    Loop,
    Path,
    Polygon,
    Rectangle,
    RoundedRectangle,
    Slot,
)

_HEAD = '''"""A CAD part for CadQuery. Lengths are in millimetres, z is up.

Change the dimensions and run this file to write part.step, or open it in
CQ-editor. It needs CadQuery: pip install cadquery.
"""

import cadquery as cq

size = {size}  # the largest extent; all lengths follow it
tolerance = 1e-5 * size  # faces that are closer than this are one
'''
_MERGED = """
# Faces that continue each other become one, where the kernel keeps the solid valid.
merged = result.clean()
if merged.val().isValid():
    result = merged
"""
_TAIL = """
if __name__ == "__main__":
    cq.exporters.export(result, "part.step")
"""
_AXES = "XYZ"
_THIN = 0.3  # height over the shorter side of what is called a plate or a disc
_VERBS = {"join": "union", "cut": "cut", "intersect": "intersect"}
_ROUND = 6


class Dimensions:
    """Named lengths; equal ones of a kind share a name."""

    def __init__(self) -> None:
        self.values: dict[str, float] = {}
        self.kinds: dict[str, str] = {}  # of each name: length, radius, wall …
        self.steps: dict[str, int] = {}  # the first step, from 1, that has it
        self.step = 1
        self._known: dict[tuple[str, float], str] = {}

    def name(self, noun: str, kind: str, value: float) -> str:
        key = (kind, round(value, _ROUND))
        if key not in self._known:
            name, number = f"{noun}_{kind}", 2
            while name in self.values:
                name, number = f"{noun}_{number}_{kind}", number + 1
            self._known[key] = name
            self.values[name], self.kinds[name], self.steps[name] = value, kind, self.step
        return self._known[key]

    def lines(self) -> list[str]:
        return [f"{name} = {_times_size(value)}" for name, value in self.values.items()]


def script(part: CadPart) -> str:
    """The source; `result` is the part, its base at z = 0 and its middle over the origin."""
    dimensions, blocks = _written(part)
    head = _HEAD.format(size=_number(part.size))
    tail = _MERGED + _TAIL if len(blocks) > 1 else _TAIL
    return "\n".join([head, *dimensions.lines(), "", "\n\n".join(blocks), tail])


def dimensions_of(part: CadPart) -> Dimensions:
    """The named lengths of the script, in units of the part's size."""
    return _written(part)[0]


def _written(part: CadPart) -> tuple[Dimensions, list[str]]:
    """The script's named lengths, and a block for each step."""
    low, high = body(part.steps, CHECK_SIDES).box
    middle = (low + high) / 2
    move = np.array([-middle[0], -middle[1], -low[2]])
    steps = [placed_step(step, 1.0, move) for step in part.steps]
    dimensions, used = Dimensions(), set[str]()
    blocks = []
    for number, step in enumerate(steps, 1):
        dimensions.step = number
        noun = _unused(_noun(step, number == 1), used)
        blocks.append("\n".join(_block(step, number, noun, dimensions, used)))
    return dimensions, blocks


def _block(
    step: Step, number: int, noun: str, dimensions: Dimensions, used: set[str]
) -> Iterator[str]:
    yield f"# Step {number}: {_about(step)}"
    if isinstance(step, Revolve):
        yield from _chain(noun, _revolved(step))
    else:
        outer, *holes = step.profile
        tail = _finishes(step, noun, dimensions)
        simple = [hole for hole in holes if not isinstance(hole, (RoundedRectangle, Polygon))]
        if tail or isinstance(outer, (RoundedRectangle, Polygon)):
            simple = []
        special = [hole for hole in holes if hole not in simple]
        drawn = [
            *_outline(outer, step.plane, noun, dimensions),
            *_holes(simple, step, noun, dimensions),
        ]
        height = dimensions.name(noun, _along(step), step.end - step.start)
        links = [_workplane(step), *drawn, f".extrude({height})"]
        links += _rounding(outer, step.plane, noun, dimensions)
        yield from _chain(noun, [*links, *tail])
        for hole in special:
            name = _unused(_hole_noun(hole), used)
            links = [_workplane(step), *_outline(hole, step.plane, name, dimensions)]
            links += [f".extrude({height})", *_rounding(hole, step.plane, name, dimensions)]
            yield from _chain(name, links)
            yield f"{noun} = {noun}.cut({name})"
        if step.pattern:
            yield from _repeated(step, noun)
    if number == 1:
        yield f"result = {noun}"
    else:
        verb = _VERBS[step.operation]
        fuzzy = "" if verb == "intersect" else ", tol=tolerance"
        yield f"result = result.{verb}({noun}, clean=False{fuzzy})"


def _chain(name: str, links: Sequence[str]) -> Iterator[str]:
    whole = f"{name} = {''.join(links)}"
    if len(whole) <= 88:
        yield whole
        return
    yield f"{name} = ("
    yield from (f"    {link}" for link in links)
    yield ")"


def _workplane(step: Step) -> str:
    across = PLANES[step.plane][2]
    if isinstance(step, Revolve):
        offset = step.offset
    else:  # the normal of XZ is -y: it is extruded from its end
        offset = step.end if step.plane == "XZ" else step.start
    origin = ["0", "0", "0"]
    origin[across] = _times_size(offset)
    at = "" if origin == ["0", "0", "0"] else f", origin=({', '.join(origin)})"
    return f'cq.Workplane("{step.plane}"{at})'


def _outline(loop: Loop, plane: Plane, noun: str, dimensions: Dimensions) -> list[str]:
    u, v, _ = PLANES[plane]
    match loop:
        case Rectangle() | RoundedRectangle() | Slot():
            middle = _to((loop.u0 + loop.u1) / 2, (loop.v0 + loop.v1) / 2)
            along = dimensions.name(noun, EXTENT[u], loop.u1 - loop.u0)
            upwards = dimensions.name(noun, EXTENT[v], loop.v1 - loop.v0)
            if not isinstance(loop, Slot):
                return [*middle, f".rect({along}, {upwards})"]
            if loop.u1 - loop.u0 >= loop.v1 - loop.v0:
                return [*middle, f".slot2D({along}, {upwards})"]
            return [*middle, f".slot2D({upwards}, {along}, 90)"]
        case Circle(cu, cv, radius):
            return [*_to(cu, cv), f".circle({dimensions.name(noun, 'radius', radius)})"]
        case Polygon(cu, cv, radius, corners, turn):
            place = f"offset=({_times_size(cu)}, {_times_size(cv)})"
            turned = f", rotate=(0, 0, {_number(turn)})" if turn else ""
            size = dimensions.name(noun, "corner_radius", radius)
            return [f".transformed({place}{turned})", f".polygon({corners}, 2 * {size})"]
        case Path():
            return [*_path(loop)]


def _path(path: Path) -> Iterator[str]:
    start = (path.u, path.v)
    yield f".moveTo({_pair(*start)})"
    here = start
    for number, segment in enumerate(path.segments, 1):
        if isinstance(segment, Arc):
            middle, end = _pair(segment.um, segment.vm), _pair(segment.u, segment.v)
            yield f".threePointArc(({middle}), ({end}))"
        elif number < len(path.segments) or math.dist((segment.u, segment.v), start) > 1e-6:
            yield f".lineTo({_pair(segment.u, segment.v)})"
        here = (segment.u, segment.v)
    last = path.segments[-1]
    closed = isinstance(last, Arc) and math.dist(here, start) <= 1e-6
    yield ".wire()" if closed else ".close()"


def _holes(
    holes: Sequence[Loop], step: Extrude, noun: str, dimensions: Dimensions
) -> Iterator[str]:
    """In the same sketch; circles of one radius together."""
    circles: dict[float, list[Circle]] = {}
    for hole in holes:
        if isinstance(hole, Circle):
            circles.setdefault(round(hole.radius, _ROUND), []).append(hole)
        else:
            yield from _outline(hole, step.plane, f"{noun}_{_hole_noun(hole)}", dimensions)
    for number, same in enumerate(circles.values(), 1):
        name = f"{noun}_bore" if number == 1 else f"{noun}_bore_{number}"
        radius = dimensions.name(name, "radius", same[0].radius)
        points = ", ".join(f"({_pair(hole.u, hole.v)})" for hole in same)
        yield f".pushPoints([{points}])"
        yield f".circle({radius})"


def _rounding(loop: Loop, plane: Plane, noun: str, dimensions: Dimensions) -> list[str]:
    if not isinstance(loop, RoundedRectangle):
        return []
    radius = dimensions.name(noun, "rounding", loop.radius)
    return [f'.edges("|{_AXES[PLANES[plane][2]]}")', f".fillet({radius})"]


def _finishes(step: Extrude, noun: str, dimensions: Dimensions) -> list[str]:
    axis = _AXES[PLANES[step.plane][2]]
    chosen = {
        "sides": f'.edges("|{axis}")',
        "start": f'.faces("<{axis}").edges()',
        "end": f'.faces(">{axis}").edges()',
    }
    links = []
    for finish in sorted(step.finishes, key=lambda finish: finish.edges != "sides"):
        size = dimensions.name(noun, finish.kind, finish.size)
        links += [chosen[finish.edges], f".{finish.kind}({size})"]
    if step.shell:
        faces = {"start": f"<{axis}", "end": f">{axis}", "both": f"<{axis} or >{axis}"}
        wall = dimensions.name(noun, "wall", step.shell.thickness)
        links += [f'.faces("{faces[step.shell.open]}")', f'.shell(-{wall}, kind="intersection")']
    return links


def _repeated(step: Extrude, noun: str) -> Iterator[str]:
    u, v, across = PLANES[step.plane]
    if isinstance(step.pattern, Grid):
        move = ["0", "0", "0"]
        move[u] = f"column * {_times_size(step.pattern.du)}"
        move[v] = f"row * {_times_size(step.pattern.dv)}"
        yield f"one = {noun}"
        yield f"for row in range({step.pattern.rows}):"
        yield f"    for column in range({step.pattern.columns}):"
        yield f"        {noun} = {noun}.union(one.translate(({', '.join(move)})))"
        return
    assert isinstance(step.pattern, Ring)
    centre, end = ["0", "0", "0"], ["0", "0", "0"]
    centre[u] = end[u] = _times_size(step.pattern.u)
    centre[v] = end[v] = _times_size(step.pattern.v)
    end[across] = "-size" if step.plane == "XZ" else "size"  # a turn from u to v
    count = step.pattern.count
    turn = f"({', '.join(centre)}), ({', '.join(end)}), 360 * number / {count}"
    yield f"one = {noun}"
    yield f"for number in range(1, {count}):"
    yield f"    {noun} = {noun}.union(one.rotate({turn}))"


def _revolved(step: Revolve) -> list[str]:
    at = _times_size(step.at)
    ends = f"(0, {at}), (size, {at})" if step.axis == "u" else f"({at}, 0), ({at}, size)"
    drawn = _outline(step.profile[0], step.plane, "profile", Dimensions())
    if not isinstance(step.profile[0], Path):  # its dimensions stay numbers
        drawn = [_plain(step.profile[0])]
    return [_workplane(step), *drawn, f".revolve({_number(step.angle)}, {ends})"]


def _plain(loop: Loop) -> str:
    dimensions = Dimensions()
    links = _outline(loop, "XY", "profile", dimensions)
    text = "".join(links)
    for name in sorted(dimensions.values, key=len, reverse=True):
        text = text.replace(name, _times_size(dimensions.values[name]))
    return text


def _about(step: Step) -> str:
    holes = len(step.profile) - 1
    shape = type(step.profile[0]).__name__.replace("RoundedR", "rounded r").lower()
    inside = f" with {holes} hole{'s' * (holes > 1)}" if holes else ""
    how = (
        "revolved"
        if isinstance(step, Revolve)
        else f"extruded along {_AXES[_across(step)].lower()}"
    )
    return f"{step.operation} a {shape}{inside}, {how}"


def _noun(step: Step, first: bool) -> str:
    if isinstance(step, Revolve):
        return "turned" if step.operation != "cut" else "groove"
    loop = step.profile[0]
    if step.operation == "cut":
        return _hole_noun(loop) if not isinstance(loop, Rectangle) else "pocket"
    if isinstance(loop, Circle):
        if not first:
            return "boss"
        return "disc" if step.end - step.start < _THIN * loop.radius else "cylinder"
    if isinstance(loop, (Rectangle, RoundedRectangle)):
        shorter = min(loop.u1 - loop.u0, loop.v1 - loop.v0)
        return "plate" if step.end - step.start < _THIN * shorter else "block"
    return {Slot: "bar", Polygon: "prism", Path: "profile"}[type(loop)]


def _hole_noun(loop: Loop) -> str:
    nouns = {Circle: "bore", Rectangle: "window", RoundedRectangle: "window", Slot: "slot"}
    return nouns.get(type(loop), "cutout")


def _unused(noun: str, used: set[str]) -> str:
    name, number = noun, 2
    while name in used:
        name, number = f"{noun}_{number}", number + 1
    used.add(name)
    return name


def _across(step: Step) -> int:
    return PLANES[step.plane][2]


def _along(step: Step) -> str:
    return EXTENT[_across(step)]


def _to(u: float, v: float) -> list[str]:
    return [] if abs(u) < 1e-7 and abs(v) < 1e-7 else [f".moveTo({_pair(u, v)})"]


def _pair(u: float, v: float) -> str:
    return f"{_times_size(u)}, {_times_size(v)}"


def _times_size(value: float) -> str:
    number = _number(value)
    return "0" if number == "0" else "size" if number == "1" else f"{number} * size"


def _number(value: float) -> str:
    rounded = round(value, _ROUND)
    return str(int(rounded)) if rounded == int(rounded) else f"{rounded:.{_ROUND}f}".rstrip("0")
