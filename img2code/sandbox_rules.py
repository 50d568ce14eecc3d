"""Which Python source is modelling with CadQuery and nothing else."""

from __future__ import annotations

import ast

LONGEST = 40_000  # characters
MOST_NODES = 8_000
LARGEST = 1e6  # of a number
MOST_TIMES = 1_000  # of a range

_NODES = (
    "Module Expr Assign AugAssign AnnAssign For If Pass Import ImportFrom alias "
    "Name Load Store Constant Attribute Call keyword Tuple List Subscript Slice Starred "
    "BinOp Add Sub Mult Div FloorDiv Mod UnaryOp USub UAdd Not BoolOp And Or IfExp "
    "Compare Eq NotEq Lt LtE Gt GtE ListComp comprehension JoinedStr FormattedValue"
)
NODES = frozenset(_NODES.split())
_METHODS = (
    "Workplane Plane Vector Location Sketch Assembly XY YZ XZ ZX YX ZY front back left right top "
    "bottom named "
    "add all box sphere cylinder cone torus wedge rect circle ellipse ellipseArc polygon polyline "
    "spline "
    "slot2D line lineTo hLine hLineTo vLine vLineTo polarLine polarLineTo moveTo move center close "
    "wire threePointArc sagittaArc radiusArc tangentArcPoint mirrorX mirrorY mirror offset2D "
    "extrude "
    "cutBlind cutThruAll cutEach twistExtrude revolve sweep loft shell fillet chamfer hole "
    "cboreHole cskHole union cut intersect combine clean split translate rotate "
    "rotateAboutCenter "
    "faces edges vertices wires solids shells compounds workplane transformed workplaneFromTagged "
    "tag end first last item newObject toPending consolidateWires copyWorkplane placeSketch sketch "
    "pushPoints rarray polarArray eachpoint val vals findSolid size push face segment arc slot "
    "regularPolygon trapezoid distribute hull assemble reset finalize select toTuple normalized "
    "x y z xDir zDir origin append sin cos tan asin acos atan atan2 sqrt pi radians degrees hypot "
    "floor ceil tau fabs isValid"
)
METHODS = frozenset(_METHODS.split())
_BUILTINS = "range len min max abs sum round float int enumerate zip list tuple True False None"
BUILTINS = frozenset(_BUILTINS.split())
MODULES = frozenset(("cadquery", "math"))


def check(source: str) -> str | None:
    """What in the source is not modelling; None where all of it is."""
    if len(source) > LONGEST:
        return f"{len(source):,} characters, at most {LONGEST:,}"
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return f"not Python ({type(error).__name__})"
    nodes = list(ast.walk(tree))
    if len(nodes) > MOST_NODES:
        return f"{len(nodes):,} nodes, at most {MOST_NODES:,}"
    known = set(BUILTINS) | {
        node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    for node in nodes:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                known.add((alias.asname or alias.name).split(".")[0])
    return next((fault for node in nodes if (fault := _fault(node, known))), None)


def _fault(node: ast.AST, known: set[str]) -> str | None:
    kind = type(node).__name__
    where = f"line {node.lineno}: " if hasattr(node, "lineno") else ""
    if kind not in NODES:
        return f"{where}{kind} is not allowed"
    match node:
        case ast.Import(names):
            if any(alias.name not in MODULES for alias in names):
                return f"{where}only cadquery and math may be imported"
        case ast.ImportFrom(module, names):
            if module != "math" or any(alias.name not in METHODS for alias in names):
                return f"{where}only numbers of math may be imported by name"
        case ast.alias(name, asname):
            if asname and asname.startswith("_"):
                return f"the name {asname}"
        case ast.Attribute(_, name):
            if name not in METHODS:
                return f"{where}.{name} is not a modelling step"
        case ast.Name(name):
            if name.startswith("_") or name not in known:
                return f"{where}the name {name}"
        case ast.Constant(value):
            return _constant(value, where)
        case ast.Call(ast.Name("range"), arguments):
            if any(isinstance(a, ast.Constant) and _is_many(a.value) for a in arguments):
                return f"{where}a range of more than {MOST_TIMES:,}"
        case ast.FormattedValue(_, _, spec) if spec is not None:
            return f"{where}a format"
    return None


def _constant(value: object, where: str) -> str | None:
    if isinstance(value, (bytes, complex)):
        return f"{where}{type(value).__name__}"
    if isinstance(value, (int, float)) and not abs(value) < LARGEST:
        return f"{where}a number of {LARGEST:g} or more"
    if isinstance(value, str) and (len(value) > 2_000 or "__" in value):
        return f"{where}a text that is no selector"
    return None


def _is_many(value: object) -> bool:
    return isinstance(value, (int, float)) and abs(value) > MOST_TIMES
