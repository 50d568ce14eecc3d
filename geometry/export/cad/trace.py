"""Templates run with formulas for numbers: a part's solids and places as functions of parameters.

A solid becomes an expression like the numbers in it: a call of one of the functions in
`geometry.export.cad.runtime.shapes`, moved. A formula has the name that its template function
gives it by `geometry.maths.label`.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from geometry.export.cad.expression import Expression, lift
from geometry.program import Part
from geometry.schema.kinds import Values
from geometry.schema.template import schema_name
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

Defaults = Mapping[str, Any]


def identifier(parameter: str) -> str:
    """A parameter's name as Python likes it: some hold a dot or capitals."""
    return parameter.replace(".", "_").lower()


def solids(part: Part) -> list[Expression]:
    """The part's solids before its own placement."""
    template, values = part.template, part.piece.values
    kinds = {p.name: p.values for p in template.parameters}
    arguments = {}
    for argument in inspect.signature(template.function).parameters:
        name = schema_name(argument)
        arguments[argument] = _leaves(identifier(name), values[name], kinds[name])
    result: dict[int, Expression] = {}  # a solid that is made twice is one solid
    for solid in template.function(**arguments):
        expression = _placed(solid)
        result[expression.key] = expression
    return list(result.values())


def _leaves(name: str, value: Any, rule: Values) -> Any:
    """A parameter's value with its numbers by name."""
    if rule.block:
        block = rule.kinds[rule.lead : rule.lead + rule.block]
        return tuple(
            tuple(_leaf(name, v, block[at], row, at) for at, v in enumerate(entry))
            for row, entry in enumerate(value)
        )
    if rule.length == 1:
        return _leaf(name, value, rule.kinds[0])
    return tuple(_leaf(name, v, rule.kinds[at], at) for at, v in enumerate(value))


def _leaf(name: str, value: Any, kind: str, *path: int) -> Any:
    """A number of a parameter by name; counts and flags choose the structure and stay values."""
    return value if kind in ("count", "flag") else Expression("item", (name, *path), value)


def _placed(solid: Solid) -> Expression:
    result = _call(solid)
    for step in solid.steps:
        if len(step) == 3:
            result = _moved(result, dict(zip("xyz", step, strict=True)))
            continue
        turns = {axis: angle for axis, angle in zip("xyz", step, strict=False) if not _is(angle, 0)}
        order = [axis for axis in step[3] if axis in turns]
        if order == sorted(order):
            result = _moved(result, {f"r{axis}": turns[axis] for axis in order})
        else:
            for axis in order:
                result = _moved(result, {f"r{axis}": turns[axis]})
    return result


def _moved(shape: Expression, place: dict[str, Any]) -> Expression:
    """Turned and then moved; a move after a turn or another move is done with it."""
    place = {name: lift(value) for name, value in place.items() if not _is(value, 0)}
    if not place:
        return shape
    turns = [name for name in place if name.startswith("r")]
    if shape.op.startswith("moved ") and not turns:
        before = dict(zip(shape.op.split()[1:], shape.args[1:], strict=True))
        place = {
            **before,
            **{name: before[name] + value if name in before else value
               for name, value in place.items()},
        }  # fmt: skip
        shape = shape.args[0]
    order = [name for name in ("x", "y", "z", "rx", "ry", "rz") if name in place]
    return Expression(f"moved {' '.join(order)}", (shape, *(place[name] for name in order)))


def _is(value: Any, number: float) -> bool:
    if isinstance(value, Expression):
        return value.op == "number" and value.args[0] == number
    return bool(value == number)


def _same(a: Any, b: Any) -> bool:
    return lift(a).key == lift(b).key


def _call(solid: Solid) -> Expression:
    """The function that makes the solid, its arguments, those that say nothing left out."""
    name, arguments, defaults = _maker(solid)
    names, values, leaving = [], [], False
    for argument, value in arguments.items():
        if argument in defaults and _same(value, defaults[argument]):
            leaving = True
            continue
        names.append(argument if leaving else "")
        values.append(lift(value))
    return Expression(" ".join([f"call {name}", *(n or "-" for n in names)]), tuple(values))


def _maker(solid: Solid) -> tuple[str, dict[str, Any], Defaults]:
    """(function in shapes.py, its arguments, their defaults)."""
    a = solid.arguments()
    match solid:
        case Cuboid():
            flat = _same(a["back_height"], a["height"]) and _same(a["top_offset"], (0, 0))
            sides = ("length", "width")
            if flat and all(_same(a[f"top_{s}"], a[f"bottom_{s}"]) for s in sides):
                return "box", {k: a[k] for k in ("height", "top_length", "top_width")}, {}
            return "cuboid", a, {"top_offset": (0, 0), "back_height": a["height"]}
        case Cylinder():
            angle = 180 if a.pop("is_half") else 90 if a["is_quarter"] else 360
            a["angle"] = angle
            del a["is_quarter"]
            if all(_same(a[f"{end}_radius"], a[f"{end}_radius_z"]) for end in ("top", "bottom")):
                a = {k: v for k, v in a.items() if not k.endswith("_z")}
                return "cylinder", a, {"bottom_radius": a["top_radius"], "angle": 360}
            return "elliptic_cylinder", a, {"angle": 360}
        case Ring():
            low = {f"{s}_bottom_radius": a[f"{s}_top_radius"] for s in ("outer", "inner")}
            defaults = {"exist_angle": 360, **low}
            oblique = {
                "back_height": a["height"],
                "generatrix_offset": 0,
                "x_z_ratio": 1,
                "inner_x_z_ratio": a["x_z_ratio"],
                "inner_offset": (0, 0),
            }
            if all(_same(a[k], value) for k, value in oblique.items()):
                return "ring", {k: v for k, v in a.items() if k not in oblique}, defaults
            return "oblique_ring", a, defaults | oblique
        case RectangularRing():
            pairs = [f"{s}_{{}}_{e}" for s in ("outer", "inner") for e in ("length", "width")]
            low = {pair.format("bottom"): a[pair.format("top")] for pair in pairs}
            shifts = {"inner_offset": (0, 0), "top_bottom_offset": (0, 0)}
            return "rectangular_ring", a, low | shifts | {"back_height": a["front_height"]}
        case Torus():
            if _same(a["start_torus_radius"], a["end_torus_radius"]):
                del a["end_torus_radius"]
                return "torus", a, {"exist_angle": 360}
            return "tapering_torus", a, {}
        case Sphere():
            radii = {"radius_y": a["radius"], "radius_z": a["radius"]}
            angles = {"top_angle": 0, "bottom_angle": 180, "longitude_angle": 360}
            return "sphere", a, radii | angles
        case Cone():
            return "cone", a, {"tip_offset": (0, 0), "radius_z": a["radius"]}
        case TriangularPrism():
            return "triangular_prism", a, {"bottom_radius": a["top_radius"]}
        case BoxCylinderRing():
            return "box_cylinder_ring", a, {"inner_cylinder_offset": (0, 0)}
        case CylinderBoxRing():
            return "cylinder_box_ring", a, {"inner_cuboid_offset": (0, 0)}
    raise TypeError(f"no CAD shape for {type(solid).__name__}")
