"""`img2code mesh`: a code to a mesh file, or another of the files that hold an object."""

from __future__ import annotations

import sys
import warnings
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from img2code.cli import types
from img2code.cli.console import read_code
from img2code.cli.options import Command, Parser

if TYPE_CHECKING:
    from geometry.export.sizes import Size, Up

#: As geometry.export.EXPORTERS; a test compares.
SUFFIXES = (".glb", ".obj", ".stl", ".ply", ".urdf", ".xml", ".sdf", ".py", ".step")
MAX_SEGMENTS = 512
MORE = """
The suffix chooses the format. .glb and .obj keep every part as an object of its own; .stl and .ply
are one closed body. .glb has the joints, and so have .urdf, .xml (MuJoCo) and .sdf (Gazebo), with a
folder of meshes beside them. .py is a CadQuery script with the parameters as constants, .step the
solids that it makes; that takes CadQuery (img2code[cad]). A number of a code counts as metres;
.stl, .ply and .step are in millimetres, .stl and .ply z up."""
EXAMPLES = (
    "mesh code.json --out mug.glb",
    "mesh code.json --size height=95mm --segments 128 --out mug.stl",
    "mesh code.json --out mug.urdf",
    "mesh code.json --out mug.py",
)


@dataclass(frozen=True)
class Options:
    code: Path
    out: Path
    segments: int
    posed: bool
    up: Up | None
    size: Size | None
    scale: float


def add_options(parser: Parser) -> None:
    add = parser.add_argument
    add("code", type=Path, metavar="CODE.json", help="a code with lengths and degrees")
    path = types.path_with(SUFFIXES)
    add("--out", type=path, required=True, metavar="FILE", help=" ".join(SUFFIXES))
    number = types.whole_number(3, MAX_SEGMENTS)
    add("--segments", type=number, default=64, metavar="N", help="sides of a circle (default: 64)")
    add("--posed", action="store_true", help="turned as in its picture, not as it stands")
    add("--up", choices=("y", "z"), help="the upward axis of the file (default: the format's own)")
    add = parser.add_mutually_exclusive_group().add_argument
    about = "how large the object is made, as its largest extent or as its height, width or depth"
    add("--size", type=types.size, metavar="95mm|height=95mm", help=about)
    about = "how many times as large it is made (default: 1)"
    add("--scale", type=types.scale, default=1.0, metavar="FACTOR", help=about)


def run(options: Options) -> int:
    import geometry
    from geometry.errors import ExportWarning, UserError
    from geometry.export.write import FOLDER_SUFFIXES, SCENE_EXPORTERS, export
    from img2code.atomic import whole
    from img2code.step import write_step

    code = read_code(options.code)
    suffix = options.out.suffix.lower()
    if options.posed and suffix not in SCENE_EXPORTERS:
        problem = f"--posed: a {suffix} file holds the object as it stands."
        raise UserError(problem, f"Leave it out, or write {' '.join(SCENE_EXPORTERS)}.")
    size = options.size
    scale = size.scale(geometry.mesh(code).bounds) if size else options.scale
    subject = geometry.build(code, options.segments, posed=True) if options.posed else code
    with_folder = suffix in FOLDER_SUFFIXES
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always", ExportWarning)
        with nullcontext(options.out) if with_folder else whole(options.out) as path:
            if suffix == ".step":
                write_step(code, path, scale=scale, up=options.up)
            else:
                export(subject, path, options.segments, scale=scale, up=options.up)
    for entry in told:
        print(f"img2code: {options.out}: {entry.message}", file=sys.stderr)
    return 0


COMMAND = Command("mesh", "a code to a mesh file", MORE, EXAMPLES, Options, add_options, run)
