"""The ten solids that every template is built from, as values: what they are, not their triangles.

Arguments, names and defaults follow the specification of the code format; all angles are degrees,
sweeps start on +x and turn towards +z. `.turn()` and `.at()` place a solid; `geometry.mesh` alone
makes triangles.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any, ClassVar, TypeVar

from geometry.maths import Number, cosd, is_float, sind

Row = tuple[Number, Number, Number]
Matrix = tuple[Row, Row, Row]
Offset = tuple[Number, Number]
_Self = TypeVar("_Self", bound="Solid")

IDENTITY: Matrix = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))


def _is_zero(value: Any) -> bool:
    return is_float(value) and value == 0


def _product(a: Number, b: Number) -> Number:
    """a * b that keeps exact zeros and ones out of the tensors' way."""
    if _is_zero(a) or _is_zero(b):
        return 0.0
    if is_float(a) and a == 1:
        return b
    return a * b


def _dot(row: Row, column: Row) -> Number:
    total = _product(row[0], column[0])
    for a, b in ((row[1], column[1]), (row[2], column[2])):
        term = _product(a, b)
        if not _is_zero(term):
            total = total + term
    return total


def apply(matrix: Matrix, vector: Row) -> Row:
    if _plain(*vector, *matrix[0], *matrix[1], *matrix[2]):
        x, y, z = vector
        (a, b, c), (d, e, f), (g, h, i) = matrix
        return a * x + b * y + c * z, d * x + e * y + f * z, g * x + h * y + i * z
    return (_dot(matrix[0], vector), _dot(matrix[1], vector), _dot(matrix[2], vector))


def compose(second: Matrix, first: Matrix) -> Matrix:
    """The rotation that does `first`, then `second`."""
    if _plain(*second[0], *second[1], *second[2], *first[0], *first[1], *first[2]):
        return _product_of_floats(second, first)
    columns = tuple(zip(*first, strict=True))
    rows = [tuple(_dot(row, column) for column in columns) for row in second]
    return (rows[0], rows[1], rows[2])


def _plain(*values: Any) -> bool:
    """Whether all are Python floats: then arithmetic needs no care for exact zeros."""
    return all(type(value) is float for value in values)


def _product_of_floats(second: Matrix, first: Matrix) -> Matrix:
    (a, b, c), (d, e, f), (g, h, i) = first
    (p, q, r), (s, t, u), (v, w, x) = second
    return (
        (p * a + q * d + r * g, p * b + q * e + r * h, p * c + q * f + r * i),
        (s * a + t * d + u * g, s * b + t * e + u * h, s * c + t * f + u * i),
        (v * a + w * d + x * g, v * b + w * e + x * h, v * c + w * f + x * i),
    )


def _axis_rotation(axis: str, angle: Number) -> Matrix:
    s, c = sind(angle), cosd(angle)
    if axis == "x":
        return ((1.0, 0.0, 0.0), (0.0, c, -s), (0.0, s, c))
    if axis == "y":
        return ((c, 0.0, s), (0.0, 1.0, 0.0), (-s, 0.0, c))
    return ((c, -s, 0.0), (s, c, 0.0), (0.0, 0.0, 1.0))


def rotation(x: Number = 0, y: Number = 0, z: Number = 0, order: str = "xyz") -> Matrix:
    """Rotation by angles in degrees about the fixed axes, applied in the given order."""
    angles = {"x": x, "y": y, "z": z}
    matrix = IDENTITY
    for axis in order:
        if not _is_zero(angles[axis]):
            turn = _axis_rotation(axis, angles[axis])
            matrix = turn if matrix is IDENTITY else compose(turn, matrix)
    return matrix


@dataclass(frozen=True, kw_only=True)
class Solid:
    """A placed solid: local vertices v become `rotation` v + `offset`.

    link: label of the solids of a part that move together; "" for the rest of the part.
    steps: the turns (x, y, z, order) and moves (x, y, z) that led here, for `geometry.export.cad`.
    """

    rotation: Matrix = IDENTITY
    offset: Row = (0.0, 0.0, 0.0)
    link: str = ""
    steps: tuple[tuple[Any, ...], ...] = field(default=(), compare=False, repr=False)

    #: Arguments that choose the structure of the mesh and are Python values, never tensors.
    structure: ClassVar[tuple[str, ...]] = ()

    def turn(self: _Self, x: Number = 0, y: Number = 0, z: Number = 0, order: str = "xyz") -> _Self:
        """Rotated about the frame's origin; degrees, fixed axes, in the given order."""
        return self.turned(rotation(x, y, z, order), (x, y, z, order))

    def turned(self: _Self, matrix: Matrix, step: tuple[Any, ...]) -> _Self:
        """As `turn`, where the matrix of the step's angles and order is known."""
        if matrix is IDENTITY:
            return self
        before = self.rotation
        after = matrix if before is IDENTITY else compose(matrix, before)
        return self._placed(after, apply(matrix, self.offset), self.link, (*self.steps, step))

    def at(self: _Self, x: Number = 0, y: Number = 0, z: Number = 0) -> _Self:
        """Moved by (x, y, z)."""
        px, py, pz = self.offset
        steps = (*self.steps, (x, y, z))
        return self._placed(self.rotation, (px + x, py + y, pz + z), self.link, steps)

    def of(self: _Self, link: str) -> _Self:
        """Labelled: it moves with the joint that moves this link."""
        return self._placed(self.rotation, self.offset, link, self.steps)

    def _placed(self: _Self, rotation: Matrix, offset: Row, link: str, steps: Any) -> _Self:
        """A copy elsewhere, without resolving the defaults again as `replace` would."""
        result = object.__new__(type(self))
        place = {"rotation": rotation, "offset": offset, "link": link, "steps": steps}
        result.__dict__.update(self.__dict__, **place)
        return result

    def arguments(self) -> dict[str, Any]:
        """The shape's own arguments, defaults resolved."""
        names = argument_names(type(self))  # type: ignore[arg-type]  # a class is hashable
        return {name: getattr(self, name) for name in names}

    def _default(self, **others: Any) -> None:
        for name, value in others.items():
            if getattr(self, name) is None:
                object.__setattr__(self, name, value)


@cache
def argument_names(kind: type[Solid]) -> tuple[str, ...]:
    """The names of a shape's own arguments, in order."""
    return tuple(entry.name for entry in fields(kind) if not entry.kw_only)


@dataclass(frozen=True)
class Cuboid(Solid):
    """A box with its own top and bottom rectangle; the top may be shifted and slope to the back."""

    height: Number
    top_length: Number
    top_width: Number | None = None
    bottom_length: Number | None = None
    bottom_width: Number | None = None
    top_offset: Offset = (0.0, 0.0)
    back_height: Number | None = None

    def __post_init__(self) -> None:
        self._default(top_width=self.top_length, bottom_length=self.top_length)
        self._default(bottom_width=self.top_width, back_height=self.height)


@dataclass(frozen=True)
class Sphere(Solid):
    """A zone of an ellipsoid between two polar angles, capped; a partial turn is left open."""

    radius: Number
    top_angle: Number = 0.0
    bottom_angle: Number = 180.0
    radius_y: Number | None = None
    radius_z: Number | None = None
    longitude_angle: Number = 360.0

    def __post_init__(self) -> None:
        self._default(radius_y=self.radius, radius_z=self.radius)


@dataclass(frozen=True)
class Cylinder(Solid):
    """An elliptic cylinder or frustum about y; a half keeps z >= 0, a quarter also x >= 0."""

    height: Number
    top_radius: Number
    bottom_radius: Number | None = None
    top_radius_z: Number | None = None
    bottom_radius_z: Number | None = None
    is_half: bool = False
    is_quarter: bool = False

    structure: ClassVar[tuple[str, ...]] = ("is_half", "is_quarter")

    def __post_init__(self) -> None:
        self._default(bottom_radius=self.top_radius, top_radius_z=self.top_radius)
        self._default(bottom_radius_z=self.bottom_radius)


@dataclass(frozen=True)
class TriangularPrism(Solid):
    """An equilateral prism or frustum about y, given by circumradii, one edge on +x."""

    height: Number
    top_radius: Number
    bottom_radius: Number | None = None

    def __post_init__(self) -> None:
        self._default(bottom_radius=self.top_radius)


@dataclass(frozen=True)
class Cone(Solid):
    """An elliptic cone on its base disc at y = 0, apex at `height`, shifted by `tip_offset`."""

    radius: Number
    height: Number
    tip_offset: Offset = (0.0, 0.0)
    radius_z: Number | None = None

    def __post_init__(self) -> None:
        self._default(radius_z=self.radius)


@dataclass(frozen=True)
class RectangularRing(Solid):
    """A rectangular tube: a box with a rectangular hole along y."""

    front_height: Number
    outer_top_length: Number
    outer_top_width: Number
    inner_top_length: Number
    inner_top_width: Number
    inner_offset: Offset = (0.0, 0.0)
    outer_bottom_length: Number | None = None
    outer_bottom_width: Number | None = None
    inner_bottom_length: Number | None = None
    inner_bottom_width: Number | None = None
    back_height: Number | None = None
    top_bottom_offset: Offset = (0.0, 0.0)

    def __post_init__(self) -> None:
        self._default(
            outer_bottom_length=self.outer_top_length,
            outer_bottom_width=self.outer_top_width,
            inner_bottom_length=self.inner_top_length,
            inner_bottom_width=self.inner_top_width,
            back_height=self.front_height,
        )


@dataclass(frozen=True)
class Ring(Solid):
    """A round tube about y, possibly conical, elliptic, obliquely cut, or only part of a turn."""

    height: Number
    outer_top_radius: Number
    inner_top_radius: Number
    exist_angle: Number = 360.0
    outer_bottom_radius: Number | None = None
    inner_bottom_radius: Number | None = None
    back_height: Number | None = None
    generatrix_offset: Number = 0.0
    x_z_ratio: Number = 1.0
    inner_x_z_ratio: Number | None = None
    inner_offset: Offset = (0.0, 0.0)

    def __post_init__(self) -> None:
        self._default(
            outer_bottom_radius=self.outer_top_radius,
            inner_bottom_radius=self.inner_top_radius,
            back_height=self.height,
            inner_x_z_ratio=self.x_z_ratio,
        )


@dataclass(frozen=True)
class Torus(Solid):
    """A round tube along an arc in the xz plane; the tube may taper along the arc."""

    central_radius: Number
    start_torus_radius: Number
    exist_angle: Number = 360.0
    end_torus_radius: Number | None = None

    def __post_init__(self) -> None:
        self._default(end_torus_radius=self.start_torus_radius)


@dataclass(frozen=True)
class BoxCylinderRing(Solid):
    """A box with a round hole along z."""

    outer_height: Number
    outer_length: Number
    outer_width: Number
    inner_radius: Number
    inner_cylinder_offset: Offset = (0.0, 0.0)


@dataclass(frozen=True)
class CylinderBoxRing(Solid):
    """A round rod along z with a rectangular hole along z."""

    outer_radius: Number
    outer_height: Number
    inner_length: Number
    inner_width: Number
    inner_cuboid_offset: Offset = (0.0, 0.0)
