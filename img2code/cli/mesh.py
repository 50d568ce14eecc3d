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
    from geometry.cad_parts.part import CadPart
    from geometry.export.sizes import Up, Wanted

#: As geometry.export.EXPORTERS; a test compares.
SUFFIXES = (".glb", ".obj", ".stl", ".ply", ".urdf", ".xml", ".sdf", ".py", ".step")
MAX_SEGMENTS = 512
MORE = """
The suffix chooses the format. .glb and .obj keep every part as an object of its own; .stl and .ply
are one closed body. .glb has the joints, and so have .urdf, .xml (MuJoCo) and .sdf (Gazebo), with a
folder of meshes beside them. .py is a CadQuery script with the parameters as constants, .step the
solids that it makes; that takes CadQuery (img2code[cad]). A number of a code counts as metres;
.stl, .ply and .step are in millimetres, .stl and .ply z up. With --size the object has its real
size: what it measures and weighs is printed, mechanisms have the mass of the category's usual
material, .py and .step are in millimetres, z up. A CAD part (docs/cad-parts.md) has its own size:
.py and .step are in millimetres, z up."""
EXAMPLES = (
    "mesh code.json --out mug.glb",
    'mesh code.json --size "height 95 mm" --segments 128 --out mug.stl',
    "mesh code.json --size usual --out mug.urdf",
    "mesh code.json --out mug.py",
)


@dataclass(frozen=True)
class Options:
    code: Path
    out: Path
    segments: int
    posed: bool
    up: Up | None
    size: Wanted | None
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
    about = types.SIZE
    add("--size", type=types.size, metavar='"height 95 mm"|usual', help=about)
    about = "how many times as large it is made (default: 1)"
    add("--scale", type=types.scale, default=1.0, metavar="FACTOR", help=about)


def run(options: Options) -> int:
    import geometry
    from geometry.cad_parts.part import CadPart
    from geometry.errors import ExportWarning, UserError
    from geometry.export.real import in_words, kilograms, real_size
    from geometry.export.write import FOLDER_SUFFIXES, SCENE_EXPORTERS, export
    from img2code.atomic import atomic_path
    from img2code.step import write_step

    code = read_code(options.code)
    if isinstance(code, CadPart):
        return _part(code, options)
    suffix = options.out.suffix.lower()
    if options.posed and suffix not in SCENE_EXPORTERS:
        problem = f"--posed: a {suffix} file holds the object as it stands."
        raise UserError(problem, f"Leave it out, or write {' '.join(SCENE_EXPORTERS)}.")
    size = real_size(code, options.size) if options.size else None
    subject = geometry.build(code, options.segments, posed=True) if options.posed else code
    with_folder = suffix in FOLDER_SUFFIXES
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always", ExportWarning)
        with nullcontext(options.out) if with_folder else atomic_path(options.out) as path:
            if suffix == ".step":
                write_step(code, path, scale=options.scale, up=options.up, size=size)
            else:
                scale, up = options.scale, options.up
                export(subject, path, options.segments, scale=scale, up=up, size=size)
    for entry in told:
        print(f"img2code: {options.out}: {entry.message}", file=sys.stderr)
    if size:
        print(f"{options.out}: {in_words(size, kilograms(code, size))}")
    return 0


def _part(part: CadPart, options: Options) -> int:
    """The file of a CAD part, which has a size of its own unless another is asked for."""
    from geometry.errors import UserError
    from geometry.export.part_files import export_part
    from img2code.atomic import atomic_path
    from img2code.parts.sizes import sized

    if options.posed or options.up or options.scale != 1:
        problem = "--posed, --up, --scale: a CAD part is written as it stands, z up, in its size."
        raise UserError(problem, 'Leave them out; --size "95 mm" gives it another size.')
    with atomic_path(options.out) as path:
        export_part(sized(part, options.size), path, options.segments)
    return 0


COMMAND = Command("mesh", "a code to a mesh file", MORE, EXAMPLES, Options, add_options, run)
