"""The functions that CadQuery scripts carry: each solid as its primitive, degenerate ones too."""

from __future__ import annotations

import math
from typing import Any

import cadquery as cq
import numpy as np
import pytest
import trimesh

from geometry.export.cad.expression import Expression, apply, lift, number
from geometry.export.cad.formulas import Formulas
from geometry.export.cad.loops import Loop, rolled
from geometry.export.cad.runtime_source import helpers, needed
from geometry.export.cad.simplify import simplified
from geometry.export.cad.trace import _call
from geometry.maths import asind, atan2d, cosd, maximum, minimum, safe_divide, sind, sqrt
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

SIZES = 1.2, 1.1, 0.9, 0.5, 0.6
SOLIDS: list[Solid] = [
    Cuboid(1, 2, 3),
    Cuboid(1, 0.8, 0.6, 0.9, 1.1, (0.2, -0.1), 1.4),
    Cuboid(1, 0.0, 0.5, 1, 1),
    Cuboid(1, 0.0, 0.0, 1, 1),
    Cuboid(1, 1, 1, 1, 1, (0, 0), 0.0),
    Cuboid(0.0, 1, 1, 1, 1, (0, 0), 0.5),
    RectangularRing(1, 1, 1, 0.8, 0.8),
    RectangularRing(1, 1, 1, 1, 0.8),
    RectangularRing(1, 1, 1, 0.8, 0.8, (0.1, 0.1)),
    RectangularRing(1, 1, 1, 0.0, 0.0),
    RectangularRing(1, 1, 1, 0.8, 0.8, (0, 0), *SIZES, (0.2, 0.1)),
    TriangularPrism(1, 0.5, 0.7),
    TriangularPrism(1, 0, 0.7),
    Cylinder(1, 0.5),
    Cylinder(1, 0, 0.7),
    Cylinder(1, 0.5, is_half=True),
    Cylinder(1, 0.5, 0.7, is_quarter=True),
    Cylinder(1, 0.5, 0.7, 0.3, 0.4),
    Cylinder(1, 0.5, 0.7, 0.3, 0.4, is_half=True),
    Cylinder(1, 0.5, 0.5, 0.6, 0.6),
    Cylinder(1, 0, 0.7, 0, 0.4),
    Cylinder(1, 0.5, 0.7, 0, 0.4, is_quarter=True),
    Cone(0.5, 1),
    Cone(0.5, -1, (0.1, 0.2)),
    Cone(0.5, 1, (0.1, 0.2), 0.3),
    Sphere(0.5),
    Sphere(0.5, 20, 90),
    Sphere(0.5, 0, 90, 0.3, 0.8),
    *(
        solid
        for angle in (360, 200, -70)
        for solid in (
            Ring(1, 0.5, 0.4, angle),
            Ring(1, 0.5, 0, angle, 0.7, 0.2),
            Ring(1, 0.5, 0.5, angle, 0.7, 0.2),
            Ring(1, 0.5, 0.4, angle, 0.7, 0.2, 0.5),
            Ring(1, 0.5, 0.4, angle, 0.7, 0.2, 0.5, 0.1, 1.2, 1.1, (0.03, 0.02)),
            Ring(1, 0.5, 0, angle, 0.7, 0, 0.5),
            Ring(1, 0.5, 0.4, angle, x_z_ratio=1.3),
            Torus(0.7, 0.1, angle),
            Torus(0.7, 0.1, angle, 0.2),
            Torus(0.7, 0.1, angle, 0),
        )
    ),
    BoxCylinderRing(1, 2, 0.5, 0.3, (0.1, 0.1)),
    CylinderBoxRing(1, 0.5, 0.5, 0.3, (0.1, 0.1)),
]
EMPTY: list[Solid] = [
    Cuboid(0, 1, 1),
    Cuboid(1, 0, 1, 0, 1),
    RectangularRing(1, 1, 1, 1, 1),
    TriangularPrism(0, 1),
    Cylinder(0, 1),
    Cylinder(1, 0),
    Cylinder(1, 0, 0, 0.3, 0.4),
    Cone(0.5, 0),
    Sphere(0),
    Sphere(0.5, 90, 90),
    Ring(0, 0.5, 0.4),
    Ring(1, 0.5, 0.5),
    Ring(1, 0.5, 0.4, 0),
    Torus(0.5, 0),
    BoxCylinderRing(0, 1, 1, 0.2),
    CylinderBoxRing(0, 1, 0.2, 0.2),
]


def made(solid: Solid) -> cq.Shape:
    """What the function makes that a script calls for the solid."""
    call = _call(solid)
    imports, constants, functions = needed([call.op.split()[1]])
    scope: dict[str, Any] = {"cq": cq, "math": math}
    exec("\n".join([*imports, *constants, *functions]), scope)
    return eval(Formulas({}).text(call), scope)


@pytest.mark.parametrize("solid", SOLIDS, ids=lambda s: f"{type(s).__name__}{s.arguments()}"[:60])
def test_a_solid_is_its_primitive(solid: Solid) -> None:
    shape = made(solid)
    mesh = trimesh.Trimesh(*tessellate([solid], 256)[0], process=False)
    box = shape.BoundingBox()
    bounds = np.array([(box.xmin, box.ymin, box.zmin), (box.xmax, box.ymax, box.zmax)])
    assert shape.isValid()
    assert shape.Solids()
    assert shape.Volume() == pytest.approx(mesh.volume, rel=0.011)
    assert bounds == pytest.approx(mesh.bounds, abs=2e-3)


@pytest.mark.parametrize("solid", EMPTY, ids=lambda s: f"{type(s).__name__}{s.arguments()}"[:60])
def test_what_has_no_volume_is_nothing(solid: Solid) -> None:
    assert not made(solid).Solids()


def test_a_helper_comes_with_what_it_uses_and_nothing_else() -> None:
    imports, constants, functions = needed(["elliptic_cylinder"])
    named = {text.split("(")[0].removeprefix("def ") for text in functions}
    assert {"arc", "lofted", "scaled", "sector", "cylinder", "revolved"} <= named
    assert not named & {"ring", "box", "sphere", "torus"}
    assert any("Geom_BSplineCurve" in line for line in imports)
    assert [line.split()[0] for line in constants] == ["NOTHING"]
    assert all(name in helpers() for name in named)


A, B = (Expression("item", (name,), value) for name, value in (("a", 3.0), ("b", -0.5)))


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        (A + 0, "a"),
        (1 * A - 0 * B, "a"),
        (-(0 - A) / 1, "a"),
        (A - (-B), "a + b"),
        (-1 * A / 2 + B, "b - a / 2"),
        (-(A - B), "b - a"),
        ((A + B) * (A - B) / (A * B), "(a + b) * (a - b) / (a * b)"),
        (A - (B - A), "a - (b - a)"),
        (A / 2 / 3, "a / 6"),
        (2 * (A / 2), "a"),
        (A + B - A, "b"),
        (sind(A) * cosd(-B), "sind(a) * cosd(b)"),
        (asind(A / B) + atan2d(A, B), "asind(a / b) + atan2d(a, b)"),
        (sqrt(A**2), "sqrt(a ** 2)"),
        (minimum(minimum(A, B), 2), "min(a, b, 2)"),
        (maximum(2.0, A), "max(2, a)"),
        (safe_divide(A, B, otherwise=1), "1 if b == 0 else a / b"),
        (A * np.sqrt(2.0), "2**0.5 * a"),
    ],
)
def test_formulas_are_written_as_one_would(formula: Expression, text: str) -> None:
    short = simplified(formula, {})
    assert Formulas({}).text(short) == text
    scope: dict[str, Any] = {"math": math, "a": A.value, "b": B.value}
    exec("\n".join(needed(["sind", "cosd", "asind", "atan2d", "sqrt"])[2]), scope)
    assert eval(text, scope) == pytest.approx(formula.value)


def test_a_template_may_not_decide_by_a_length() -> None:
    with pytest.raises(TypeError, match=r"geometry\.maths"):
        assert A > B


def test_repeats_become_loops_within_loops() -> None:
    def box(x: float, row: int) -> Expression:
        width = Expression("item", ("widths", row, 0), 1.0)
        return Expression("call box -", (lift(x * width),))

    statements = [box(x, row) for row in range(3) for x in (-1, 1)]
    loops = rolled([*statements, Expression("call ball -", (number(2),))])
    assert [type(s) for s in loops] == [Loop, Expression]
    outer = loops[0]
    assert isinstance(outer, Loop)
    assert outer.values == ((0,), (1,), (2,))
    inner = outer.body[0]
    assert isinstance(inner, Loop)
    assert inner.values == ((-1,), (1,))


def test_equal_formulas_have_equal_keys() -> None:
    assert (A + B).key == (A + B).key != (B + A).key
    assert apply("+", A, 1).key == (A + 1.0).key
